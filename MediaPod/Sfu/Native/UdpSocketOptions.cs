using System.Net;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>How to open a worker's socket.</summary>
public sealed record UdpSocketOptions
{
    /// <summary>UDP port; 0 lets the kernel choose one.</summary>
    public ushort Port { get; init; }

    /// <summary>Address to bind. Null or IPv6 any (::): every address, IPv6 and IPv4 on one socket where the machine has IPv6, else IPv4.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>
    /// Wanted kernel receive buffer in bytes (SO_RCVBUF). 16 MiB holds about 80 ms of 1 Gbps, and a second of what nine large pictures bring. Without CAP_NET_ADMIN the kernel grants
    /// net.core.rmem_max at most; see <see cref="UdpSocket.ReceiveBufferBytes"/>.
    /// </summary>
    public int ReceiveBufferBytes { get; init; } = 16 << 20;

    /// <summary>Wanted kernel send buffer in bytes (SO_SNDBUF).</summary>
    public int SendBufferBytes { get; init; } = 4 << 20;
}
