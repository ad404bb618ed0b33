using Conference.Contracts.Pods;

namespace Conference.Operator.Draining;

/// <summary>The next step for one pod that goes.</summary>
/// <param name="Pod">Its name.</param>
/// <param name="Action">What to do.</param>
/// <param name="Case">A number of docs/scaling.md (<see cref="DrainCase"/>).</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Mode">For <see cref="DrainAction.Ask"/>: how it shall drain.</param>
/// <param name="GraceSeconds">For <see cref="DrainAction.Delete"/>: the grace period; null: the pod's own.</param>
public sealed record DrainStep(string Pod, DrainAction Action, string Case, string Reason, DrainMode Mode = DrainMode.Wait, int? GraceSeconds = null);

/// <summary>What to do with a pod that goes. Every action may be repeated without harm.</summary>
public enum DrainAction
{
    /// <summary>Nothing now.</summary>
    Wait,

    /// <summary>Tell the silo that the pod drains (<c>POST /internal/pods/{podId}/drain</c>).</summary>
    Ask,

    /// <summary>Write down that the drain has begun, as if the operator had begun it.</summary>
    Adopt,

    /// <summary>Delete the Kubernetes pod; its finalizer stays until its process has ended.</summary>
    Delete,

    /// <summary>Take the finalizer away and, unless that is done already, delete the Kubernetes pod: nothing runs that could be disturbed.</summary>
    Release,
}
