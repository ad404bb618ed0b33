using System.Diagnostics;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Signaling;

/// <summary>
/// One signaling socket that has said hello: who it is, what it may see, and how far it has been told. What it may see and how far it is belongs to its
/// <see cref="MeetingHub"/> and changes under the hub's lock only.
/// </summary>
internal sealed class SignalSession(string id, MeetingId meeting, ParticipantId participant, SessionOutbox outbox, ActivityContext trace = default)
{
    private readonly Lock _answers = new();
    private CommandId? _lastAnswered;
    private (CommandId Command, GoAwayReason Reason)? _ending;
    private int _toldTimes;

    /// <summary>Names the session: the id of its ticket.</summary>
    public string Id => id;

    public MeetingId Meeting => meeting;

    public ParticipantId Participant => participant;

    public SessionOutbox Outbox => outbox;

    /// <summary>The trace of the join that the session belongs to; none when it is not traced.</summary>
    public ActivityContext Trace => trace;

    /// <summary>True once: a session tells how long its join took once.</summary>
    public bool TakesTimes() => Interlocked.Exchange(ref _toldTimes, 1) == 0;

    /// <summary>The last sequence the client has been told about, or need not be.</summary>
    public long SentSeq { get; private set; }

    /// <summary>Whether events follow <see cref="SentSeq"/> at once; otherwise a view is on its way.</summary>
    public bool IsInSync { get; private set; }

    private bool IsHost { get; set; }

    private bool IsInLobby { get; set; }

    /// <summary>From now on events follow.</summary>
    public void InSync(long seq, ParticipantPlace place)
    {
        (SentSeq, IsInSync) = (seq, true);
        See(place);
    }

    /// <summary>A view has to be read before events go on.</summary>
    public void OutOfSync() => IsInSync = false;

    /// <summary>Takes over what the participant is.</summary>
    public void See(ParticipantPlace place) => (IsHost, IsInLobby) = (place.Role is Role.Host or Role.CoHost, place.InLobby);

    /// <summary>Offers the next event. The answer says what has to be done beyond sending it.</summary>
    public SessionNeed Offer(PublishedEvent e, EventForms forms)
    {
        if (!IsInSync || e.Event.Seq <= SentSeq) return SessionNeed.Nothing;
        SentSeq = e.Event.Seq;
        if (Sees(e)) outbox.Send(e.Also.Contains(participant) ? forms.Plain : IsHost ? forms.ForHosts : forms.ForOthers);
        return AboutMe(e.Event);
    }

    /// <summary>Whether the participant may see an event.</summary>
    public bool Sees(PublishedEvent e) => e.Also.Contains(participant) || e.Audience switch
    {
        EventAudience.LobbyToo => true,
        EventAudience.Everyone => !IsInLobby,
        EventAudience.Hosts => IsHost && !IsInLobby,
        _ => false,
    };

    /// <summary>Whether an ephemeral is for this participant.</summary>
    public bool Sees(Ephemeral e) => e.To is { } to ? to == participant : !IsInLobby;

    private SessionNeed AboutMe(MeetingEvent e)
    {
        switch (e.Body)
        {
            case MeetingEnded:
                EndFor(e, GoAwayReason.Ended);
                return SessionNeed.Nothing;
            case ParticipantLeft b when b.ParticipantId == participant:
                EndFor(e, GoAwayReason.NotInMeeting);
                return SessionNeed.Nothing;
            case ParticipantMoved b when b.ParticipantId == participant:
                return SessionNeed.Move;
            case ParticipantAdmitted b when b.ParticipantId == participant:
                return SessionNeed.View;
            case ParticipantRoleChanged b when b.ParticipantId == participant:
                var isHost = b.Role is Role.Host or Role.CoHost;
                if (isHost == IsHost) return SessionNeed.Nothing;
                IsHost = isHost;
                return SessionNeed.View; // the lobby comes into sight, or goes
            default:
                return SessionNeed.Nothing;
        }
    }

    /// <summary>The answer to a command is queued. If the command sent its own sender away, that happens now, or when its event comes.</summary>
    public void Answered(CommandId command)
    {
        lock (_answers)
        {
            _lastAnswered = command;
            if (_ending is { } ending && ending.Command == command) outbox.End(ending.Reason);
        }
    }

    // Who ended it is told first that it is done; answer and event come by different ways.
    private void EndFor(MeetingEvent e, GoAwayReason reason)
    {
        if (e.Actor != participant || e.CommandId is not { } command)
        {
            outbox.End(reason);
            return;
        }
        lock (_answers)
        {
            _ending = (command, reason);
            if (_lastAnswered == command) outbox.End(reason);
        }
    }
}

/// <summary>What a session needs after an event.</summary>
internal enum SessionNeed
{
    Nothing,

    /// <summary>A new view: it sees other things from now on.</summary>
    View,

    /// <summary>To be told where its media goes.</summary>
    Move,
}
