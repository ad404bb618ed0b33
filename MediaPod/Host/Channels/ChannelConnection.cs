using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Hosting.Sockets;
using Conference.MediaPod.Host.Sessions;
using Conference.MediaPod.Host.Telemetry;

namespace Conference.MediaPod.Host.Channels;

/// <summary>One channel socket from its first message to its end: demands come in, slots and speakers go out.</summary>
/// <param name="socket">The socket; the caller disposes it.</param>
/// <param name="session">The media session it belongs to.</param>
/// <param name="access">Checks tickets.</param>
/// <param name="counters">Counts ends.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where ends are told.</param>
internal sealed partial class ChannelConnection(
    MessageSocket socket, PodSession session, SessionAccess access, PodCounters counters, TimeProvider time, ILogger log)
{
    /// <summary>The largest message of a client, in bytes.</summary>
    public const int MaxMessageBytes = 16 * 1024;

    private const int MaxDemands = 64;
    private const int MaxHeight = 8640;
    private const int MaxPriority = 100;
    private const int MalformedAllowed = 3;
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);

    private readonly ChannelOutbox _outbox = new();
    private readonly TaskCompletionSource<SessionEndReason?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _replaced;
    private int _malformed;

    /// <summary>Queues a message for the client.</summary>
    public void Post(ChannelServerMessage message) => _outbox.Post(message);

    /// <summary>A newer channel of the session takes its place.</summary>
    public void Replace()
    {
        _replaced = true;
        End(SessionEndReason.Replaced);
    }

    /// <summary>Runs until the socket or the session ends.</summary>
    /// <param name="stopping">The service stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        // A socket whose send or receive is cancelled is unusable, so that is the last that happens to it: the goodbye comes before.
        using var ending = new CancellationTokenSource();
        await using var stop = stopping.UnsafeRegister(static o => ((ChannelConnection)o!).End(SessionEndReason.PodStopping), this);
        var sending = SendAsync(ending.Token);
        var receiving = ReceiveAsync(ending.Token);
        try
        {
            var first = await Task.WhenAny(_end.Task, session.Ended).ConfigureAwait(false);
            await SayGoodbyeAsync(await first.ConfigureAwait(false), sending, receiving).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sending, receiving).ConfigureAwait(false);
            session.Detach(this);
        }
    }

    /// <summary>The first reason counts; null: the client went by itself.</summary>
    private void End(SessionEndReason? reason) => _end.TrySetResult(reason);

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            var reason = await ReceiveHelloAsync(cancellation).ConfigureAwait(false);
            if (reason is null && !_end.Task.IsCompleted)
            {
                session.Attach(this);
                reason = await ReceiveMessagesAsync(cancellation).ConfigureAwait(false);
            }
            End(reason);
            if (reason is null) return;
            // What still comes is read away: a connection that is closed over unread bytes is reset, and the goodbye lost.
            while ((await socket.ReceiveAsync(cancellation).ConfigureAwait(false)).End is null or SocketEnd.TooLarge or SocketEnd.NotText)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
    }

    private async Task<SessionEndReason?> ReceiveHelloAsync(CancellationToken cancellation)
    {
        await using var timer = time.CreateTimer(static o => ((ChannelConnection)o!).End(SessionEndReason.HelloTimeout), this, HelloTimeout, Timeout.InfiniteTimeSpan);
        var message = await socket.ReceiveAsync(cancellation).ConfigureAwait(false);
        if (message.End is { } end) return Gone(end);
        if (message.Read(ContractsJson.Default.ChannelClientMessage) is not ChannelHello hello) return SessionEndReason.Malformed;
        return await access.AllowsAsync(session, hello.MediaTicket).ConfigureAwait(false) ? null : SessionEndReason.InvalidTicket;
    }

    private async Task<SessionEndReason?> ReceiveMessagesAsync(CancellationToken cancellation)
    {
        var rate = new MessageRate(burst: 60, perSecond: 20, time);
        while (true)
        {
            var message = await socket.ReceiveAsync(cancellation).ConfigureAwait(false);
            if (message.End is { } end) return Gone(end);
            if (!rate.TryTake()) return SessionEndReason.Flooding;
            if (!await HandleAsync(message.Read(ContractsJson.Default.ChannelClientMessage)).ConfigureAwait(false) && ++_malformed > MalformedAllowed) return SessionEndReason.Malformed;
        }
    }

    private async ValueTask<bool> HandleAsync(ChannelClientMessage? message)
    {
        switch (message)
        {
            case ChannelDemand demand when IsValid(demand):
                session.Demand(demand);
                return true;
            case ChannelContent { Source: MediaSource.Camera or MediaSource.Screen } content:
                session.Shows(content);
                return true;
            case ChannelTicket ticket:
                return await access.AllowsAsync(session, ticket.MediaTicket).ConfigureAwait(false);
            case ChannelPing:
                Post(new ChannelPong());
                return true;
            default:
                return false;
        }
    }

    // The elements of a list are the one place where JSON may still bring a null.
    private static bool IsValid(ChannelDemand demand) => demand.Items.Length <= MaxDemands && demand.Items.All(i => i is
    {
        Source: MediaSource.Camera or MediaSource.Screen,
        MaxHeight: >= 1 and <= MaxHeight,
        Priority: >= 0 and <= MaxPriority,
    });

    private async Task SendAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _outbox.TakeAsync(cancellation).ConfigureAwait(false) is { } messages)
            {
                foreach (var message in messages)
                    if (!await SendAsync(message, cancellation).ConfigureAwait(false)) return; // the receiving side sees it too
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended, or ends for being too slow.
        }
    }

    private async ValueTask<bool> SendAsync(ChannelServerMessage message, CancellationToken cancellation)
    {
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The reason first: the receiving side sees only that the connection is gone.
        await using var timeout = time.CreateTimer(_ => { End(SessionEndReason.TooSlow); sending.Cancel(); }, null, SendTimeout, Timeout.InfiniteTimeSpan);
        return await socket.SendAsync(Json(message), sending.Token).ConfigureAwait(false);
    }

    private async Task SayGoodbyeAsync(SessionEndReason? reason, Task sending, Task receiving)
    {
        using var timeout = new CancellationTokenSource(GoodbyeTimeout, time);
        _outbox.Complete();
        if (reason is { } counted)
        {
            LogClosed(log, session.Id, counted);
            counters.ChannelClosed(counted);
        }
        try
        {
            await sending.WaitAsync(timeout.Token).ConfigureAwait(false);
            // A newer channel of the same session was opened by the same client: for it nothing is over.
            if (reason is { } why && !_replaced) await socket.SendAsync(Json(new ChannelClosed(why)), timeout.Token).ConfigureAwait(false);
            var status = reason is null ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.PolicyViolation;
            await socket.CloseAsync(status, reason?.ToString() ?? "", timeout.Token).ConfigureAwait(false);
            await receiving.WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
        }
    }

    private static SessionEndReason? Gone(SocketEnd end) => end switch
    {
        SocketEnd.TooLarge => SessionEndReason.TooLarge,
        SocketEnd.NotText => SessionEndReason.Malformed,
        _ => null,
    };

    private static byte[] Json(ChannelServerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.ChannelServerMessage);

    [LoggerMessage(3201, LogLevel.Information, "Channel of session {Session} closed: {Reason}")]
    private static partial void LogClosed(ILogger log, string session, SessionEndReason reason);
}
