using System.Globalization;
using Conference.Hosting.Http;
using Conference.Silo.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo;

/// <summary>
/// Lets requests in while this silo has the journal: not while it stands by for another silo, and not any more once it stops. Health and metrics are always answered.
/// </summary>
internal sealed class StandbyGate(JournalHolder holder, SiloMetrics metrics, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <summary>The check that is unhealthy while this silo stands by.</summary>
    public const string CheckName = "standby";

    /// <summary>Readiness of a pod: ready to serve, or to take over.</summary>
    public const string PodPath = "/readyz/pod";

    // Who meets a silo that stops finds its successor at once.
    private const int RetryAfterStandby = 1, RetryAfterStop = 0;

    private static readonly PathString[] Always = ["/healthz", "/readyz", PodPath, "/metrics"];

    /// <summary>Another silo has the database.</summary>
    public bool IsStandby => !holder.Journal.Entered.IsCompletedSuccessfully;

    /// <summary>Puts the gate into the pipeline.</summary>
    public void Guard(IApplicationBuilder app) => app.Use(next => context => Closed(context) is { } reason ? RefuseAsync(context, reason) : next(context));

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsStandby ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    private RequestRefusal? Closed(HttpContext context)
    {
        RequestRefusal? reason = IsStandby ? RequestRefusal.Standby : lifetime.ApplicationStopping.IsCancellationRequested ? RequestRefusal.Stopping : null;
        return reason is null || Always.Any(path => context.Request.Path == path) ? null : reason;
    }

    private Task RefuseAsync(HttpContext context, RequestRefusal reason)
    {
        metrics.RequestRefused(reason.ToString());
        context.Response.Headers.RetryAfter = (reason == RequestRefusal.Standby ? RetryAfterStandby : RetryAfterStop).ToString(CultureInfo.InvariantCulture);
        return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, reason, reason == RequestRefusal.Standby
            ? "This silo stands by; another one serves." : "This silo stops; another one serves in a moment.");
    }
}
