using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Conference.Runtime.Tests.Hosts;

/// <summary>Grains on a real Orleans silo with localhost clustering.</summary>
public sealed class OrleansHost : IGrainHost
{
    private readonly IHost _host;

    private OrleansHost(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<IGrainHost> Start(GrainHostSettings settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddScoped<Grains.ScopedPart>();
        builder.UseOrleans(silo =>
        {
            // Nobody connects to a cluster of one: no gateway, and any free port.
            silo.UseLocalhostClustering(gatewayPort: 0);
            silo.Configure<EndpointOptions>(o => o.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, 0));
            silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = settings.ResponseTimeout);
            silo.Configure<GrainCollectionOptions>(o =>
            {
                o.CollectionQuantum = settings.CollectionQuantum;
                o.CollectionAge = settings.CollectionAge;
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new OrleansHost(host);
    }

    public Task Stop(CancellationToken cancellation) => _host.StopAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>The one way in which the tests get a silo.</summary>
public static class GrainHosts
{
    public static Task<IGrainHost> Start(GrainHostSettings settings) => OrleansHost.Start(settings);
}
