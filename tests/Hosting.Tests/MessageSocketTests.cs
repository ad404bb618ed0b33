using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Conference.Hosting.Sockets;
using Conference.Support;

namespace Conference.Hosting.Tests;

public sealed class MessageSocketTests
{
    private const int MaxBytes = 5000;
    private readonly ScriptedWebSocket _peer = new();
    private readonly MessageSocket _socket;

    public MessageSocketTests() => _socket = new MessageSocket(_peer, MaxBytes);

    [Fact]
    public async Task A_message_in_pieces_is_one_message()
    {
        _peer.Send("{\"type\":", WebSocketMessageType.Text, last: false);
        _peer.Send("\"ping\"}", WebSocketMessageType.Text, last: true);
        _peer.Send("next", WebSocketMessageType.Text, last: true);
        Assert.Equal("{\"type\":\"ping\"}", await TextAsync());
        Assert.Equal("next", await TextAsync());
    }

    [Theory]
    [InlineData(MaxBytes, 1)]
    [InlineData(MaxBytes, 7)]
    public async Task The_largest_message_gets_through(int bytes, int pieces)
    {
        SendLong(bytes, pieces, end: true);
        Assert.Equal(bytes, (await _socket.ReceiveAsync(CancellationToken.None)).Utf8.Length);
    }

    [Theory]
    [InlineData(MaxBytes + 1, 1, true)]
    [InlineData(MaxBytes + 1, 9, true)]
    [InlineData(1_000_000, 100, false)]
    public async Task A_larger_one_is_refused_however_it_comes(int bytes, int pieces, bool end)
    {
        SendLong(bytes, pieces, end);
        Assert.Equal(SocketEnd.TooLarge, (await _socket.ReceiveAsync(CancellationToken.None)).End);
        Assert.InRange(_peer.LargestBuffer, 1, 4 * MaxBytes);
    }

    [Fact]
    public async Task Binary_is_refused()
    {
        _peer.Send("x", WebSocketMessageType.Binary, last: true);
        Assert.Equal(SocketEnd.NotText, (await _socket.ReceiveAsync(CancellationToken.None)).End);
    }

