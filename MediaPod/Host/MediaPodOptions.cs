using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Host;

/// <summary>How a media pod runs.</summary>
public sealed record MediaPodOptions
{
    /// <summary>The HTTP side.</summary>
    public required ServiceOptions Service { get; init; }

    /// <summary>The media side.</summary>
    public MediaServerOptions Media { get; init; } = new();

    /// <summary>This process' name; new for every process.</summary>
    public required PodId PodId { get; init; }

    /// <summary>The region.</summary>
    public string Region { get; init; } = "local";

    /// <summary>What the pod does.</summary>
    public PodRole Role { get; init; } = PodRole.Media;

    /// <summary>The silos to dial, tried in turn.</summary>
    public required IReadOnlyList<Uri> Silos { get; init; }

    /// <summary>What pods show silos, and operators show <c>/debug</c>.</summary>
    public required SharedSecret Secret { get; init; }

    /// <summary>Where the Gateway reaches this pod; null: the address it listens on.</summary>
    public Uri? HttpUrl { get; init; }

    /// <summary>How long the pod may go on when its process is told to end and somebody is still there; zero: it ends at once.</summary>
    public TimeSpan DrainFor { get; init; }

    /// <summary>What becomes of the meetings that are there meanwhile.</summary>
    public DrainMode DrainMode { get; init; } = DrainMode.Wait;

    /// <summary>What it may carry.</summary>
    public PodCapacity Capacity { get; init; } = new(500, 1000);
}
