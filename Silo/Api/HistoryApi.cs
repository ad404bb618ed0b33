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
internal sealed class HistoryApi(IJournal journal, Callers callers, MeetingData data, ApiProblems problems)
{
    private const int ChatLimit = 200;
    private const int EventLimit = 500;
    private const int LongestSearch = 100;
    private const int EnoughFound = 50;
    private const int MostSearched = 25;

    public void Map(IEndpointRouteBuilder routes)
    {
        var meetings = routes.MapGroup("/api/meetings/{id}").WithTags("history");
        meetings.MapGet("/chat", ChatAsync).WithName("getChat").Produces<ChatPage>().Refuses(StatusCodes.Status404NotFound);
        meetings.MapGet("/events", EventsAsync).WithName("getEvents").Produces<EventPage>().Refuses(StatusCodes.Status404NotFound);
        meetings.MapDelete("/data", EraseAsync).WithName("eraseMeeting").Produces(StatusCodes.Status204NoContent).Refuses(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<IResult> EraseAsync(HttpContext context, string id)
    {
        if (await callers.StandingAsync(context, id) is not { IsTenant: true, Info: { } info } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        return await data.EraseAsync(standing.Id, info.TenantId) is { } refusal ? problems.Refuse(refusal) : Results.NoContent();
    }

    // A participant sees what is for them; hosts and tenants by key see what is for everybody and for hosts.
    private async Task<IResult> ChatAsync(HttpContext context, string id, long? after = null, long? before = null, string? q = null)
    {
        if (await callers.StandingAsync(context, id) is not { } standing) return problems.Refuse(MeetingRefusal.UnknownMeeting);
        context.Response.Headers.CacheControl = "no-store";
        var search = q?.Trim() is { Length: > 0 and <= LongestSearch } text ? text : null;
        try
        {
            var page = before is { } end ? await BackAsync(standing, end, search, context.RequestAborted) : await ForwardAsync(standing, after ?? 0, search, context.RequestAborted);
            return Results.Json(page, ContractsJson.Default.ChatPage);
        }
        catch (JournalReadException)
        {
            return problems.Refuse(MeetingRefusal.Unavailable);
        }
    }

    private async Task<ChatPage> ForwardAsync(Standing standing, long after, string? search, CancellationToken cancellation)
    {
        var page = await ChatHistory.AfterAsync(journal, standing.Id, after, ChatLimit, cancellation);
        return new([.. page.Where(m => Shows(m, standing, search))], Next: page.Length == ChatLimit ? page[^1].Seq : null);
    }

    // One that looks for something looks through more, until there is a page to show.
    private async Task<ChatPage> BackAsync(Standing standing, long before, string? search, CancellationToken cancellation)
    {
        var found = ImmutableArray<ChatMessage>.Empty;
        for (var pages = 0; ; pages++)
        {
            var page = await ChatHistory.BeforeAsync(journal, standing.Id, before, ChatLimit, cancellation);
            found = [.. page.Where(m => Shows(m, standing, search)), .. found];
            if (page.Length < ChatLimit) return new(found);
            before = page[0].Seq;
            if (search is null || found.Length >= EnoughFound || pages >= MostSearched) return new(found, Previous: before);
        }
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

    private static bool Shows(ChatMessage message, Standing standing, string? search) => IsFor(message, standing) && (search is null || Has(message, search));

    private static bool Has(ChatMessage message, string search) =>
        !message.Deleted && (message.Text.Contains(search, StringComparison.OrdinalIgnoreCase) || message.DisplayName.Contains(search, StringComparison.OrdinalIgnoreCase));

    private static bool IsFor(ChatMessage message, Standing standing)
    {
        if (standing.Participant is not { } me) return message.To is null && (!message.ToHosts || standing.MayManage);
        var role = standing.Info?.Participants.FirstOrDefault(p => p.Id == me)?.Role;
        return ChatRules.Sees(message, me, role is Role.Host or Role.CoHost);
    }

    // What was promised to be anonymous is so for the tenant too.
    private static MeetingEvent WithoutSecrets(MeetingEvent e) => Stripped(e.Body is PollVoted { Anonymous: true } or QuestionAsked { Anonymous: true } ? e with { Actor = null, CommandId = null } : e);

    private static MeetingEvent Stripped(MeetingEvent e) => e with
    {
        Body = e.Body switch
        {
            ParticipantJoined joined => joined with { ResumeTokenHash = null, DeviceHash = null, Token = null },
            PollVoted { Anonymous: true } voted => voted with { From = null, DisplayName = null, Choices = null },
            QuestionAsked { Anonymous: true } asked => asked with { From = null, DisplayName = null },
            StreamKeyCreated key => key with { KeyHash = "" },
            _ => Publication.Strip(e.Body),
        },
    };

    private static long? Next(IReadOnlyList<MeetingEvent> page, int limit) => page.Count == limit ? page[^1].Seq : null;
}
