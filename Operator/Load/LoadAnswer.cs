using Conference.Contracts.Pods;

namespace Conference.Operator.Load;

/// <summary>Why the load is not known.</summary>
public enum LoadRefusal
{
    /// <summary>No silo answered.</summary>
    Unreachable,

    /// <summary>The silo does not take our secret.</summary>
    Unauthorized,

    /// <summary>The silo answered something else than promised.</summary>
    Malformed,
}

/// <summary>The load of all regions, or why it is not known.</summary>
/// <param name="Loads">What the silo says; null when it could not be had.</param>
/// <param name="Refusal">Why not.</param>
/// <param name="Detail">More for people.</param>
public sealed record LoadAnswer(RegionLoads? Loads, LoadRefusal? Refusal = null, string? Detail = null);

/// <summary>What became of a drain that was ordered, or taken back.</summary>
public enum DrainOrder
{
    /// <summary>The silo has it.</summary>
    Accepted,

    /// <summary>The silo knows no such pod: nobody is on it.</summary>
    UnknownPod,

    /// <summary>No answer, or a refusal: to be tried again.</summary>
    Failed,
}
