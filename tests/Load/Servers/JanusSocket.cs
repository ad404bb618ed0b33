using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Conference.Load.Servers;

/// <summary>One WebSocket to Janus with one session: sends requests, and matches answers by their transaction.</summary>
public sealed class JanusSocket : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20), Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _reading = Task.CompletedTask, _keeping = Task.CompletedTask;
    private long _session;
    private int _transactions;

    private JanusSocket()
    {
    }

    /// <summary>Connects and makes a session.</summary>
    public static async Task<JanusSocket> OpenAsync(Uri url, CancellationToken cancellation)
    {
        var janus = new JanusSocket();
        janus._socket.Options.AddSubProtocol("janus-protocol");
        try
        {
            await janus._socket.ConnectAsync(url, cancellation).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new LoadException($"Janus cannot be reached: {e.Message}", e);
        }
        janus._reading = janus.ReadAsync();
        janus._session = Id(await janus.RequestAsync(new JsonObject { ["janus"] = "create" }, cancellation).ConfigureAwait(false));
        janus._keeping = janus.KeepAsync();
        return janus;
    }

    /// <summary>Attaches to the VideoRoom plugin: the handle.</summary>
    public async Task<long> AttachAsync(CancellationToken cancellation) =>
        Id(await RequestAsync(new JsonObject { ["janus"] = "attach", ["plugin"] = "janus.plugin.videoroom" }, cancellation).ConfigureAwait(false));

    /// <summary>Sends the plugin a message: its answer, with the description that came along, if one did.</summary>
    public async Task<(JsonObject Data, string? Sdp)> MessageAsync(long handle, JsonObject body, (string Type, string Sdp)? jsep, CancellationToken cancellation)
    {
        var request = new JsonObject { ["janus"] = "message", ["handle_id"] = handle, ["body"] = body };
        if (jsep is { } description) request["jsep"] = new JsonObject { ["type"] = description.Type, ["sdp"] = description.Sdp, ["rid_order"] = "lmh" }; // the smallest encoding first
        var answer = await RequestAsync(request, cancellation).ConfigureAwait(false);
        var data = answer["plugindata"]?["data"]?.AsObject() ?? throw new LoadException($"Janus answers without data: {answer.ToJsonString()}");
        if (data["error"] is { } error) throw new LoadException($"Janus refuses: {error}");
        return (data, (string?)answer["jsep"]?["sdp"]);
    }

    /// <summary>Gives a handle up, with its connection.</summary>
    public Task DetachAsync(long handle, CancellationToken cancellation) => RequestAsync(new JsonObject { ["janus"] = "detach", ["handle_id"] = handle }, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_reading, _keeping).ConfigureAwait(false);
        _socket.Dispose();
        _sending.Dispose();
        _closing.Dispose();
    }

    private static long Id(JsonObject answer) => (long?)answer["data"]?["id"] ?? throw new LoadException($"Janus answers without an id: {answer.ToJsonString()}");

    private async Task<JsonObject> RequestAsync(JsonObject request, CancellationToken cancellation)
    {
        var transaction = Interlocked.Increment(ref _transactions).ToString(CultureInfo.InvariantCulture);
        request["transaction"] = transaction;
        if (_session != 0) request["session_id"] = _session;
        var done = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[transaction] = done;
        try
        {
            await SendAsync(request, cancellation).ConfigureAwait(false);
            return await done.Task.WaitAsync(Patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new LoadException($"Janus does not answer '{request["janus"]}'", e);
        }
        finally
        {
            _waiting.TryRemove(transaction, out _);
        }
    }

    private async Task SendAsync(JsonObject message, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellation).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new LoadException($"Janus is gone: {e.Message}", e);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _closing.Token).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close) break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Take(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!.AsObject());
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // It is over; whoever waits is told.
        }
        foreach (var waiting in _waiting.Values) waiting.TrySetException(new LoadException("Janus has closed the socket"));
    }

    private void Take(JsonObject message)
    {
        if ((string?)message["transaction"] is not { } transaction || !_waiting.TryGetValue(transaction, out var waiting)) return;
        switch ((string?)message["janus"])
        {
            case "ack": break; // the plugin's own answer follows
            case "error": waiting.TrySetException(new LoadException($"Janus refuses: {message["error"]?.ToJsonString()}")); break;
            default: waiting.TrySetResult(message); break;
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(KeepAlive, _closing.Token).ConfigureAwait(false);
                await SendAsync(new JsonObject { ["janus"] = "keepalive", ["session_id"] = _session, ["transaction"] = "keepalive" }, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LoadException)
        {
            // It is over.
        }
    }
}
