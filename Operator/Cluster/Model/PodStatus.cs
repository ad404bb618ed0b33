namespace Conference.Operator.Cluster.Model;

/// <summary>What the kubelet (and the scheduler) say of a pod.</summary>
public sealed record PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>A word for why, as <c>Evicted</c> or <c>NodeLost</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for why.</summary>
    public string? Message { get; init; }

    /// <summary>The pod's address.</summary>
    public string? PodIP { get; init; }

    /// <summary>The node's address.</summary>
    public string? HostIP { get; init; }

    /// <summary>When the kubelet took it in.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary><c>PodScheduled</c>, <c>Initialized</c>, <c>ContainersReady</c>, <c>Ready</c>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }
}

/// <summary>What the kubelet says of a container.</summary>
public sealed record ContainerStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether its readiness probe succeeds.</summary>
    public bool? Ready { get; init; }

    /// <summary>How often it was started again.</summary>
    public int? RestartCount { get; init; }

    /// <summary>What it does now.</summary>
    public ContainerState? State { get; init; }

    /// <summary>How it ended the time before.</summary>
    public ContainerState? LastState { get; init; }
}

/// <summary>What a container does: exactly one is set.</summary>
public sealed record ContainerState
{
    /// <summary>It waits to run.</summary>
    public ContainerWaiting? Waiting { get; init; }

    /// <summary>It has ended.</summary>
    public ContainerTerminated? Terminated { get; init; }
}

/// <summary>Why a container does not run yet.</summary>
public sealed record ContainerWaiting
{
    /// <summary>A word, as <c>ImagePullBackOff</c> or <c>CrashLoopBackOff</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence.</summary>
    public string? Message { get; init; }
}

/// <summary>How a container ended.</summary>
public sealed record ContainerTerminated
{
    /// <summary>The process' exit status.</summary>
    public int? ExitCode { get; init; }

    /// <summary>A word, as <c>OOMKilled</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence.</summary>
    public string? Message { get; init; }
}
