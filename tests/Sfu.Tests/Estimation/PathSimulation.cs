using Conference.MediaPod.Sfu.Estimation;
using Conference.MediaPod.Sfu.Pacing;
using Conference.Support.Media.Impairment;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>
/// One sender, one bottleneck, one receiver, on a clock that only the simulation moves: the real estimator, budget and probes, a publisher with encodings like a camera's, a link model, and feedback every 50 ms
/// that comes back after the path's delay.
/// </summary>
internal sealed class PathSimulation
{
    public const long Millisecond = 1_000, Second = 1_000_000;
    private const int PacketBytes = 1200;
    private const long FeedbackInterval = 50 * Millisecond;
    private const long BackDelay = 25 * Millisecond;

    private readonly ImpairedLink _link;
    private readonly List<Sent> _sent = [];
    private readonly PriorityQueue<int, (long At, int Number)> _onTheWay = new();
    private readonly PriorityQueue<(long At, List<(int Number, long? Arrived)> Report), long> _feedback = new();
    private readonly Queue<(int Bytes, long Since)> _waiting = new();
    private readonly long _frameOffset;
    private int _highest = -1;
    private PacingBudget _budget;
    private int _reported;
    private int _probeSent;
    private long _probeBegan;
    private long _nextFrame, _nextAudio, _nextFeedback;
    private double _owed;
    private int _frames;

    public PathSimulation(ImpairedLink link, long offset = 0)
    {
        _link = link;
        _frameOffset = offset;
        _nextFrame = offset;
    }

    public ReceiverBandwidth Bandwidth { get; } = new() { CanProbe = true };

    /// <summary>What the source can send at most, in bits per second.</summary>
    public long SourceRate { get; set; } = 2_500_000;

    /// <summary>With encodings like a simulcast camera's: the largest that fits; else whatever the estimate says.</summary>
    public long[]? Layers { get; set; }

    /// <summary>What the allocator asks for; null: a little more than the source.</summary>
    public long? Wanted { get; set; }

    /// <summary>Every seventh frame is a key frame, four times as large as the others.</summary>
    public bool KeyFrames { get; init; }

    /// <summary>For what a failing test prints.</summary>
    public ImpairedLink? Trace { get; init; }

    public bool SendsFeedback { get; set; } = true;
    public long Now { get; private set; }
    public int Decreases { get; private set; }

    /// <summary>The longest time that a packet waited in front of the link, since it was last set.</summary>
    public long LongestQueue { get; set; }
    public long ArrivedBytes { get; set; }
    public long LongestPacing { get; set; }
    public long ProbeBytes { get; private set; }

    public long Estimate => Bandwidth.BitsPerSecond ?? -1;

    public void Run(long microseconds, Action<PathSimulation>? each = null)
    {
        var end = Now + microseconds;
        while (Now < end) Step(each);
    }

    /// <summary>Begins later than another simulation on the same link.</summary>
    public void Skip(long now) => (Now, _nextFrame, _nextAudio, _nextFeedback) = (now, now + _frameOffset, now, now);

    public void Step(Action<PathSimulation>? each = null)
    {
        Now += Millisecond;
        if (Now % (100 * Millisecond) == 0) Bandwidth.Tick(Now);
        Deliver();
        Media();
        Release();
        SendProbe();
        Report();
        var before = Estimate;
        while (_feedback.TryPeek(out var feedback, out var at) && at <= Now)
        {
            _feedback.Dequeue();
            Take(feedback.Report);
        }
        if (Estimate < before) Decreases++;
        each?.Invoke(this);
    }

    private void Media()
    {
        Bandwidth.WantUpTo(Wanted ?? SourceRate * 11 / 10);
        for (; _nextAudio <= Now; _nextAudio += 20 * Millisecond) Send(100);
        for (; _nextFrame <= Now; _nextFrame += Second / 30)
        {
            _owed += VideoRate() / 30.0 / 8 * (!KeyFrames ? 1 : _frames++ % 7 == 0 ? 2.8 : 0.7);
            while (_owed > 100)
            {
                var bytes = (int)Math.Min(_owed, PacketBytes);
                _owed -= bytes;
                _waiting.Enqueue((bytes, Now));
            }
        }
    }

    private double VideoRate()
    {
        var allowed = (Bandwidth.BitsPerSecond ?? 1_000_000) - 50_000;
        if (Layers is null) return Math.Clamp(allowed, 0, SourceRate);
        return Layers.Where(l => l <= allowed).DefaultIfEmpty(0).Max();
    }

    private void Release()
    {
        _budget.Follow(Bandwidth.BitsPerSecond, Now, Bandwidth.IsCrowded);
        while (_waiting.TryPeek(out var packet) && _budget.MaySend(Now))
        {
            _waiting.Dequeue();
            LongestPacing = Math.Max(LongestPacing, Now - packet.Since);
            Send(packet.Bytes);
        }
    }

    private void SendProbe()
    {
        if (_waiting.Count == 0 && Bandwidth.TryProbe(Now)) (_probeSent, _probeBegan) = (0, Now);
        if (Bandwidth.Probe is not { Id: > 0 } probe) return;
        while (_probeSent < probe.Bytes && _probeSent <= probe.BitsPerSecond * (Now - _probeBegan) / 8_000_000)
        {
            var bytes = Math.Min(PacketBytes, Math.Max(250, probe.Bytes / ProbeCluster.LeastPackets));
            Send(bytes, padding: true);
            ProbeBytes += bytes;
        }
        if (_probeSent >= probe.Bytes) Bandwidth.EndProbe();
    }

    private void Send(int bytes, bool padding = false)
    {
        var cluster = Bandwidth.Probe.Id; // whatever leaves while a probe is under way belongs to it
        if (cluster != 0) _probeSent += bytes;
        if (!padding) _budget.Take(bytes, Now);
        if (!padding) Bandwidth.Sent(bytes, true, Now);
        var decision = _link.Decide(Now, bytes);
        LongestQueue = Math.Max(LongestQueue, _link.QueueMicroseconds(Now));
        var number = _sent.Count;
        var arrives = decision.Fate == LinkFate.Delivered;
        _sent.Add(new Sent { At = Now, Bytes = bytes, Cluster = cluster });
        if (arrives) _onTheWay.Enqueue(number, (decision.DeliverAt, number));
    }

    private void Deliver()
    {
        while (_onTheWay.TryPeek(out var number, out var at) && at.At <= Now)
        {
            _onTheWay.Dequeue();
            _sent[number].Arrived = at.At;
            ArrivedBytes += _sent[number].Bytes;
            _highest = Math.Max(_highest, number);
        }
    }

    private void Report()
    {
        if (Now < _nextFeedback) return;
        _nextFeedback = Now + FeedbackInterval;
        if (!SendsFeedback || _highest < _reported) return;
        var report = new List<(int, long?)>();
        for (; _reported <= _highest; _reported++) report.Add((_reported, _sent[_reported].Arrived));
        _feedback.Enqueue((Now, report), Now + BackDelay);
    }

    private void Take(List<(int Number, long? Arrived)> report)
    {
        foreach (var (number, arrived) in report)
        {
            var packet = _sent[number];
            // The receiver's clock has nothing to do with ours, and ticks in steps of 250 microseconds.
            if (arrived is { } at) Bandwidth.Arrived(packet.At, 7_777_000_000 + at / 250 * 250, packet.Bytes, packet.Cluster, false, Now);
            else Bandwidth.Lost();
        }
        Bandwidth.EndFeedback(Now);
    }

    private sealed class Sent
    {
        public long At;
        public int Bytes;
        public byte Cluster;
        public long? Arrived;
    }
}
