namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Which worker each room lives on, for as long as anybody holds it there: an open session, or one that is being opened. Safe for concurrent use.</summary>
internal sealed class Placements(int workers)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Worker, int Holders)> _rooms = new(StringComparer.Ordinal);

    /// <summary>Holds the room on its worker; a room that nobody holds goes to the worker with the least load.</summary>
    public int Hold(string roomId, Func<int, int> loadOf)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(roomId, out var place)) place = (Enumerable.Range(0, workers).MinBy(loadOf), 0);
            _rooms[roomId] = (place.Worker, place.Holders + 1);
            return place.Worker;
        }
    }

    public void Release(string roomId)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(roomId, out var place)) return;
            if (place.Holders == 1) _rooms.Remove(roomId);
            else _rooms[roomId] = (place.Worker, place.Holders - 1);
        }
    }

    public int? Find(string roomId)
    {
        lock (_gate) return _rooms.TryGetValue(roomId, out var place) ? place.Worker : null;
    }
}
