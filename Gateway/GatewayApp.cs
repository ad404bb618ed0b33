using System.Net;
using System.Security.Cryptography.X509Certificates;
using Conference.Gateway.Limits;
using Conference.Gateway.Pages;
using Conference.Gateway.Routing;
using Conference.Gateway.Streams;
using Conference.Hosting;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Conference.Gateway;

/// <summary>The only public HTTP(S) entry: the page, <c>/api</c> and <c>/signal</c> of the silos, <c>/media</c> of the pods, stable stream links.</summary>
public static class GatewayApp
{
    /// <summary>A Gateway that is ready to start.</summary>
    public static WebApplication Build(GatewayOptions options)
    {
        var builder = ServiceHost.CreateBuilder(options.Service with { Listen = null, ConfigureServer = server => Listen(server, options) });
        // Every failed forward, with its stack; ours are counted and named.
        builder.Logging.AddFilter("Yarp", LogLevel.Error);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton<Refusals>();
        services.AddSingleton<PodTable>();
        services.AddSingleton<SiloClient>();
        services.AddSingleton<PodPoller>();
        services.AddHostedService(provider => provider.GetRequiredService<PodPoller>());
        services.AddSingleton<PodForwarder>();
        services.AddSingleton<StreamLinks>();
        services.AddSingleton(PageFiles.Read(options.WebRoot ?? Path.Combine(AppContext.BaseDirectory, "wwwroot")));
        services.AddSingleton(new SecurityHeaders(options.AllowedOrigins, options.StrictTransportSecurity));
        services.AddSingleton<PageEndpoints>();
        services.AddSingleton<RequestChecks>();
        services.AddSingleton<UntoldBodies>();
        services.AddRateLimiter(limiter => RateLimits.Configure(limiter, options.Limits));
        services.AddHealthChecks().AddCheck<PodPoller>("silo").AddCheck<PageCheck>("page");
        SiloRoutes.Add(services, options);

        var app = builder.Build();
        UsePipeline(app, options);
        MapEndpoints(app, options);
        return app;
    }

    private static void UsePipeline(WebApplication app, GatewayOptions options)
    {
        app.UseProblemDocuments();
        app.Use(InternalPort.Guard(options));
        app.UseForwardedFrom(options.TrustedProxies);
        var checks = app.Services.GetRequiredService<RequestChecks>();
        app.Use(checks.RunAsync);
        app.UseRateLimiter();
        app.Use(app.Services.GetRequiredService<UntoldBodies>().RunAsync);
        app.UseWebSockets();
    }

    private static void MapEndpoints(WebApplication app, GatewayOptions options)
    {
        app.MapServiceEndpoints(context => MayReadMetrics(context, options));
        app.MapGet("/probe", () => Results.NoContent());
        app.Services.GetRequiredService<StreamLinks>().Map(app);
        app.Map("/media/{podId}/{**rest}", (RequestDelegate)app.Services.GetRequiredService<PodForwarder>().ForwardAsync);
        SiloRoutes.Map(app);
        app.Services.GetRequiredService<PageEndpoints>().Map(app);
    }

    private static void Listen(KestrelServerOptions server, GatewayOptions options)
    {
        foreach (var endpoint in options.Listen)
            server.Listen(endpoint, listen =>
            {
                if (options.Certificate is { } certificate) UseHttps(listen, certificate);
            });
        foreach (var endpoint in options.RedirectFrom) server.Listen(endpoint);
        if (options.InternalListen is { } inside) server.Listen(inside);
    }

    private static void UseHttps(ListenOptions listen, X509Certificate2 certificate) =>
        listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.HandshakeTimeout = TimeSpan.FromSeconds(10);
        });

    // Behind a proxy that is not configured everybody would look like the proxy, so who was forwarded does not count as near.
    private static bool MayReadMetrics(HttpContext context, GatewayOptions options)
    {
        if (InternalPort.IsOf(context, options)) return true;
        if (context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("Forwarded")) return false;
        var address = ClientAddress.Of(context);
        return options.MetricsNetworks.Any(network => network.Contains(address));
    }

    private sealed class PageCheck(PageFiles files) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(files.Index is null ? HealthCheckResult.Degraded() : HealthCheckResult.Healthy());
    }
}
