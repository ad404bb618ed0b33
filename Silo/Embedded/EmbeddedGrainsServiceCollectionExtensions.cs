using Conference.Silo.Embedded.Activations;
using Conference.Silo.Embedded.Calls;
using Conference.Silo.Embedded.Timers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Timers;

namespace Conference.Silo.Embedded;

/// <summary>Registers the in-process runtime for Orleans grains.</summary>
public static class EmbeddedGrainsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the runtime: <see cref="IGrainFactory"/>, <see cref="IGrainRuntime"/>, <see cref="ITimerRegistry"/> and the hosted service whose start
    /// opens it for calls and whose stop deactivates every grain. Time comes from the registered <see cref="TimeProvider"/>, or the system's.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">A grain uses a feature that this runtime does not have, such as a generic grain class.</exception>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedGrainOptions> configure)
    {
        var options = new EmbeddedGrainOptions();
        configure(options);
        options.Validate();
        var classes = GrainClasses.In(options.GrainAssemblies);

        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(classes);
        services.AddSingleton<SiloMetrics>();
        services.AddSingleton<EmbeddedSilo>();
        services.AddSingleton<GrainTimerRegistry>();
        services.AddSingleton<IGrainFactory>(s => new GrainFactory(s.GetRequiredService<EmbeddedSilo>()));
        services.AddSingleton<ITimerRegistry>(s => s.GetRequiredService<GrainTimerRegistry>());
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddScoped<GrainContextHolder>();
        services.AddScoped<IGrainContext>(s => s.GetRequiredService<GrainContextHolder>().Context
            ?? throw new InvalidOperationException("A grain context exists only inside a grain."));
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<EmbeddedSilo>());
        return services;
    }
}
