using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Who may see an event (docs/meetings.md, "Who sees what"). Pure: the state before the event and the event.</summary>
public static class Publication
{
    /// <summary>An event in the form in which it leaves the grain: without what only the journal holds, with its audience.</summary>
    public static PublishedEvent Of(MeetingState before, MeetingEvent next)
    {
        var shown = next with { Body = Strip(next.Body) };
        return next.Body switch
        {
            MeetingEnded => new(shown, EventAudience.LobbyToo, []),
            ParticipantJoined { InLobby: true } b => new(shown, EventAudience.Hosts, [b.ParticipantId]),
            ParticipantAdmitted b => new(shown, EventAudience.Everyone, [b.ParticipantId], Newcomer(before, b)),
            ParticipantLeft b => About(before, shown, b.ParticipantId),
            ParticipantConnected b => About(before, shown, b.ParticipantId),
            ParticipantDisconnected b => About(before, shown, b.ParticipantId),
            ParticipantRenamed b => About(before, shown, b.ParticipantId),
            ParticipantMoved or StreamKeyCreated or StreamKeyRevoked => new(shown, EventAudience.Nobody, []),
            ChatSent { To: { } to } b => new(shown, EventAudience.Named, to.Contains(b.From) ? to : to.Add(b.From)),
            ChatSent { ToHosts: true } b => new(shown, EventAudience.Hosts, [b.From]),
            ChatEdited b => AboutMessage(shown, b.From, b.To, b.ToHosts),
            ChatDeleted b => AboutMessage(shown, b.From, b.To, b.ToHosts),
            _ => new(shown, EventAudience.Everyone, []),
        };
    }

    /// <summary>The form without what only the journal holds.</summary>
    public static MeetingEventBody Strip(MeetingEventBody body) => body switch
    {
        MeetingCreated b => b with { HostKeyHash = null, PasscodeHash = null },
        ParticipantJoined b => b with { ResumeTokenHash = null, StreamKeyId = null, DeviceHash = null },
        _ => body,
    };

    private static PublishedEvent AboutMessage(MeetingEvent shown, ParticipantId from, ImmutableArray<ParticipantId>? to, bool toHosts) =>
        toHosts ? new(shown, EventAudience.Hosts, [from]) : to is { } named ? new(shown, EventAudience.Named, [.. named.Append(from).Distinct()]) : new(shown, EventAudience.Everyone, []);

    private static PublishedEvent About(MeetingState before, MeetingEvent shown, ParticipantId id) =>
        before.Find(id) is { InLobby: true } ? new(shown, EventAudience.Hosts, [id]) : new(shown, EventAudience.Everyone, [id]);

    private static ParticipantJoined? Newcomer(MeetingState before, ParticipantAdmitted b) =>
        before.Find(b.ParticipantId) is { } p ? new ParticipantJoined(p.Id, p.DisplayName, p.Role, InLobby: false) : null;
}
