namespace Conference.Operator.Reconciling;

/// <summary>Annotations of a drain. With what <see cref="Pods.PodNames"/> names they are all that an operator has to remember of a pod.</summary>
internal static class PodMarks
{
    /// <summary>When the drain began, RFC 3339.</summary>
    public const string DrainSince = "conference.io/drain-since";

    /// <summary>The case of docs/scaling.md that the drain began for.</summary>
    public const string DrainReason = "conference.io/drain-reason";

    /// <summary>When a drain was taken back last, RFC 3339.</summary>
    public const string Resumed = "conference.io/drain-taken-back";
}
