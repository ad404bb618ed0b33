namespace Conference.Runtime.Tests.Hosts;

/// <summary>What the tests set on both runtimes.</summary>
public sealed record GrainHostSettings
{
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan CollectionQuantum { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan CollectionAge { get; init; } = TimeSpan.FromMinutes(15);
}