    [Fact]
    public async Task A_close_is_a_close()
    {
        _peer.Send("", WebSocketMessageType.Close, last: true);
        Assert.Equal(SocketEnd.Closed, (await _socket.ReceiveAsync(CancellationToken.None)).End);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable, SocketEnd.GoingAway)]
    [InlineData(WebSocketCloseStatus.NormalClosure, SocketEnd.Closed)]
    [InlineData((WebSocketCloseStatus)4001, SocketEnd.Closed)]
    public async Task A_peer_that_goes_away_is_told_from_one_that_closes(WebSocketCloseStatus status, SocketEnd expected)
    {
        _peer.SendClose(status);
        Assert.Equal(expected, (await _socket.ReceiveAsync(CancellationToken.None)).End);
    }

    public static TheoryData<Exception> Losses() => [new WebSocketException(), new IOException(), new ObjectDisposedException("x"), new OperationCanceledException()];

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_broken_connection_is_lost_in_both_directions(Exception failure)
    {
        _peer.Failure = failure;
        Assert.Equal(SocketEnd.Lost, (await _socket.ReceiveAsync(CancellationToken.None)).End);
        Assert.False(await _socket.SendAsync("x"u8.ToArray(), CancellationToken.None));
    }

    [Fact]
    public async Task A_cancellation_that_was_asked_for_is_thrown()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        _peer.Failure = new OperationCanceledException();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _socket.ReceiveAsync(cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _socket.SendAsync("x"u8.ToArray(), cancelled.Token));
    }

    [Fact]
    public async Task A_send_to_somebody_who_does_not_read_is_cut_off()
    {
        using var timeout = new CancellationTokenSource();
        _peer.Sending = new TaskCompletionSource();
        using var socket = new MessageSocket(_peer, MaxBytes, cut: () => _peer.Sending.SetException(new IOException("reset")));
        var sending = socket.SendAsync("x"u8.ToArray(), timeout.Token).AsTask();
        Assert.False(sending.IsCompleted);
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Nothing_is_sent_on_a_closed_socket()
    {
        await _socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "Flooding", CancellationToken.None);
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "Flooding"), (_peer.CloseStatus, _peer.CloseStatusDescription));
        Assert.False(await _socket.SendAsync("x"u8.ToArray(), CancellationToken.None));
    }

    [Fact]
    public async Task A_buffer_is_given_back_when_the_receive_that_writes_into_it_has_ended()
    {
        _peer.Holds = new TaskCompletionSource<WebSocketReceiveResult>();
        var receiving = _socket.ReceiveAsync(CancellationToken.None).AsTask();
        var held = _peer.Buffer;
        _socket.Dispose();
        Assert.NotSame(held, RentAgain(held));
        _peer.Holds.SetResult(new WebSocketReceiveResult(5, WebSocketMessageType.Text, true));
        var message = await receiving;
        Assert.Equal((SocketEnd.Lost, 0), (message.End!.Value, message.Utf8.Length));
        Assert.Equal(SocketEnd.Lost, (await _socket.ReceiveAsync(CancellationToken.None)).End);
    }

    [Fact]
    public async Task There_is_one_reader_at_a_time()
    {
        _peer.Holds = new TaskCompletionSource<WebSocketReceiveResult>();
        var receiving = _socket.ReceiveAsync(CancellationToken.None).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _socket.ReceiveAsync(CancellationToken.None));
        _peer.Holds.SetResult(new WebSocketReceiveResult(0, WebSocketMessageType.Text, true));
        Assert.Null((await receiving).End);
    }

    // The pool gives a thread back at once what that thread returned last.
    private static byte[] RentAgain(byte[] like)
    {
        var rented = ArrayPool<byte>.Shared.Rent(like.Length);
        ArrayPool<byte>.Shared.Return(rented);
        return rented;
    }

    [Fact]
    public void A_rate_gives_a_burst_and_then_so_many_per_second()
    {
        var time = new ManualTime();
        var rate = new MessageRate(3, 2, time);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rate.TryTake()));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => rate.TryTake()));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => rate.TryTake()));
    }

    private void SendLong(int bytes, int pieces, bool end)
    {
        for (var i = 0; i < pieces; i++)
            _peer.Send(new string('x', bytes / pieces + (i == 0 ? bytes % pieces : 0)), WebSocketMessageType.Text, last: end && i == pieces - 1);
    }

    private async Task<string> TextAsync()
    {
        var message = await _socket.ReceiveAsync(CancellationToken.None);
        Assert.Null(message.End);
        return Encoding.UTF8.GetString(message.Utf8.Span);
    }

    /// <summary>The other end of a socket: gives what a test has put into it, or fails.</summary>
    private sealed class ScriptedWebSocket : WebSocket
    {
        private readonly Queue<(byte[] Bytes, WebSocketMessageType Type, bool Last)> _frames = new();
        private WebSocketState _state = WebSocketState.Open;
        private WebSocketCloseStatus? _closeStatus;
        private string? _closeReason;
        private int _given;

        public Exception? Failure { get; set; }

        /// <summary>A receive stays open until this is done.</summary>
        public TaskCompletionSource<WebSocketReceiveResult>? Holds { get; set; }

        /// <summary>A send stays open until this is done, whatever its token says.</summary>
        public TaskCompletionSource? Sending { get; set; }
        public byte[] Buffer { get; private set; } = [];
        public int LargestBuffer { get; private set; }
        public override WebSocketCloseStatus? CloseStatus => _closeStatus;
        public override string? CloseStatusDescription => _closeReason;
        public override WebSocketState State => _state;
        public override string? SubProtocol => null;

        public void SendClose(WebSocketCloseStatus status)
        {
            _closeStatus = status;
            Send("", WebSocketMessageType.Close, last: true);
        }

        public void Send(string text, WebSocketMessageType type, bool last) => _frames.Enqueue((Encoding.UTF8.GetBytes(text), type, last));

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
        {
            if (Failure is not null) return Task.FromException<WebSocketReceiveResult>(Failure);
            Buffer = buffer.Array!;
            LargestBuffer = Math.Max(LargestBuffer, Buffer.Length);
            if (Holds is not null) return Holds.Task;
            var (bytes, type, last) = _frames.Peek();
            var count = Math.Min(buffer.Count, bytes.Length - _given);
            bytes.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            var whole = _given == bytes.Length;
            if (whole)
            {
                _frames.Dequeue();
                _given = 0;
            }
            return Task.FromResult(new WebSocketReceiveResult(count, type, last && whole));
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            Failure is null ? Sending?.Task ?? Task.CompletedTask : Task.FromException(Failure);

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
        {
            (_closeStatus, _closeReason, _state) = (closeStatus, statusDescription, WebSocketState.CloseSent);
            return Task.CompletedTask;
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

        public override void Abort() => _state = WebSocketState.Aborted;

        public override void Dispose() => _state = WebSocketState.Closed;
    }
}
