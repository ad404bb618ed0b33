using Orleans.Hosting;

namespace Conference.Silo.ActorRuntimes;

/// <summary>Hosts the silo's grains. This file is the Orleans flavour's; the Embedded flavour has its own of the same shape.</summary>
public static class ActorRuntime
{
    /// <summary>Which runtime this build has, for logs and health.</summary>
    public const string Name = "orleans";

    /// <summary>
    /// Adds an Orleans silo that is a cluster of one on this machine: as long as the journal is a file, it has one writer. The configuration values
    /// <c>Orleans:SiloPort</c> (11111) and <c>Orleans:GatewayPort</c> (30000) move its two loopback ports. <see cref="IGrainFactory"/> can be used once the host has started.
    /// </summary>
    public static IServiceCollection AddActorRuntime(this IServiceCollection services, IConfiguration configuration) => services.AddOrleans(silo =>
    {
        silo.Services.AddContractsSerialization();
        silo.UseLocalhostClustering(Port("SiloPort", 11111), Port("GatewayPort", 30000));

        int Port(string name, int usual) => configuration.GetValue($"Orleans:{name}", usual);
    });
}
