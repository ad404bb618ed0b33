using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// An IP address and port as a plain 24-byte value: the key by which a worker finds the transport of a datagram.
/// IPv4 is kept in its IPv4-mapped form (RFC 4291 section 2.5.5.2), so one form serves the dual-stack socket.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct TransportAddress : IEquatable<TransportAddress>
{
    internal const int SockaddrIn6Length = 28;
    internal const int SockaddrInLength = 16;

    private const uint MappedPrefix = 0xFFFF0000; // the bytes 00 00 FF FF, read as a little-endian number

    // A remote chooses its address and port; the seed keeps it from choosing its bucket.
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    private readonly ulong _high; // the address's bytes 0 to 7, in network order in memory
    private readonly ulong _low;
    private readonly uint _scope;
    private readonly ushort _port;

    private TransportAddress(ulong high, ulong low, uint scope, ushort port)
    {
        _high = high;
        _low = low;
        _scope = scope;
        _port = port;
    }

    /// <summary>UDP port, host order.</summary>
    public ushort Port => _port;

    /// <summary>An IPv4 address (in mapped form).</summary>
    public bool IsIPv4 => _high == 0 && (uint)_low == MappedPrefix;

    /// <summary>"::" or "0.0.0.0": as a local address, it leaves the choice to the kernel.</summary>
    public bool IsUnspecified => _high == 0 && (_low == 0 || _low == MappedPrefix);

    /// <summary>Any IPv4 or IPv6 endpoint.</summary>
    public static TransportAddress From(IPEndPoint endPoint) => From(endPoint.Address, endPoint.Port);

    /// <summary>Any IPv4 or IPv6 address; <paramref name="port"/> 0 to 65535.</summary>
    public static TransportAddress From(IPAddress address, int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        Span<byte> bytes = stackalloc byte[16];
        var mapped = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        mapped.TryWriteBytes(bytes, out _);
        var scope = mapped.IsIPv6LinkLocal ? (uint)mapped.ScopeId : 0;
        return new(MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[8..]), scope, (ushort)port);
    }

    /// <summary>Allocates: for logs, candidates and `/debug`. IPv4 comes out as IPv4.</summary>
    public IPEndPoint ToEndPoint() => new(ToAddress(), _port);

    /// <summary>Allocates: for logs, candidates and `/debug`. IPv4 comes out as IPv4.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddressBytes(bytes);
        if (IsIPv4) return new IPAddress(bytes[12..]);
        return _scope == 0 ? new IPAddress(bytes) : new IPAddress(bytes, _scope);
    }

    /// <summary>The 16 bytes of the address in network order; IPv4 in mapped form.</summary>
    public void WriteAddressBytes(Span<byte> destination)
    {
        MemoryMarshal.Write(destination, _high);
        MemoryMarshal.Write(destination[8..], _low);
    }

    /// <summary>The same address with another port.</summary>
    public TransportAddress WithPort(ushort port) => new(_high, _low, _scope, port);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(TransportAddress other) =>
        _low == other._low && _high == other._high && _port == other._port && _scope == other._scope;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TransportAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var address = Fold(_high ^ Seed, _low ^ 0xA0761D6478BD642F);
        return (int)Fold(address ^ Seed, (_port | (ulong)_scope << 16) ^ 0xE7037ED1A0B428DB);
    }

    /// <inheritdoc/>
    public override string ToString() => ToEndPoint().ToString();

    /// <summary>Same address, port and scope.</summary>
    public static bool operator ==(TransportAddress left, TransportAddress right) => left.Equals(right);

    /// <summary>Differs in address, port or scope.</summary>
    public static bool operator !=(TransportAddress left, TransportAddress right) => !left.Equals(right);

    /// <summary>Writes a 28-byte sockaddr_in6.</summary>
    internal void WriteSockaddrIn6(byte* destination)
    {
        *(ushort*)destination = Libc.AddressFamilyInet6;
        *(ushort*)(destination + 2) = BinaryPrimitives.ReverseEndianness(_port);
        *(uint*)(destination + 4) = 0;
        *(ulong*)(destination + 8) = _high;
        *(ulong*)(destination + 16) = _low;
        *(uint*)(destination + 24) = _scope;
    }

    /// <summary>Writes a 16-byte sockaddr_in; the address must be IPv4.</summary>
    internal void WriteSockaddrIn(byte* destination)
    {
        *(ushort*)destination = Libc.AddressFamilyInet;
        *(ushort*)(destination + 2) = BinaryPrimitives.ReverseEndianness(_port);
        *(uint*)(destination + 4) = (uint)(_low >> 32);
        *(ulong*)(destination + 8) = 0;
    }

    /// <summary>Reads a sockaddr_in or sockaddr_in6 that the kernel wrote.</summary>
    internal static TransportAddress ReadSockaddr(byte* source)
    {
        var port = BinaryPrimitives.ReverseEndianness(*(ushort*)(source + 2));
        return *(ushort*)source == Libc.AddressFamilyInet
            ? FromIPv4Bytes(source + 4, port)
            : new(*(ulong*)(source + 8), *(ulong*)(source + 16), *(uint*)(source + 24), port);
    }

    internal static TransportAddress FromIPv4Bytes(byte* source, ushort port) => new(0, MappedPrefix | ((ulong)*(uint*)source << 32), 0, port);

    internal static TransportAddress FromIPv6Bytes(byte* source, ushort port) => new(*(ulong*)source, *(ulong*)(source + 8), 0, port);

    /// <summary>The four bytes of an IPv4 address as they lie in memory.</summary>
    internal uint IPv4Bits => (uint)(_low >> 32);

    /// <summary>Both halves of the 128-bit product: every bit of the operands reaches every bit of the result.</summary>
    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    internal void CopyAddressTo(byte* destination)
    {
        *(ulong*)destination = _high;
        *(ulong*)(destination + 8) = _low;
    }
}
