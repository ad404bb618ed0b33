using Conference.Benchmarks.Servers;
using Conference.Load;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.Support;

namespace Conference.Benchmarks.Compare;

/// <summary>Publishers and receivers of one meeting on one server. What publishers send is sent while something is measured, and not between.</summary>
/// <param name="meeting">The meeting.</param>
/// <param name="server">Whose account is read.</param>
/// <param name="load">Carries them.</param>
/// <param name="publishers">What each publisher sends.</param>
/// <param name="receiver">What each receiver has places for.</param>
internal sealed class Audience(IMeetingServer meeting, ServerProcess server, LoadSide load, IReadOnlyList<PeerPlan> publishers, PeerPlan receiver) : IAsyncDisposable
{
    private const int AtOneTime = 8;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(90), Tail = TimeSpan.FromMilliseconds(700);

    private readonly List<LoadPeer> _publishers = [.. publishers.Select(p => new LoadPeer(load.Rig, p))];
    private readonly List<LoadPeer> _receivers = [];
    private readonly List<ISeat> _seats = [];

    /// <summary>One publisher of one picture, and receivers of it.</summary>
    public static Audience OfOnePicture(IMeetingServer meeting, ServerProcess server, LoadSide load) =>
        new(meeting, server, load, [new PeerPlan { Video = [("", Picture(load, new VideoShape(300)))] }], new PeerPlan { VideoSlots = 1 });

    /// <summary>Makes a picture of a shape.</summary>
    public static Func<SourceStart, PacketSource> Picture(LoadSide load, VideoShape shape) =>
        start => new VideoSource(start.Stream, start.Ssrc, start.PayloadType, start.BeginMicroseconds, shape, new Random((int)start.Stream));

    /// <summary>Makes a voice.</summary>
    public static PacketSource Voice(SourceStart start) => new AudioSource(start.Stream, start.Ssrc, start.PayloadType, Offers.LevelExtension, start.BeginMicroseconds);

    /// <summary>As it stands in reports.</summary>
    public string Name => meeting.Name;

    /// <summary>Makes it as many receivers as this, and waits until everything comes to all of them.</summary>
    public async Task GrowAsync(int receivers)
    {
        using var bound = new CancellationTokenSource(ConnectWithin);
        if (_seats.Count == 0) await SeatPublishersAsync(bound.Token);
        else await ResumeAsync(null);
        var added = Enumerable.Range(0, receivers - _receivers.Count).Select(_ => new LoadPeer(load.Rig, receiver)).ToList();
        _receivers.AddRange(added);
        await Parallel.ForEachAsync(added, new ParallelOptions { MaxDegreeOfParallelism = AtOneTime, CancellationToken = bound.Token }, async (peer, cancellation) =>
        {
            var seat = await meeting.WatchAsync(peer, cancellation);
            lock (_seats) _seats.Add(seat);
            await peer.EstablishedAsync(cancellation);
        });
        var streams = Math.Min(publishers.Count(p => p.Audio is not null), receiver.AudioSlots) + Math.Min(publishers.Count(p => !p.Video.IsEmpty), receiver.DropsVideo ? 0 : receiver.VideoSlots);
        await Eventually.True(() => load.Thread.AskAsync(() => _receivers.All(r => r.Peer.Check.Streams.Count >= streams)), $"not everything comes to all receivers of {Name}");
        await PauseAsync();
    }

    /// <summary>The share of a core that the server takes while nothing is sent and everybody stays connected.</summary>
    public async Task<double> IdleAsync(TimeSpan duration)
    {
        var (begun, cpu) = (TimeProvider.System.GetTimestamp(), server.CpuNanoseconds);
        await Task.Delay(duration);
        return (server.CpuNanoseconds - cpu) / TimeProvider.System.GetElapsedTime(begun).TotalNanoseconds;
    }

