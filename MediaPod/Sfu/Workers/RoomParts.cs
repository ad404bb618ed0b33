using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Makes one room of its parts on several workers, for the host, which knows rooms only. Called by the control queue alone, one call at a time.</summary>
internal sealed class RoomParts(IMediaRoomEvents host)
{
    private readonly Dictionary<string, SortedDictionary<int, MediaRoomState>> _rooms = new(StringComparer.Ordinal);

    /// <summary>Who hears of one worker's parts.</summary>
    public IMediaRoomEvents Of(int worker) => new Part(this, worker);

    /// <summary>Several parts of one room as one. Nobody is in two of them: a participant's sessions live on one worker.</summary>
    public static MediaRoomState Join(string roomId, IEnumerable<MediaRoomState> parts) => new(roomId, [.. parts.SelectMany(p => p.Participants)]);

    private void Changed(int worker, MediaRoomState state)
    {
        if (!_rooms.TryGetValue(state.RoomId, out var parts)) _rooms.Add(state.RoomId, parts = []);
        if (!state.Participants.IsEmpty) parts[worker] = state;
        else if (!parts.Remove(worker) && parts.Count > 0) return; // a part without people, as it was
        if (parts.Count == 0) _rooms.Remove(state.RoomId);
        host.RoomChanged(parts.Count == 1 ? parts.Values.First() : Join(state.RoomId, parts.Values));
    }

    private sealed class Part(RoomParts parts, int worker) : IMediaRoomEvents
    {
        public void RoomChanged(MediaRoomState room) => parts.Changed(worker, room);
    }
}
