using Conference.MediaPod.Sfu.Estimation;

namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>
/// Sends a cluster of padding at its rate (E10). Whatever else leaves meanwhile counts as part of it, because it takes the same path. Owned by one worker.
/// </summary>
internal sealed class Prober(ReceiverBandwidth bandwidth)
{
    private const long StepMicroseconds = 1_000;
    private const long LongestMicroseconds = 300_000;
    private const int MostPacketBytes = 1_200;

    private long _began;
    private int _sent;
    private int _packets;

    public bool IsActive => bandwidth.Probe.Id != 0;

    /// <summary>Padding sent, ever, in bytes.</summary>
    public long PaddingBytes { get; private set; }

    public void Begin(long now) => (_began, _sent, _packets) = (now, 0, 0);

    /// <summary>A packet of any kind left under a transport-wide sequence number.</summary>
    public void Left(int bytes)
    {
        if (!IsActive) return;
        _sent += bytes;
        _packets++;
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>Microseconds until the next step; <see cref="long.MaxValue"/>: it is done.</returns>
    public long Step(IPacedReceiver receiver, long now)
    {
        var probe = bandwidth.Probe;
        if (probe.Id == 0) return long.MaxValue;
        while (!IsDone(probe) && _sent <= probe.BitsPerSecond * (now - _began) / 8_000_000)
        {
            var before = _sent;
            var wanted = Math.Clamp(probe.Bytes / ProbeCluster.LeastPackets, 1, MostPacketBytes);
            if (!receiver.SendPadding(wanted, now) || _sent == before) return End();
            PaddingBytes += _sent - before;
        }
        return IsDone(probe) || now - _began > LongestMicroseconds ? End() : StepMicroseconds;
    }

    private bool IsDone(in ProbeCluster probe) => _sent >= probe.Bytes && _packets >= ProbeCluster.LeastPackets;

    private long End()
    {
        bandwidth.EndProbe();
        return long.MaxValue;
    }
}
