using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Host.Agent;
using Conference.MediaPod.Host.Draining;
using Conference.MediaPod.Host.Sessions;
using Conference.MediaPod.Host.Telemetry;
using Conference.MediaPod.Sfu.Sessions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Conference.MediaPod.Host;

/// <summary>The media pod as a program: the media server, its HTTP side and the agent that follows a silo's plan.</summary>
public static class MediaPodApp
{
    private static readonly JsonSerializerOptions DebugJson = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>Binds the media ports and builds the service; it listens when it is started.</summary>
    /// <exception cref="MediaStartException">The media side cannot start; the message is one line for people.</exception>
    public static WebApplication Build(MediaPodOptions options)
    {
        var builder = ServiceHost.CreateBuilder(options.Service);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(provider => new TicketVerifier(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SessionAccess(provider.GetRequiredService<TicketVerifier>(), options.PodId));
        services.AddSingleton<PodDraining>();
        services.AddSingleton<MediaSessions>();
        services.AddSingleton<PodAddress>();
        services.AddSingleton<PodAgent>();
        services.AddHostedService(provider => provider.GetRequiredService<PodAgent>());
        services.AddSingleton<PodCounters>();
        services.AddSingleton<PodMetrics>();
        services.AddHealthChecks().AddCheck<DrainingCheck>("draining").AddCheck<TicketKeysCheck>("ticket_keys");
        if (options.Service.OwnsProcess) services.Replace(ServiceDescriptor.Singleton<IHostLifetime, DrainLifetime>());

        var app = builder.Build();
        app.UseProblemDocuments();
        app.UseWebSockets();
        app.MapServiceEndpoints();
        app.MapSessions(options.PodId.Value);
        app.MapGet("/debug/rooms/{id}", DebugRoomAsync).RequireSecret(options.Secret);
        app.MapGet("/debug/workers", (MediaSessions sessions) => Results.Json(sessions.Server.Counters, DebugJson)).RequireSecret(options.Secret);
        app.Services.GetRequiredService<PodMetrics>();
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<PodAddress>().Set(options.HttpUrl ?? app.BoundUri()));
        return app;
    }

    private static async Task<IResult> DebugRoomAsync(string id, MediaSessions sessions) =>
        await sessions.Server.DumpRoomAsync(id).ConfigureAwait(false) is { } dump
            ? Results.Json(dump, DebugJson)
            : Problem.Result(StatusCodes.Status404NotFound, RequestRefusal.NotFound, "This pod has no such room.");

    /// <summary>Before a silo has given its keys, every ticket would be refused.</summary>
    private sealed class TicketKeysCheck(TicketVerifier verifier) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(verifier.HasKeys ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no silo has given its keys yet"));
    }

    /// <summary>Readiness says "draining", so that nothing new is sent here; liveness knows nothing of it.</summary>
    private sealed class DrainingCheck(PodDraining draining) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(draining.Mode is not null ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());
    }
}
