using System.Net;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Conference.Silo.ActorRuntimes;

/// <summary>Hosts the silo's grains. This file is the Orleans flavour's; the Embedded flavour has its own of the same shape.</summary>
public static class ActorRuntime
{
    /// <summary>Which runtime this build has, for logs and health.</summary>
    public const string Name = "orleans";

    /// <summary>Whether several silos can share the work, and a database.</summary>
    public static bool FormsClusters => true;

    /// <summary>Adds the runtime with every grain of this assembly. <see cref="IGrainFactory"/> can be used once the host has started.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="cluster">The cluster to join; null: a cluster of one.</param>
    public static IServiceCollection AddActorRuntime(this IServiceCollection services, SiloCluster? cluster = null) => services.AddOrleans(silo =>
    {
        silo.Services.AddContractsSerialization();
        if (cluster is null) BeAlone(silo);
        else Join(silo, cluster);
    });

    /// <summary>Nobody connects to it, so it has no gateway and listens on whatever loopback port is free, not on the one in its address.</summary>
    private static void BeAlone(ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(gatewayPort: 0);
        silo.Configure<EndpointOptions>(o => o.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>Silos find each other by the table of members in the database, whose tables our migrations make. Clients are silos, so there is no gateway.</summary>
    private static void Join(ISiloBuilder silo, SiloCluster cluster)
    {
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
        silo.Configure<Orleans.Configuration.SiloOptions>(o => o.SiloName = cluster.Name);
        silo.ConfigureEndpoints(cluster.Address, cluster.Port, gatewayPort: 0, listenOnAnyHostAddress: !IPAddress.IsLoopback(cluster.Address));
        silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", cluster.ConnectionString));
        // Longer than a write waits for the database, shorter than a person does.
        silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromSeconds(20));
        // A killed silo's meetings go on elsewhere after about 1.5 s: one silo that misses two answers in a row, each within 1 s, is enough. With the defaults it is 7 to 10 s.
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            (o.ProbeTimeout, o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(1), 2, 1);
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        });
    }
}