    /// <summary>Sends for a while and counts.</summary>
    /// <param name="shape">Of all pictures; null: as they are.</param>
    /// <param name="duration">What counts.</param>
    /// <param name="leadIn">What comes before it.</param>
    public async Task<Sample> MeasureAsync(VideoShape? shape, TimeSpan duration, TimeSpan leadIn)
    {
        await ResumeAsync(shape);
        await Task.Delay(leadIn);
        var (audio, video) = (new NumberWindow(), new NumberWindow());
        var (voices, pictures) = (Sources().OfType<AudioSource>().ToList(), Sources().OfType<VideoSource>().ToList());
        var (drops, begun, beginCpu) = await load.Thread.AskAsync(() =>
        {
            foreach (var each in _receivers) each.Peer.Check = new ReceiverCheck(Offers.Types) { Window = video, AudioWindow = audio };
            voices.ForEach(audio.Open);
            pictures.ForEach(video.Open);
            return (KernelDrops(), TimeProvider.System.GetTimestamp(), server.CpuNanoseconds);
        });
        await Task.Delay(duration);
        var (elapsed, cpu) = await load.Thread.AskAsync(() =>
        {
            voices.ForEach(audio.Close);
            pictures.ForEach(video.Close);
            return (TimeProvider.System.GetElapsedTime(begun), server.CpuNanoseconds - beginCpu);
        });
        await PauseAsync();
        await Task.Delay(Tail);
        var receivers = _receivers.Count;
        return await load.Thread.AskAsync(() => Count(new Sample(video.Packets * receivers, audio.Packets * receivers, cpu, elapsed, KernelDrops() - drops)
        {
            AudioLostByAll = (audio.Packets - _receivers.Select(r => r.Peer.Check.AudioDelays.Count).DefaultIfEmpty(audio.Packets).Max()) * receivers,
        }));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _receivers.Concat(_publishers)) peer.Dispose();
        await Parallel.ForEachAsync(_seats, async (seat, _) => await seat.DisposeAsync());
        await meeting.DisposeAsync();
    }

    private async Task SeatPublishersAsync(CancellationToken cancellation)
    {
        foreach (var publisher in _publishers)
        {
            _seats.Add(await meeting.PublishAsync(publisher, cancellation));
            await publisher.EstablishedAsync(cancellation);
            await publisher.BeginAsync();
        }
    }

    private IEnumerable<PacketSource> Sources() => _publishers.SelectMany(p => p.Sources);

    private Task ResumeAsync(VideoShape? shape) => Task.WhenAll(_publishers.Select(p => p.ResumeAsync((source, now) =>
    {
        if (shape is not null && source is VideoSource video) video.Resume(now, shape);
        else source.Resume(now);
    })));

    private Task PauseAsync() => Task.WhenAll(_publishers.Select(p => p.PauseAsync()));

    private Sample Count(Sample sample)
    {
        var damaged = 0L;
        foreach (var each in _receivers)
        {
            var counts = each.Peer.Check.Finish(new Dictionary<uint, uint>());
            damaged += counts.Damaged + counts.Unauthentic;
            sample.AudioDelays.Add(each.Peer.Check.AudioDelays);
            sample.VideoDelays.Add(each.Peer.Check.VideoDelays);
        }
        return damaged == 0 ? sample : throw new LoadException($"{damaged} packets of {Name} are not what was sent");
    }

    /// <summary>Packets that the publishers' own sockets did not take, ever.</summary>
    public Task<long> SendDropsAsync() => load.Thread.AskAsync(() => _publishers.Sum(p => p.Peer.SendDrops));

    private long KernelDrops() => _receivers.Sum(r => r.Peer.KernelDrops);
}

/// <summary>What one run counted.</summary>
/// <param name="VideoExpected">Packets of pictures sent, times receivers.</param>
/// <param name="AudioExpected">Packets of voices sent, times receivers.</param>
/// <param name="CpuNanoseconds">What the server's process took meanwhile.</param>
/// <param name="Elapsed">How long it was.</param>
/// <param name="ClientDrops">Packets that the load client's own sockets had no room for.</param>
internal sealed record Sample(long VideoExpected, long AudioExpected, long CpuNanoseconds, TimeSpan Elapsed, long ClientDrops)
{
    /// <summary>From sending to receiving.</summary>
    public DelayHistogram AudioDelays { get; } = new();

    /// <summary>From sending to receiving.</summary>
    public DelayHistogram VideoDelays { get; } = new();

    /// <summary>Packets of voices that came to none of the receivers, as far as those who got most can tell: they were lost before the server made copies, and count once for each receiver.</summary>
    public long AudioLostByAll { get; init; }

    /// <summary>Packets of pictures that came.</summary>
    public long Received => VideoDelays.Count;

    /// <summary>Packets of voices that did not come.</summary>
    public long AudioLost => AudioExpected - AudioDelays.Count;

    public double MicrosPerPacket => CpuNanoseconds / 1000.0 / Math.Max(1, Received);

    public double PacketsPerSecond => Received / Elapsed.TotalSeconds;
}
