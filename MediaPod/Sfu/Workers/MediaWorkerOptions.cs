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

    /// <summary>Its place among the workers of its server, and how many there are.</summary>
    public int Index { get; init; }

    /// <summary>See <see cref="Index"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Where its microseconds begin; null: where it is made. One for all workers of a server, because packets go from one to another.</summary>
    public WorkerEpoch? Epoch { get; init; }
}

/// <summary>One moment on two clocks.</summary>
/// <param name="Timestamp">As <see cref="TimeProvider.GetTimestamp"/> counts.</param>
/// <param name="UtcNow">The wall clock.</param>
public readonly record struct WorkerEpoch(long Timestamp, DateTimeOffset UtcNow)
{
    /// <summary>Now.</summary>
    public static WorkerEpoch Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());
}
