using System.Collections.Immutable;
using System.Globalization;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Hosting.Http;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Tenants;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary><c>/api/tenants/{id}/audit</c>: reads the journals of a tenant's meetings one after the other, with a bound on what one request looks at. Who may, is <see cref="TenantsApi"/>'s to say.</summary>
internal sealed class AuditApi(IJournal journal, IMeetingIndex index, ApiProblems problems)
{
    private const int MostEntries = 500;
    private const int UsualEntries = 200;
    private const int MostMeetings = 200;
    private const int MostNames = 10_000;

    public async Task<IResult> ReadAsync(HttpContext context, AuditQuestion question, Func<Task<(TenantId Tenant, IResult? Refused)>> open)
    {
        var (tenant, refused) = await open();
        if (refused is not null) return refused;
        if (question.Limit is < 1 or > MostEntries || !Position.TryParse(question.After, out var position)) return problems.Refuse(RequestRefusal.Malformed);
        try
        {
            var page = question.Meeting is { } meeting ? await OneAsync(tenant, meeting, question, position, context.RequestAborted) : await AllAsync(tenant, question, position, context.RequestAborted);
            return page is null ? problems.Refuse(MeetingRefusal.UnknownMeeting) : Results.Json(page, ContractsJson.Default.AuditPage);
        }
        catch (JournalReadException)
        {
            return problems.Refuse(TenantRefusal.Unavailable);
        }
    }

    // Null: it is not there, or another tenant's.
    private async Task<AuditPage?> OneAsync(TenantId tenant, string meeting, AuditQuestion question, Position position, CancellationToken cancellation)
    {
        if (!StringId.TryParse<MeetingId>(meeting, out var id) || await index.FindAsync(id.Value, cancellation) is not { } found || found.TenantId != tenant.Value) return null;
        var (entries, next) = await EntriesAsync(found, position.Seq, question.Limit ?? UsualEntries, question, cancellation);
        return new([.. entries], next is { } seq ? new Position(0, seq).ToString() : null);
    }

    private async Task<AuditPage> AllAsync(TenantId tenant, AuditQuestion question, Position position, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<AuditEntry>();
        var limit = question.Limit ?? UsualEntries;
        for (var looked = 0; looked < MostMeetings; looked++)
        {
            var page = await index.ListAsync(new MeetingQuery(TenantId: tenant.Value, After: position.After, Limit: 1), cancellation);
            if (page.Meetings is not [var one]) return new(found.ToImmutable());
            if (IsWithin(one, question))
            {
                var (entries, next) = await EntriesAsync(one, position.Seq, limit - found.Count, question, cancellation);
                found.AddRange(entries);
                if (next is { } seq) return new(found.ToImmutable(), new Position(position.After, seq).ToString());
            }
            if (page.Next is not { } after) return new(found.ToImmutable());
            position = new Position(after, 0);
            if (found.Count == limit) break;
        }
        return new(found.ToImmutable(), position.ToString());
    }

    // Nothing happens to a meeting before it is made, and nothing after it is over but its deletion, which makes the index say so.
    private static bool IsWithin(MeetingIndexEntry meeting, AuditQuestion question) =>
        !(meeting.CreatedAt >= question.To) && !(meeting.State is JournalWords.EndedState or JournalWords.ErasedState && meeting.UpdatedAt < question.From);

    /// <summary>Entries after a sequence, and the sequence to go on from when there may be more.</summary>
    private async Task<(IReadOnlyList<AuditEntry> Entries, long? Next)> EntriesAsync(MeetingIndexEntry of, long after, int limit, AuditQuestion question, CancellationToken cancellation)
    {
        var isTenant = TenantWords.IsStream(of.MeetingId);
        var stored = await journal.ReadAsync(of.MeetingId, after, limit, isTenant ? AuditWords.TenantTags : AuditWords.MeetingTags, cancellation);
        var within = stored.Where(e => !(e.At < question.From) && !(e.At >= question.To)).ToList();
        long? next = stored.Count == limit ? stored[^1].Sequence : null;
        if (isTenant) return ([.. within.Select(e => AuditWords.Of(e, TenantWords.ToEvent(e)))], next);
        var meeting = MeetingId.Parse(of.MeetingId);
        var names = within.Count > 0 ? await NamesAsync(meeting, cancellation) : [];
        return ([.. within.Select(e => AuditWords.Of(JournalWords.ToEvent(meeting, e), id => names.GetValueOrDefault(id))).OfType<AuditEntry>()], next);
    }

    private async Task<Dictionary<ParticipantId, string>> NamesAsync(MeetingId meeting, CancellationToken cancellation)
    {
        var joins = await journal.ReadAsync(meeting.Value, 0, MostNames, [AuditWords.JoinTag], cancellation);
        return joins.Select(e => JournalWords.ToEvent(meeting, e).Body).OfType<ParticipantJoined>().GroupBy(j => j.ParticipantId).ToDictionary(g => g.Key, g => g.First().DisplayName);
    }

    /// <summary>Where to read on: the meeting after this place in the index, after this sequence of it.</summary>
    private readonly record struct Position(long After, long Seq)
    {
        public static bool TryParse(string? text, out Position position)
        {
            position = default;
            if (text is null) return true;
            if (text.Split('-') is not [var after, var seq]) return false;
            if (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var a) || !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var s)) return false;
            position = new(a, s);
            return true;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{After}-{Seq}");
    }
}

/// <summary>What is asked of the audit.</summary>
/// <param name="Meeting">Only this meeting's; null: all, and the tenant's own.</param>
/// <param name="From">Not before.</param>
/// <param name="To">Before.</param>
/// <param name="After">The <see cref="AuditPage.Next"/> of the page before.</param>
/// <param name="Limit">At most so many entries.</param>
internal sealed record AuditQuestion(string? Meeting, DateTimeOffset? From, DateTimeOffset? To, string? After, int? Limit);
