using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Conference.Gateway.Routing;

/// <summary>What changes on the way to a pod: who the client is, and for stable stream links the path, the credential and the <c>Location</c> of the answer.</summary>
/// <param name="path">The path at the pod; null: the request's own.</param>
/// <param name="ticket">The media ticket to show instead of the client's credential; null: the client's own.</param>
/// <param name="links">Links to add to the answer with which a session is created.</param>
internal sealed class PodTransformer(PathString? path = null, string? ticket = null, StringValues links = default) : HttpTransformer
{
    public static readonly PodTransformer Plain = new();

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        var request = httpContext.Request;
        if (path is { } other) proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, other, QueryString.Empty);
        if (ticket is not null)
        {
            proxyRequest.Headers.Remove("Authorization");
            proxyRequest.Headers.TryAddWithoutValidation("Authorization", $"Bearer {ticket}");
        }
        proxyRequest.Headers.Host = null;
        foreach (var name in (string[])["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"]) proxyRequest.Headers.Remove(name);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", request.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", request.Host.Value);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var send = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
        var location = httpContext.Response.Headers.Location;
        if (location.Count > 0) httpContext.Response.Headers.Location = ThroughGateway(location[0]!);
        if (links.Count > 0 && httpContext.Response.StatusCode == StatusCodes.Status201Created) httpContext.Response.Headers.Append("Link", links);
        return send;
    }

    /// <summary>Only the path of a session's URL: it is the same at the pod and at the Gateway, the host is not.</summary>
    private static string ThroughGateway(string location) =>
        Uri.TryCreate(location, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.PathAndQuery : location;
}
