using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;

namespace Conference.MediaPod.Host.Plans;

/// <summary>What the silo wants of this pod, as of one revision. Immutable: <see cref="Apply"/> gives the next state and what has to be done about it.</summary>
/// <param name="Revision">The revision that was applied last; 0 before the first plan.</param>
/// <param name="Rooms">The planned rooms.</param>
public sealed record PodPlanState(long Revision, ImmutableDictionary<MeetingId, PlannedRoom> Rooms)
{
    /// <summary>Before the first plan.</summary>
    public static PodPlanState Empty { get; } = new(0, ImmutableDictionary<MeetingId, PlannedRoom>.Empty);

    /// <summary>Participants in all rooms.</summary>
    public int Participants => Rooms.Values.Sum(r => r.Participants.Count);

    /// <summary>Whether somebody is planned in a room.</summary>
    public bool HasPeople(MeetingId meeting) => Rooms.TryGetValue(meeting, out var room) && !room.Participants.IsEmpty;

    /// <summary>Finds what is planned for a participant.</summary>
    public PlannedParticipant? Find(MeetingId meeting, ParticipantId participant) =>
        Rooms.TryGetValue(meeting, out var room) && room.Participants.TryGetValue(participant, out var planned) ? planned : null;

    /// <summary>Why a participant's tickets are refused at <paramref name="now"/>; null when they are not.</summary>
    public SessionEndReason? RefusalOf(MeetingId meeting, ParticipantId participant, DateTimeOffset now) =>
        Rooms.TryGetValue(meeting, out var room) && room.Removed.TryGetValue(participant, out var removed) && now < removed.Until ? removed.Reason : null;

    /// <summary>
    /// Applies a plan. A delta for another revision than this one changes nothing and gives no effects (the next report tells the silo, which sends a full plan).
    /// Removed participants are kept until their tickets have expired.
    /// </summary>
    public (PodPlanState Next, ImmutableArray<PlanEffect> Effects) Apply(PodPlan plan, DateTimeOffset now)
    {
        var isFull = plan.BaseRevision == 0;
        if (!isFull && plan.BaseRevision != Revision) return (this, []);

        var effects = ImmutableArray.CreateBuilder<PlanEffect>();
        var rooms = Rooms.ToBuilder();
        foreach (var roomPlan in plan.Rooms)
        {
            var room = Rooms.GetValueOrDefault(roomPlan.MeetingId, PlannedRoom.Empty);
            rooms[roomPlan.MeetingId] = room.Apply(roomPlan, now, effects);
        }
        var named = plan.Rooms.Select(r => r.MeetingId).ToHashSet();
        var closed = isFull ? Rooms.Keys.Where(id => !named.Contains(id)).Concat(plan.ClosedRooms) : plan.ClosedRooms;
        foreach (var id in closed.Distinct())
        {
            rooms.Remove(id);
            effects.Add(new RoomClosed(id));
        }
        return (new(plan.Revision, rooms.ToImmutable()), effects.ToImmutable());
    }
}

/// <summary>One planned room.</summary>
/// <param name="Participants">Who may have sessions, and what they may send.</param>
/// <param name="Removed">Who must stay out, until their tickets have expired.</param>
public sealed record PlannedRoom(ImmutableDictionary<ParticipantId, PlannedParticipant> Participants, ImmutableDictionary<ParticipantId, RemovedParticipant> Removed)
{
    /// <summary>A room that nobody is planned in.</summary>
    public static PlannedRoom Empty { get; } =
        new(ImmutableDictionary<ParticipantId, PlannedParticipant>.Empty, ImmutableDictionary<ParticipantId, RemovedParticipant>.Empty);

    internal PlannedRoom Apply(RoomPlan plan, DateTimeOffset now, ImmutableArray<PlanEffect>.Builder effects)
    {
        var participants = Participants.ToBuilder();
        var removed = Removed.RemoveRange(Removed.Where(r => r.Value.Until <= now).Select(r => r.Key)).ToBuilder();
        if (plan.Full)
        {
            var named = plan.Participants.Select(p => p.ParticipantId).Concat(plan.Removed.Select(r => r.ParticipantId)).ToHashSet();
            foreach (var gone in Participants.Keys.Where(id => !named.Contains(id)))
            {
                participants.Remove(gone);
                effects.Add(new ParticipantGone(plan.MeetingId, gone, SessionEndReason.NotInPlan));
            }
        }
        foreach (var planned in plan.Participants)
        {
            participants[planned.ParticipantId] = planned;
            removed.Remove(planned.ParticipantId);
            effects.Add(new PolicyChanged(plan.MeetingId, planned));
        }
        foreach (var gone in plan.Removed)
        {
            participants.Remove(gone.ParticipantId);
            if (gone.Until > now) removed[gone.ParticipantId] = gone;
            effects.Add(new ParticipantGone(plan.MeetingId, gone.ParticipantId, gone.Reason));
        }
        return new(participants.ToImmutable(), removed.ToImmutable());
    }
}

/// <summary>Something that a new plan asks to be done. Doing it twice does no harm.</summary>
public abstract record PlanEffect(MeetingId MeetingId);

/// <summary>What a participant may send is this from now on; its sessions are confirmed.</summary>
public sealed record PolicyChanged(MeetingId MeetingId, PlannedParticipant Participant) : PlanEffect(MeetingId);

/// <summary>Every session of the participant ends.</summary>
public sealed record ParticipantGone(MeetingId MeetingId, ParticipantId ParticipantId, SessionEndReason Reason) : PlanEffect(MeetingId);

/// <summary>Every session in the room ends with <see cref="SessionEndReason.MeetingEnded"/>.</summary>
public sealed record RoomClosed(MeetingId MeetingId) : PlanEffect(MeetingId);
