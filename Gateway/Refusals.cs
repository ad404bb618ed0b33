using System.Diagnostics.Metrics;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Http;

namespace Conference.Gateway;

/// <summary>Answers what the Gateway itself refuses, and counts it by reason.</summary>
internal sealed class Refusals
{
    private readonly Counter<long> _refused;

    public Refusals(IMeterFactory meters) =>
        _refused = meters.Create("Conference.Gateway").CreateCounter<long>("gateway.requests.refused", "{request}", "Requests that the Gateway refused, by reason.");

    public Task RefuseAsync<TReason>(HttpContext context, int status, TReason reason, string title) where TReason : struct, Enum
    {
        _refused.Add(1, KeyValuePair.Create<string, object?>("reason", reason.ToString()));
        return context.Response.HasStarted ? Task.CompletedTask : Problem.WriteAsync(context, status, reason, title);
    }
}
