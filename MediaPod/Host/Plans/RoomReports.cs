using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Host.Plans;

/// <summary>Turns what the media server says of its rooms into reports: pure, the same room always gives the same hash.</summary>
public static class RoomReports
{
    /// <summary>The report of one room.</summary>
    public static RoomReport Of(MediaRoomState room)
    {
        var participants = room.Participants
            .OrderBy(p => p.ParticipantId, StringComparer.Ordinal)
            .Select(p => new ParticipantReport(ParticipantId.Parse(p.ParticipantId), p.Sessions, p.Connected, [.. p.Publishing.Order().Select(SourceNames.ToContract)]))
            .ToImmutableArray();
        var content = new RoomReport(MeetingId.Parse(room.RoomId), "", participants);
        var digest = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, ContractsJson.Default.RoomReport));
        return content with { Hash = Convert.ToHexStringLower(digest.AsSpan(0, 8)) };
    }
}
