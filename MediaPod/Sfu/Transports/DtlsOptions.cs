namespace Conference.MediaPod.Sfu.Transports;

/// <summary>Bounds and times of a <see cref="DtlsHandshaker"/>.</summary>
public sealed record DtlsOptions
{
    /// <summary>Handshake threads, 1 to 64. A handshake takes 0.3 to 0.7 ms, so one thread does over a thousand joins a second.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Handshakes under way on one thread; a further one waits for the client's retransmission.</summary>
    public int MaxHandshakesPerThread { get; init; } = 512;

    /// <summary>Datagrams that wait for one thread.</summary>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>Of them, how many may be one transport's.</summary>
    public int QueuePerTransport { get; init; } = 32;

    /// <summary>From the first datagram to the last.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>MTU and retransmission.</summary>
    public DtlsSessionOptions Session { get; init; } = new();

    /// <summary>The clock of <see cref="HandshakeTimeout"/>. (Retransmission is by OpenSSL's.)</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
