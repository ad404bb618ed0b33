namespace Conference.Silo.Pods;

/// <summary>How a silo deals with pods.</summary>
public sealed record PodOptions
{
    /// <summary>This silo's region: where clients are placed that name no other.</summary>
    public string Region { get; init; } = "local";

    /// <summary>How long a pod may be without a control channel before it counts as lost.</summary>
    public TimeSpan ReturnGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a grain that has just come to life waits for a pod that the journal names, before its meetings go to another: longer than a pod takes to notice that the
    /// silo it was connected to is gone, with its node.
    /// </summary>
    public TimeSpan StartGrace { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>A pod that has not reported for so long is lost, whatever its channel looks like.</summary>
    public TimeSpan ReportTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a placement counts before the pod's own load shows it.</summary>
    public TimeSpan RecentPlacement { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What one recent placement adds to a pod's load.</summary>
    public double PlacementLoad { get; init; } = 0.02;

    /// <summary>Over how long the trend of a region's participants is taken.</summary>
    public TimeSpan TrendWindow { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How far apart the samples of that trend are.</summary>
    public TimeSpan TrendSpacing { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A pod with this load, or more, is full.</summary>
    public double FullLoad { get; init; } = 0.95;
}
