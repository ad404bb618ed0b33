using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Signaling;

namespace Conference.Load.Meetings;

/// <summary>A participant's signaling socket: says hello, sends commands, hears of moves and of its end.</summary>
public sealed class SignalSocket : IDisposable
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly byte[] _buffer = new byte[64 * 1024];

    private SignalSocket(ClientWebSocket socket) => _socket = socket;

    /// <summary>Opens it and waits for the welcome.</summary>
    public static async Task<(SignalSocket Socket, Welcome Welcome)> OpenAsync(GatewayClient gateway, string url, string ticket, CancellationToken cancellation)
    {
        var socket = new SignalSocket(await gateway.SocketAsync(url, cancellation).ConfigureAwait(false));
        try
        {
            await socket.SendAsync(new Hello(ticket), cancellation).ConfigureAwait(false);
            while (true)
            {
                switch (await socket.ReceiveAsync(cancellation).ConfigureAwait(false))
                {
                    case Welcome welcome: return (socket, welcome);
                    case GoAway goAway: throw new LoadException($"signaling says {goAway.Reason}");
                    case null: throw new LoadException("the signaling socket closes before its welcome");
                    default: break;
                }
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task SendAsync(ClientMessage message, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.ClientMessage), WebSocketMessageType.Text, endOfMessage: true, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message; null when the socket has ended. Events are left unread, as nothing here depends on them.</summary>
    public async Task<ServerMessage?> ReceiveAsync(CancellationToken cancellation)
    {
        using var parts = new MemoryStream();
        while (true)
        {
            ValueWebSocketReceiveResult result;
            try
            {
                result = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellation).ConfigureAwait(false);
            }
            catch (WebSocketException)
            {
                return null;
            }
            if (result.MessageType == WebSocketMessageType.Close) return null;
            if (result.EndOfMessage && parts.Length == 0) return Parse(_buffer.AsSpan(0, result.Count));
            parts.Write(_buffer, 0, result.Count);
            if (result.EndOfMessage) return Parse(parts.GetBuffer().AsSpan(0, (int)parts.Length));
        }
    }

    /// <summary>
    /// Gives the place up, and waits until the silo has closed the socket, as it does after the answer: a socket that is cut at once may take with it what was
    /// said last, and the place is then kept for who seems to have lost the connection.
    /// </summary>
    /// <param name="listening">Ends when nothing comes any more.</param>
    public async Task LeaveAsync(Task listening)
    {
        try
        {
            await SendAsync(new Leave(CommandId.Parse(Guid.NewGuid().ToString("N"))), CancellationToken.None).ConfigureAwait(false);
            await listening.WaitAsync(GoodbyeTimeout).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or TimeoutException)
        {
            // It is gone already, or nobody answers any more.
        }
        await CloseAsync().ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private static ServerMessage? Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, ContractsJson.Default.ServerMessage);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new LoadException($"signaling says what cannot be read: {e.Message}", e);
        }
    }
}
