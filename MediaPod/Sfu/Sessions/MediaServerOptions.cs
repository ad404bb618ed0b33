using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>How a <see cref="MediaServer"/> runs.</summary>
public sealed record MediaServerOptions
{
    /// <summary>Number of workers, 1 to 256: dedicated threads, each with its own UDP port.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The first of <see cref="Workers"/> consecutive UDP ports; 0 lets the system choose each.</summary>
    public int FirstPort { get; init; } = 40000;

    /// <summary>
    /// The first of <see cref="Workers"/> consecutive TCP ports for clients that UDP does not reach (RFC 6544); 0: the numbers of the UDP ports, and a worker whose number another
    /// program has goes without; null: none.
    /// </summary>
    public int? FirstTcpPort { get; init; } = 0;

    /// <summary>The one address that every worker's socket is bound to; <see cref="IPAddress.IPv6Any"/> serves IPv4 too where the system allows it.</summary>
    public IPAddress BindAddress { get; init; } = IPAddress.IPv6Any;

    /// <summary>The addresses that answers name as candidates, best first; empty: every address of the machine's interfaces that are up.</summary>
    public ImmutableArray<IPAddress> AdvertisedAddresses { get; init; } = [];

    /// <summary>When a room begins to live on several workers (docs/workers.md).</summary>
    public SpreadLimits Spreading { get; init; } = new();

    /// <summary>The bounds that protect the pod.</summary>
    public MediaLimits Limits { get; init; } = new();

    /// <summary>The clock of everything that waits; the packet path reads the monotonic clock of the system.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Bounds of a pod. Everything above is dropped or refused by name.</summary>
public sealed record MediaLimits
{
    /// <summary>Bits per second that one video publication (all layers and retransmissions) may send.</summary>
    public int VideoBitsPerSecond { get; init; } = 12_000_000;

    /// <summary>Bits per second that one audio publication may send.</summary>
    public int AudioBitsPerSecond { get; init; } = 600_000;

    /// <summary>Milliseconds without a valid connectivity check after which a session ends (RFC 7675 section 5.1).</summary>
    public int ConsentMilliseconds { get; init; } = 30_000;

    /// <summary>Milliseconds that a session may take from opening to the end of its DTLS handshake.</summary>
    public int ConnectMilliseconds { get; init; } = 30_000;

    /// <summary>TCP connections of one worker.</summary>
    public StreamPortLimits Streams { get; init; } = new();

    /// <summary>Bytes of pooled packet memory that one worker may take from the system.</summary>
    public long PacketMemoryPerWorker { get; init; } = 512L << 20;
}

/// <summary>Why a <see cref="MediaServer"/> could not start.</summary>
public enum MediaStartRefusal
{
    /// <summary>The operating system is not Linux on x64 or arm64.</summary>
    UnsupportedSystem,

    /// <summary><c>libssl.so.3</c> or <c>libcrypto.so.3</c> cannot be loaded.</summary>
    MissingLibrary,

    /// <summary>Another process has the UDP port, or a TCP port that was asked for.</summary>
    PortTaken,

    /// <summary>The address to bind to is not one of this machine's.</summary>
    AddressUnavailable,

    /// <summary>The number of open files allowed to the process is too small and cannot be raised.</summary>
    TooFewFiles,

    /// <summary>An option is out of its range, or the system refused a socket for another reason, which the message tells.</summary>
    Invalid,
}

/// <summary>The server could not start; the message is one line for people.</summary>
public sealed class MediaStartException(MediaStartRefusal reason, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public MediaStartRefusal Reason { get; } = reason;
}
