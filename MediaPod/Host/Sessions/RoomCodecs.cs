using System.Collections.Immutable;
using Conference.Contracts;
using Conference.MediaPod.Sfu.Negotiation;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>Remembers what each room sends and since when nobody came or went, and asks <see cref="CodecRule"/>.</summary>
/// <param name="time">The clock.</param>
internal sealed class RoomCodecs(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<MeetingId, RoomCodec> _rooms = [];

    /// <summary>What the room's publishers should send now.</summary>
    public CodecKind Current(MeetingId meeting)
    {
        lock (_gate) return _rooms.TryGetValue(meeting, out var room) ? room.Codec : CodecKind.Vp8;
    }

    /// <summary>Decides again; null when the room is empty.</summary>
    /// <param name="meeting">The room.</param>
    /// <param name="sessions">Everybody present.</param>
    public CodecDecision? Decide(MeetingId meeting, ImmutableArray<VideoAbilities> sessions)
    {
        lock (_gate)
        {
            if (sessions.IsEmpty)
            {
                _rooms.Remove(meeting);
                return null;
            }
            var now = time.GetTimestamp();
            var room = _rooms.GetValueOrDefault(meeting) ?? new RoomCodec(CodecKind.Vp8, now, 0);
            if (room.Sessions != sessions.Length) room = room with { Since = now, Sessions = sessions.Length };
            var decision = CodecRule.Choose(sessions, room.Codec, time.GetElapsedTime(room.Since, now));
            _rooms[meeting] = room with { Codec = decision.Codec };
            return decision;
        }
    }

    private sealed record RoomCodec(CodecKind Codec, long Since, int Sessions);
}
