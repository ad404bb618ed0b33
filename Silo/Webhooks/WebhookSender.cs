using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;

namespace Conference.Silo.Webhooks;

/// <summary>Makes one attempt to deliver: signed, without redirects, and to public addresses only. The address that was checked is the one that is connected to, so a name cannot change in between.</summary>
internal sealed class WebhookSender : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly bool _allowsPrivate;
    private readonly TimeProvider _time;

    public WebhookSender(SiloOptions options, TimeProvider time)
    {
        (_allowsPrivate, _time) = (options.PrivateWebhooks, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16, ConnectCallback = ConnectAsync,
        };
        _http = new HttpClient(handler) { Timeout = Patience };
    }

    /// <summary>Whether events may be sent there, as far as the address itself says.</summary>
    public bool Allows(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0) return false;
        if (_allowsPrivate) return uri.Scheme is "http" or "https";
        // A name may end with the dot of the root.
        var host = uri.IdnHost.Trim('[', ']').TrimEnd('.');
        var isLocal = uri.IsLoopback || host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);
        return uri.Scheme == "https" && !isLocal && (!IPAddress.TryParse(host, out var address) || PublicAddresses.Contains(address));
    }

    /// <summary>Sends one event; null: it was taken (any 2xx). Otherwise why not, by name.</summary>
    public async Task<string?> SendAsync(WebhookTarget target, WebhookEvent e, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(e, ContractsJson.Default.WebhookEvent);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "Conference-Webhooks/1");
        request.Headers.TryAddWithoutValidation("Conference-Signature", Signature(target.Secret, _time.GetUtcNow(), body));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode ? null : $"Status{(int)response.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return error.InnerException is PrivateAddressException or { InnerException: PrivateAddressException } ? "PrivateAddress" : error.HttpRequestError.ToString();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "Timeout";
        }
    }

    /// <summary>The header that proves who sent a body, and when: <c>t=SECONDS,v1=HEX</c>, the HMAC (SHA-256) of the seconds, a dot and the body.</summary>
    public static string Signature(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds + "."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var allowed = Array.FindAll(found, address => _allowsPrivate || PublicAddresses.Contains(address));
        if (allowed.Length == 0) throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class PrivateAddressException() : IOException("the name leads to no public address");
}
