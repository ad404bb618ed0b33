using Conference.Hosting;
using Conference.Hosting.Health;
using Conference.Hosting.Http;
using Conference.Hosting.Sockets;
using Conference.Hosting.Tickets;
using Conference.Silo.ActorRuntimes;
using Conference.Silo.Api;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Conference.Silo.Regions;
using Conference.Silo.SignIn;
using Conference.Silo.Signaling;
using Conference.Silo.Telemetry;
using Conference.Silo.Tenants;
using Conference.Silo.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Silo;

/// <summary>Puts a silo together: grains, journal, HTTP API, signaling, the pods' control channel.</summary>
public static class SiloApp
{
    /// <summary>A silo that is not started yet; the journal is open. Throws <see cref="SiloStartException"/> and <see cref="TicketKeyException"/>.</summary>
    public static WebApplication Build(SiloOptions options)
    {
        var limits = options.Service.Limits with { MaxBodyBytes = Math.Min(options.Service.Limits.MaxBodyBytes, RequestLimits.MaxApiBodyBytes) };
        var builder = ServiceHost.CreateBuilder(options.Service with { Limits = limits });
        AddServices(builder, options);
        var app = builder.Build();
        try
        {
            OpenJournal(app.Services);
            MapEverything(app, options);
            return app;
        }
        catch
        {
            ((IDisposable)app).Dispose();
            throw;
        }
    }

