using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Who may see an event (docs/meetings.md, "Who sees what"). Pure: the state before the event and the event.</summary>
public static class Publication
{
    private const int MostLiveCounts = 200;

    /// <summary>An event in the form in which it leaves the grain: without what only the journal holds, with its audience.</summary>
    public static PublishedEvent Of(MeetingState before, MeetingEvent next)
    {
        var shown = next with { Body = Strip(next.Body) };
        return next.Body switch
        {
            MeetingEnded => new(shown, EventAudience.LobbyToo, []),
            ParticipantJoined b when b.InLobby || b.Role == Role.Viewer => new(shown, EventAudience.Hosts, [b.ParticipantId]),
            ParticipantAdmitted b when IsViewer(before, b.ParticipantId) => new(shown, EventAudience.Hosts, [b.ParticipantId]),
            ParticipantRoleChanged b => RoleChanged(before, shown, b),
            ParticipantHandChanged b => About(before, shown, b.ParticipantId),
            ParticipantAdmitted b => new(shown, EventAudience.Everyone, [b.ParticipantId], ForOthers: Newcomer(before, next, b)),
            PollVoted b => Voted(before, next, b),
            PollClosed b => Closed(before, next, b),
            QuestionAsked { Anonymous: true } b => new(shown, EventAudience.Everyone, [b.From!.Value], Unsigned(next, b with { From = null, DisplayName = null }), Unsigned(next, b with { From = null, DisplayName = null })),
            QuestionVoted b => Upvoted(before, next, b),
            ParticipantLeft b => About(before, shown, b.ParticipantId),
            ParticipantLetBack => new(shown, EventAudience.Hosts, []),
            ParticipantConnected b => About(before, shown, b.ParticipantId),
            ParticipantDisconnected b => About(before, shown, b.ParticipantId),
            ParticipantRenamed b => About(before, shown, b.ParticipantId),
            ParticipantMoved or StreamKeyCreated or StreamKeyRevoked or MeetingBitrateSet or MeetingErased => new(shown, EventAudience.Nobody, []),
            ChatSent { To: { } to } b => new(shown, EventAudience.Named, to.Contains(b.From) ? to : to.Add(b.From)),
            ChatSent { ToHosts: true } b => new(shown, EventAudience.Hosts, [b.From]),
            AppDataSent { To: { } to } b => new(shown, EventAudience.Named, to.Contains(b.From) ? to : to.Add(b.From)),
            EncryptionSealed b => new(shown, EventAudience.Named, [b.From, .. b.Boxes.Select(x => x.ParticipantId)]),
            ChatEdited b => AboutMessage(shown, b.From, b.To, b.ToHosts),
            ChatDeleted b => AboutMessage(shown, b.From, b.To, b.ToHosts),
            _ => new(shown, EventAudience.Everyone, []),
        };
    }

    /// <summary>The form without what only the journal holds.</summary>
    public static MeetingEventBody Strip(MeetingEventBody body) => body switch
    {
        MeetingCreated b => b with { HostKeyHash = null, PasscodeHash = null, Owner = null },
        ParticipantJoined b => b with { ResumeTokenHash = null, StreamKeyId = null, DeviceHash = null, Token = null, ByToken = null },
        _ => body,
    };

    private static PublishedEvent AboutMessage(MeetingEvent shown, ParticipantId from, ImmutableArray<ParticipantId>? to, bool toHosts) =>
        toHosts ? new(shown, EventAudience.Hosts, [from]) : to is { } named ? new(shown, EventAudience.Named, [.. named.Append(from).Distinct()]) : new(shown, EventAudience.Everyone, []);

    private static PublishedEvent About(MeetingState before, MeetingEvent shown, ParticipantId id) =>
        before.Find(id) is { InLobby: true } or { IsListed: false } ? new(shown, EventAudience.Hosts, [id]) : new(shown, EventAudience.Everyone, [id]);

    private static MeetingEvent? Newcomer(MeetingState before, MeetingEvent next, ParticipantAdmitted b) =>
        before.Find(b.ParticipantId) is { } p ? next with { Body = new ParticipantJoined(p.Id, p.DisplayName, p.Role, InLobby: false) } : null;

    // For those who see no viewers, somebody who becomes one leaves, and somebody who was one joins.
    private static PublishedEvent RoleChanged(MeetingState before, MeetingEvent shown, ParticipantRoleChanged b)
    {
        if (before.Find(b.ParticipantId) is not { } p || p.IsListed == (b.Role != Role.Viewer)) return About(before, shown, b.ParticipantId);
        MeetingEventBody others = p.IsListed ? new ParticipantLeft(p.Id, LeaveReason.Left) : new ParticipantJoined(p.Id, p.DisplayName, b.Role, InLobby: false);
        return new(shown, p.InLobby ? EventAudience.Hosts : EventAudience.Everyone, [b.ParticipantId], shown with { Body = others });
    }

    private static bool IsViewer(MeetingState before, ParticipantId id) => before.Find(id) is { IsListed: false };

    // Voters see what they chose, hosts who chose what unless the poll is anonymous, everybody the counts where the poll shows them.
    private static PublishedEvent Voted(MeetingState before, MeetingEvent next, PollVoted b)
    {
        var (voter, poll) = (b.From!.Value, before.Polls.Find(p => p.Id == b.Poll)?.With(new(b.From.Value, b.DisplayName!, b.Choices!.Value)));
        if (poll is null) return new(next, EventAudience.Nobody, []);
        var counted = b with { Counts = poll.Counts, Voters = poll.Votes.Count };
        var unsigned = Unsigned(next, counted with { From = null, DisplayName = null, Choices = null });
        var seesResults = poll.ShowsResults || before.Find(voter) is { IsHost: true };
        // Past that many, counts go out with the end of the poll: to tell everybody of every vote would be their square.
        var audience = poll.ShowsResults && before.Places <= MostLiveCounts ? EventAudience.Everyone : EventAudience.Hosts;
        return new(next with { Body = seesResults ? counted : b }, audience, [voter], unsigned, b.Anonymous ? unsigned : next with { Body = counted });
    }

    private static PublishedEvent Closed(MeetingState before, MeetingEvent next, PollClosed b)
    {
        var poll = before.Polls.Find(p => p.Id == b.Poll);
        var counted = next with { Body = b with { Counts = poll?.Counts, Voters = poll?.Votes.Count } };
        return new(counted, EventAudience.Everyone, [], b.Shared || poll is { ShowsResults: true } ? null : next);
    }

    private static PublishedEvent Upvoted(MeetingState before, MeetingEvent next, QuestionVoted b)
    {
        var votes = (before.Questions.Find(q => q.Id == b.Question)?.Votes.Count ?? 0) + (b.Up ? 1 : -1);
        var unsigned = Unsigned(next, b with { From = null, Votes = votes });
        return new(next with { Body = b with { Votes = votes } }, EventAudience.Everyone, [b.From!.Value], unsigned, unsigned);
    }

    private static MeetingEvent Unsigned(MeetingEvent next, MeetingEventBody body) => next with { Body = body, Actor = null, CommandId = null };
}
