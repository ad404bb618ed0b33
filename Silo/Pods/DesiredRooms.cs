using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Silo.Pods;

/// <summary>What one pod should have, with a revision that grows. Every change gives the plan that tells the pod.</summary>
/// <param name="firstRevision">Above every revision that an earlier silo can have sent: a time.</param>
public sealed class DesiredRooms(long firstRevision)
{
    private readonly Dictionary<MeetingId, Room> _rooms = [];

    /// <summary>The revision of the last plan.</summary>
    public long Revision { get; private set; } = firstRevision;

    /// <summary>Participants in all rooms.</summary>
    public int Participants { get; private set; }

    /// <summary>The meetings that should be there.</summary>
    public IReadOnlyCollection<MeetingId> Meetings => _rooms.Keys;

    /// <summary>The meetings that have somebody there.</summary>
    public IEnumerable<MeetingId> Peopled => _rooms.Where(r => r.Value.Participants.Count > 0).Select(r => r.Key);

    /// <summary>Whether a meeting should be there, with somebody in it.</summary>
    public bool HasPeople(MeetingId meeting) => _rooms.TryGetValue(meeting, out var room) && room.Participants.Count > 0;

    /// <summary>Whether a meeting should be there.</summary>
    public bool Has(MeetingId meeting) => _rooms.ContainsKey(meeting);

    /// <summary>Changes one room; the answer changes exactly the revision before.</summary>
    public PodPlan Set(RoomPlan change)
    {
        if (!_rooms.TryGetValue(change.MeetingId, out var room)) _rooms[change.MeetingId] = room = new();
        Participants -= room.Participants.Count;
        if (change.Full) room.Participants.Clear();
        foreach (var p in change.Participants)
        {
            room.Participants[p.ParticipantId] = p;
            room.Removed.Remove(p.ParticipantId);
        }
        foreach (var gone in change.Removed)
        {
            room.Participants.Remove(gone.ParticipantId);
            room.Removed[gone.ParticipantId] = gone;
        }
        Participants += room.Participants.Count;
        return new(Revision + 1, Revision++, [change], []);
    }

    /// <summary>Closes one room; null when there is none.</summary>
    public PodPlan? Close(MeetingId meeting)
    {
        if (!_rooms.Remove(meeting, out var room)) return null;
        Participants -= room.Participants.Count;
        return new(Revision + 1, Revision++, [], [meeting]);
    }

    /// <summary>The whole plan, with a new revision.</summary>
    public PodPlan Full() => new(++Revision, 0, [.. _rooms.Select(r => r.Value.ToPlan(r.Key))], []);

    /// <summary>Rooms with nobody in them and no removed participant whose tickets still have to be refused.</summary>
    public IReadOnlyList<MeetingId> Idle(DateTimeOffset now) => [.. _rooms.Where(r => r.Value.IsIdle(now)).Select(r => r.Key)];

    private sealed class Room
    {
        public Dictionary<ParticipantId, PlannedParticipant> Participants { get; } = [];

        public Dictionary<ParticipantId, RemovedParticipant> Removed { get; } = [];

        public bool IsIdle(DateTimeOffset now) => Participants.Count == 0 && Removed.Values.All(r => r.Until <= now);

        public RoomPlan ToPlan(MeetingId meeting) => new(meeting, Full: true, [.. Participants.Values], [.. Removed.Values]);
    }
}
