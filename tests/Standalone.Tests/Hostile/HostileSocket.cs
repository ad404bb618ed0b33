using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conference.Standalone.Tests.Hostile;

/// <summary>A signaling socket that sends whatever it is told, as bytes, and reads what comes as JSON without knowing the contracts.</summary>
internal sealed class HostileSocket : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 18];
    private int _commands;

    public static async Task<HostileSocket> OpenAsync(Uri url, string? origin = null)
    {
        var socket = new HostileSocket();
        if (origin is not null) socket._socket.Options.SetRequestHeader("Origin", origin);
        socket._socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket._socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Path = "/signal" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Whether it is open is what the test looks at.
        }
        return socket;
    }

    /// <summary>What answered the request to open it.</summary>
    public int Status => (int)_socket.HttpStatusCode;

    /// <summary>Opens it and says hello; the welcome has come.</summary>
    public static async Task<HostileSocket> HelloAsync(Uri url, string ticket)
    {
        var socket = await OpenAsync(url);
        await socket.SendAsync(new JsonObject { ["type"] = "hello", ["signalTicket"] = ticket }.ToJsonString());
        await socket.NextAsync(m => TypeOf(m) == "welcome");
        return socket;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Text, bool end = true) => await _socket.SendAsync(bytes, type, end, CancellationToken.None);

    /// <summary>One message in frames that end anywhere, in the middle of characters too.</summary>
    public async Task SendSplitAsync(string text, int every)
    {
        var parts = Encoding.UTF8.GetBytes(text).Chunk(every).ToList();
        for (var i = 0; i < parts.Count; i++) await SendAsync(parts[i], end: i == parts.Count - 1);
    }

    /// <summary>Sends a command, which need not be one, with an id of its own; the answer's type, and its reason if it has one.</summary>
    public async Task<string> DoAsync(string type, string members = "", string? id = null)
    {
        id ??= $"h{++_commands}";
        await SendAsync($$"""{"type":"{{type}}","id":"{{id}}"{{(members.Length > 0 ? "," + members : "")}}}""");
        var answer = await NextAsync(m => TypeOf(m) is "ack" or "refused" && (string?)m["id"] == id);
        return TypeOf(answer) == "ack" ? "ack" : (string)answer["reason"]!;
    }

    /// <summary>Sends something broken that is answered: the reason.</summary>
    public async Task<string> BreakAsync(byte[] bytes)
    {
        await SendAsync(bytes);
        return (string)(await NextAsync(m => TypeOf(m) is "refused" or "goaway"))["reason"]!;
    }

    /// <summary>The reason with which the other side ends it.</summary>
    public async Task<string> GoneAsync() => (string)(await NextAsync(m => TypeOf(m) == "goaway"))["reason"]!;

    /// <summary>The other side closes it without a word of ours: RFC 6455's code.</summary>
    public async Task<WebSocketCloseStatus?> ClosedAsync()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => NextAsync(_ => false));
        return _socket.CloseStatus;
    }

    public async Task<JsonObject> NextAsync(Func<JsonObject, bool> fits)
    {
        using var bound = new CancellationTokenSource(Patience);
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await _socket.ReceiveAsync(_buffer.AsMemory(length), bound.Token);
                length += result.Count;
            }
            while (!result.EndOfMessage);
            if (result.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"closed: {_socket.CloseStatusDescription}");
            if (JsonNode.Parse(_buffer.AsSpan(0, length)) is JsonObject message && fits(message)) return message;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string TypeOf(JsonObject message) => (string?)message["type"] ?? "";
}
