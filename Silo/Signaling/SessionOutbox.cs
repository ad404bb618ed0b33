using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Conference.Contracts;
using Conference.Contracts.Signaling;
using Conference.Hosting.Sockets;

namespace Conference.Silo.Signaling;

/// <summary>
/// What waits to be sent to one socket: bounded, so that a client that does not read costs a bounded amount and is then dropped. Any number of writers; one loop sends.
/// </summary>
internal sealed class SessionOutbox(MessageSocket socket, SignalOptions options, TimeProvider time)
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);
    private readonly Channel<ReadOnlyMemory<byte>> _queue =
        Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true, AllowSynchronousContinuations = false });
    private readonly CancellationTokenSource _ended = new();
    private GoAway? _goodbye;
    private int _isEnded;

    /// <summary>Cancelled when nothing more will be sent: the reader stops as well.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Nothing that the client still sends counts.</summary>
    public bool IsEnded => Volatile.Read(ref _isEnded) == 1;

    /// <summary>Why the silo ends the session; null while it does not.</summary>
    public GoAwayReason? Reason => _goodbye?.Reason;

    /// <summary>Queues one message.</summary>
    public void Send(ServerMessage message) => Send(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.ServerMessage));

    /// <summary>Queues one message that is JSON already. A full queue ends the session.</summary>
    public void Send(ReadOnlyMemory<byte> utf8)
    {
        if (!_queue.Writer.TryWrite(utf8) && !IsEnded) End(GoAwayReason.TooSlow, retryAfterMs: 1000);
    }

    /// <summary>Ends the session after what is queued: the first reason counts.</summary>
    public void End(GoAwayReason reason, int? retryAfterMs = null)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1) return;
        Volatile.Write(ref _goodbye, new GoAway(reason, retryAfterMs));
        _queue.Writer.TryComplete();
        // A client that does not read must not keep the loop in the middle of a send.
        if (reason == GoAwayReason.TooSlow) _ended.CancelAfter(GoodbyeTimeout);
    }

    /// <summary>Ends the session without a word: the client has gone.</summary>
    public void Close()
    {
        Interlocked.Exchange(ref _isEnded, 1);
        _queue.Writer.TryComplete();
        _ended.Cancel();
    }

    /// <summary>Sends until the session ends; then says why and closes.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(_ended.Token).ConfigureAwait(false))
                if (!await socket.SendAsync(message, _ended.Token).ConfigureAwait(false)) break;
        }
        catch (OperationCanceledException)
        {
            // Ended in the middle of a message: the goodbye cannot be sent any more.
        }
        await SayGoodbyeAsync().ConfigureAwait(false);
        // The client is given a moment to close its side: cutting it off could lose what it has not read yet.
        if (_goodbye is null) Close();
        else _ended.CancelAfter(GoodbyeTimeout);
    }

    private async Task SayGoodbyeAsync()
    {
        if (Volatile.Read(ref _goodbye) is not { } goodbye) return;
        using var timeout = new CancellationTokenSource(GoodbyeTimeout, time);
        if (!_ended.IsCancellationRequested)
        {
            try
            {
                await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes<ServerMessage>(goodbye, ContractsJson.Default.ServerMessage), timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                socket.Abort();
                return;
            }
        }
        var status = goodbye.Reason switch
        {
            GoAwayReason.Restarting => WebSocketCloseStatus.EndpointUnavailable,
            GoAwayReason.TooLarge => WebSocketCloseStatus.MessageTooBig,
            _ => WebSocketCloseStatus.PolicyViolation,
        };
        await socket.CloseAsync(status, goodbye.Reason.ToString(), timeout.Token).ConfigureAwait(false);
    }
}
