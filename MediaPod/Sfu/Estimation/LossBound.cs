namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// Case E8: what loss says. Loss while a queue stands is congestion and answered as in draft-ietf-rmcat-gcc-02 section 6. Loss without a queue is either the path's own (radio,
/// a bad cable: sending less would only lose less of less) or a policer that drops what exceeds a rate: a trial tells. For one window no more is allowed than what
/// arrived; if the share of loss falls with it, it was the rate, else it is the path's, and is not answered again until it grows. Pure.
/// </summary>
public sealed class LossBound
{
    /// <summary>Below this share nothing is lost that matters, above the other too much is (draft-ietf-rmcat-gcc-02 section 6).</summary>
    public const double LittleLoss = 0.02, MuchLoss = 0.10;

    /// <summary>The bound never falls below this many bits per second: sound goes on whatever is lost.</summary>
    public const long Least = 150_000;

    /// <summary>How long loss is counted before it is judged, in microseconds; with a standing queue <see cref="QueuedWindowMicroseconds"/>.</summary>
    public const long WindowMicroseconds = 1_000_000;

    /// <summary>As <see cref="WindowMicroseconds"/>, while a queue stands.</summary>
    public const long QueuedWindowMicroseconds = 300_000;

    /// <summary>For how long the path's own loss is remembered after it was last seen, in microseconds.</summary>
    public const long MemoryMicroseconds = 60_000_000;

    private const int LeastPackets = 20;
    private const int LeastPacketsToJudge = 50;
    private const long LongestWindowMicroseconds = 4_000_000;
    private const double Growth = 0.08;      // draft section 6: 1.05 per report of a second or so; libwebrtc: 1.08
    private const double StillThere = 0.6;   // of the loss before: it does not depend on the rate
    private const double Margin = 0.05;      // by which the path's own loss may vary

    private long _since = long.MinValue;
    private int _packets;
    private int _lost;
    private double _own;
    private long _ownSeen;
    private double _lossBefore;
    private bool _trial;
    private bool _queued;

    /// <summary>Bits per second that loss allows; null: it bounds nothing.</summary>
    public long? BitsPerSecond { get; private set; }

    /// <summary>Share lost in the last window, 0 to 1.</summary>
    public double Loss { get; private set; }

    /// <summary>A trial is under way.</summary>
    public bool IsTrying => _trial;

    /// <summary>The share that the path loses whatever is sent, as far as known.</summary>
    public double OwnLoss => _own;

    /// <summary>Feedback reported a packet for the first time.</summary>
    public void Add(bool lost)
    {
        _packets++;
        if (lost) _lost++;
    }

    /// <summary>A packet that was reported lost came after all.</summary>
    public void TakeBack() => _lost = Math.Max(0, _lost - 1);

    /// <summary>The rate has just fallen because of delay: what was lost before is answered.</summary>
    public void Restart(long nowMicroseconds) => (_since, _packets, _lost) = (nowMicroseconds, 0, 0);

    /// <summary>A probe showed that the path carries this much.</summary>
    public void Raise(long bitsPerSecond)
    {
        if (BitsPerSecond < bitsPerSecond) BitsPerSecond = null;
    }

    /// <summary>Judges, if it is time to.</summary>
    /// <param name="queueStands">Packets wait on the path, or the delay just grew.</param>
    /// <param name="estimate">What delay allows, in bits per second.</param>
    /// <param name="acknowledged">What arrives, in bits per second; null while unknown.</param>
    /// <param name="nowMicroseconds">Now.</param>
    public void Judge(bool queueStands, long estimate, long? acknowledged, long nowMicroseconds)
    {
        if (_since == long.MinValue) _since = nowMicroseconds;
        var elapsed = nowMicroseconds - _since;
        if (_queued && !queueStands)
        {
            _queued = false;
            Restart(nowMicroseconds); // what the queue dropped last says nothing about the path without it
            return;
        }
        if (elapsed < (queueStands ? QueuedWindowMicroseconds : WindowMicroseconds)) return;
        var least = queueStands ? LeastPackets : LeastPacketsToJudge;
        if (_packets < least && elapsed < LongestWindowMicroseconds) return;
        var enough = _packets >= least;
        Loss = _packets == 0 ? 0 : (double)_lost / _packets;
        var beyondChance = Margin + 2 * Math.Sqrt(_own * (1 - _own) / Math.Max(1, _packets)); // two standard deviations of as many packets
        (_since, _packets, _lost) = (nowMicroseconds, 0, 0);
        if (nowMicroseconds - _ownSeen > MemoryMicroseconds) _own = 0;
        _queued = queueStands;
        if (queueStands) JudgeQueued(estimate, acknowledged, enough);
        else if (_trial) EndTrial(enough, nowMicroseconds);
        else if (enough && Loss > MuchLoss && Loss > _own + beyondChance) BeginTrial(estimate, acknowledged);
        else Grow(estimate, elapsed, nowMicroseconds);
    }

    private void JudgeQueued(long estimate, long? acknowledged, bool enough)
    {
        _trial = false;
        var beyond = Loss - _own; // what the path loses anyway is no sign of the queue
        if (!enough || beyond <= MuchLoss) return;
        // A queue that stands is served: what arrives is what the path carries, and no less is ever called for.
        var carried = (acknowledged ?? 0) * RateControl.Beta;
        var before = Math.Min(estimate, BitsPerSecond ?? estimate);
        BitsPerSecond = Math.Min(before, (long)Math.Max(Math.Max(Least, carried), before * (1 - beyond / 2)));
    }

    private void BeginTrial(long estimate, long? acknowledged)
    {
        if (acknowledged is not { } arrives || arrives < Least) return;
        _trial = true;
        _lossBefore = Loss;
        BitsPerSecond = Math.Min(arrives, Math.Min(estimate, BitsPerSecond ?? estimate));
    }

    private void EndTrial(bool enough, long now)
    {
        _trial = false;
        if (enough && Loss < _lossBefore * StillThere) return; // it was the rate: the bound stays, and grows from here
        BitsPerSecond = null;
        (_own, _ownSeen) = (enough ? Loss : _lossBefore, now);
    }

    private void Grow(long estimate, long elapsed, long now)
    {
        if (_own > 0 && Loss > _own / 2) _ownSeen = now;
        if (BitsPerSecond is not { } bound) return;
        bound += (long)(bound * Growth * Math.Min(elapsed / 1e6, 1));
        BitsPerSecond = bound >= estimate ? null : bound;
    }
}
