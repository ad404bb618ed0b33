using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Silo.Pods;

/// <summary>What a pod has said of its rooms. Every report gives what changed and what is missing.</summary>
public sealed class ActualRooms
{
    private readonly Dictionary<MeetingId, string> _hashes = [];

    /// <summary>Takes a report: the rooms whose content is new (without participants when the room is gone), and those that must be asked for.</summary>
    public (IReadOnlyList<RoomReport> Changed, ImmutableArray<MeetingId> Missing) Take(PodReport report)
    {
        var changed = new List<RoomReport>();
        foreach (var room in report.Rooms)
        {
            if (_hashes.TryGetValue(room.MeetingId, out var known) && known == room.Hash) continue;
            _hashes[room.MeetingId] = room.Hash;
            changed.Add(room);
        }
        var reported = report.RoomHashes.ToDictionary(r => r.MeetingId, r => r.Hash);
        foreach (var gone in _hashes.Keys.Where(id => !reported.ContainsKey(id)).ToList())
        {
            _hashes.Remove(gone);
            if (!report.Rooms.Any(r => r.MeetingId == gone)) changed.Add(new(gone, "", []));
        }
        return (changed, [.. reported.Where(r => !_hashes.TryGetValue(r.Key, out var known) || known != r.Value).Select(r => r.Key)]);
    }

    /// <summary>Forgets a room, so that it will be asked for again.</summary>
    public void Forget(MeetingId meeting) => _hashes.Remove(meeting);
}
