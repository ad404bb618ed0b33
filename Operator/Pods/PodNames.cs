namespace Conference.Operator.Pods;

/// <summary>Labels, annotations and the finalizer of media pods. Everything that has to be remembered of a pod stands on it, so that any operator can go on.</summary>
public static class PodNames
{
    /// <summary>Label: the pool's name.</summary>
    public const string Pool = "conference.io/pool";

    /// <summary>Label: the pod's own name, for the selector of its service.</summary>
    public const string Pod = "conference.io/pod";

    /// <summary>Label: the region; missing until it is known.</summary>
    public const string Region = "conference.io/region";

    /// <summary>Label: the role.</summary>
    public const string Role = "conference.io/role";

    /// <summary>Label: the hash of the template that the pod was made from.</summary>
    public const string Revision = "conference.io/revision";

    /// <summary>Annotation: the first UDP port of the pod's block.</summary>
    public const string Ports = "conference.io/ports";

    /// <summary>Annotation: the <see cref="Resources.NetworkMode"/> that the pod was made for; its pool's may be another one by now.</summary>
    public const string Network = "conference.io/network";

    /// <summary>Annotation: the address that the pod advertises; missing until it is known. The pod reads it as a file and waits for it.</summary>
    public const string PublicAddress = "conference.io/public-address";

    /// <summary>Annotation: the region, where it is that of the node; missing until it is known. The pod reads it as a file and waits for it.</summary>
    public const string NodeRegion = "conference.io/node-region";

    /// <summary>Finalizer: the operator has not agreed yet that the pod is gone.</summary>
    public const string Finalizer = "conference.io/drain";

    /// <summary>The label of a node that names its region.</summary>
    public const string TopologyRegion = "topology.kubernetes.io/region";

    /// <summary>What all media pods have as <c>app.kubernetes.io/name</c>.</summary>
    public const string App = "conference-mediapod";

    /// <summary>What all media pods have as <c>app.kubernetes.io/managed-by</c>.</summary>
    public const string ManagedBy = "conference-operator";
}
