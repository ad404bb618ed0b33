using System.Net;
using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>The real port: one UDP socket, recvmmsg, sendmmsg and segmentation.</summary>
public sealed unsafe class UdpPort : IDatagramPort, IDisposable
{
    // Three voices for 300 receivers, a packet or two of each.
    private const int SoundBytes = 512 << 10, SoundMessages = 1024;

    private readonly UdpSocket _socket;
    private readonly ReceiveBatch _in = new();
    private readonly SendBatch _out;
    private readonly SendBatch _sound;
    private long _overflows;

    private UdpPort(UdpSocket socket)
    {
        _socket = socket;
        _out = new SendBatch(socket);
        _sound = new SendBatch(socket, new SendBatchOptions { SlabBytes = SoundBytes, Messages = SoundMessages });
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
            var (first, second) = (_sound.Counters, _out.Counters);
            return (first.Datagrams + second.Datagrams, first.Bytes + second.Bytes, Failed(first) + Failed(second));
        }
    }

    /// <summary>Datagrams that the kernel dropped because this socket's receive buffer was full, ever.</summary>
    public long ReceiveOverflows => _socket.KernelDrops;

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
    public bool TryReserveSound(int bytes, out byte* destination)
    {
        if (_sound.TryReserve(bytes, out destination)) return true;
        _sound.Flush();
        return _sound.TryReserve(bytes, out destination);
    }

    /// <inheritdoc/>
    public void CommitSound(int length, in TransportPath path) => _sound.Commit(length, path);

    /// <inheritdoc/>
    public bool Flush() => _sound.Flush() && _out.Flush(); // where sound must wait, nothing overtakes it

    /// <inheritdoc/>
    public bool FlushSound() => _sound.Flush();

    /// <inheritdoc/>
    public void MoveDrops(WorkerTally tally)
    {
        tally.Drop(DropReason.ReceiveBufferFull, _socket.KernelDrops - _overflows);
        _overflows = _socket.KernelDrops;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sound.Dispose();
        _out.Dispose();
        _in.Dispose();
        _socket.Dispose();
    }

    private static long Failed(SendCounters counters) =>
        counters[SendFailure.NoBuffers] + counters[SendFailure.TooLarge] + counters[SendFailure.Unreachable] + counters[SendFailure.NotPermitted]
        + counters[SendFailure.LocalAddressGone] + counters[SendFailure.Other];
}
