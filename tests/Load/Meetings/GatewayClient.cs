using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Serialization.Metadata;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;

namespace Conference.Load.Meetings;

/// <summary>The Gateway's public API. What is refused for now (429, 503) is asked again when the answer says so.</summary>
public sealed class GatewayClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Sdp = new("application/sdp");

    private readonly HttpMessageInvoker _invoker;
    private readonly HttpClient _http;
    private readonly Uri _url;

    public GatewayClient(Uri url, bool insecure)
    {
        _url = url;
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
        if (insecure) handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        _http = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Creates a meeting.</summary>
    public Task<CreateMeetingResponse> CreateAsync(string title, string? key, CancellationToken cancellation) =>
        PostAsync("/api/meetings", new CreateMeetingRequest(title), ContractsJson.Default.CreateMeetingRequest, ContractsJson.Default.CreateMeetingResponse, key, "create a meeting", cancellation);

    /// <summary>Makes a key for WHIP and WHEP clients of a meeting.</summary>
    public Task<CreateStreamKeyResponse> CreateStreamKeyAsync(MeetingId meeting, string hostKey, string name, CancellationToken cancellation) => PostAsync(
        $"/api/meetings/{meeting}/stream-keys", new CreateStreamKeyRequest(name), ContractsJson.Default.CreateStreamKeyRequest, ContractsJson.Default.CreateStreamKeyResponse, hostKey, "make a stream key", cancellation);

    /// <summary>Ends a meeting, if that is still possible.</summary>
    public Task EndAsync(MeetingId meeting, string hostKey) => TryDeleteAsync(new Uri(_url, $"/api/meetings/{meeting}"), hostKey);

    /// <summary>Makes a tenant key.</summary>
    public async Task<CreateTenantKeyResponse> CreateKeyAsync(string tenant, string operatorSecret, CancellationToken cancellation)
    {
        using var response = await SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"/api/tenants/{tenant}/keys");
            request.Headers.Authorization = new("Bearer", operatorSecret);
            return request;
        }, "make a tenant key", cancellation).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantKeyResponse, cancellation).ConfigureAwait(false) ?? throw new LoadException("cannot make a tenant key: the answer is empty");
    }

    /// <summary>Revokes a tenant key, if that is still possible.</summary>
    public Task RevokeKeyAsync(string tenant, string keyId, string operatorSecret) => TryDeleteAsync(new Uri(_url, $"/api/tenants/{tenant}/keys/{keyId}"), operatorSecret);

    /// <summary>Takes a place.</summary>
    public Task<JoinResponse> JoinAsync(string code, JoinRequest request, CancellationToken cancellation) =>
        PostAsync($"/api/join/{Uri.EscapeDataString(code)}", request, ContractsJson.Default.JoinRequest, ContractsJson.Default.JoinResponse, null, "take a place", cancellation);

    /// <summary>Opens a media session: the answer, and where the session is.</summary>
    public Task<(string Answer, Uri Session)> OpenSessionAsync(MediaGrant grant, string offer, CancellationToken cancellation) =>
        OpenSessionAsync(grant.Url, grant.MediaTicket, grant.Trace, offer, cancellation);

    /// <summary>Opens a media session at a link, as WHIP and WHEP clients do.</summary>
    public async Task<(string Answer, Uri Session)> OpenSessionAsync(string url, string bearer, string? trace, string offer, CancellationToken cancellation)
    {
        using var response = await SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(offer, Sdp) };
            request.Headers.Authorization = new("Bearer", bearer);
            if (trace is not null) request.Headers.Add("traceparent", trace);
            return request;
        }, "open a media session", cancellation).ConfigureAwait(false);
        var session = response.Headers.Location ?? throw new LoadException("the answer to the offer does not say where the session is");
        return (await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false), new Uri(_url, session));
    }

    /// <summary>Closes a media session, if that is still possible.</summary>
    public Task CloseSessionAsync(Uri session, string ticket) => TryDeleteAsync(session, ticket);

    /// <summary>Opens a WebSocket.</summary>
    public async Task<ClientWebSocket> SocketAsync(string path, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        try
        {
            var url = new UriBuilder(new Uri(_url, path)) { Scheme = _url.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
            await socket.ConnectAsync(url.Uri, _invoker, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new LoadException($"the signaling socket does not open: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _invoker.Dispose();
    }

    private async Task TryDeleteAsync(Uri resource, string bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, resource);
        request.Headers.Authorization = new("Bearer", bearer);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            using var response = await _http.SendAsync(request, bound.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // What was left notices by itself.
        }
    }

    private async Task<TResponse> PostAsync<TRequest, TResponse>(
        string path, TRequest body, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType, string? bearer, string what, CancellationToken cancellation)
    {
        using var response = await SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, requestType) };
            if (bearer is not null) request.Headers.Authorization = new("Bearer", bearer);
            return request;
        }, what, cancellation).ConfigureAwait(false);
        return await response.Content.ReadFromJsonAsync(responseType, cancellation).ConfigureAwait(false) ?? throw new LoadException($"cannot {what}: the answer is empty");
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string what, CancellationToken cancellation)
    {
        while (true)
        {
            using var request = make();
            HttpResponseMessage response;
            try
            {
                response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                throw new LoadException($"cannot {what}: {e.Message}", e);
            }
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                if (WaitFor(response) is not { } wait) throw new LoadException($"cannot {what}: {(int)response.StatusCode} {await ReasonAsync(response, cancellation).ConfigureAwait(false)}");
                await Task.Delay(wait, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan? WaitFor(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter?.Delta is { } wait ? wait : null;

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem, cancellation).ConfigureAwait(false))?.Reason ?? "";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return response.ReasonPhrase ?? "";
        }
    }
}
