using System.Globalization;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Pods;

namespace Conference.Silo.Meetings;

/// <summary>
/// Keeps the pods' plans in step with what is durable in a meeting. Level-triggered: changes only mark what has to be said, a push says what is so now, and one that
/// fails is followed by the whole room. Lives in the grain: every method runs in one of its turns.
/// </summary>
internal sealed class RoomPushes(IGrainFactory grains, Func<MeetingState> state, MeetingOptions options, TimeProvider time)
{
    private readonly Dictionary<PodId, PodRoom> _rooms = [];

    /// <summary>Pods that have, or should have, something of the meeting.</summary>
    public IEnumerable<PodId> Pods => _rooms.Keys;

    /// <summary>Says everything to every pod of the meeting, after the grain has come to life.</summary>
    public void Begin()
    {
        foreach (var pod in state().Participants.Values.Where(p => p.PodId is not null).Select(p => p.PodId!.Value).Distinct()) Room(pod).IsFull = true;
        PushAll();
    }

    /// <summary>Events became durable: <paramref name="before"/> is the state without them.</summary>
    public void Committed(MeetingState before, IEnumerable<PublishedEvent> events)
    {
        foreach (var e in events) Mark(before, e.Event.Body);
        PushAll();
    }

    /// <summary>Tries again what failed, and ends overlaps that are over.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (pod, room) in _rooms)
        {
            foreach (var (id, _) in room.Overlaps.Where(o => o.Value <= now).ToList())
            {
                room.Overlaps.Remove(id);
                room.Dirty[id] = SessionEndReason.NotInPlan;
            }
            if (!room.HasWork && !room.IsPushing && room.Overlaps.Count == 0 && !IsWanted(pod)) _rooms.Remove(pod);
        }
        PushAll();
    }

    /// <summary>A pod is gone, and with it what it was told.</summary>
    public void Forget(PodId pod) => _rooms.Remove(pod);

    /// <summary>The whole room as a pod should have it.</summary>
    public RoomPlan FullRoom(PodId pod) =>
        new(state().Id, Full: true, [.. state().Participants.Values.Where(p => Wants(pod, p)).Select(p => Planned(p, state()))], []);

    private void Mark(MeetingState before, MeetingEventBody body)
    {
        switch (body)
        {
            case ParticipantMoved b:
                Touch(b.PodId, b.ParticipantId, SessionEndReason.NotInPlan);
                if (before.Find(b.ParticipantId)?.PodId is not { } old) Room(b.PodId).Joins++;
                else if (old != b.PodId && _rooms.TryGetValue(old, out var room))
                    room.Overlaps[b.ParticipantId] = time.GetUtcNow() + options.MoveOverlap;
                break;
            case ParticipantLeft b:
                var reason = b.Reason is LeaveReason.Removed or LeaveReason.Denied ? SessionEndReason.Removed : SessionEndReason.NotInPlan;
                foreach (var pod in PodsOf(before, b.ParticipantId)) Touch(pod, b.ParticipantId, reason);
                break;
            case ParticipantMediaChanged b:
                foreach (var pod in PodsOf(before, b.ParticipantId)) Touch(pod, b.ParticipantId, SessionEndReason.NotInPlan);
                break;
            case BreakoutMoved b:
                foreach (var pod in PodsOf(before, b.ParticipantId)) Touch(pod, b.ParticipantId, SessionEndReason.NotInPlan);
                break;
            case ParticipantRoleChanged b:
                foreach (var pod in PodsOf(before, b.ParticipantId)) Touch(pod, b.ParticipantId, SessionEndReason.NotInPlan);
                break;
            case MeetingSettingsChanged or BreakoutsClosed or MeetingBitrateSet:
                foreach (var any in _rooms.Values) any.IsFull = true;
                break;
            case MeetingEnded:
                foreach (var any in _rooms.Values) any.IsClosing = true;
                break;
            default:
                break;
        }
    }

    private IEnumerable<PodId> PodsOf(MeetingState before, ParticipantId id)
    {
        if ((state().Find(id) ?? before.Find(id))?.PodId is { } pod) yield return pod;
        foreach (var (other, room) in _rooms)
            if (room.Overlaps.ContainsKey(id)) yield return other;
    }

    private void Touch(PodId pod, ParticipantId id, SessionEndReason reason) => Room(pod).Dirty[id] = reason;

    private PodRoom Room(PodId pod)
    {
        if (!_rooms.TryGetValue(pod, out var room)) _rooms[pod] = room = new();
        return room;
    }

    private bool IsWanted(PodId pod) => state().Participants.Values.Any(p => Wants(pod, p));

    private bool Wants(PodId pod, Participant p) => !p.InLobby && (p.PodId == pod || (_rooms.TryGetValue(pod, out var room) && room.Overlaps.ContainsKey(p.Id)));

    private void PushAll()
    {
        foreach (var (pod, room) in _rooms)
            if (room.HasWork && !room.IsPushing) _ = PushAsync(pod, room);
    }

    private async Task PushAsync(PodId pod, PodRoom room)
    {
        room.IsPushing = true;
        try
        {
            while (room.HasWork)
            {
                var change = room.IsClosing
                    ? new RoomChange(new(state().Id, Full: true, [], []), Close: true, room.Joins)
                    : new RoomChange(room.IsFull ? FullRoom(pod) : Delta(pod, room), Close: false, room.Joins);
                var isClosing = room.IsClosing;
                room.Clear();
                await grains.GetGrain<IPodGrain>(pod.Value).SetRoom(change);
                if (!isClosing) continue;
                // Who comes after the end of a meeting that recurs comes into a new room.
                room.IsFull = room.HasWork;
                if (!room.HasWork) _rooms.Remove(pod);
                break;
            }
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            room.IsFull = true; // said again by the next sweep
        }
        finally
        {
            room.IsPushing = false;
        }
    }

    private RoomPlan Delta(PodId pod, PodRoom room)
    {
        var (present, gone) = (new List<PlannedParticipant>(), new List<RemovedParticipant>());
        foreach (var (id, reason) in room.Dirty)
        {
            if (state().Find(id) is { } p && Wants(pod, p)) present.Add(Planned(p, state()));
            else gone.Add(new(id, reason, time.GetUtcNow() + options.RefuseTicketsFor));
        }
        return new(state().Id, Full: false, [.. present], [.. gone]);
    }

    private static PlannedParticipant Planned(Participant p, MeetingState state) => new(
        p.Id, p.MayPublish(state.Settings).ToArray(), p.Muted.ToArray(), p.Room?.ToString(CultureInfo.InvariantCulture), QuotaRules.BoundsOf(state.Bitrate),
        state.Settings.Encrypted);

    private sealed class PodRoom
    {
        public Dictionary<ParticipantId, SessionEndReason> Dirty { get; } = [];

        public Dictionary<ParticipantId, DateTimeOffset> Overlaps { get; } = [];

        public int Joins { get; set; }

        public bool IsFull { get; set; }

        public bool IsClosing { get; set; }

        public bool IsPushing { get; set; }

        public bool HasWork => IsFull || IsClosing || Dirty.Count > 0;

        public void Clear()
        {
            Dirty.Clear();
            (IsFull, IsClosing, Joins) = (false, false, 0);
        }
    }
}
