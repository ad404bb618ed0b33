using System.Text.Json.Serialization;

namespace Conference.Contracts.Pods;

/// <summary>How a pod gets empty. In both modes it gets no new meeting.</summary>
[JsonConverter(typeof(EnumNames<DrainMode>))]
public enum DrainMode
{
    /// <summary>Meetings that are there stay until they are over, and people may still join them there.</summary>
    Wait,

    /// <summary>Meetings that are there go to another pod now.</summary>
    Migrate,
}

/// <summary>The rules of drains that silo and pod share (docs/pod-selection.md).</summary>
public static class DrainRules
{
    /// <summary>The stricter of two modes; null: no drain.</summary>
    public static DrainMode? Stricter(DrainMode? one, DrainMode? other) => one is { } a && other is { } b ? (DrainMode)Math.Max((int)a, (int)b) : one ?? other;

    /// <summary>Whether a pod that drains so (null: not at all) takes one more of a meeting.</summary>
    /// <param name="mode">How it drains.</param>
    /// <param name="isThere">The meeting has somebody on the pod.</param>
    public static bool Takes(DrainMode? mode, bool isThere) => mode switch { null => true, DrainMode.Wait => isThere, _ => false };
}
