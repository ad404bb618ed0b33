using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Hosting.Tracing;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Signaling;
using Conference.Silo.Tenants;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary><c>/api/join/{code}</c>: what the join page shows, and the way in.</summary>
internal sealed class JoinApi(
    MeetingCalls calls, MeetingCodes codes, AttemptLimiter attempts, MediaGrants grants, TenantTokens tokens, ApiProblems problems, PublicLinks links, TimeProvider time)
{
    private const int LongestDeviceToken = 256;

    public void Map(IEndpointRouteBuilder routes)
    {
        var join = routes.MapGroup("/api/join/{code}").WithTags("join");
        join.MapGet("", FactsAsync).WithName("getJoinFacts").Produces<JoinFacts>().Refuses(StatusCodes.Status404NotFound);
        join.MapGet("/calendar.ics", CalendarAsync).WithName("getCalendarFile").Produces<string>(contentType: "text/calendar").Refuses(StatusCodes.Status404NotFound);
        join.MapPost("", JoinAsync).WithName("join").Accepts<JoinRequest>("application/json").Produces<JoinResponse>()
            .Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status410Gone,
                StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<IResult> FactsAsync(HttpContext context, string code)
    {
        var found = await codes.FindAsync(code, context.RequestAborted);
        if (found.Refusal is { } refusal) return problems.Refuse(refusal);
        context.Response.Headers.CacheControl = "no-store";
        return await calls.ReadAsync(found.Id, new FactsQuery()) switch
        {
            MeetingFacts { Facts: var facts } => Results.Json(facts, ContractsJson.Default.JoinFacts),
            NoMeeting => problems.Refuse(JoinRefusal.UnknownCode),
            _ => problems.Refuse(JoinRefusal.Unavailable),
        };
    }

    // Without a schedule there is nothing to put into a calendar.
    private async Task<IResult> CalendarAsync(HttpContext context, string code)
    {
        var found = await codes.FindAsync(code, context.RequestAborted);
        if (found.Refusal is { } refusal) return problems.Refuse(refusal);
        if (await calls.ReadAsync(found.Id, new FactsQuery()) is not MeetingFacts { Facts: { Schedule: { } schedule } facts }) return problems.Refuse(JoinRefusal.UnknownCode);
        var file = CalendarFile.Write(facts.Title, schedule, links.Join(context, facts.Code), $"{found.Id}@conference", time.GetUtcNow());
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(file, "text/calendar; charset=utf-8");
    }

    private async Task<IResult> JoinAsync(HttpContext context, string code)
    {
        var (body, broken) = await JsonBody.ReadAsync(context, ContractsJson.Default.JoinRequest);
        if (body is null) return problems.Refuse(broken!.Value);
        var found = await codes.FindAsync(code, context.RequestAborted);
        if (found.Refusal is { } refusal) return problems.Refuse(refusal);
        var address = context.Connection.RemoteIpAddress;
        // Whoever guesses nothing does not wait for those who do: a present participant comes back by a token that nobody can guess.
        if (Guesses(body) is { } guess && attempts.WaitFor(found.Id.Value, address, guess) is { } wait) return problems.Later(context, JoinRefusal.TooManyAttempts, wait);

        var (grant, badToken) = body is { Token: { } token, ResumeToken: null } ? await tokens.CheckAsync(token, found.Id) : default;
        if (badToken is { } bad) return problems.Refuse(bad);
        var resumeToken = body.ResumeToken ?? Secrets.NewToken();
        MeetingCommand command = body.ResumeToken is not null
            ? new ResumePlace(body.ResumeToken, body.HostKey, body.Region)
            : new TakePlace(NewParticipant(), body.DisplayName ?? "", Secrets.Hash(resumeToken), body.Passcode, body.HostKey, body.Region,
                body.DeviceToken is { Length: > 0 and <= LongestDeviceToken } device ? Secrets.Hash(device) : null, grant);
        using var span = ServiceTracing.Source.StartActivity("take place");
        var taking = await calls.ExecuteAsync(found.Id, command);
        span?.SetTag("conference.outcome", taking is JoinRefused refused ? refused.Reason.ToString() : taking.GetType().Name);
        span?.Stop();
        switch (taking)
        {
            case PlaceTaken taken:
                return Results.Json(Welcome(found.Id, taken, resumeToken), ContractsJson.Default.JoinResponse);
            case JoinRefused { Reason: var reason }:
                if (Guesses(body) is { } wrong && reason is JoinRefusal.WrongHostKey or JoinRefusal.WrongPasscode) attempts.Failed(found.Id.Value, address, wrong);
                return problems.Refuse(reason);
            default:
                return problems.Refuse(JoinRefusal.Unavailable);
        }
    }

    private JoinResponse Welcome(MeetingId meeting, PlaceTaken taken, string resumeToken) => new(
        meeting, taken.ParticipantId, resumeToken, grants.SignalTicket(meeting, taken.ParticipantId), "/signal",
        taken.Place.InLobby ? JoinState.Lobby : JoinState.Joined, grants.For(meeting, taken.ParticipantId, taken.Place), ServiceTracing.Current, taken.Place.Encrypted);

    // A page that has not asked for the passcode yet does not guess.
    private static GuessedSecret? Guesses(JoinRequest body) =>
        body.HostKey is not null ? GuessedSecret.Key : !string.IsNullOrEmpty(body.Passcode) && body.ResumeToken is null ? GuessedSecret.Passcode : null;

    public static ParticipantId NewParticipant() => ParticipantId.Parse("p" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10)));
}

/// <summary>Finds meetings by their codes.</summary>
internal sealed class MeetingCodes(IMeetingIndex index)
{
    /// <summary>The meeting, or why there is none.</summary>
    public async Task<(MeetingId Id, JoinRefusal? Refusal)> FindAsync(string text, CancellationToken cancellation)
    {
        if (!JoinCode.TryParse(text, out var code)) return (default, JoinRefusal.UnknownCode);
        try
        {
            var entry = await index.FindByCodeAsync(code, cancellation);
            return entry is null ? (default, JoinRefusal.UnknownCode) : (MeetingId.Parse(entry.MeetingId), null);
        }
        catch (JournalReadException)
        {
            return (default, JoinRefusal.Unavailable);
        }
    }
}
