using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.Benchmarks.Forward;

/// <summary>The worker's real port with a clock around its system calls; the clock runs only where the split is measured.</summary>
internal sealed unsafe class TimedPort(WorkerPort port) : IDatagramPort
{
    public bool Clocked { get; set; }

    /// <summary>CPU time of the calling thread inside recvmmsg and sendmmsg.</summary>
    public long Nanoseconds { get; private set; }

    public (long Datagrams, long Bytes, long Failed) Sent => port.Sent;

    public int Receive()
    {
        if (!Clocked) return port.Receive();
        var before = ThreadCpuClock.Nanoseconds;
        var count = port.Receive();
        Nanoseconds += ThreadCpuClock.Nanoseconds - before;
        return count;
    }

    public Span<byte> Datagram(int index, out TransportPath path) => port.Datagram(index, out path);

    public bool TryReserve(int bytes, out byte* destination) => port.TryReserve(bytes, out destination);

    public void Commit(int length, in TransportPath path) => port.Commit(length, path);

    public bool Flush()
    {
        if (!Clocked) return port.Flush();
        var before = ThreadCpuClock.Nanoseconds;
        var all = port.Flush();
        Nanoseconds += ThreadCpuClock.Nanoseconds - before;
        return all;
    }
}
