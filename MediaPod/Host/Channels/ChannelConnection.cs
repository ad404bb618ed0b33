using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Hosting.Sockets;
using Conference.MediaPod.Host.Sessions;

namespace Conference.MediaPod.Host.Channels;

/// <summary>One channel socket from its first message to its end: demands come in, slots and speakers go out.</summary>
/// <param name="socket">The socket; the caller disposes it.</param>
/// <param name="session">The media session it belongs to.</param>
/// <param name="access">Checks tickets.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where ends are told.</param>
internal sealed partial class ChannelConnection(MessageSocket socket, PodSession session, SessionAccess access, TimeProvider time, ILogger log)
{
    /// <summary>The largest message of a client, in bytes.</summary>
    public const int MaxMessageBytes = 16 * 1024;

    private const int MaxDemands = 64;
    private const int MaxHeight = 8640;
    private const int MaxPriority = 100;
    private const int MalformedAllowed = 3;
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private readonly ChannelOutbox _outbox = new();
    private int _malformed;

    /// <summary>Queues a message for the client.</summary>
    public void Post(ChannelServerMessage message) => _outbox.Post(message);

    /// <summary>Runs until the socket or the session ends.</summary>
    /// <param name="stopping">The service stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reason = await ReceiveHelloAsync(ending.Token).ConfigureAwait(false);
        if (reason is null)
        {
            session.Attach(this);
            var sending = SendAsync(ending.Token);
            var receiving = ReceiveAsync(ending.Token);
            var first = await Task.WhenAny(sending, receiving, session.Ended).ConfigureAwait(false);
            reason = await first.ConfigureAwait(false);
            session.Detach(this);
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sending, receiving).ConfigureAwait(false);
        }
        if (stopping.IsCancellationRequested) reason = SessionEndReason.PodStopping;
        if (reason is { } why) await SayGoodbyeAsync(why).ConfigureAwait(false);
    }

    private async Task<SessionEndReason?> ReceiveHelloAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(HelloTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            var message = await socket.ReceiveAsync(either.Token).ConfigureAwait(false);
            if (message.End is { } end) return ReasonOf(end);
            if (Parse(message.Utf8) is not ChannelHello hello) return SessionEndReason.Malformed;
            return await access.AllowsAsync(session, hello.MediaTicket).ConfigureAwait(false) ? null : SessionEndReason.InvalidTicket;
        }
        catch (OperationCanceledException)
        {
            return SessionEndReason.HelloTimeout;
        }
    }

    private async Task<SessionEndReason?> ReceiveAsync(CancellationToken cancellation)
    {
        var rate = new MessageRate(burst: 60, perSecond: 20, time);
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(cancellation).ConfigureAwait(false);
                if (message.End is { } end) return ReasonOf(end);
                if (!rate.TryTake()) return SessionEndReason.Flooding;
                if (!await HandleAsync(Parse(message.Utf8)).ConfigureAwait(false) && ++_malformed > MalformedAllowed) return SessionEndReason.Malformed;
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async ValueTask<bool> HandleAsync(ChannelClientMessage? message)
    {
        switch (message)
        {
            case ChannelDemand demand when IsValid(demand):
                session.Demand(demand);
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

    private static bool IsValid(ChannelDemand demand) => demand.Items.Length <= MaxDemands && demand.Items.All(i =>
        i.Source is MediaSource.Camera or MediaSource.Screen && i.MaxHeight is >= 1 and <= MaxHeight && i.Priority is >= 0 and <= MaxPriority);

    private async Task<SessionEndReason?> SendAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                foreach (var message in await _outbox.TakeAsync(cancellation).ConfigureAwait(false))
                {
                    using var timeout = new CancellationTokenSource(SendTimeout, time);
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
                    try
                    {
                        if (!await socket.SendAsync(Json(message), either.Token).ConfigureAwait(false)) return null;
                    }
                    catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
                    {
                        return SessionEndReason.TooSlow;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task SayGoodbyeAsync(SessionEndReason reason)
    {
        LogClosed(log, session.Id, reason);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            await socket.SendAsync(Json(new ChannelClosed(reason)), timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
            return;
        }
        await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, reason.ToString(), timeout.Token).ConfigureAwait(false);
    }

    private static SessionEndReason? ReasonOf(SocketEnd end) => end switch
    {
        SocketEnd.TooLarge => SessionEndReason.TooLarge,
        SocketEnd.NotText => SessionEndReason.Malformed,
        _ => null,
    };

    private static byte[] Json(ChannelServerMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.ChannelServerMessage);

    private static ChannelClientMessage? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8.Span, ContractsJson.Default.ChannelClientMessage);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    [LoggerMessage(3201, LogLevel.Information, "Channel of session {Session} closed: {Reason}")]
    private static partial void LogClosed(ILogger log, string session, SessionEndReason reason);
}
