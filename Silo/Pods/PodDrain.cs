using Conference.Contracts.Pods;

namespace Conference.Silo.Pods;

/// <summary>
/// Whether a pod drains, from what was ordered here and what the pod says of itself (cases D1 to D5 of docs/pod-selection.md). Pure: an order that the pod does not follow
/// is said again, whatever got lost.
/// </summary>
public sealed class PodDrain
{
    /// <summary>For how long a report may still show what was before the last order: it may have crossed with it.</summary>
    public static readonly TimeSpan MayBeBehind = TimeSpan.FromSeconds(2);

    private DrainMode? _ordered;
    private DrainMode? _own;
    private DateTimeOffset _saidAt;
    private bool _isKnown;

    /// <summary>How it drains; null when it does not. The stricter of what was ordered and what the pod decided itself.</summary>
    public DrainMode? Mode => DrainRules.Stricter(_ordered, _own);

    /// <summary>The pod's process was told to end: its drain is final.</summary>
    public bool IsLeaving => _own is not null;

    /// <summary>The pod shall drain (D1, D2).</summary>
    public SiloToPod Order(DrainMode mode, DateTimeOffset now)
    {
        (_ordered, _saidAt, _isKnown) = (mode, now, true);
        return new DrainPod(mode);
    }

    /// <summary>The pod shall take meetings again (D3); a pod that is leaving goes on draining (D4).</summary>
    public SiloToPod TakeBack(DateTimeOffset now)
    {
        (_ordered, _saidAt, _isKnown) = (null, now, true);
        return new ResumePod();
    }

    /// <summary>Whether the pod takes one more participant of a meeting that is there already, or not.</summary>
    public bool Takes(bool isThere) => DrainRules.Takes(Mode, isThere);

    /// <summary>
    /// Takes a report; the answer is what has to be said again, or null. The first report tells a silo that has just started what an earlier one ordered (D5).
    /// </summary>
    public SiloToPod? Take(PodReport report, DateTimeOffset now)
    {
        // A pod that says no mode is older than modes, and leaves its meetings.
        var actual = report.Draining || report.Leaving ? report.DrainMode ?? DrainMode.Migrate : (DrainMode?)null;
        _own = report.Leaving ? actual : null;
        if (report.Leaving) return null;
        if (!_isKnown) (_ordered, _isKnown) = (actual, true);
        if (actual == _ordered || now - _saidAt < MayBeBehind) return null;
        _saidAt = now;
        return _ordered is { } mode ? new DrainPod(mode) : new ResumePod();
    }
}
