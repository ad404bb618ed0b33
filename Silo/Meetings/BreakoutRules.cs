using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Breakout rooms (M94 to M99).</summary>
internal static class BreakoutRules
{
    private const int MostRooms = 50;
    private const int LongestCountdown = 600;
    private const int LongestBroadcast = 1000;

    public static Decision Open(MeetingState state, Participant sender, BreakoutsOpen c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.Rooms.IsDefault || c.Rooms.Length is 0 or > MostRooms) return Decision.Refuse(CommandRefusal.Malformed);
        var names = ImmutableArray.CreateBuilder<string>(c.Rooms.Length);
        foreach (var text in c.Rooms)
        {
            if (!VisibleText.TryTitle(text, out var name)) return Decision.Refuse(CommandRefusal.InvalidText);
            names.Add(name);
        }
        if (c.Places is not null != (c.Assignment == BreakoutAssignment.Manual)) return Decision.Refuse(CommandRefusal.Malformed);
        ImmutableArray<BreakoutPlace> places = c.Assignment == BreakoutAssignment.Automatic ? Split(state, names.Count) : c.Places ?? [];
        if (places.IsDefault || places.Any(p => p.Room < 0 || p.Room >= names.Count) || places.DistinctBy(p => p.ParticipantId).Count() != places.Length) return Decision.Refuse(CommandRefusal.Malformed);
        if (places.Any(p => !MayMove(state.Find(p.ParticipantId)))) return Decision.Refuse(CommandRefusal.UnknownParticipant);

        var events = state.Breakouts is null ? ImmutableArray<MeetingEventBody>.Empty : [new BreakoutsClosed()];
        events = events.Add(new BreakoutsOpened(names.MoveToImmutable(), c.Assignment == BreakoutAssignment.SelfChosen));
        return new Decision { Events = events.AddRange(places.Select(p => new BreakoutMoved(p.ParticipantId, p.Room))) };
    }

    public static Decision Move(MeetingState state, Participant sender, BreakoutMove c)
    {
        var target = c.ParticipantId is { } id && id != sender.Id ? state.Find(id) : sender;
        if (target != sender && !sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (!MayMove(target)) return Decision.Refuse(CommandRefusal.UnknownParticipant);
        if (c.Room is { } room)
        {
            if (state.Breakouts is not { } breakouts) return Decision.Refuse(CommandRefusal.SwitchedOff);
            if (room < 0 || room >= breakouts.Rooms.Length) return Decision.Refuse(CommandRefusal.Malformed);
            // Back into a room that a host chose for them they may go as well, but the state does not know it any more: a host moves them.
            if (!breakouts.SelfChosen && !sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        }
        return target!.Room == c.Room ? Decision.Nothing : Decision.Happens(new BreakoutMoved(target.Id, c.Room));
    }

    public static Decision Close(MeetingState state, Participant sender, BreakoutsClose c, DateTimeOffset now)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (c.Seconds is < 0 or > LongestCountdown) return Decision.Refuse(CommandRefusal.Malformed);
        if (state.Breakouts is null) return Decision.Nothing;
        return c.Seconds == 0 ? Decision.Happens(new BreakoutsClosed()) : Decision.Happens(new BreakoutsClosing(now.AddSeconds(c.Seconds)));
    }

    public static Decision Broadcast(Participant sender, BreakoutsBroadcast c)
    {
        if (!sender.IsHost) return Decision.Refuse(CommandRefusal.NotAllowed);
        if (!VisibleText.IsChat(c.Text) || c.Text.Length > LongestBroadcast) return Decision.Refuse(CommandRefusal.InvalidText);
        return Decision.Nothing with { Shown = [new Ephemeral(new BroadcastShown(sender.Id, sender.DisplayName, c.Text))] };
    }

    private static ImmutableArray<BreakoutPlace> Split(MeetingState state, int rooms)
    {
        var people = state.Participants.Values.Where(p => MayMove(p) && !p.IsHost).OrderBy(p => p.JoinedSeq);
        return [.. people.Select((p, i) => new BreakoutPlace(p.Id, i % rooms))];
    }

    private static bool MayMove(Participant? p) => p is { InLobby: false, Stream: null, IsListed: true };
}
