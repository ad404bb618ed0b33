using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>What a <see cref="MediaWorker"/> is made of.</summary>
internal sealed record MediaWorkerOptions
{
    public required IDatagramPort Port { get; init; }
    public required MediaLimits Limits { get; init; }
    public required ControlQueue Control { get; init; }
    public required IMediaRoomEvents RoomEvents { get; init; }
    public required IHandshakes Handshakes { get; init; }
    public required Random Random { get; init; }
    public required TimeProvider Time { get; init; }
}
