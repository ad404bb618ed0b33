using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Conference.Gateway.Tests;

/// <summary>WebSockets that send back what they get, both ends.</summary>
public static class Echo
{
    public static async Task SocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close) break;
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }

    public static async Task<string> AskAsync(ClientWebSocket socket, string text)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, bound.Token);
        var buffer = new byte[64 * 1024];
        var received = await socket.ReceiveAsync(buffer, bound.Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
