using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Conference.Silo.Api;

/// <summary>What the journal has of a meeting: chat for those who are in it, everything for its tenant.</summary>
internal sealed class HistoryApi(IJournal journal, Callers callers, ApiProblems problems)
{
    private const int ChatLimit = 200;
    private const int EventLimit = 500;

    public void Map(IEndpointRouteBuilder routes)
    {
        var meetings = routes.MapGroup("/api/meetings/{id}").WithTags("history");
        meetings.MapGet("/chat", ChatAsync).WithName("getChat").Produces<ChatPage>().Refuses(StatusCodes.Status404NotFound);
        meetings.MapGet("/events", EventsAsync).WithName("getEvents").Produces<EventPage>().Refuses(StatusCodes.Status404NotFound);
    }

    // A participant sees what is for them; hosts and tenants by key see what is for everybody.
    private async Task<IResult> ChatAsync(HttpContext context, string id, long after = 0)
    {
        if (await callers.StandingAsync(context, id) is not { } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        var page = await ReadAsync(standing.Id, after, ChatLimit, [JournalWords.ChatTag], context.RequestAborted);
        if (page is null) return problems.Refuse(MeetingRefusal.Unavailable);
        var messages = page.Select(e => (Event: e, Body: (ChatSent)e.Body))
            .Select(m => new ChatMessage(m.Event.Seq, m.Event.At, m.Body.From, m.Body.DisplayName, m.Body.Text, m.Body.To, m.Body.ToHosts))
            .Where(m => IsFor(m, standing));
        return Results.Json(new ChatPage([.. messages], Next(page, ChatLimit)), ContractsJson.Default.ChatPage);
    }

    private async Task<IResult> EventsAsync(HttpContext context, string id, long after = 0)
    {
        if (await callers.StandingAsync(context, id) is not { IsTenant: true } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        var page = await ReadAsync(standing.Id, after, EventLimit, null, context.RequestAborted);
        if (page is null) return problems.Refuse(MeetingRefusal.Unavailable);
        return Results.Json(new EventPage([.. page.Select(WithoutSecrets)], Next(page, EventLimit)), ContractsJson.Default.EventPage);
    }

    private async Task<IReadOnlyList<MeetingEvent>?> ReadAsync(MeetingId id, long after, int limit, string[]? types, CancellationToken cancellation)
    {
        try
        {
            var stored = await journal.ReadAsync(id.Value, Math.Max(after, 0), limit, types, cancellation);
            return [.. stored.Select(e => JournalWords.ToEvent(id, e))];
        }
        catch (JournalReadException)
        {
            return null;
        }
    }

    private static bool IsFor(ChatMessage message, Standing standing) =>
        standing.Participant is { } me ? ChatRules.Sees(message, me, standing.MayManage) : message.To is null && (!message.ToHosts || standing.MayManage);

    private static MeetingEvent WithoutSecrets(MeetingEvent e) => e with
    {
        Body = e.Body switch
        {
            ParticipantJoined joined => joined with { ResumeTokenHash = null, DeviceHash = null },
            StreamKeyCreated key => key with { KeyHash = "" },
            _ => Publication.Strip(e.Body),
        },
    };

    private static long? Next(IReadOnlyList<MeetingEvent> page, int limit) => page.Count == limit ? page[^1].Seq : null;
}
