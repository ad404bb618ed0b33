using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Conference.Hosting.Policies;
using Conference.Operator.Cluster.Model;
using Polly;
using Polly.Timeout;

namespace Conference.Operator.Cluster;

/// <summary>How often a request may be tried.</summary>
internal enum Tries
{
    /// <summary>Again whenever that may help: the request may be repeated.</summary>
    Repeatable,

    /// <summary>Again only if it was not looked at.</summary>
    Unsent,

    /// <summary>Once; whoever asks has a plan of their own.</summary>
    Once,
}

/// <summary>Sends requests: the connection of now, retries, answers read in full, failures named.</summary>
internal sealed class KubeTransport(IClusterConfigSource source, ServicePolicies policies, TimeProvider time) : IDisposable
{
    /// <summary>The largest answer that is read, in bytes: pages keep far below.</summary>
    private const long MaxAnswer = 64 << 20;

    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10);

    private readonly KubeConnections _connections = new(source, time);

    public string Namespace
    {
        get
        {
            var connection = _connections.Enter();
            try
            {
                return connection.Config.Namespace;
            }
            finally
            {
                connection.Leave();
            }
        }
    }

    public async Task<KubeResult<byte[]>> SendAsync(Func<HttpRequestMessage> request, Tries tries, CancellationToken cancellation)
    {
        try
        {
            using var response = await Policy(tries).ExecuteAsync(async token => await AnswerAsync(request, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? body : Error(response, body);
        }
        catch (Exception e) when (Named(e, cancellation) is { } error)
        {
            return error;
        }
    }

    /// <summary>Opens an answer that goes on and on. Whoever gets a stream disposes it.</summary>
    public async Task<KubeResult<OpenAnswer>> OpenAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        var connection = (KubeConnection?)null;
        HttpResponseMessage? response = null;
        try
        {
            connection = _connections.Enter();
            using (var limit = new CancellationTokenSource(HeaderTimeout, time))
            using (var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation))
                response = await connection.SendAsync(request(), both.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized) _connections.RereadAfterRefusal(connection);
                return Error(response, await BodyAsync(response, cancellation).ConfigureAwait(false));
            }
            var open = new OpenAnswer(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false), response, connection);
            (response, connection) = (null, null);
            return open;
        }
        catch (Exception e) when (Named(e, cancellation) is { } error)
        {
            return error;
        }
        finally
        {
            response?.Dispose();
            connection?.Leave();
        }
    }

    /// <summary>The error of a <c>Status</c> document.</summary>
    public static KubeError Error(int code, ReadOnlySpan<byte> body, TimeSpan? retryAfter = null)
    {
        KubeStatus? status = null;
        try
        {
            status = JsonSerializer.Deserialize(body, KubeJson.Default.KubeStatus);
        }
        catch (JsonException)
        {
            // proxies and early failures answer with text
        }
        if (code == 0) code = status?.Code ?? 0;
        return new KubeError(Reason(status?.Reason, code), code, status?.Message ?? $"HTTP {code}")
        {
            RetryAfter = retryAfter ?? (status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null),
            Causes = status?.Details?.Causes?.Select(c => new KubeCause(c.Field, c.Reason, c.Message)).ToImmutableArray() ?? [],
        };
    }

    public void Dispose() => _connections.Dispose();

    /// <summary>What went wrong below HTTP; null for what is not ours to name (a bug, the caller's own cancellation).</summary>
    public static KubeError? Named(Exception e, CancellationToken cancellation) => cancellation.IsCancellationRequested ? null : e switch
    {
        TimeoutRejectedException or OperationCanceledException => new KubeError(KubeReason.Timeout, 0, "the server did not answer in time"),
        HttpRequestException or IOException => new KubeError(KubeReason.Unreachable, 0, e.GetBaseException().Message),
        ClusterConfigException config => new KubeError(KubeReason.Configuration, 0, $"{config.Fault}: {config.Message}"),
        _ => null,
    };

    private async Task<HttpResponseMessage> AnswerAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        for (var again = false; ; again = true)
        {
            var connection = _connections.Enter();
            try
            {
                using var message = request();
                var response = await connection.SendAsync(message, cancellation).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.Unauthorized && !again && _connections.RereadAfterRefusal(connection))
                {
                    response.Dispose();
                    continue;
                }
                await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellation).ConfigureAwait(false);
                return response;
            }
            finally
            {
                connection.Leave();
            }
        }
    }

    private ResiliencePipeline<HttpResponseMessage> Policy(Tries tries) => tries switch
    {
        Tries.Repeatable => policies.OperatorToKubernetes,
        Tries.Unsent => policies.OperatorToKubernetesUnsent,
        _ => policies.OperatorToKubernetesOnce,
    };

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await response.Content.LoadIntoBufferAsync(MaxAnswer, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }

    private static KubeError Error(HttpResponseMessage response, byte[] body) => Error((int)response.StatusCode, body, response.Headers.RetryAfter?.Delta);

    private static KubeReason Reason(string? reason, int code) => (reason, code) switch
    {
        ("AlreadyExists", _) => KubeReason.AlreadyExists,
        ("Expired" or "Gone", _) or (_, 410) => KubeReason.Gone,
        ("Invalid", _) or (_, 422) => KubeReason.Invalid,
        (_, 400 or 415) => KubeReason.BadRequest,
        (_, 401) => KubeReason.Unauthorized,
        (_, 403) => KubeReason.Forbidden,
        (_, 404) => KubeReason.NotFound,
        (_, 409) => KubeReason.Conflict,
        (_, 429) => KubeReason.TooManyRequests,
        (_, 502 or 503 or 504) => KubeReason.Unavailable,
        ("ServerTimeout" or "Timeout", _) => KubeReason.Unavailable,
        (_, 500) => KubeReason.InternalError,
        _ => KubeReason.Unknown,
    };
}

/// <summary>An answer that goes on: its stream, and the connection that it holds.</summary>
internal sealed class OpenAnswer(Stream stream, HttpResponseMessage response, KubeConnection connection) : IDisposable
{
    public Stream Stream => stream;

    public void Dispose()
    {
        stream.Dispose();
        response.Dispose();
        connection.Leave();
    }
}
