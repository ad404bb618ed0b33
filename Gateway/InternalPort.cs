using Conference.Hosting.Http;

namespace Conference.Gateway;

/// <summary>The port of <see cref="GatewayOptions.InternalListen"/>: health and metrics, nothing else.</summary>
internal static class InternalPort
{
    private static readonly PathString[] Paths = ["/healthz", "/readyz", "/metrics"];

    /// <summary>Whether the request came through it.</summary>
    public static bool IsOf(HttpContext context, GatewayOptions options) => options.InternalListen is { } inside && context.Connection.LocalPort == inside.Port;

    /// <summary>The middleware: what else comes through it is not found, so that it is no way around TLS and limits.</summary>
    public static Func<RequestDelegate, RequestDelegate> Guard(GatewayOptions options) => next => context =>
        IsOf(context, options) && !Paths.Any(path => context.Request.Path.Equals(path))
            ? Problem.Result(StatusCodes.Status404NotFound, RequestRefusal.NotFound, "Nothing is here.").ExecuteAsync(context)
            : next(context);
}
