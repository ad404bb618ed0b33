using System.Net;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting.Http;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary>Finds out who is calling: a tenant by its key, a host by the host key, a participant by the resume token.</summary>
internal sealed class Callers(IGrainFactory grains, GrainRetries retries, MeetingCalls calls, IMeetingIndex index, SiloOptions options)
{
    /// <summary>The tenant whose key the request shows; null when it shows none that is valid.</summary>
    public async Task<TenantId?> TenantAsync(HttpContext context)
    {
        // {tenant}.{key id}.{secret}
        if (BearerToken.Of(context.Request)?.Split('.') is not [var tenant, var keyId, var secret] || !StringId.TryParse<TenantId>(tenant, out var id)) return null;
        var isRight = await retries.CallAsync(() => grains.GetGrain<ITenantGrain>(id.Value).CheckKey(new TenantKey(keyId, secret)));
        CredentialGate.Judge(context, isRight);
        return isRight ? id : null;
    }

    /// <summary>What the caller may do with a tenant.</summary>
    public async Task<TenantAccess> AccessAsync(HttpContext context, TenantId tenant)
    {
        if (options.OperatorSecret is { } secret && secret.Authorizes(context.Request))
        {
            CredentialGate.Judge(context, isRight: true);
            return TenantAccess.Operator;
        }
        return await TenantAsync(context) is { } known && known == tenant ? TenantAccess.Tenant : TenantAccess.None;
    }

    /// <summary>The tenant that a new meeting will belong to; null when this caller may not create one.</summary>
    public async Task<TenantId?> CreatorAsync(HttpContext context)
    {
        if (BearerToken.Of(context.Request) is not null) return await TenantAsync(context);
        var isOpen = options.OpenCreation || (options.OpenOnLoopback && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address));
        return isOpen ? TenantId.Parse(options.DefaultTenant) : null;
    }

    /// <summary>What the caller is to a meeting; null: nothing, or there is no such meeting.</summary>
    public async Task<Standing?> StandingAsync(HttpContext context, string meetingId)
    {
        if (!StringId.TryParse<MeetingId>(meetingId, out var id) || BearerToken.Of(context.Request) is not { } bearer) return null;
        // Only meetings that exist come to life.
        if (await index.FindAsync(id.Value, context.RequestAborted) is not { } entry) return null;
        var tenant = await TenantAsync(context);
        if (await calls.ReadAsync(id, new DetailsQuery(bearer)) is not MeetingDetails details) return new(id, null, false, false, null);
        var isTenant = tenant is { } t && t.Value == entry.TenantId;
        return isTenant || details.IsHostKey || details.Bearer is not null ? new(id, details.Info, isTenant, details.IsHostKey, details.Bearer) : null;
    }
}

/// <summary>What a caller may do with a tenant.</summary>
internal enum TenantAccess
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>What the tenant does itself.</summary>
    Tenant,

    /// <summary>Everything: the operator of the installation.</summary>
    Operator,
}

/// <summary>What a caller is to a meeting.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Info">The meeting as hosts see it; null when it cannot answer now.</param>
/// <param name="IsTenant">Its tenant.</param>
/// <param name="IsHost">Holds the host key.</param>
/// <param name="Participant">One who is in it.</param>
internal sealed record Standing(MeetingId Id, MeetingInfo? Info, bool IsTenant, bool IsHost, ParticipantId? Participant)
{
    /// <summary>May change it.</summary>
    public bool MayManage => IsTenant || IsHost;
}
