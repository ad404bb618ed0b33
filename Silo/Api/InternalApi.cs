using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Hosting.Http;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Conference.Silo.Regions;
using Conference.Silo.Signaling;
using Conference.Silo.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/internal</c>: what Gateways and operators ask, with the installation's secret.</summary>
internal sealed class InternalApi(
    MeetingCalls calls, MeetingCodes codes, RegionReader regions, PodDrains drains, AttemptLimiter attempts, TenantTokens tokens, MediaGrants grants, ApiProblems problems, SiloOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var inside = routes.MapGroup("/internal").RequireSecret(options.Secret).ExcludeFromDescription();
        inside.MapGet("/pods", PodsAsync);
        inside.MapPost("/streams", (Delegate)StreamAsync);
        inside.MapGet("/regions", RegionsAsync);
        inside.MapPost("/pods/{podId}/drain", (Delegate)DrainAsync);
        inside.MapDelete("/pods/{podId}/drain", ResumeAsync);
    }

    private async Task<IResult> PodsAsync()
    {
        var all = await regions.ReadAsync();
        return Results.Json(
            new PodRoutes(all.Sum(r => r.Status.Version), [.. all.SelectMany(r => r.Status.Pods).Select(p => new PodRoute(p.PodId, p.Region, p.HttpUrl))]),
            ContractsJson.Default.PodRoutes);
    }

    private async Task<IResult> RegionsAsync() => Results.Json(RegionSums.Of(await regions.ReadAsync()), ContractsJson.Default.RegionLoads);

    private async Task<IResult> DrainAsync(HttpContext context, string podId)
    {
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.DrainRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        return await drains.OrderAsync(podId, body.Mode) ? Results.Accepted() : problems.Refuse(DrainRefusal.UnknownPod);
    }

    private async Task<IResult> ResumeAsync(string podId) =>
        await drains.TakeBackAsync(podId) ? Results.Accepted() : problems.Refuse(DrainRefusal.UnknownPod);

    private async Task<IResult> StreamAsync(HttpContext context)
    {
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.StreamRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        var found = await codes.FindAsync(body.Code, context.RequestAborted);
        if (found.Refusal is { } refusal) return problems.Refuse(refusal == JoinRefusal.UnknownCode ? StreamRefusal.UnknownCode : StreamRefusal.Unavailable);
        var address = context.Connection.RemoteIpAddress;
        if (attempts.WaitFor(found.Id.Value, address, GuessedSecret.Key) is { } wait) return problems.Later(context, StreamRefusal.TooManyAttempts, wait);

        // No stream key has a dot: this is a join token.
        var (grant, bad) = body.Key is { } shown && shown.Contains('.') ? await tokens.CheckAsync(shown, found.Id) : default;
        if (bad is JoinRefusal.Unavailable) return problems.Refuse(StreamRefusal.Unavailable);
        switch (await calls.ExecuteAsync(found.Id, new TakeStreamPlace(JoinApi.NewParticipant(), body.Kind, grant is null ? body.Key : null, Token: grant)))
        {
            case PlaceTaken { Place.PodId: { } pod } taken:
                var keyHash = body.Key is { } key ? Secrets.Hash(key) : null;
                var ticket = grants.Ticket(found.Id, taken.ParticipantId, pod, taken.Place, keyHash);
                return Results.Json(new StreamGrant(pod, ticket, grants.IceServers(taken.ParticipantId)), ContractsJson.Default.StreamGrant);
            case StreamRefused { Reason: var reason }:
                if (reason == StreamRefusal.InvalidStreamKey && body.Key is not null) attempts.Failed(found.Id.Value, address, GuessedSecret.Key);
                return problems.Refuse(reason);
            default:
                return problems.Refuse(StreamRefusal.Unavailable);
        }
    }
}
