using System.Text.Json;
using Conference.Contracts.Api;
using Conference.Gateway.Limits;
using Conference.Gateway.Routing;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Polly.Timeout;

namespace Conference.Gateway.Streams;

/// <summary>
/// The stable links that people paste into OBS and players: <c>POST /whip/{code}</c> (RFC 9725) and <c>POST /whep/{code}</c>. A silo chooses the pod and gives
/// the media ticket, the offer goes on to <c>/media/{podId}/whip</c> or <c>whep</c>, and the answer's <c>Location</c> is a session at this Gateway.
/// </summary>
internal sealed class StreamLinks(SiloClient silo, PodForwarder forwarder, Refusals refusals)
{
    /// <summary>What may be posted.</summary>
    public const string Sdp = "application/sdp";

    private const string Allowed = "POST, OPTIONS";
    private const string RetrySeconds = "2";
    private static readonly string[] OtherMethods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (link, kind) in ((string, StreamKind)[])[("whip", StreamKind.Publish), ("whep", StreamKind.Play)])
        {
            endpoints.MapPost($"/{link}/{{code}}", (RequestDelegate)(context => OpenAsync(context, link, kind)));
            endpoints.MapMethods($"/{link}/{{code}}", [HttpMethods.Options], (RequestDelegate)Options);
            // Said here, or the page would answer for them.
            endpoints.MapMethods($"/{link}/{{code}}", OtherMethods, (RequestDelegate)RefuseMethodAsync);
        }
    }

    private async Task OpenAsync(HttpContext context, string link, StreamKind kind)
    {
        if (context.Request.RouteValues["code"] is not string { Length: <= 64 } code)
        {
            await refusals.RefuseAsync(context, StatusCodes.Status404NotFound, StreamRefusal.UnknownCode, "No meeting has this code.").ConfigureAwait(false);
            return;
        }
        StreamGrant? grant;
        try
        {
            var client = ClientAddress.Of(context).ToString();
            (grant, var problem, var wait) = await silo.StreamAsync(new StreamRequest(code, kind, BearerToken.Of(context.Request)), client, context.RequestAborted).ConfigureAwait(false);
            if (problem is not null)
            {
                context.Response.StatusCode = problem.Status;
                if (problem.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
                if (wait is not null) context.Response.Headers.RetryAfter = wait;
                await context.Response.WriteAsJsonAsync(problem, Contracts.ContractsJson.Default.ApiProblem, Problem.ContentType, context.RequestAborted).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TimeoutRejectedException || e is TaskCanceledException && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.RetryAfter = RetrySeconds;
            await refusals.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, GatewayRefusal.SiloUnreachable, "The service is not available now; try again.").ConfigureAwait(false);
            return;
        }
        if (grant is not null && await forwarder.FindAsync(grant.PodId.Value, context.RequestAborted).ConfigureAwait(false) is { } pod)
            await forwarder.ForwardAsync(context, pod, new PodTransformer($"/media/{grant.PodId.Value}/{link}", grant.MediaTicket, IceServerLinks.Of(grant.IceServers ?? []))).ConfigureAwait(false);
        else
        {
            context.Response.Headers.RetryAfter = RetrySeconds;
            await refusals.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, GatewayRefusal.UnknownPod, "The media pod is not known yet; try again.").ConfigureAwait(false);
        }
    }

    // RFC 9725, section 4.2: what a client may learn without a key.
    private static Task Options(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.Headers["Accept-Post"] = Sdp;
        context.Response.Headers.Allow = Allowed;
        return Task.CompletedTask;
    }

    private Task RefuseMethodAsync(HttpContext context)
    {
        context.Response.Headers.Allow = Allowed;
        return refusals.RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, RequestRefusal.MethodNotAllowed, "A stream link takes offers by POST.");
    }
}
