using Conference.Hosting.Health;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.Hosting.Metrics;
using Conference.Hosting.Policies;
using Conference.Hosting.Tracing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Hosting;

/// <summary>
/// One way to build every service: Kestrel with limits, routing, redacted console logs, health, metrics, policies, a clock. No configuration files and no
/// environment variables are read here: a service gets options, so that several can share a process.
/// </summary>
public static class ServiceHost
{
    /// <summary>A builder with what every service has. Registered: <see cref="TimeProvider"/>, <see cref="ServicePolicies"/>, <see cref="MetricsExposition"/>, health checks, <c>IMeterFactory</c>.</summary>
    public static WebApplicationBuilder CreateBuilder(ServiceOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = $"conference-{options.Name}",
            ContentRootPath = options.ContentRoot ?? AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(server =>
        {
            options.Limits.Apply(server);
            if (options.Listen is { } endpoint) server.Listen(endpoint);
            options.ConfigureServer?.Invoke(server);
        });
        AddLogs(builder.Logging, options);
        var services = builder.Services;
        services.AddRouting();
        services.AddMetrics();
        services.AddHealthChecks();
        services.AddSingleton(options.Time);
        services.AddSingleton(new ServicePolicies(options.Time));
        services.AddSingleton(new MetricsExposition());
        services.AddSingleton<IStartupFilter, RequestSpans>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        if (!options.OwnsProcess) services.Replace(ServiceDescriptor.Singleton<IHostLifetime, OwnedLifetime>());
        return builder;
    }

    /// <summary>Maps <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    /// <param name="app">The service.</param>
    /// <param name="mayReadMetrics">Who may read the metrics; null: everybody who reaches the port (internal services).</param>
    public static void MapServiceEndpoints(this IEndpointRouteBuilder app, Func<HttpContext, bool>? mayReadMetrics = null)
    {
        app.MapHealth();
        app.MapGet("/metrics", (HttpContext context, MetricsExposition metrics) => mayReadMetrics is null || mayReadMetrics(context)
            ? Results.Text(metrics.Print(), MetricsExposition.ContentType)
            : Problem.Result(StatusCodes.Status404NotFound, RequestRefusal.NotFound, "Nothing is here."));
    }

    /// <summary>The first address that a started service listens on, with the real port.</summary>
    public static Uri BoundUri(this WebApplication app) => new(app.Urls.First());

    private static void AddLogs(ILoggingBuilder logging, ServiceOptions options)
    {
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Conference", options.LogLevel);
        // Whoever probes hears it; a pod that drains for an hour is not an error every second.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddConsole(console => console.FormatterName = options.LogFormat == LogFormat.Json ? JsonLogFormatter.FormatterName : TextLogFormatter.FormatterName);
        logging.AddConsoleFormatter<TextLogFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLogFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
    }

    /// <summary>Leaves signals to the process that owns the service.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
