namespace Conference.Operator.Scaling;

/// <summary>One numbered case of docs/scaling.md: what decisions, drain steps, events, log lines, metrics and tests cite.</summary>
/// <param name="Id">The number, as <c>S7</c>.</param>
/// <param name="Word">The same in one word, as the reason of an event or a condition.</param>
public sealed record ScaleCase(string Id, string Word)
{
    /// <summary>S1: the spec contradicts itself; nothing is done.</summary>
    public static ScaleCase Invalid { get; } = new("S1", "InvalidSpec");

    /// <summary>S2: somebody paused the pool.</summary>
    public static ScaleCase Paused { get; } = new("S2", "Paused");

    /// <summary>S3: fewer pods than minPods.</summary>
    public static ScaleCase BelowMin { get; } = new("S3", "BelowMinPods");

    /// <summary>S4: somebody fixed the number of pods.</summary>
    public static ScaleCase Fixed { get; } = new("S4", "FixedNumber");

    /// <summary>S5: the load is not known, or not fresh, or not of every pod.</summary>
    public static ScaleCase LoadUnknown { get; } = new("S5", "LoadUnknown");

    /// <summary>S6: too few free places; drains are taken back.</summary>
    public static ScaleCase TakeBack { get; } = new("S6", "DrainTakenBack");

    /// <summary>S7: too few free places; pods are created.</summary>
    public static ScaleCase TooFewPlaces { get; } = new("S7", "TooFewPlaces");

    /// <summary>S8: too few free places, but the window's pods have been created already.</summary>
    public static ScaleCase WindowUsedUp { get; } = new("S8", "WindowUsedUp");

    /// <summary>S9: too few free places, but there are maxPods pods.</summary>
    public static ScaleCase AtMax { get; } = new("S9", "AtMaxPods");

    /// <summary>S10: more pods than needed, but not for long enough yet.</summary>
    public static ScaleCase Stabilizing { get; } = new("S10", "Stabilizing");

    /// <summary>S11: more pods than needed, for long enough.</summary>
    public static ScaleCase Superfluous { get; } = new("S11", "Superfluous");

    /// <summary>S12: as many as needed.</summary>
    public static ScaleCase Enough { get; } = new("S12", "Enough");

    /// <summary>S13: pods that were started lately failed; the next start waits.</summary>
    public static ScaleCase BackOff { get; } = new("S13", "StartsFail");

    /// <summary>S14: a pod is not ready in time and is replaced.</summary>
    public static ScaleCase NotReadyInTime { get; } = new("S14", "NotReadyInTime");

    /// <summary>S15: pods of the new template are created before old ones go.</summary>
    public static ScaleCase Surge { get; } = new("S15", "UpdateSurge");

    /// <summary>S16: a pod of an old template goes, because enough others are ready.</summary>
    public static ScaleCase Outdated { get; } = new("S16", "UpdateDrain");

    /// <summary>S17: more pods than maxPods.</summary>
    public static ScaleCase AboveMax { get; } = new("S17", "AboveMaxPods");

    /// <summary>S18: a pod of an old template that has never been ready goes at once.</summary>
    public static ScaleCase OutdatedStart { get; } = new("S18", "OutdatedStart");

    /// <summary>Whether a drain that began for the case with this number ends when load rises (S6): only those that began because pods were superfluous.</summary>
    public static bool IsTakenBack(string? id) => id == Superfluous.Id || id == Fixed.Id || id == AboveMax.Id;

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Word}";
}
