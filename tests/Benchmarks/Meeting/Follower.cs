using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Load;
using Conference.Load.Meetings;

namespace Conference.Benchmarks.Meeting;

/// <summary>A signaling client without media, which keeps the meeting as a page does: the view of its welcome, and every event since.</summary>
internal sealed class Follower : IDisposable
{
    private readonly Dictionary<ParticipantId, (string Name, Role Role, Presence Presence)> _roster = [];
    private readonly TaskCompletionSource _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private ClientWebSocket? _socket;
    private byte[] _buffer = new byte[2048];
    private long _lastSeq;
    private int _commands;

    public JoinResponse Join { get; private set; } = null!;

    /// <summary>Events that did not come in their order.</summary>
    public int Disordered { get; private set; }

    /// <summary>Viewers, as it was told.</summary>
    public int Viewers { get; private set; }

    /// <summary>Chat messages that came, in order of coming, with their sequence.</summary>
    public List<(long Seq, string Text)> Chat { get; } = [];

    /// <summary>How long each message took to get here, from its sender's call.</summary>
    public List<double> Delays { get; } = [];

    /// <summary>What ended it; null while it goes on.</summary>
    public string? Ended { get; private set; }

    /// <summary>What it knows of everybody, as text that can be compared.</summary>
    public string Roster
    {
        get { lock (_gate) return Describe(_roster.Select(p => (p.Key, p.Value.Name, p.Value.Role, p.Value.Presence))); }
    }

    /// <summary>How many it knows of, and how many of them are connected.</summary>
    public (int All, int Connected) Count
    {
        get { lock (_gate) return (_roster.Count, _roster.Values.Count(p => p.Presence == Presence.Connected)); }
    }

    public static string Describe(IEnumerable<(ParticipantId Id, string Name, Role Role, Presence Presence)> people) =>
        string.Join('\n', people.OrderBy(p => p.Id.Value, StringComparer.Ordinal).Select(p => $"{p.Id} {p.Name} {p.Role} {p.Presence}"));

    /// <summary>Takes a place and opens the socket; the welcome has come.</summary>
    public async Task EnterAsync(GatewayClient server, string code, JoinRequest request, CancellationToken cancellation)
    {
        Join = await server.JoinAsync(code, request, cancellation);
        _socket = await server.SocketAsync(Join.SignalUrl, cancellation);
        await SendAsync(new Hello(Join.SignalTicket), cancellation);
        _ = ReadAsync();
        await _welcome.Task.WaitAsync(cancellation);
    }

    /// <summary>Writes to everybody; the text says when.</summary>
    public Task ChatAsync(string padding, CancellationToken cancellation) =>
        SendAsync(new ChatSend(CommandId.Parse($"m{++_commands}"), $"{Stopwatch.GetTimestamp()} {Join.ParticipantId} {_commands} {padding}"), cancellation);

    /// <summary>Forgets what was said so far.</summary>
    public void ForgetChat()
    {
        lock (_gate)
        {
            Chat.Clear();
            Delays.Clear();
        }
    }

    public void Dispose() => _socket?.Dispose();

    private async Task SendAsync(ClientMessage message, CancellationToken cancellation) =>
        await _socket!.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.ClientMessage), WebSocketMessageType.Text, endOfMessage: true, cancellation);

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    if (length == _buffer.Length) Array.Resize(ref _buffer, length * 2);
                    result = await _socket!.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None);
                    length += result.Count;
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    Ended ??= _socket.CloseStatusDescription ?? "closed";
                    return;
                }
                Take(JsonSerializer.Deserialize(_buffer.AsSpan(0, length), ContractsJson.Default.ServerMessage)!);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or JsonException)
        {
            Ended ??= e.Message;
            _welcome.TrySetException(new LoadException($"signaling ended: {e.Message}", e));
        }
    }

    private void Take(ServerMessage message)
    {
        lock (_gate)
        {
            switch (message)
            {
                case Welcome welcome:
                    Begin(welcome);
                    break;
                case EventMessage e:
                    Apply(e);
                    break;
                case ViewersCounted counted:
                    Viewers = counted.Viewers;
                    break;
                case GoAway goAway:
                    Ended = goAway.Reason.ToString();
                    _welcome.TrySetException(new LoadException($"signaling says {goAway.Reason}"));
                    break;
                default:
                    break;
            }
        }
    }

    private void Begin(Welcome welcome)
    {
        _lastSeq = welcome.Seq;
        _roster.Clear();
        foreach (var p in welcome.Snapshot!.Participants) _roster[p.Id] = (p.DisplayName, p.Role, p.Presence);
        Viewers = welcome.Snapshot.Viewers;
        _welcome.TrySetResult();
    }

    private void Apply(EventMessage e)
    {
        if (e.Seq <= _lastSeq) Disordered++;
        _lastSeq = e.Seq;
        switch (e.Event)
        {
            case ParticipantJoined b:
                _roster[b.ParticipantId] = (b.DisplayName, b.Role, b.InLobby ? Presence.Lobby : Presence.Joining);
                break;
            case ParticipantConnected b:
                Become(b.ParticipantId, Presence.Connected);
                break;
            case ParticipantDisconnected b:
                Become(b.ParticipantId, Presence.Reconnecting);
                break;
            case ParticipantLeft b:
                _roster.Remove(b.ParticipantId);
                break;
            case ChatSent b:
                Chat.Add((e.Seq, b.Text));
                Delays.Add(Stopwatch.GetElapsedTime(long.Parse(b.Text.AsSpan(0, b.Text.IndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture)).TotalMilliseconds);
                break;
            default:
                break;
        }
    }

    private void Become(ParticipantId id, Presence presence)
    {
        if (_roster.TryGetValue(id, out var known)) _roster[id] = known with { Presence = presence };
    }
}
