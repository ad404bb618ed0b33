using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Turns counters into rates, once a second.</summary>
internal sealed class LoadMeter : IDisposable
{
    private readonly Func<ImmutableArray<WorkerCounters>> _read;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private ImmutableArray<WorkerCounters> _before;
    private long _beforeAt;
    private MediaLoad _current = new(0, 0, 0, 0);

    public LoadMeter(TimeProvider time, Func<ImmutableArray<WorkerCounters>> read)
    {
        _read = read;
        _time = time;
        _before = read();
        _beforeAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Measure(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public MediaLoad Current => Volatile.Read(ref _current) with { Sessions = _read().Sum(c => c.Sessions) };

    public void Dispose() => _timer.Dispose();

    private void Measure()
    {
        var (now, at) = (_read(), _time.GetTimestamp());
        var seconds = _time.GetElapsedTime(_beforeAt, at).TotalSeconds;
        if (seconds <= 0) return;
        var pairs = now.Zip(_before).ToArray();
        Volatile.Write(ref _current, new MediaLoad(
            now.Sum(c => c.Sessions),
            pairs.Sum(p => p.First.PacketsForwarded + p.First.Retransmissions - p.Second.PacketsForwarded - p.Second.Retransmissions) / seconds,
            pairs.Sum(p => p.First.BytesOut - p.Second.BytesOut) * 8 / seconds,
            Math.Clamp(pairs.Max(p => p.First.CpuNanoseconds - p.Second.CpuNanoseconds) / 1e9 / seconds, 0, 1)));
        (_before, _beforeAt) = (now, at);
    }
}
