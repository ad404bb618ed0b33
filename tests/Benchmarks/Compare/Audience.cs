using Conference.Benchmarks.Servers;
using Conference.Load;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.Support;

namespace Conference.Benchmarks.Compare;

/// <summary>One publisher of one picture and its receivers, on one server.</summary>
internal sealed class Audience(IMeetingServer meeting, ServerProcess server, LoadSide load) : IAsyncDisposable
{
    private const int AtOneTime = 8;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(60), Tail = TimeSpan.FromMilliseconds(700);

    private readonly LoadPeer _publisher = new(load.Rig, new PeerPlan { Video = [("", Make(load))] });
    private readonly List<LoadPeer> _receivers = [];
    private readonly List<ISeat> _seats = [];

    /// <summary>As it stands in reports.</summary>
    public string Name => meeting.Name;

    /// <summary>Makes it as many receivers as this, and waits until the picture comes to all of them.</summary>
    public async Task GrowAsync(int receivers)
    {
        using var bound = new CancellationTokenSource(ConnectWithin);
        if (_seats.Count == 0)
        {
            _seats.Add(await meeting.PublishAsync(_publisher, bound.Token));
            await _publisher.EstablishedAsync(bound.Token);
            await _publisher.BeginAsync();
        }
        else await _publisher.ResumeAsync();
        var added = Enumerable.Range(0, receivers - _receivers.Count).Select(_ => new LoadPeer(load.Rig, new PeerPlan { VideoSlots = 1 })).ToList();
        _receivers.AddRange(added);
        await Parallel.ForEachAsync(added, new ParallelOptions { MaxDegreeOfParallelism = AtOneTime, CancellationToken = bound.Token }, async (peer, cancellation) =>
        {
            var seat = await meeting.WatchAsync(peer, cancellation);
            lock (_seats) _seats.Add(seat);
            await peer.EstablishedAsync(cancellation);
        });
        await Eventually.True(() => load.Thread.AskAsync(() => _receivers.All(r => r.Peer.Check.Streams.Count > 0)), $"the picture does not come to all receivers of {Name}");
        await _publisher.PauseAsync();
    }

    /// <summary>The share of a core that the server takes while nothing is sent and everybody stays connected.</summary>
    public async Task<double> IdleAsync(TimeSpan duration)
    {
        var (begun, cpu) = (TimeProvider.System.GetTimestamp(), server.CpuNanoseconds);
        await Task.Delay(duration);
        return (server.CpuNanoseconds - cpu) / TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds;
    }

    /// <summary>Sends a picture of this shape for a while and counts.</summary>
    public async Task<Sample> MeasureAsync(VideoShape shape, TimeSpan duration, TimeSpan leadIn)
    {
        await _publisher.ResumeAsync((source, now) => ((VideoSource)source).Resume(now, shape));
        await Task.Delay(leadIn);
        var window = new NumberWindow();
        var source = _publisher.Sources[0];
        var (drops, begun, beginCpu) = await load.Thread.AskAsync(() =>
        {
            foreach (var receiver in _receivers) receiver.Peer.Check = new ReceiverCheck(Offers.Types) { Window = window };
            window.Open(source);
            return (KernelDrops(), TimeProvider.System.GetTimestamp(), server.CpuNanoseconds);
        });
        await Task.Delay(duration);
        var (elapsed, cpu) = await load.Thread.AskAsync(() =>
        {
            window.Close(source);
            return (TimeProvider.System.GetElapsedTime(begun), server.CpuNanoseconds - beginCpu);
        });
        await _publisher.PauseAsync();
        await Task.Delay(Tail);
        return await load.Thread.AskAsync(() => Count(window.Packets * _receivers.Count, elapsed, cpu, KernelDrops() - drops));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _receivers.Append(_publisher)) peer.Dispose();
        await Parallel.ForEachAsync(_seats, async (seat, _) => await seat.DisposeAsync());
        await meeting.DisposeAsync();
    }

    private Sample Count(long expected, TimeSpan elapsed, long cpu, long clientDrops)
    {
        var (received, delays, damaged) = (0L, new DelayHistogram(), 0L);
        foreach (var receiver in _receivers)
        {
            var counts = receiver.Peer.Check.Finish(new Dictionary<uint, uint>());
            received += counts.Received;
            damaged += counts.Damaged + counts.Unauthentic;
            delays.Add(receiver.Peer.Check.VideoDelays);
        }
        if (damaged > 0) throw new LoadException($"{damaged} packets of {Name} are not what was sent");
        return new(expected, received, cpu, elapsed, clientDrops, delays);
    }

    private long KernelDrops() => _receivers.Sum(r => r.Peer.KernelDrops);

    private static Func<SourceStart, PacketSource> Make(LoadSide load) =>
        start => new VideoSource(start.Stream, start.Ssrc, start.PayloadType, start.BeginMicroseconds, new VideoShape(300), new Random(load.Rig.Random.Next()));
}

/// <summary>What one run counted.</summary>
/// <param name="Expected">Packets sent, times receivers.</param>
/// <param name="Received">Of them, those that came.</param>
/// <param name="CpuNanoseconds">What the server's process took meanwhile.</param>
/// <param name="Elapsed">How long it was.</param>
/// <param name="ClientDrops">Packets that the load client's own sockets had no room for.</param>
/// <param name="Delays">From sending to receiving.</param>
internal sealed record Sample(long Expected, long Received, long CpuNanoseconds, TimeSpan Elapsed, long ClientDrops, DelayHistogram Delays)
{
    public double MicrosPerPacket => CpuNanoseconds / 1000.0 / Math.Max(1, Received);

    public double PacketsPerSecond => Received / Elapsed.TotalSeconds;
}
