using Conference.Silo.Embedded;

namespace Conference.Silo.ActorRuntimes;

/// <summary>Hosts the silo's grains. This file is the Embedded flavour's; the Orleans flavour has its own of the same shape.</summary>
public static class ActorRuntime
{
    /// <summary>Which runtime this build has, for logs and health.</summary>
    public const string Name = "embedded";

    /// <summary>Whether several silos can share the work, and a database.</summary>
    public static bool FormsClusters => false;

    /// <summary>Adds the runtime with every grain of this assembly. <see cref="IGrainFactory"/> can be used once the host has started.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="cluster">Must be null: see <see cref="FormsClusters"/>.</param>
    public static IServiceCollection AddActorRuntime(this IServiceCollection services, SiloCluster? cluster = null)
    {
        if (cluster is not null) throw new ArgumentException("The embedded runtime is one silo.", nameof(cluster));
        return services.AddEmbeddedGrains(o => o.GrainAssemblies.Add(typeof(ActorRuntime).Assembly));
    }
}
