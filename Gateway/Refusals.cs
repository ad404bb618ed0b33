using System.Diagnostics.Metrics;
using Conference.Gateway.Limits;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Http;

namespace Conference.Gateway;

/// <summary>Answers what the Gateway itself refuses, and counts it by reason.</summary>
internal sealed partial class Refusals
{
    private readonly Counter<long> _refused;
    private readonly ILogger<Refusals> _log;

    public Refusals(IMeterFactory meters, ILogger<Refusals> log)
    {
        _log = log;
        _refused = meters.Create("Conference.Gateway").CreateCounter<long>("gateway.requests.refused", "{request}", "Requests that the Gateway refused, by reason.");
    }

    public Task RefuseAsync<TReason>(HttpContext context, int status, TReason reason, string title) where TReason : struct, Enum
    {
        _refused.Add(1, KeyValuePair.Create<string, object?>("reason", reason.ToString()));
        LogRefused(context.Request.Method, RequestClasses.Of(context.Request.Method, context.Request.Path), reason.ToString());
        return context.Response.HasStarted ? Task.CompletedTask : Problem.WriteAsync(context, status, reason, title);
    }

    // The class and not the path: paths hold join codes.
    [LoggerMessage(8020, LogLevel.Debug, "{Method} of class {Class} refused: {Reason}")]
    private partial void LogRefused(string method, RequestClass @class, string reason);
}
