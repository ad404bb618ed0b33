using Conference.Contracts.Pods;
using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Pods;

/// <summary>Chooses a pod: pure, with the numbered cases of docs/pod-selection.md, which placements, logs and tests cite.</summary>
public static class PodSelection
{
    /// <summary>P1: the meeting is there already.</summary>
    public const string SameMeeting = "P1";

    /// <summary>P2: the less loaded of two random pods of the nearest region.</summary>
    public const string LeastLoaded = "P2";

    /// <summary>P3: as P2, in another region, because the nearest has no pod that can.</summary>
    public const string OtherRegion = "P3";

    /// <summary>R1: no pod is there that could ever take it.</summary>
    public const string NoPod = "R1";

    /// <summary>R2: every pod that could take it is full.</summary>
    public const string AtCapacity = "R2";

    /// <summary>Chooses among the live pods of one region, for a meeting that has no pod (P2, R1, R2).</summary>
    /// <param name="pods">The pods, in any order that is the same for the same pods.</param>
    /// <param name="version">The version that meetings run on: pods of another major version are never chosen.</param>
    /// <param name="options">Bounds and weights.</param>
    /// <param name="random">Where chance comes from.</param>
    public static PodPlacement Choose(IReadOnlyList<PodCandidate> pods, string version, PodOptions options, Random random)
    {
        var able = pods.Where(p => p.Status is { Role: PodRole.Media, Draining: false } && AreCompatible(p.Status.Version, version)).ToList();
        if (able.Count == 0) return new(null, NoPod);
        var free = able.Where(p => HasRoom(p, options)).ToList();
        if (free.Count == 0) return new(null, AtCapacity);

        var first = random.Next(free.Count);
        // The second differs from the first, if there is a second at all.
        var second = free.Count == 1 ? first : (first + 1 + random.Next(free.Count - 1)) % free.Count;
        var chosen = LoadOf(free[second], options) < LoadOf(free[first], options) ? free[second] : free[first];
        return new(chosen.Status.PodId, LeastLoaded);
    }

    /// <summary>The load of a pod with what has been placed there and does not show yet.</summary>
    public static double LoadOf(PodCandidate pod, PodOptions options) => pod.Status.Load.Value + pod.RecentPlacements * options.PlacementLoad;

    /// <summary>Whether two versions may share a meeting: the same major number. What is not a version number is compatible with everything.</summary>
    public static bool AreCompatible(string one, string other) => MajorOf(one) is not { } a || MajorOf(other) is not { } b || a == b;

    // Load is what the pod measured: what recent placements may add is a guess, good to choose by, never to refuse by.
    private static bool HasRoom(PodCandidate pod, PodOptions options) =>
        pod.Status.Participants + pod.RecentPlacements < pod.Status.Capacity.Participants && pod.Status.Load.Value < options.FullLoad;

    private static int? MajorOf(string version) => int.TryParse(version.AsSpan(0, Math.Max(version.IndexOf('.'), 0)), out var major) ? major : null;
}

/// <summary>A pod to choose from.</summary>
/// <param name="Status">What it says.</param>
/// <param name="RecentPlacements">Meetings that were placed there and do not show in its load yet.</param>
public sealed record PodCandidate(PodStatus Status, int RecentPlacements);
