using Conference.Hosting;
using Conference.Hosting.Health;
using Conference.Hosting.Policies;
using Conference.Operator.Cluster;
using Conference.Operator.Load;
using Conference.Operator.Reconciling;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Conference.Operator;

/// <summary>The operator as a service: <c>/healthz</c>, <c>/readyz</c> (its copies of the cluster's objects are complete, leader or not), <c>/metrics</c>, and the loop.</summary>
public static class OperatorApp
{
    /// <summary>An operator that is ready to start.</summary>
    public static WebApplication Build(OperatorOptions options)
    {
        var builder = ServiceHost.CreateBuilder(options.Service);
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(options.Cluster);
        services.AddSingleton<KubeClient>();
        services.AddSingleton(provider => new SiloClient(options.SiloUrl, options.Secret, provider.GetRequiredService<ServicePolicies>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LoadPoller>(provider, options.Interval));
        services.AddSingleton(new LeaderOptions(options.Namespace, options.LeaseName, options.Identity, options.Times));
        services.AddSingleton<LeaderElection>();
        services.AddSingleton(new EventReporter("conference-operator", options.Identity));
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<OperatorMetrics>();
        services.AddSingleton<PoolCaches>();
        services.AddSingleton(provider => provider.GetRequiredService<PoolCaches>().Nodes);
        services.AddSingleton<PoolReader>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<PodWriter>(provider, () => provider.GetRequiredService<LeaderElection>().IsLeader));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<PodMaker>(provider, options.Random));
        services.AddSingleton<PodFurnisher>();
        services.AddSingleton<PoolActions>();
        services.AddSingleton<PoolReconciler>();
        services.AddSingleton<PoolLoop>();
        services.AddHostedService<OperatorService>();
        services.AddHealthChecks().AddCheck<CacheCheck>("kubernetes");

        var app = builder.Build();
        app.MapServiceEndpoints();
        return app;
    }

    private sealed class CacheCheck(PoolCaches caches) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(caches.AreSynced ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
