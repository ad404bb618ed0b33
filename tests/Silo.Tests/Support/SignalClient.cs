using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Tests.Support;

/// <summary>A real signaling socket.</summary>
public sealed class SignalClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<ServerMessage> _inbox = Channel.CreateUnbounded<ServerMessage>();
    private readonly List<ServerMessage> _seen = [];
    private Task _reading = Task.CompletedTask;
    private int _commands;

    /// <summary>Every message so far, in order.</summary>
    public IReadOnlyList<ServerMessage> Seen
    {
        get { lock (_seen) return [.. _seen]; }
    }

    /// <summary>Nothing comes any more.</summary>
    public bool HasEnded => _reading.IsCompleted;

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<SignalClient> OpenAsync(ISiloUnderTest silo, bool read = true)
    {
        var client = new SignalClient();
        await client._socket.ConnectAsync(silo.Socket("/signal"), CancellationToken.None);
        if (read) client._reading = client.ReadAsync();
        return client;
    }

    /// <summary>Opens a socket and says hello; the welcome has come.</summary>
    public static async Task<(SignalClient Client, Welcome Welcome)> HelloAsync(ISiloUnderTest silo, string ticket, long? resumeAfter = null)
    {
        var client = await OpenAsync(silo);
        await client.SendAsync(new Hello(ticket, resumeAfter));
        return (client, await client.NextAsync<Welcome>());
    }

    public Task SendAsync(ClientMessage message) => SendTextAsync(JsonSerializer.Serialize(message, ContractsJson.Default.ClientMessage));

    public async Task SendTextAsync(string text) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public async Task SendBinaryAsync(byte[] bytes) => await _socket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None);

    public CommandId NewCommand() => CommandId.Parse($"c{Interlocked.Increment(ref _commands)}");

    /// <summary>The next message of this type that fits; others are passed over.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? fits = null) where T : ServerMessage
    {
        using var bound = new CancellationTokenSource(Bound.Time);
        try
        {
            while (true)
                if (await _inbox.Reader.ReadAsync(bound.Token) is T match && (fits is null || fits(match))) return match;
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new Xunit.Sdk.XunitException($"no {typeof(T).Name} came ({e.GetType().Name} {e.InnerException?.Message}); seen: {string.Join(", ", Seen.Select(m => m.ToString()))}");
        }
    }

    /// <summary>The next event with this body.</summary>
    public async Task<EventMessage> NextEventAsync<T>(Func<T, bool>? fits = null) where T : MeetingEventBody =>
        await NextAsync<EventMessage>(m => m.Event is T body && (fits is null || fits(body)));

    /// <summary>Does a command; the answer.</summary>
    public async Task<ServerMessage> DoAsync(ClientCommand command)
    {
        await SendAsync(command);
        return await NextAsync<ServerMessage>(m => m is Ack ack && ack.Id == command.Id || m is Refused refused && refused.Id == command.Id);
    }

    /// <summary>Does a command that has to be accepted.</summary>
    public async Task<Ack> AckAsync(ClientCommand command) => Assert.IsType<Ack>(await DoAsync(command));

    /// <summary>Does a command that has to be refused.</summary>
    public async Task<CommandRefusal> RefusalAsync(ClientCommand command) => Assert.IsType<Refused>(await DoAsync(command)).Reason;

    /// <summary>The silo closes the socket: the reason it gave.</summary>
    public async Task<GoAwayReason> GoneAsync()
    {
        var goodbye = await NextAsync<GoAway>();
        await _reading.WaitAsync(Bound.Time);
        return goodbye.Reason;
    }

    /// <summary>The socket ends, however it ends.</summary>
    public Task ClosedAsync() => _reading.WaitAsync(Bound.Time);

    /// <summary>Closes the socket with this code, as a browser or a script does.</summary>
    public Task CloseAsync(WebSocketCloseStatus status) => _socket.CloseOutputAsync(status, null, CancellationToken.None);

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += result.Count;
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    if (_socket.State == WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    break;
                }
                var message = JsonSerializer.Deserialize(buffer.AsSpan(0, length), ContractsJson.Default.ServerMessage)!;
                lock (_seen) _seen.Add(message);
                _inbox.Writer.TryWrite(message);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The end is what the tests look at.
        }
        catch (JsonException e)
        {
            _inbox.Writer.TryComplete(e);
        }
        _inbox.Writer.TryComplete();
    }
}
