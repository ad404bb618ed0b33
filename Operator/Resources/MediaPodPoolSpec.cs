using System.Text.Json.Serialization;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Operator.Resources;

/// <summary>What somebody wants of a pool: media pods of one region and one role, and how many of them.</summary>
/// <remarks>The custom resource definition in <c>charts/conference/crds/mediapodpools.yaml</c> is made from these types: names, bounds, defaults and descriptions.</remarks>
public sealed record MediaPodPoolSpec
{
    /// <summary>The region that the pods say they are in. Left out: each pod takes it from the label topology.kubernetes.io/region of its node.</summary>
    [Text("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", 63)]
    public string? Region { get; init; }

    /// <summary>What the pods do.</summary>
    public PodRole Role { get; init; } = PodRole.Media;

    /// <summary>The media pod's image, with its tag or digest.</summary>
    [Text("", 512)]
    public required string Image { get; init; }

    /// <summary>When the image is pulled. Left out: Kubernetes decides by the tag.</summary>
    public ImagePullPolicy? ImagePullPolicy { get; init; }

    /// <summary>The fewest pods that take meetings. With 0 nobody can join until something else starts a pod.</summary>
    [Bounds(0, 1000)]
    public int MinPods { get; init; } = 1;

    /// <summary>The most pods that take meetings; pods that drain are not counted.</summary>
    [Bounds(1, 1000)]
    public int MaxPods { get; init; } = 10;

    /// <summary>A number of pods that somebody wants whatever the load is, within minPods and maxPods; kubectl scale writes it. Left out (or null): the load decides.</summary>
    [Bounds(0, 1000)]
    public int? Replicas { get; init; }

    /// <summary>True: the operator starts, drains and replaces nothing, and only says what it would do. Drains that have begun go on.</summary>
    public bool Paused { get; init; }

    /// <summary>What one pod may carry.</summary>
    public PoolCapacity Capacity { get; init; } = new();

    /// <summary>Places that are kept free for those who come next; the larger of the two counts.</summary>
    public PoolBuffer Buffer { get; init; } = new();

    /// <summary>How fast pods are added.</summary>
    public ScaleUpRules ScaleUp { get; init; } = new();

    /// <summary>How slowly pods are taken away.</summary>
    public ScaleDownRules ScaleDown { get; init; } = new();

    /// <summary>How a pod gets empty before it goes.</summary>
    public DrainRules Drain { get; init; } = new();

    /// <summary>How media gets to the pods.</summary>
    public PoolNetwork Network { get; init; } = new();

    /// <summary>What else the Kubernetes pods shall have.</summary>
    public PodTemplate Template { get; init; } = new();
}

/// <summary>When an image is pulled.</summary>
[JsonConverter(typeof(EnumNames<ImagePullPolicy>))]
public enum ImagePullPolicy
{
    /// <summary>When the node does not have it.</summary>
    IfNotPresent,

    /// <summary>At every start.</summary>
    Always,

    /// <summary>Never: the node has it, or the pod fails.</summary>
    Never,
}

/// <summary>What one pod may carry.</summary>
public sealed record PoolCapacity
{
    /// <summary>The most participants of one pod.</summary>
    [Bounds(1, 100_000)]
    public int Participants { get; init; } = 500;

    /// <summary>The most outgoing media of one pod, in megabits per second.</summary>
    [Bounds(1, 1_000_000)]
    public int EgressMbps { get; init; } = 1000;
}

/// <summary>Places that are kept free.</summary>
public sealed record PoolBuffer
{
    /// <summary>Free places.</summary>
    [Bounds(0, 1_000_000)]
    public int Participants { get; init; } = 50;

    /// <summary>Free places as a share of those that are taken, in percent.</summary>
    [Bounds(0, 1000)]
    public int Percent { get; init; }
}

/// <summary>How fast pods are added.</summary>
public sealed record ScaleUpRules
{
    /// <summary>The window in which at most maxPods are added, in seconds.</summary>
    [Bounds(1, 3600)]
    public int WindowSeconds { get; init; } = 10;

    /// <summary>The most pods that are added because of load within the window. What minPods asks for is added at once.</summary>
    [Bounds(1, 1000)]
    public int MaxPods { get; init; } = 4;

    /// <summary>How long a pod may take to become ready, in seconds after it was given to a node. Then it is replaced.</summary>
    [Bounds(5, 3600)]
    public int StartDeadlineSeconds { get; init; } = 120;
}

/// <summary>How slowly pods are taken away.</summary>
public sealed record ScaleDownRules
{
    /// <summary>How long a pod must have been superfluous, without a break, before one is drained, in seconds.</summary>
    [Bounds(0, 86_400)]
    public int StabilizationSeconds { get; init; } = 300;

    /// <summary>The most drains that begin because of load within stabilizationSeconds (or within 10 s, where that is longer).</summary>
    [Bounds(1, 1000)]
    public int MaxPods { get; init; } = 1;
}

/// <summary>How a pod gets empty before it goes.</summary>
public sealed record DrainRules
{
    /// <summary>Wait: meetings stay until they are over. Migrate: they go to another pod at once.</summary>
    public DrainMode Mode { get; init; } = DrainMode.Wait;

    /// <summary>When a drained pod goes though it is not empty, in seconds after its drain began. Meetings that are left are moved then.</summary>
    [Bounds(0, 604_800)]
    public int DeadlineSeconds { get; init; } = 3600;
}
