using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting.Http;
using Conference.Hosting.Policies;
using Polly.Timeout;

namespace Conference.Operator.Load;

/// <summary>Asks a silo for the load of regions and tells it which pods drain. Every request may be repeated (<see cref="ServicePolicies.OperatorToSilo"/>).</summary>
public sealed class SiloClient : IDisposable
{
    /// <summary>The largest answer that is read, in bytes.</summary>
    private const int MaxAnswer = 16 << 20;

    private readonly HttpClient _http;
    private readonly ServicePolicies _policies;

    /// <summary>A client of the silo (or the silos' service) at an address.</summary>
    /// <param name="silo">As <c>http://conference-silo:8090</c>.</param>
    /// <param name="secret">The secret of the installation.</param>
    /// <param name="policies">Retries.</param>
    public SiloClient(Uri silo, SharedSecret secret, ServicePolicies policies)
    {
        _policies = policies;
        // Connections end soon, so that silos that joined the service are found.
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1), ConnectTimeout = TimeSpan.FromSeconds(2), ConnectCallback = new ServingConnection(TimeProvider.System).ConnectAsync, UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri(silo.AbsoluteUri.TrimEnd('/') + "/"), MaxResponseContentBufferSize = MaxAnswer, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(secret.AuthorizationHeader);
    }

    /// <summary>The load of all regions.</summary>
    public async Task<LoadAnswer> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri("internal/regions", UriKind.Relative)), cancellation).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) return new LoadAnswer(null, LoadRefusal.Unauthorized, "the silo does not take the secret");
            if ((int)response.StatusCode >= 500) return new LoadAnswer(null, LoadRefusal.Unreachable, $"the silo answers {(int)response.StatusCode}");
            if (response.StatusCode != HttpStatusCode.OK) return new LoadAnswer(null, LoadRefusal.Malformed, $"the silo answers {(int)response.StatusCode}");
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, ContractsJson.Default.RegionLoads) is { } loads ? new LoadAnswer(loads) : new LoadAnswer(null, LoadRefusal.Malformed, "the answer is null");
        }
        catch (JsonException e)
        {
            return new LoadAnswer(null, LoadRefusal.Malformed, e.Message);
        }
        catch (Exception e) when (IsAway(e, cancellation))
        {
            return new LoadAnswer(null, LoadRefusal.Unreachable, e.GetBaseException().Message);
        }
    }

    /// <summary>Tells the silo to drain a pod.</summary>
    public Task<DrainOrder> DrainAsync(PodId pod, DrainMode mode, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new DrainRequest(mode), ContractsJson.Default.DrainRequest);
        return OrderAsync(() => new HttpRequestMessage(HttpMethod.Post, DrainPath(pod)) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } }, cancellation);
    }

    /// <summary>Takes a drain back.</summary>
    public Task<DrainOrder> TakeBackAsync(PodId pod, CancellationToken cancellation) => OrderAsync(() => new HttpRequestMessage(HttpMethod.Delete, DrainPath(pod)), cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<DrainOrder> OrderAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        try
        {
            using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.Accepted or HttpStatusCode.OK or HttpStatusCode.NoContent => DrainOrder.Accepted,
                HttpStatusCode.NotFound => DrainOrder.UnknownPod,
                _ => DrainOrder.Failed,
            };
        }
        catch (Exception e) when (IsAway(e, cancellation))
        {
            return DrainOrder.Failed;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation) =>
        await _policies.OperatorToSilo.ExecuteAsync(async token =>
        {
            using var message = request();
            return await _http.SendAsync(message, token).ConfigureAwait(false);
        }, cancellation).ConfigureAwait(false);

    private static Uri DrainPath(PodId pod) => new($"internal/pods/{Uri.EscapeDataString(pod.ToString())}/drain", UriKind.Relative);

    private static bool IsAway(Exception e, CancellationToken cancellation) =>
        !cancellation.IsCancellationRequested && e is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;
}
