using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Who is there, and for how long a place is kept (M20 to M28).</summary>
internal static class PresenceRules
{
    public static Decision Open(MeetingState state, ParticipantId? sender, OpenSession c)
    {
        if (state.Ended is not null) return Decision.Refuse(CommandRefusal.Ended);
        if (sender is not { } id || state.Find(id) is not { Stream: null } p) return Decision.Refuse(CommandRefusal.NotInMeeting);
        var decision = p.Link == Presence.Connected ? Decision.Nothing : Decision.Happens(new ParticipantConnected(id));
        return decision with { Actor = id, Shown = [new Ephemeral(null, id, c.SessionId)] };
    }

    public static Decision Close(MeetingState state, ParticipantId? sender, CloseSession c) =>
        sender is { } id && state.Find(id) is { Link: Presence.Connected } ? Decision.Happens(new ParticipantDisconnected(id, c.PageClosed)) : Decision.Nothing;

    /// <summary>The page that was closed is back: what is left of its start may take as long as after any lost session (M26).</summary>
    public static ImmutableArray<MeetingEventBody> Return(Participant p) => p.PageClosed ? [new ParticipantDisconnected(p.Id)] : [];

    public static Decision Sweep(MeetingState state, DateTimeOffset now, MeetingRules rules)
    {
        if (state.Ended is not null || !state.Exists) return Decision.Nothing;
        if (JoinRules.IsAbandoned(state, now, rules)) return LifecycleRules.Abandon();
        if (LifecycleRules.Due(state, now, rules) is { } due) return Decision.Happens(due);
        if (state.Breakouts?.ClosesAt <= now) return Decision.Happens(new BreakoutsClosed());
        if (state.Waiting == 0) return Decision.Nothing;
        var overdue = state.Participants.Values.Where(p => IsOverdue(p, now, rules)).OrderBy(p => p.JoinedSeq);
        return Decision.Happens([.. overdue.Select(p => new ParticipantLeft(p.Id, WhyOverdue(p)))]);
    }

    public static Decision Leave(MeetingState state, Participant sender, Leave c)
    {
        var left = new ParticipantLeft(sender.Id, LeaveReason.Left);
        if (c.Successor is not { } id || id == sender.Id) return Decision.Happens(left);
        if (sender.Role != Role.Host) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (state.Find(id) is not { InLobby: false, Stream: null } successor) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        return successor.Role == Role.Host ? Decision.Happens(left) : Decision.Happens(new ParticipantRoleChanged(id, Role.Host), left);
    }

    /// <summary>When the last host leaves, however that comes about, the co-host who has been there longest is host with the same append (M28).</summary>
    public static Decision HandOver(MeetingState state, Decision decision)
    {
        if (!decision.Events.Any(e => e is ParticipantLeft) || decision.Events.Any(e => e is MeetingEnded or ParticipantRoleChanged)) return decision;
        var gone = decision.Events.OfType<ParticipantLeft>().Select(e => e.ParticipantId).ToHashSet();
        if (!gone.Any(id => state.Find(id) is { InLobby: false, Role: Role.Host })) return decision;
        var staying = state.Participants.Values.Where(p => p is { InLobby: false, Stream: null } && !gone.Contains(p.Id)).ToList();
        if (staying.Exists(p => p.Role == Role.Host)) return decision;
        var successor = staying.Where(p => p.Role == Role.CoHost).OrderBy(p => p.Link == Presence.Connected ? 0 : 1).ThenBy(p => p.JoinedSeq).FirstOrDefault();
        return successor is null ? decision : decision with { Events = decision.Events.Add(new ParticipantRoleChanged(successor.Id, Role.Host)) };
    }

    public static Decision Recover(MeetingState state) =>
        Decision.Happens([.. state.Participants.Values.OrderBy(p => p.JoinedSeq).Select(p => new ParticipantDisconnected(p.Id))]);

    private static bool IsOverdue(Participant p, DateTimeOffset now, MeetingRules rules) => p.Link switch
    {
        Presence.Joining => now - p.LinkSince >= rules.ConnectGrace,
        Presence.Reconnecting => now - p.LinkSince >= (p.PageClosed ? rules.ReloadGrace : rules.ReconnectGrace),
        _ => false,
    };

    private static LeaveReason WhyOverdue(Participant p) => p switch
    {
        { Link: Presence.Joining } => LeaveReason.NeverConnected,
        { PageClosed: true } => LeaveReason.Left,
        _ => LeaveReason.ConnectionLost,
    };
}
