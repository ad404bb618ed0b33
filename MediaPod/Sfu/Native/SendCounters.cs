namespace Conference.MediaPod.Sfu.Native;

/// <summary>Why the kernel did not take a datagram.</summary>
public enum SendFailure
{
    /// <summary>The socket's send buffer is full (EAGAIN). The datagrams stay pending.</summary>
    WouldBlock,

    /// <summary>The device's queue is full or memory is short (ENOBUFS, ENOMEM): dropped.</summary>
    NoBuffers,

    /// <summary>Longer than the interface takes (EMSGSIZE): dropped.</summary>
    TooLarge,

    /// <summary>No route, or the network is down: dropped.</summary>
    Unreachable,

    /// <summary>A firewall rule of this machine forbids it (EPERM, EACCES): dropped.</summary>
    NotPermitted,

    /// <summary>The path's local address is no longer ours (EINVAL, EADDRNOTAVAIL): dropped.</summary>
    LocalAddressGone,

    /// <summary>Any other error: dropped.</summary>
    Other,
}

/// <summary>What a <see cref="SendBatch"/> has done since it was made. Written by its owner; others may read (64-bit reads are whole).</summary>
public sealed class SendCounters
{
    private readonly long[] _failures = new long[Enum.GetValues<SendFailure>().Length];

    /// <summary>sendmmsg and sendmsg calls.</summary>
    public long SystemCalls { get; internal set; }

    /// <summary>Datagrams that the kernel took.</summary>
    public long Datagrams { get; internal set; }

    /// <summary>Their bytes, without IP and UDP headers.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Messages of two or more datagrams that went out by UDP segmentation.</summary>
    public long SegmentedMessages { get; internal set; }

    /// <summary>Messages that a device refused to segment and that went out one datagram at a time.</summary>
    public long SegmentationFallbacks { get; internal set; }

    /// <summary>Datagrams not taken, by reason (<see cref="SendFailure.WouldBlock"/>: times that a flush stopped).</summary>
    public long this[SendFailure failure] => _failures[(int)failure];

    internal void Add(SendFailure failure, int datagrams) => _failures[(int)failure] += datagrams;

    internal static SendFailure Classify(int errno) => errno switch
    {
        Errno.TryAgain => SendFailure.WouldBlock,
        Errno.NoBufferSpace or Errno.OutOfMemory => SendFailure.NoBuffers,
        Errno.MessageTooLong => SendFailure.TooLarge,
        Errno.NetworkUnreachable or Errno.HostUnreachable or Errno.NetworkDown or Errno.ConnectionRefused => SendFailure.Unreachable,
        Errno.NotPermitted or Errno.AccessDenied => SendFailure.NotPermitted,
        Errno.InvalidArgument or Errno.AddressNotAvailable => SendFailure.LocalAddressGone,
        _ => SendFailure.Other,
    };
}
