using System.Diagnostics;
using System.Net;
using Conference.Contracts.Api;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Conference.Gateway.Routing;

/// <summary>Forwards requests and WebSockets to the pod that their path names.</summary>
internal sealed class PodForwarder(PodTable pods, PodPoller poller, IHttpForwarder forwarder, Refusals refusals) : IDisposable
{
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = TimeSpan.FromSeconds(60) };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    });

    /// <summary>The handler of <c>/media/{podId}/**</c>.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        if (await FindAsync(context.Request.RouteValues["podId"] as string, context.RequestAborted).ConfigureAwait(false) is { } pod)
            await ForwardAsync(context, pod, PodTransformer.Plain).ConfigureAwait(false);
        else
            await refusals.RefuseAsync(context, StatusCodes.Status404NotFound, GatewayRefusal.UnknownPod, "This media pod is not there (any more).").ConfigureAwait(false);
    }

    /// <summary>Forwards to a pod, and says by name when it does not answer.</summary>
    public async Task ForwardAsync(HttpContext context, PodRoute pod, PodTransformer transformer)
    {
        var error = await forwarder.SendAsync(context, pod.HttpUrl, _client, Config, transformer, context.RequestAborted).ConfigureAwait(false);
        if (error is ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.UpgradeRequestDestination or ForwarderError.NoAvailableDestinations)
            await refusals.RefuseAsync(context, StatusCodes.Status502BadGateway, GatewayRefusal.PodUnreachable, "The media pod does not answer.").ConfigureAwait(false);
    }

    /// <summary>The pod, asking a silo once when it is not known: it may have registered a moment ago.</summary>
    public async ValueTask<PodRoute?> FindAsync(string? id, CancellationToken cancellation)
    {
        if (pods.TryFind(id, out var pod)) return pod;
        if (!Contracts.StringId.IsValid(id)) return null;
        await poller.RefreshAsync(cancellation).ConfigureAwait(false);
        return pods.TryFind(id, out pod) ? pod : null;
    }

    public void Dispose() => _client.Dispose();
}
