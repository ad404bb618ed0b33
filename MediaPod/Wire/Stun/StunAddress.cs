using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Conference.MediaPod.Wire.Stun;

/// <summary>
/// An IPv4 or IPv6 address and port as a value, so that it can be compared and stored without allocating.
/// IPv4 in IPv6 (<c>::ffff:a.b.c.d</c>) is turned to IPv4 by every constructor, so equal addresses are equal values.
/// </summary>
public readonly record struct StunAddress
{
    private readonly UInt128 _bits;

    private StunAddress(UInt128 bits, bool isIPv6, ushort port)
    {
        _bits = bits;
        IsIPv6 = isIPv6;
        Port = port;
    }

    /// <summary>Whether the address has 16 bytes and not 4.</summary>
    public bool IsIPv6 { get; }

    /// <summary>UDP or TCP port.</summary>
    public ushort Port { get; }

    /// <summary>Length of the address in bytes: 4 or 16.</summary>
    public int AddressLength => IsIPv6 ? 16 : 4;

    /// <summary>Makes an address of 4 or 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">The length is neither.</exception>
    public static StunAddress Create(ReadOnlySpan<byte> address, ushort port)
    {
        if (address.Length == 4) return new StunAddress(BinaryPrimitives.ReadUInt32BigEndian(address), false, port);
        if (address.Length != 16) throw new ArgumentException("An address has 4 or 16 bytes.", nameof(address));
        var bits = BinaryPrimitives.ReadUInt128BigEndian(address);
        return bits >> 32 == 0xFFFF ? new StunAddress((uint)bits, false, port) : new StunAddress(bits, true, port);
    }

    /// <summary>Makes an address of an end point (scope identifiers are dropped).</summary>
    public static StunAddress Create(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out var length);
        return Create(bytes[..length], (ushort)endPoint.Port);
    }

    /// <summary>Copies the address in network order and gives its length: 4 or 16 bytes.</summary>
    public int CopyTo(Span<byte> destination)
    {
        if (IsIPv6) BinaryPrimitives.WriteUInt128BigEndian(destination, _bits);
        else BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_bits);
        return AddressLength;
    }

    /// <summary>The same as an end point of the base class library (allocates).</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPEndPoint(new IPAddress(bytes[..CopyTo(bytes)]), Port);
    }

    /// <summary>The family for a socket of this address.</summary>
    public AddressFamily Family => IsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary><c>192.0.2.1:3478</c> or <c>[2001:db8::1]:3478</c>.</summary>
    public override string ToString() => ToEndPoint().ToString();
}
