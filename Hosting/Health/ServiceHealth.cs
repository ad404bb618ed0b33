using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Conference.Hosting.Health;

/// <summary>
/// <c>/healthz</c>: the process serves requests; depends on nothing else, so that no outage elsewhere restarts it. <c>/readyz</c>: every registered check
/// (<c>services.AddHealthChecks().AddCheck(...)</c>) by name; 503 when one is unhealthy.
/// </summary>
public static class ServiceHealth
{
    /// <summary>Maps both paths.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapReadiness("/readyz", _ => true);
    }

    /// <summary>Maps a readiness that looks at some of the checks only.</summary>
    public static void MapReadiness(this IEndpointRouteBuilder endpoints, string path, Func<HealthCheckRegistration, bool> counts) =>
        endpoints.MapHealthChecks(path, new HealthCheckOptions { Predicate = counts, ResponseWriter = WriteAsync });

    // Names and states only: descriptions and exceptions are for the log.
    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", report.Status.ToString());
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries) json.WriteString(name, entry.Status.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
