using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Conference.Silo.ActorRuntimes;

/// <summary>Hosts the silo's grains. This file is the Orleans flavour's; the Embedded flavour has its own of the same shape.</summary>
public static class ActorRuntime
{
    /// <summary>Which runtime this build has, for logs and health.</summary>
    public const string Name = "orleans";

    /// <summary>
    /// Adds an Orleans silo that is a cluster of one: as long as the journal is a file, it has one writer. Nobody connects to it, so it has no gateway and
    /// listens on whatever loopback port is free, not on the one in its address. <see cref="IGrainFactory"/> can be used once the host has started.
    /// </summary>
    public static IServiceCollection AddActorRuntime(this IServiceCollection services) => services.AddOrleans(silo =>
    {
        silo.Services.AddContractsSerialization();
        silo.UseLocalhostClustering(gatewayPort: 0);
        silo.Configure<EndpointOptions>(o => o.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, 0));
    });
}