    private static void AddServices(WebApplicationBuilder builder, SiloOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(options.Meetings).AddSingleton(options.Pods);
        services.AddSingleton(new SiloVersion(typeof(SiloApp).Assembly.GetName().Version?.ToString(3) ?? ""));
        services.AddTransient(_ => new Random());
        services.AddSingleton<JournalHolder>();
        services.AddSingleton(s => s.GetRequiredService<JournalHolder>().Journal.Events);
        services.AddSingleton(s => s.GetRequiredService<JournalHolder>().Journal.Meetings);
        services.AddSingleton(s => s.GetRequiredService<JournalHolder>().Journal.Records);
        services.AddSingleton(s => TicketSigner.Open(options.TicketKeyFile, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => Verifier(s.GetRequiredService<TicketSigner>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SiloMetrics>().AddSingleton<GrainRetries>().AddSingleton<MeetingCalls>().AddSingleton<PodPlacer>().AddSingleton<PodDrains>().AddSingleton<RegionReader>().AddSingleton<MediaGrants>();
        services.AddSingleton<PodEndpoint>();
        services.AddActorRuntime(options.Cluster);
        AddSignaling(services);
        AddApi(services);
        if (options.SignIn is { } provider) services.AddSignIn(provider, options.PublicUrl?.Scheme == Uri.UriSchemeHttps);
        services.AddHostedService<AbandonedMeetings>().AddHostedService<WebhookWatch>().AddHostedService<RetentionWatch>();
        services.AddSingleton<TenantDeletion>().AddHostedService(s => s.GetRequiredService<TenantDeletion>());
        services.AddSingleton<FencedSilo>().AddHostedService(s => s.GetRequiredService<FencedSilo>());
        services.AddSingleton<JournalCheck>().AddHealthChecks().AddCheck<JournalCheck>("journal");
        services.AddSingleton<StandbyGate>();
        if (options.Journal is PostgresJournalOptions { StandsBy: true }) AddStandby(services);
    }

    private static void AddStandby(IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<StandbyGate>(StandbyGate.CheckName);
        // A second silo in one process is what only the embedded runtime can be.
        if (ActorRuntime.FormsClusters) return;
        services.AddSingleton<Rehearsal>().AddHostedService(s => s.GetRequiredService<Rehearsal>());
        services.AddHealthChecks().AddCheck<Rehearsal>("rehearsal");
    }

    private static void AddSignaling(IServiceCollection services)
    {
        services.AddSingleton<SignalHub>().AddHostedService(s => s.GetRequiredService<SignalHub>());
        services.AddSingleton<SignalEndpoint>().AddSingleton<SignalHandlers>();
        services.AddSingleton<ISignalHandler, PingHandler>().AddSingleton<ISignalHandler, RenewMediaTicketHandler>();
        services.AddSingleton<ISignalHandler, JoinTimesHandler>().AddSingleton<ISignalHandler, ReactionHandler>().AddSingleton<ISignalHandler, CommandHandler>();
    }

    private static void AddApi(IServiceCollection services)
    {
        services.AddSingleton<ApiProblems>().AddSingleton<AttemptLimiter>().AddSingleton<CredentialGate>().AddSingleton<Callers>().AddSingleton<MeetingCodes>().AddSingleton<PublicLinks>();
        services.AddSingleton<MeetingsApi>().AddSingleton<JoinApi>().AddSingleton<ConnectionTestApi>().AddSingleton<HistoryApi>().AddSingleton<RegionsApi>().AddSingleton<InternalApi>();
        services.AddSingleton<TenantsApi>().AddSingleton<WebhooksApi>().AddSingleton<AuditApi>().AddSingleton<TenantTokens>().AddSingleton<TenantCalls>().AddSingleton<WebhookSender>().AddSingleton<AdminApi>().AddSingleton<PodQuality>().AddSingleton<MeetingMaker>().AddSingleton<AccountApi>().AddSingleton<OwnMeetingsApi>().AddSingleton<MeetingData>();
        services.AddApiDescription();
    }

    private static void MapEverything(WebApplication app, SiloOptions options)
    {
        var services = app.Services;
        app.UseProblemDocuments();
        services.GetRequiredService<StandbyGate>().Guard(app);
        app.UseForwardedFrom(options.TrustedProxies);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(10), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.Use(services.GetRequiredService<CredentialGate>().InvokeAsync));
        if (options.SignIn is not null) app.UseSignIn();
        app.UseRouting();
        app.MapServiceEndpoints();
        // What does not serve is stopped by the gate before it comes here.
        app.MapMethods(ServingConnection.Path, ["GET", "HEAD"], () => Results.Ok()).ExcludeFromDescription();
        app.MapReadiness(StandbyGate.PodPath, check => check.Name != StandbyGate.CheckName);
        app.MapOpenApi("/openapi/{documentName}.json");
        services.GetRequiredService<MeetingsApi>().Map(app);
        services.GetRequiredService<JoinApi>().Map(app);
        services.GetRequiredService<ConnectionTestApi>().Map(app);
        services.GetRequiredService<HistoryApi>().Map(app);
        services.GetRequiredService<RegionsApi>().Map(app);
        services.GetRequiredService<TenantsApi>().Map(app);
        services.GetRequiredService<AdminApi>().Map(app);
        services.GetRequiredService<AccountApi>().Map(app);
        if (options.SignIn is not null) services.GetRequiredService<OwnMeetingsApi>().Map(app);
        services.GetRequiredService<InternalApi>().Map(app);
        app.MapGet("/signal", (HttpContext context, SignalEndpoint endpoint) => ServeAsync(context, SignalOptions.MaxMessageBytes, endpoint.RunAsync)).ExcludeFromDescription();
        app.MapGet("/pods/connect", (HttpContext context, PodEndpoint endpoint) => ServeAsync(context, PodEndpoint.MaxMessageBytes, endpoint.RunAsync))
            .RequireSecret(options.Secret).ExcludeFromDescription();
        app.Lifetime.ApplicationStopping.Register(() => Stop(services, options));
    }

    /// <summary>
    /// The first thing that a stopping silo does: nobody new is let in (<see cref="StandbyGate"/>), sockets are told to come back, and the journal is given up as soon as what waits
    /// in it is stored and answered, so that the next silo need not wait for the rest of this one's end. Silos of a cluster share theirs and hand their grains over first.
    /// </summary>
    private static void Stop(IServiceProvider services, SiloOptions options)
    {
        services.GetRequiredService<SignalHub>().EndAll();
        if (options.Cluster is null) _ = services.GetRequiredService<JournalHolder>().Journal.GiveUpAsync();
    }

    private static async Task<IResult> ServeAsync(HttpContext context, int maxBytes, Func<MessageSocket, CancellationToken, Task> serve)
    {
        if (!context.WebSockets.IsWebSocketRequest) return Problem.Result(StatusCodes.Status400BadRequest, RequestRefusal.Malformed, "This is a WebSocket.");
        using var socket = new MessageSocket(await context.WebSockets.AcceptWebSocketAsync(), maxBytes, context.Abort);
        try
        {
            await serve(socket, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The connection is gone.
        }
        return Results.Empty;
    }

    private static TicketVerifier Verifier(TicketSigner signer, TimeProvider time)
    {
        var verifier = new TicketVerifier(time);
        verifier.TryReplaceKeys(signer.PublicKeys);
        return verifier;
    }

    private static void OpenJournal(IServiceProvider services)
    {
        services.GetRequiredService<JournalHolder>().Open();
        services.GetRequiredService<TicketSigner>();
    }
}
