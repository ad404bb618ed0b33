using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Cluster;

/// <summary>What a watch tells.</summary>
public enum WatchEventKind
{
    /// <summary>The object is new, or begins to match.</summary>
    Added,

    /// <summary>The object changed.</summary>
    Modified,

    /// <summary>The object is gone, or matches no longer.</summary>
    Deleted,

    /// <summary>Nothing changed up to this version.</summary>
    Bookmark,

    /// <summary>The watch has failed; it is the last event. <see cref="KubeReason.Gone"/>: list again.</summary>
    Failed,
}

/// <summary>One event of a watch.</summary>
/// <typeparam name="T">The objects.</typeparam>
/// <param name="Kind">What happened.</param>
/// <param name="Object">The object after the change (its last state, when deleted); null for a failure, and for bookmarks.</param>
/// <param name="ResourceVersion">How far the watch is; null for a failure.</param>
/// <param name="Error">Why it failed.</param>
public sealed record WatchEvent<T>(WatchEventKind Kind, T? Object, string? ResourceVersion, KubeError? Error = null) where T : KubeObject;

/// <summary>How to watch.</summary>
public sealed record WatchOptions
{
    /// <summary>Where to begin: the version of a list, or of the last event.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>When the server ends the answer, in whole seconds; shorter than <see cref="IdleTimeout"/>, because not every server sends bookmarks for every kind.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest silence: a longer one is a dead connection.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(150);
}
