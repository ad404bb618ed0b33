using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>What a <see cref="MediaWorker"/> is made of.</summary>
public sealed record MediaWorkerOptions
{
    /// <summary>Its port.</summary>
    public required IDatagramPort Port { get; init; }

    /// <summary>Bounds.</summary>
    public required MediaLimits Limits { get; init; }

    /// <summary>Where it tells its news.</summary>
    public required ControlQueue Control { get; init; }

    /// <summary>Who hears of rooms, through <see cref="Control"/>.</summary>
    public required IMediaRoomEvents RoomEvents { get; init; }

    /// <summary>Where DTLS handshakes run.</summary>
    public required IHandshakes Handshakes { get; init; }

    /// <summary>For sequence numbers, timestamps and SSRCs, which need not be secret.</summary>
    public required Random Random { get; init; }

    /// <summary>Its clock.</summary>
    public required TimeProvider Time { get; init; }
}
