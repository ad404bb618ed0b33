using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Tenants;

/// <summary>Calls tenants from outside of grains: what goes wrong on the way is a named refusal or null, never an exception.</summary>
internal sealed partial class TenantCalls(IGrainFactory grains, GrainRetries retries, IMeetingIndex index, ILogger<TenantCalls> log)
{
    private const int Page = 1000;

    /// <summary>Does a command, once: a key that was made twice would be one that nobody knows.</summary>
    public async Task<TenantRefusal?> ExecuteAsync(TenantId tenant, TenantCommand command)
    {
        try
        {
            return await Grain(tenant).Execute(command) is TenantRefused refused ? refused.Reason : null;
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            LogFailed(log, e, tenant, command.GetType().Name);
            return TenantRefusal.Unavailable;
        }
    }

    /// <summary>The tenant, or why it cannot be shown.</summary>
    public async Task<(TenantInfo? Info, TenantRefusal? Refusal)> ReadAsync(TenantId tenant)
    {
        try
        {
            return await retries.CallAsync(() => Grain(tenant).Read()) is { } info ? (info, null) : (null, TenantRefusal.UnknownTenant);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            LogFailed(log, e, tenant, nameof(ReadAsync));
            return (null, TenantRefusal.Unavailable);
        }
    }

    /// <summary>What join tokens are checked with; null: the tenant cannot say now.</summary>
    public async Task<ImmutableArray<TokenKey>?> TokenKeysAsync(TenantId tenant)
    {
        try
        {
            return await retries.CallAsync(() => Grain(tenant).TokenKeys());
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            LogFailed(log, e, tenant, nameof(TokenKeysAsync));
            return null;
        }
    }

    /// <summary>Whether the tenant is deleted, or is being deleted; an id that no tenant ever had is not. Null: nobody can say now.</summary>
    public async Task<bool?> IsGoneAsync(TenantId tenant, CancellationToken cancellation)
    {
        var (info, refusal) = await ReadAsync(tenant);
        if (info is not null) return info.Deleting;
        if (refusal == TenantRefusal.Unavailable) return null;
        try
        {
            return await index.FindAsync(TenantWords.StreamOf(tenant.Value), cancellation) is { State: TenantWords.DeletedState };
        }
        catch (JournalReadException)
        {
            return null;
        }
    }

    /// <summary>Every tenant there is. Throws <see cref="JournalReadException"/>.</summary>
    public async Task<IReadOnlyList<TenantId>> ListAsync(CancellationToken cancellation)
    {
        var found = new List<TenantId>();
        for (long? after = 0; after is not null;)
        {
            var page = await index.ListAsync(new MeetingQuery(State: TenantWords.State, After: after.Value, Limit: Page), cancellation);
            found.AddRange(page.Meetings.Select(m => TenantId.Parse(TenantWords.TenantOf(m.MeetingId))));
            after = page.Next;
        }
        return found;
    }

    /// <summary>The meetings of all tenants that have somebody in them. Throws what a call that fails throws.</summary>
    public async Task<IReadOnlyList<MeetingPlaces>> LiveMeetingsAsync(CancellationToken cancellation)
    {
        var all = await ListAsync(cancellation);
        var meetings = await Task.WhenAll(all.Select(tenant => retries.CallAsync(() => Grain(tenant).Meetings())));
        return [.. meetings.SelectMany(m => m)];
    }

    private ITenantGrain Grain(TenantId tenant) => grains.GetGrain<ITenantGrain>(tenant.Value);

    [LoggerMessage(3072, LogLevel.Warning, "Tenant {Tenant} cannot do {What} now")]
    private static partial void LogFailed(ILogger log, Exception exception, TenantId tenant, string what);
}
