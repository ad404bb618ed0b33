using Conference.Gateway.Limits;
using Conference.Gateway.Pages;
using Conference.Gateway.Streams;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Conference.Gateway;

/// <summary>What every request passes before its handler: redirect to HTTPS, headers for browsers, size, origin.</summary>
internal sealed partial class RequestChecks(GatewayOptions options, SecurityHeaders headers, Refusals refusals, IServer server, ILogger<RequestChecks> log)
{
    private readonly Lazy<int> _httpsPort = new(() =>
        server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address)).First(uri => uri.Scheme == Uri.UriSchemeHttps).Port);

    private int _toldOfProxy;

    /// <summary>The middleware.</summary>
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        headers.SetForAll(context);
        TellOfUntrustedProxy(context);
        if (ShouldRedirect(context)) return Redirect(context);
        var most = UntoldBodies.Most(options, context.Request.Path);
        if (context.Request.ContentLength > most)
            return refusals.RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, RequestRefusal.TooLarge, $"The body is larger than {most} bytes.");

        var origin = context.Request.Headers.Origin.Count > 0 ? context.Request.Headers.Origin.ToString() : null;
        if (IsSocket(context))
        {
            if (!OriginRules.MayOpenSocket(origin, context.Request.Host.Value ?? "", options.AllowedOrigins))
                return refusals.RefuseAsync(context, StatusCodes.Status403Forbidden, RequestRefusal.WrongOrigin, "Pages of this origin may not open sockets here.");
        }
        else if (origin is not null)
        {
            var requestClass = RequestClasses.Of(context.Request.Method, context.Request.Path);
            var allow = OriginRules.AllowOrigin(requestClass, context.Request.Path.Value!, origin, options.AllowedOrigins);
            if (allow is not null && AllowCrossOrigin(context, allow, requestClass)) return Task.CompletedTask;
        }
        return next(context);
    }

    // What a trusted proxy forwarded is gone from the header by now. Behind a proxy that nobody named all clients look like one, which has to be seen once.
    private void TellOfUntrustedProxy(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey("X-Forwarded-For") && Interlocked.Exchange(ref _toldOfProxy, 1) == 0) LogUntrustedProxy(context.Connection.RemoteIpAddress);
    }

    [LoggerMessage(8010, LogLevel.Warning, "X-Forwarded-For from {Address} is ignored: if that is your proxy, name its network as trusted")]
    private partial void LogUntrustedProxy(System.Net.IPAddress? address);

    private bool ShouldRedirect(HttpContext context) =>
        options.Certificate is not null && !context.Request.IsHttps && !InternalPort.IsOf(context, options) && !context.Request.Path.StartsWithSegments("/healthz") && !context.Request.Path.StartsWithSegments("/readyz");

    private Task Redirect(HttpContext context)
    {
        var port = _httpsPort.Value;
        var host = context.Request.Host.Host;
        var target = port == 443 ? new HostString(host) : new HostString(host, port);
        context.Response.Redirect($"https://{target}{context.Request.Path}{context.Request.QueryString}", permanent: true, preserveMethod: true);
        return Task.CompletedTask;
    }

    /// <summary>Whether a request wants to become a WebSocket, in either version of HTTP.</summary>
    public static bool IsSocket(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);

    /// <summary>Lets a page of another origin in; true when the request was only the browser's question (preflight) and is answered.</summary>
    private static bool AllowCrossOrigin(HttpContext context, string allow, RequestClass requestClass)
    {
        context.Response.OnStarting(() =>
        {
            // Set at the very end, so that a pod that says the same does not make it say it twice.
            context.Response.Headers.AccessControlAllowOrigin = allow;
            context.Response.Headers.AccessControlExposeHeaders = "Location, ETag, Link, Accept-Post, Accept-Patch, Retry-After";
            if (allow != "*") context.Response.Headers.Append("Vary", "Origin");
            return Task.CompletedTask;
        });
        if (!HttpMethods.IsOptions(context.Request.Method) || context.Request.Headers.AccessControlRequestMethod.Count == 0) return false;
        // RFC 9725 section 4.2 wants 200 and what may be posted on every answer to OPTIONS.
        context.Response.StatusCode = requestClass == RequestClass.Stream ? StatusCodes.Status200OK : StatusCodes.Status204NoContent;
        if (requestClass == RequestClass.Stream) context.Response.Headers["Accept-Post"] = StreamLinks.Sdp;
        context.Response.Headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
        context.Response.Headers.AccessControlAllowHeaders = "Authorization, Content-Type, If-Match, If-None-Match, traceparent";
        context.Response.Headers.AccessControlMaxAge = "7200";
        return true;
    }
}
