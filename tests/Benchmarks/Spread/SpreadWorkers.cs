using System.Collections.Immutable;
using System.Net;
using Conference.Benchmarks.Forward;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.Benchmarks.Spread;

/// <summary>What the threads of some workers have done so far.</summary>
/// <param name="CpuNanoseconds">Of each.</param>
/// <param name="AllocatedBytes">Of all.</param>
/// <param name="Forwarded">Packets to receivers.</param>
/// <param name="Crossed">Packets from one worker to another.</param>
internal sealed record SpreadReading(ImmutableArray<double> CpuNanoseconds, long AllocatedBytes, long Forwarded, long Crossed);

/// <summary>One room on one worker or several, with real loops, ports, threads and rings; only the keys come from here. The publisher is on the first.</summary>
internal sealed class SpreadWorkers : GivenKeys, IAsyncDisposable
{
    private const string Room = "room";

    private readonly ControlQueue _control = new();
    private readonly ImmutableArray<UdpPort> _ports;
    private readonly ImmutableArray<MediaWorker> _workers;
    private readonly ImmutableArray<WorkerThread> _threads;
    private readonly CrossingSet _crossings;

    public SpreadWorkers(int workers, int receivers)
    {
        var epoch = WorkerEpoch.Now(TimeProvider.System);
        _ports = [.. Enumerable.Range(0, workers).Select(_ => UdpPort.Open(IPAddress.Loopback, 0))];
        var both = _ports.Select(port => new WorkerPort(port, streams: null)).ToList();
        _workers =
        [
            .. both.Select((port, i) => new MediaWorker(new MediaWorkerOptions
            {
                Port = port,
                Limits = new MediaLimits { VideoBitsPerSecond = int.MaxValue },
                Control = _control,
                RoomEvents = this,
                Handshakes = this,
                Random = new Random(1),
                Time = TimeProvider.System,
                Index = i,
                Count = workers,
                Epoch = epoch,
            })),
        ];
        _crossings = new CrossingSet(_workers);
        if (workers > 1)
        {
            foreach (var worker in _workers) worker.Spread(Room, [.. Enumerable.Range(0, workers)]);
        }
        for (var i = 0; i <= receivers; i++) _workers[i % workers].TryOpen(new SessionSpec(Room, $"p{i}", $"s{i}", ForwardWorker.Media(i), PublishPolicy.Everything), this);
        _threads = [.. _workers.Select((worker, i) => new WorkerThread(i, worker, both[i]))];
    }

    /// <summary>Where clients reach each of them.</summary>
    public int[] Ports => [.. _ports.Select(p => p.LocalAddress.Port)];

    /// <summary>Gives every session its keys; after the connectivity checks.</summary>
    public async Task ConnectAsync()
    {
        GiveKeys();
        await ReadAsync();
    }

    /// <summary>Asks every worker.</summary>
    public async Task<SpreadReading> ReadAsync()
    {
        var answers = await Task.WhenAll(_workers.Select(AskAsync));
        return new SpreadReading([.. answers.Select(a => a.Cpu)], answers.Sum(a => a.Allocated), answers.Sum(a => a.Forwarded), answers.Sum(a => a.Crossed));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var thread in _threads) await thread.StopAsync();
        foreach (var worker in _workers) worker.Dispose();
        foreach (var thread in _threads) thread.Dispose();
        _crossings.Dispose();
        await _control.DisposeAsync();
    }

    private static Task<(double Cpu, long Allocated, long Forwarded, long Crossed)> AskAsync(MediaWorker worker)
    {
        var answer = new TaskCompletionSource<(double, long, long, long)>(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Post(w => answer.SetResult((ThreadCpuClock.Nanoseconds, GC.GetAllocatedBytesForCurrentThread(), w.Tally.Forwarded, w.Tally.Crossed)));
        return answer.Task;
    }
}
