using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Hosting.Http;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Conference.Silo.Regions;
using Conference.Silo.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/admin</c>: what the operator of the installation sees of every tenant's meetings, and may do to them; with the admin token.</summary>
internal sealed class AdminApi(
    TenantCalls tenants, MeetingCalls calls, IMeetingIndex index, RegionReader regions, PodQuality quality, SiloVersion version, ApiProblems problems, SiloOptions options, TimeProvider time)
{
    private const int MostShown = 200;

    public void Map(IEndpointRouteBuilder routes)
    {
        if (options.OperatorSecret is not { } secret) return;
        var admin = routes.MapGroup("/api/admin").RequireSecret(secret).WithTags("admin").AddEndpointFilter((context, next) =>
        {
            CredentialGate.Judge(context.HttpContext, isRight: true);
            return next(context);
        });
        admin.MapGet("/overview", (Delegate)OverviewAsync).WithName("getOverview").Produces<AdminOverview>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);
        admin.MapGet("/meetings/{id}", ReadAsync).WithName("getMeetingAsAdmin").Produces<MeetingInfo>().Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound);
        admin.MapGet("/meetings/{id}/quality", QualityAsync).WithName("getMeetingQuality").Produces<MeetingQuality>()
            .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        admin.MapDelete("/meetings/{id}", (HttpContext context, string id) => DoAsync(context, id, new EndMeeting())).WithName("endMeetingAsAdmin")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
        admin.MapDelete("/meetings/{id}/participants/{participantId}", RemoveAsync).WithName("removeParticipantAsAdmin")
            .Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound, StatusCodes.Status410Gone);
    }

    private async Task<IResult> OverviewAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var held = await tenants.LiveMeetingsAsync(context.RequestAborted);
            var shown = held.OrderByDescending(m => m.Places).Take(MostShown).Select(m => DetailsAsync(m.MeetingId));
            var live = (await Task.WhenAll(shown)).OfType<AdminMeeting>().Where(m => m.Participants > 0).OrderByDescending(m => m.Participants).ToImmutableArray();
            var hidden = held.Count > MostShown ? held.OrderByDescending(m => m.Places).Skip(MostShown).ToList() : [];
            return Results.Json(
                new AdminOverview(version.Version, time.GetUtcNow(), live, live.Length + hidden.Count, live.Sum(m => m.Participants) + hidden.Sum(m => m.Places), RegionSums.Of(await regions.ReadAsync()).Regions),
                ContractsJson.Default.AdminOverview);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e) && !context.RequestAborted.IsCancellationRequested)
        {
            return problems.Refuse(RequestRefusal.Unavailable);
        }
    }

    private async Task<AdminMeeting?> DetailsAsync(MeetingId id)
    {
        if (await calls.ReadAsync(id, new DetailsQuery(null)) is not MeetingDetails { Info: { Ended: null } info }) return null;
        var present = info.Participants.Where(p => p.Presence != Presence.Lobby).ToList();
        return new(info.Id, info.TenantId, info.Code, info.Title, present.Count, info.Participants.Length - present.Count, present.Count > 0 ? present.Min(p => p.JoinedAt) : info.CreatedAt, info.Locked);
    }

    private async Task<IResult> ReadAsync(HttpContext context, string id)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await FindAsync(context, id) is not { } meeting) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return await calls.ReadAsync(meeting, new DetailsQuery(null)) is MeetingDetails details
            ? Results.Json(details.Info, ContractsJson.Default.MeetingInfo)
            : problems.Refuse(MeetingRefusal.Unavailable);
    }

    private async Task<IResult> QualityAsync(HttpContext context, string id)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await FindAsync(context, id) is not { } meeting) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        try
        {
            if (await calls.ReadAsync(meeting, new DetailsQuery(null)) is not MeetingDetails details) return problems.Refuse(MeetingRefusal.Unavailable);
            return Results.Json(await quality.ReadAsync(meeting, details.Pods, context.RequestAborted), ContractsJson.Default.MeetingQuality);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e) && !context.RequestAborted.IsCancellationRequested)
        {
            return problems.Refuse(MeetingRefusal.Unavailable);
        }
    }

    private Task<IResult> RemoveAsync(HttpContext context, string id, string participantId) =>
        StringId.TryParse<ParticipantId>(participantId, out var participant)
            ? DoAsync(context, id, new RemoveParticipant(participant))
            : Task.FromResult(problems.Refuse(MeetingRefusal.UnknownParticipant));

    private async Task<IResult> DoAsync(HttpContext context, string id, MeetingCommand command)
    {
        if (await FindAsync(context, id) is not { } meeting) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return await calls.ExecuteAsync(meeting, command) is MeetingRefused refused ? problems.Refuse(refused.Reason) : Results.NoContent();
    }

    // Only meetings that exist come to life.
    private async Task<MeetingId?> FindAsync(HttpContext context, string id) =>
        StringId.TryParse<MeetingId>(id, out var meeting) && await index.FindAsync(meeting.Value, context.RequestAborted) is not null ? meeting : null;
}
