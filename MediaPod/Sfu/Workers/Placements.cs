using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>
/// Which workers each room lives on, and which of them each participant, for as long as anybody holds it there: an open session, or one that is being opened. Safe for
/// concurrent use.
/// </summary>
/// <param name="choose">Which worker somebody who comes is placed on, by the workers that the room lives on already, its home first, and the sessions that each worker is held for.</param>
/// <param name="spread">Tells the workers of a room where it lives from now on: those that are to be told, in this order, and the room's workers. Called with the gate held, so that
/// everybody is told of changes in the same order.</param>
/// <param name="workers">How many there are.</param>
internal sealed class Placements(int workers, Func<ImmutableArray<int>, int[], int> choose, Action<string, ImmutableArray<int>, ImmutableArray<int>> spread)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly int[] _held = new int[workers];

    /// <summary>Holds a participant of a room on its worker: where the participant is already, else where the room or the load of the workers says.</summary>
    public int Hold(string roomId, string participantId)
    {
        lock (_gate)
        {
            var room = _rooms.GetValueOrDefault(roomId);
            if (room?.People.GetValueOrDefault(participantId) is not { } place)
            {
                place = new Place(choose(room?.Parts ?? [], _held));
                if (room is null) _rooms.Add(roomId, room = new Room(place.Worker));
                else if (!room.Parts.Contains(place.Worker)) Grow(roomId, room, place.Worker);
                room.People.Add(participantId, place);
            }
            place.Holders++;
            _held[place.Worker]++;
            return place.Worker;
        }
    }

    public void Release(string roomId, string participantId)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(roomId, out var room) || !room.People.TryGetValue(participantId, out var place)) return;
            _held[place.Worker]--;
            if (--place.Holders > 0) return;
            room.People.Remove(participantId);
            if (room.People.Count == 0) End(roomId, room);
            else if (place.Worker != room.Parts[0] && room.People.Values.All(p => p.Worker != place.Worker)) Shrink(roomId, room, place.Worker);
        }
    }

    /// <summary>The workers that the room lives on, its home first; none: it is not there.</summary>
    public ImmutableArray<int> Find(string roomId)
    {
        lock (_gate) return _rooms.TryGetValue(roomId, out var room) ? room.Parts : [];
    }

    // The new part hears of it first: what the others then say to it must not come to a room that is not there.
    private void Grow(string roomId, Room room, int worker)
    {
        var before = room.Parts;
        room.Parts = before.Add(worker);
        spread(roomId, [worker, .. before], room.Parts);
    }

    private void Shrink(string roomId, Room room, int worker)
    {
        var before = room.Parts;
        room.Parts = before.Remove(worker);
        spread(roomId, [worker, .. room.Parts], room.Parts);
    }

    private void End(string roomId, Room room)
    {
        _rooms.Remove(roomId);
        if (room.Parts.Length > 1) spread(roomId, room.Parts, []);
    }

    private sealed class Room(int home)
    {
        public ImmutableArray<int> Parts { get; set; } = [home];
        public Dictionary<string, Place> People { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Place(int worker)
    {
        public int Worker { get; } = worker;
        public int Holders { get; set; }
    }
}
