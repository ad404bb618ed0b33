using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting.Http;
using Conference.Hosting.Policies;

namespace Conference.Gateway.Routing;

/// <summary>The Gateway's own questions to a silo.</summary>
internal sealed class SiloClient : IDisposable
{
    /// <summary>A little longer than a silo that serves is waited for.</summary>
    public static readonly TimeSpan ConnectWithin = ServingConnection.Patience + TimeSpan.FromSeconds(1.5);

    private readonly HttpClient _http;

    public SiloClient(GatewayOptions options, ServicePolicies policies, ServingConnection serving)
    {
        var sockets = new SocketsHttpHandler { ConnectTimeout = ConnectWithin, ConnectCallback = serving.ConnectAsync, UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(new SiloRetryHandler(options.Silos, policies, sockets))
        {
            BaseAddress = options.Silos[0],
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 4 * 1024 * 1024,
        };
        _http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(options.Secret.AuthorizationHeader);
    }

    /// <summary>The live pods. Throws <see cref="HttpRequestException"/>, <see cref="JsonException"/>, or the policies' exceptions.</summary>
    public async Task<PodRoutes?> PodsAsync(CancellationToken cancellation) =>
        await _http.GetFromJsonAsync("/internal/pods", ContractsJson.Default.PodRoutes, cancellation).ConfigureAwait(false);

    /// <summary>Where a stream goes, or the silo's refusal, and when to try again where it says so.</summary>
    public async Task<(StreamGrant? Grant, ApiProblem? Problem, string? RetryAfter)> StreamAsync(StreamRequest request, string clientAddress, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/internal/streams") { Content = JsonContent.Create(request, ContractsJson.Default.StreamRequest) };
        message.Headers.Add("X-Forwarded-For", clientAddress);
        using var answer = await _http.SendAsync(message, cancellation).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode) return (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.StreamGrant, cancellation).ConfigureAwait(false), null, null);
        return (null, await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem, cancellation).ConfigureAwait(false), answer.Headers.RetryAfter?.ToString());
    }

    public void Dispose() => _http.Dispose();
}
