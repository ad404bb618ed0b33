using System.Net;
using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>The real port: one UDP socket, recvmmsg, sendmmsg and segmentation.</summary>
public sealed unsafe class UdpPort : IDatagramPort, IDisposable
{
    private readonly UdpSocket _socket;
    private readonly ReceiveBatch _in = new();
    private readonly SendBatch _out;

    private UdpPort(UdpSocket socket)
    {
        _socket = socket;
        _out = new SendBatch(socket);
    }

    /// <summary>Opens and binds.</summary>
    /// <exception cref="NativeException">The port is taken or the address is not ours.</exception>
    public static UdpPort Open(IPAddress address, int port) =>
        new(UdpSocket.Open(new UdpSocketOptions { Port = (ushort)port, Address = address.Equals(IPAddress.IPv6Any) ? null : address }));

    /// <summary>For the worker's epoll set.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>With the port that the system chose.</summary>
    public TransportAddress LocalAddress => _socket.LocalAddress;

    /// <summary>IPv6 and IPv4, or IPv4 alone.</summary>
    public bool IsIPv6 => _socket.IsIPv6;

    /// <inheritdoc/>
    public (long Datagrams, long Bytes, long Failed) Sent
    {
        get
        {
            var counters = _out.Counters;
            return (counters.Datagrams, counters.Bytes, counters[SendFailure.NoBuffers] + counters[SendFailure.TooLarge] + counters[SendFailure.Unreachable]
                + counters[SendFailure.NotPermitted] + counters[SendFailure.LocalAddressGone] + counters[SendFailure.Other]);
        }
    }

    /// <inheritdoc/>
    public int Receive() => _in.Receive(_socket);

    /// <inheritdoc/>
    public Span<byte> Datagram(int index, out TransportPath path)
    {
        path = _in.Path(index);
        return _in.IsTruncated(index) ? default : _in.Datagram(index);
    }

    /// <inheritdoc/>
    public bool TryReserve(int bytes, out byte* destination) => _out.TryReserve(bytes, out destination);

    /// <inheritdoc/>
    public void Commit(int length, in TransportPath path) => _out.Commit(length, path);

    /// <inheritdoc/>
    public bool Flush() => _out.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        _out.Dispose();
        _in.Dispose();
        _socket.Dispose();
    }
}
