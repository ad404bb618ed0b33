using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// A 4-tuple: where a datagram came from and which of our addresses it came to. Replies leave from exactly that local address,
/// or a multi-homed host's answers would be dropped by the client's NAT.
/// </summary>
/// <param name="remote">The client's side.</param>
/// <param name="local">Our side; the port is the worker's. Unspecified: the kernel chooses.</param>
/// <param name="connection">The number of a TCP connection, which no other of the worker has or had; 0: UDP.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly struct TransportPath(TransportAddress remote, TransportAddress local, uint connection = 0) : IEquatable<TransportPath>
{
    /// <summary>The client's side.</summary>
    public readonly TransportAddress Remote = remote;

    /// <summary>Our side.</summary>
    public readonly TransportAddress Local = local;

    /// <summary>The TCP connection; 0: UDP. Two connections of one client are two paths, even when the second comes from the first's port.</summary>
    public readonly uint Connection = connection;

    /// <summary>Over TCP (RFC 6544).</summary>
    public bool IsStream => Connection != 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(TransportPath other) => Remote.Equals(other.Remote) && Local.Equals(other.Local) && Connection == other.Connection;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TransportPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (Remote.GetHashCode() * 31 + Local.GetHashCode()) * 31 + (int)Connection;

    /// <inheritdoc/>
    public override string ToString() => IsStream ? $"{Remote} -> {Local} (TCP)" : $"{Remote} -> {Local}";

    /// <summary>Same 4-tuple.</summary>
    public static bool operator ==(TransportPath left, TransportPath right) => left.Equals(right);

    /// <summary>Another 4-tuple.</summary>
    public static bool operator !=(TransportPath left, TransportPath right) => !left.Equals(right);
}
