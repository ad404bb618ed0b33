using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Turns counters into rates, once a second.</summary>
internal sealed class LoadMeter : IDisposable
{
    private readonly Func<ImmutableArray<WorkerCounters>> _read;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private ImmutableArray<WorkerCounters> _before;
    private long _beforeAt;
    private MediaLoad _current = new(0, 0, 0, 0, 0);
    private ImmutableArray<WorkerShare> _shares;

    public LoadMeter(TimeProvider time, Func<ImmutableArray<WorkerCounters>> read)
    {
        _read = read;
        _time = time;
        _before = read();
        _shares = [.. _before.Select(_ => default(WorkerShare))];
        _beforeAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Measure(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public MediaLoad Current => Volatile.Read(ref _current) with { Sessions = _read().Sum(c => c.Sessions) };

    /// <summary>Each worker as it was measured last; the sessions are those of that time.</summary>
    public ImmutableArray<WorkerShare> Shares => _shares;

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
            pairs.Max(p => BusyOf(p.First, p.Second, seconds)), pairs.Average(p => BusyOf(p.First, p.Second, seconds))));
        ImmutableInterlocked.InterlockedExchange(ref _shares, [.. pairs.Select(p => ShareOf(p.First, p.Second, seconds))]);
        (_before, _beforeAt) = (now, at);
    }

    private static double BusyOf(WorkerCounters now, WorkerCounters before, double seconds) => Math.Clamp((now.CpuNanoseconds - before.CpuNanoseconds) / 1e9 / seconds, 0, 1);

    private static WorkerShare ShareOf(WorkerCounters now, WorkerCounters before, double seconds) =>
        new(BusyOf(now, before, seconds), now.Sessions, now.Sessions, now.Load.Overload > OverloadLevel.None);
}
