using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Support;

namespace Conference.MediaPod.Tests.Support;

/// <summary>A client's end of a session's channel.</summary>
internal sealed class ChannelClient : IDisposable
{
    private readonly ClientWebSocket _socket = new();

    public List<ChannelServerMessage> Seen { get; } = [];

    /// <summary>With what the pod closed the socket; null before.</summary>
    public string? CloseText => _socket.CloseStatusDescription;

    public static async Task<ChannelClient> DialAsync(PodRig pod, OpenSession session)
    {
        var client = new ChannelClient();
        await client._socket.ConnectAsync(new UriBuilder(new Uri(pod.Silo.Pod, session.Location + "/channel")) { Scheme = "ws" }.Uri, CancellationToken.None);
        return client;
    }

    /// <summary>Dials, says hello and waits for the welcome.</summary>
    public static async Task<ChannelClient> OpenAsync(PodRig pod, OpenSession session, string? ticket = null)
    {
        var client = await DialAsync(pod, session);
        await client.SendAsync(new ChannelHello(ticket ?? session.Ticket));
        await client.NextAsync<ChannelWelcome>();
        return client;
    }

    public Task SendAsync(ChannelClientMessage message) => SendAsync(JsonSerializer.Serialize(message, ContractsJson.Default.ChannelClientMessage));

    public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message of a kind; what comes before it is in <see cref="Seen"/>.</summary>
    public async Task<T> NextAsync<T>() where T : ChannelServerMessage
    {
        while (true)
        {
            var message = await ReceiveAsync();
            Assert.True(message is not null, $"closed ({CloseText}) before a {typeof(T).Name}");
            if (message is T wanted) return wanted;
        }
    }

    /// <summary>Reads until the pod closes the socket; gives the reason that it told, null when it told none.</summary>
    public async Task<SessionEndReason?> ClosedAsync()
    {
        SessionEndReason? reason = null;
        while (await ReceiveAsync() is { } message) reason = (message as ChannelClosed)?.Reason ?? reason;
        return reason;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<ChannelServerMessage?> ReceiveAsync()
    {
        using var bound = new CancellationTokenSource(Eventually.Bound);
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length), bound.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", bound.Token);
                return null;
            }
            length += part.Count;
            if (!part.EndOfMessage) continue;
            var message = JsonSerializer.Deserialize(buffer.AsSpan(0, length), ContractsJson.Default.ChannelServerMessage)!;
            Seen.Add(message);
            return message;
        }
    }
}
