namespace Conference.Operator.Reconciling;

/// <summary>Labels, annotations and the finalizer by which the operator knows its pods again: everything it must remember is on the objects.</summary>
internal static class PodMarks
{
    /// <summary>Label: the pool's name.</summary>
    public const string Pool = "conference.io/pool";

    /// <summary>Label: the hash of the template that the pod was made from.</summary>
    public const string Revision = "conference.io/revision";

    /// <summary>Label of everything that the operator manages.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>Its value.</summary>
    public const string Operator = "conference-operator";

    /// <summary>Annotation: when the drain began, RFC 3339.</summary>
    public const string DrainSince = "conference.io/drain-since";

    /// <summary>Annotation: the case of docs/scaling.md that the drain began for.</summary>
    public const string DrainReason = "conference.io/drain-reason";

    /// <summary>Annotation: when a drain was taken back last, RFC 3339.</summary>
    public const string Resumed = "conference.io/drain-taken-back";

    /// <summary>Finalizer: the operator has not agreed yet that the pod is gone.</summary>
    public const string Finalizer = "conference.io/drain";
}
