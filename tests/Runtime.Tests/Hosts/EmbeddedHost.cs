using Conference.Silo.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Runtime.Tests.Hosts;

/// <summary>Grains on the embedded runtime.</summary>
public sealed class EmbeddedHost : IGrainHost
{
    private readonly IHost _host;

    private EmbeddedHost(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<IGrainHost> Start(GrainHostSettings settings, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddScoped<Grains.ScopedPart>();
        builder.Services.AddEmbeddedGrains(o =>
        {
            o.GrainAssemblies.Add(typeof(EmbeddedHost).Assembly);
            o.ResponseTimeout = settings.ResponseTimeout;
            o.CollectionQuantum = settings.CollectionQuantum;
            o.CollectionAge = settings.CollectionAge;
        });
        var host = builder.Build();
        await host.StartAsync();
        return new EmbeddedHost(host);
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
    public static Task<IGrainHost> Start(GrainHostSettings settings) => EmbeddedHost.Start(settings);
}
