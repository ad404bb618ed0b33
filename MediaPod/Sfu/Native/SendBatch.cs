using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>Sizes of a <see cref="SendBatch"/>.</summary>
public sealed record SendBatchOptions
{
    /// <summary>Native memory for packets not yet sent, in bytes.</summary>
    public int SlabBytes { get; init; } = 1 << 20;

    /// <summary>Messages (runs of equal-size packets on one path) not yet sent, 1 to 1024.</summary>
    public int Messages { get; init; } = 512;

    /// <summary>False sends one datagram per message even where the kernel could segment.</summary>
    public bool UseSegmentation { get; init; } = true;
}

/// <summary>
/// Packets on their way out: written straight into native memory and sent by one sendmmsg. Consecutive packets of one size to one path
/// (the last may be shorter) become one message that the kernel cuts up (UDP segmentation), which costs a sixth of sending them singly.
/// Use: <see cref="TryReserve"/>, write, <see cref="Commit"/>; then <see cref="Flush"/>. Owned by one thread; nothing is allocated per packet.
/// </summary>
public sealed unsafe class SendBatch : IDisposable
{
    private const int MaxSegments = 64; // UDP_MAX_SEGMENTS of every kernel that segments (newer ones take 128)
    private const int MaxMessageBytes = 65_000;
    private const int RefusalsBeforeGivingUp = 16;

    private readonly UdpSocket _socket;
    private readonly SendSlots _slots;
    private readonly byte* _slab;
    private readonly int _slabBytes;
    private readonly bool _segmentation;
    private int _used;
    private int _count; // messages in the batch
    private int _sent;  // of them, already taken by the kernel
    private bool _open; // the last message may grow
    private TransportPath _path;
    private int _refusals;
    private bool _disposed;

    /// <summary>Allocates the slab; the socket stays the caller's.</summary>
    public SendBatch(UdpSocket socket, SendBatchOptions? options = null)
    {
        options ??= new SendBatchOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SlabBytes, 4096, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Messages, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Messages, 1024, nameof(options)); // UIO_MAXIOV
        _socket = socket;
        _segmentation = options.UseSegmentation && socket.SupportsSegmentation;
        _slabBytes = options.SlabBytes;
        _slab = (byte*)NativeMemory.AlignedAlloc((nuint)_slabBytes, 64);
        _slots = new SendSlots(options.Messages, socket.IsIPv6);
    }

    /// <summary>What was sent and what was not.</summary>
    public SendCounters Counters { get; } = new();

    /// <summary>Nothing waits to be sent.</summary>
    public bool IsEmpty => _sent == _count;

    /// <summary>Runs are sent by UDP segmentation: the kernel knows it and the device has not kept refusing it.</summary>
    public bool IsSegmenting => _segmentation && _refusals < RefusalsBeforeGivingUp;

    /// <summary>
    /// Room for one packet of up to <paramref name="bytes"/> (1 to 65,000) at <paramref name="destination"/>, valid until the next call on
    /// this object. False when the batch is full: flush, and if it stays full drop by <see cref="DropReason.SendQueueFull"/>.
    /// Reserving again without a commit takes the first reservation back.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReserve(int bytes, out byte* destination)
    {
        destination = _slab + _used;
        return (uint)bytes <= (uint)(_slabBytes - _used) && _count < _slots.Capacity && bytes <= MaxMessageBytes;
    }

    /// <summary>Queues the packet written at the reserved place. <paramref name="length"/> is 1 to what was reserved.</summary>
    public void Commit(int length, in TransportPath path)
    {
        var packet = _slab + _used;
        _used += length;
        if (_open && TryGrow(length, path)) return;
        _slots.Begin(_count, packet, length, path);
        _path = path;
        _count++;
        _open = IsSegmenting;
    }

    /// <summary>
    /// Sends what waits. True when all of it was taken (or given up, counted); false when the socket would block: then the rest stays
    /// pending, in order, for a flush after the socket has become writable.
    /// </summary>
    public bool Flush()
    {
        _open = false;
        while (_sent < _count)
        {
            Counters.SystemCalls++;
            var taken = Libc.SendMessages(_socket.Descriptor, _slots.Messages + _sent, (uint)(_count - _sent), Libc.MessageDontWait);
            if (taken > 0)
            {
                CountTaken(taken);
                continue;
            }
            // A partial count hides the error: it comes with the first message of the next call, which is here.
            var errno = taken < 0 ? Marshal.GetLastSystemError() : Errno.TryAgain;
            if (errno == Errno.Interrupted) continue;
            if (errno == Errno.TryAgain || !SkipFailed(errno))
            {
                Counters.Add(SendFailure.WouldBlock, 1);
                return false;
            }
        }
        Clear();
        return true;
    }

    /// <summary>Forgets what waits. Returns how many datagrams that were.</summary>
    public int DropPending()
    {
        var dropped = 0;
        for (var i = _sent; i < _count; i++) dropped += _slots[i].Segments;
        Clear();
        return dropped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _slots.Dispose();
        NativeMemory.AlignedFree(_slab);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryGrow(int length, in TransportPath path)
    {
        ref var slot = ref _slots[_count - 1];
        if (length > slot.SegmentBytes || slot.Segments == MaxSegments || slot.Bytes + length > MaxMessageBytes || !_path.Equals(path)) return false;
        _slots.Grow(_count - 1, length);
        _open = length == slot.SegmentBytes; // a shorter one must be the last
        return true;
    }

    private void CountTaken(int taken)
    {
        for (var i = 0; i < taken; i++)
        {
            ref var slot = ref _slots[_sent + i];
            Counters.Datagrams += slot.Segments;
            Counters.Bytes += slot.Bytes;
            if (slot.Segments == 1) continue;
            Counters.SegmentedMessages++;
            _refusals = 0;
        }
        _sent += taken;
    }

    /// <summary>Deals with the message that failed. False when the socket would block before that was done.</summary>
    private bool SkipFailed(int errno)
    {
        ref var slot = ref _slots[_sent];
        // EIO: the device computes no checksums. EINVAL, EMSGSIZE: segment and headers exceed its MTU, or the local address is gone.
        // Only sending them singly tells.
        if ((slot.Segments > 1 || slot.IsSplit) && errno is Errno.InputOutput or Errno.InvalidArgument or Errno.MessageTooLong or Errno.OperationNotSupported)
        {
            if (!slot.IsSplit)
            {
                slot.IsSplit = true;
                slot.IsRefusal = errno != Errno.MessageTooLong; // that is a matter of this path alone
                Counters.SegmentationFallbacks++;
            }
            return SendSingly();
        }
        Counters.Add(SendCounters.Classify(errno), slot.Segments);
        _sent++;
        return true;
    }

    private bool SendSingly()
    {
        ref var slot = ref _slots[_sent];
        while (slot.Segments > 0)
        {
            Counters.SystemCalls++;
            var single = _slots.FirstSegment(_sent);
            var result = Libc.SendMessage(_socket.Descriptor, &single, Libc.MessageDontWait);
            if (result >= 0)
            {
                Counters.Datagrams++;
                Counters.Bytes += result;
            }
            else
            {
                var errno = Marshal.GetLastSystemError();
                if (errno == Errno.Interrupted) continue;
                if (errno == Errno.TryAgain) return false;
                slot.IsRefusal = false;
                Counters.Add(SendCounters.Classify(errno), 1);
            }
            _slots.RemoveFirstSegment(_sent);
        }
        if (slot.IsRefusal) _refusals++;
        _sent++;
        return true;
    }

    private void Clear()
    {
        _used = 0;
        _count = 0;
        _sent = 0;
        _open = false;
    }
}
