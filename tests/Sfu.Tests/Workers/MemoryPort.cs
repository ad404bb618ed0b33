using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.Sfu.Tests.Workers;

/// <summary>A port without a kernel: what a test puts in is received by the next turn, what the worker sends is kept in order.</summary>
internal sealed unsafe class MemoryPort : IDatagramPort, IDisposable
{
    private const int SlabBytes = 4 << 20;

    private readonly byte* _slab = (byte*)NativeMemory.Alloc(SlabBytes);
    private readonly Queue<(byte[] Datagram, TransportPath Path)> _in = new();
    private readonly (byte[] Datagram, TransportPath Path)[] _batch = new (byte[], TransportPath)[ReceiveBatch.Capacity];
    private int _used;
    private long _datagrams;
    private long _bytes;

    /// <summary>Datagrams that the worker sent; kept only while <see cref="Keeps"/>.</summary>
    public List<(byte[] Datagram, TransportPath Path)> Out { get; } = [];

    /// <summary>What it was asked for, in order: "received n" and "sound n" with the datagrams there were; what brought nothing is left out. Kept as <see cref="Out"/> is.</summary>
    public List<string> Calls { get; } = [];

    public bool Keeps { get; set; } = true;

    public (long Datagrams, long Bytes, long Failed) Sent => (_datagrams, _bytes, 0);

    public void Put(byte[] datagram, TransportPath path) => _in.Enqueue((datagram, path));

    public int Receive()
    {
        var count = 0;
        while (count < _batch.Length && _in.TryDequeue(out var entry)) _batch[count++] = entry;
        if (Keeps && count > 0) Calls.Add($"received {count}");
        return count;
    }

    public Span<byte> Datagram(int index, out TransportPath path)
    {
        path = _batch[index].Path;
        return _batch[index].Datagram;
    }

    public bool TryReserve(int bytes, out byte* destination)
    {
        destination = _slab + _used;
        return _used + bytes <= SlabBytes;
    }

    public void Commit(int length, in TransportPath path)
    {
        if (Keeps) Out.Add((new Span<byte>(_slab + _used, length).ToArray(), path));
        _used += length;
        _datagrams++;
        _bytes += length;
    }

    public bool FlushSound()
    {
        if (Keeps) Calls.Add($"sound {Out.Count}");
        return Flush();
    }

    public bool Flush()
    {
        _used = 0;
        return true;
    }

    /// <summary>Forgets what was kept. For tests that look at everything as it is sent.</summary>
    public void Forget()
    {
        Out.Clear();
        Calls.Clear();
    }

    public void Dispose() => NativeMemory.Free(_slab);
}
