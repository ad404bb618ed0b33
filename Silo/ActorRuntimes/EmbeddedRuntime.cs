using Conference.Silo.Embedded;

namespace Conference.Silo.ActorRuntimes;

/// <summary>Hosts the silo's grains. This file is the Embedded flavour's; the Orleans flavour has its own of the same shape.</summary>
public static class ActorRuntime
{
    /// <summary>Which runtime this build has, for logs and health.</summary>
    public const string Name = "embedded";

    /// <summary>Adds the runtime with every grain of this assembly. <see cref="IGrainFactory"/> can be used once the host has started.</summary>
    public static IServiceCollection AddActorRuntime(this IServiceCollection services) =>
        services.AddEmbeddedGrains(o => o.GrainAssemblies.Add(typeof(ActorRuntime).Assembly));
}
