using System.Diagnostics;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Hosting.Sockets;
using Conference.Hosting.Tickets;
using Conference.Hosting.Tracing;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;
using Conference.Silo.Telemetry;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Signaling;

/// <summary>One signaling socket from its opening to its end: hello, then commands, under limits.</summary>
internal sealed partial class SignalEndpoint(
    SignalHub hubs, SignalHandlers handlers, MeetingCalls calls, TicketVerifier tickets, SiloOptions options, SiloMetrics metrics, TimeProvider time, ILogger<SignalEndpoint> log)
{
    private readonly SignalOptions _signal = options.Signaling;

    /// <summary>Serves one socket.</summary>
    public async Task RunAsync(MessageSocket socket, CancellationToken aborted)
    {
        metrics.SocketOpened();
        var outbox = new SessionOutbox(socket, _signal, time);
        var sending = outbox.RunAsync();
        try
        {
            if (hubs.IsStopping) outbox.End(GoAwayReason.Restarting, retryAfterMs: 1000);
            else if (await GreetAsync(socket, outbox, aborted).ConfigureAwait(false) is { } greeted) await ServeAsync(socket, greeted.Session, greeted.Hello, aborted).ConfigureAwait(false);
        }
        finally
        {
            if (outbox.Reason is null) outbox.Close();
            await sending.ConfigureAwait(false);
            metrics.SocketClosed(outbox.Reason?.ToString());
        }
    }

    private async Task<(SignalSession Session, Hello Hello)?> GreetAsync(MessageSocket socket, SessionOutbox outbox, CancellationToken aborted)
    {
        // Cancelling a receive aborts its socket, so the timeout ends the session by its goodbye instead.
        await using var timeout = time.CreateTimer(static o => ((SessionOutbox)o!).End(GoAwayReason.HelloTimeout), outbox, _signal.HelloTimeout, Timeout.InfiniteTimeSpan);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, outbox.Ended);
        SocketMessage first;
        try
        {
            first = await socket.ReceiveAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        if (outbox.IsEnded) return null;
        if (first.End is { } end)
        {
            EndFor(end, outbox);
            return null;
        }
        if (first.Read(ContractsJson.Default.ClientMessage) is not Hello hello)
        {
            outbox.End(GoAwayReason.Malformed);
            return null;
        }
        var check = await tickets.CheckSignalAsync(hello.SignalTicket).ConfigureAwait(false);
        if (check.IsValid) return (new SignalSession(check.Claims.TicketId, check.Claims.MeetingId, check.Claims.ParticipantId, outbox, ServiceTracing.Parse(hello.Trace)), hello);
        metrics.RequestRefused($"SignalTicket{check.Refusal}");
        outbox.End(GoAwayReason.InvalidTicket);
        return null;
    }

    private async Task ServeAsync(MessageSocket socket, SignalSession session, Hello hello, CancellationToken aborted)
    {
        var hub = hubs.Join(session);
        var (isOpen, end) = (false, SocketEnd.Lost);
        try
        {
            using var span = session.Trace.TraceId == default ? null : ServiceTracing.Source.StartActivity("open signaling", ActivityKind.Server, session.Trace);
            if (!await hub.StartAsync().ConfigureAwait(false))
            {
                session.Outbox.End(GoAwayReason.Restarting, retryAfterMs: 1000);
                return;
            }
            isOpen = await OpenAsync(session).ConfigureAwait(false);
            if (!isOpen) return;
            await hub.SyncAsync(session, hello.ResumeAfter, hello.ResumeAfter is null ? "hello" : "resume").ConfigureAwait(false);
            span?.Stop();
            end = await ReadAsync(socket, session, aborted).ConfigureAwait(false);
        }
        finally
        {
            await hubs.LeaveAsync(hub, session).ConfigureAwait(false);
            // A silo that goes down leaves its participants as they are: whoever takes the meeting over gives them their grace.
            if (isOpen && !hubs.IsStopping) await calls.ExecuteAsync(session.Meeting, new CloseSession(session.Id, end == SocketEnd.GoingAway), session.Participant).ConfigureAwait(false);
        }
    }

    private async Task<bool> OpenAsync(SignalSession session)
    {
        var result = await calls.ExecuteAsync(session.Meeting, new OpenSession(session.Id), session.Participant).ConfigureAwait(false);
        if (result is Done) return true;
        switch ((result as Grains.Meetings.Refused)?.Reason)
        {
            case CommandRefusal.NotAllowed:
                metrics.RequestRefused("SignalTicketAlreadyUsed");
                session.Outbox.End(GoAwayReason.InvalidTicket);
                break;
            case CommandRefusal.Ended:
                session.Outbox.End(GoAwayReason.Ended);
                break;
            case CommandRefusal.NotInMeeting:
                session.Outbox.End(GoAwayReason.NotInMeeting);
                break;
            default:
                session.Outbox.End(GoAwayReason.Restarting, retryAfterMs: 1000);
                break;
        }
        return false;
    }

    private async Task<SocketEnd> ReadAsync(MessageSocket socket, SignalSession session, CancellationToken aborted)
    {
        var limits = new SessionLimits(_signal, time);
        using var inFlight = new SemaphoreSlim(_signal.CommandsInFlight);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, session.Outbox.Ended);
        var last = SocketEnd.Lost;
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(either.Token).ConfigureAwait(false);
                if (message.End is { } end)
                {
                    EndFor(last = end, session.Outbox);
                    break;
                }
                if (!session.Outbox.IsEnded) await TakeAsync(session, message.Read(ContractsJson.Default.ClientMessage), limits, inFlight, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo has ended the session, or the connection is gone.
        }
        // Commands that were taken are answered, or at least done, before the session counts as closed.
        for (var i = 0; i < _signal.CommandsInFlight; i++) await inFlight.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        return last;
    }

    private async Task TakeAsync(SignalSession session, ClientMessage? message, SessionLimits limits, SemaphoreSlim inFlight, CancellationToken cancellation)
    {
        var id = (message as ClientCommand)?.Id;
        if (!limits.Allows())
        {
            metrics.RequestRefused(nameof(CommandRefusal.RateLimited));
            if (limits.IsFlooding()) session.Outbox.End(GoAwayReason.Flooding);
            else session.Outbox.Send(new Contracts.Signaling.Refused(CommandRefusal.RateLimited, id));
            return;
        }
        if (message is null || handlers.Find(message) is not { } handler)
        {
            metrics.RequestRefused(nameof(CommandRefusal.Malformed));
            if (limits.IsRubbish()) session.Outbox.End(GoAwayReason.Malformed);
            else session.Outbox.Send(new Contracts.Signaling.Refused(CommandRefusal.Malformed, id));
            return;
        }
        if (message is AppDataSend && !limits.AllowsData())
        {
            metrics.RequestRefused(nameof(CommandRefusal.RateLimited));
            session.Outbox.Send(new Contracts.Signaling.Refused(CommandRefusal.RateLimited, id));
            return;
        }
        if (message is ReactionSend && !limits.AllowsReaction())
        {
            metrics.RequestRefused("ReactionDropped");
            return;
        }
        await inFlight.WaitAsync(cancellation).ConfigureAwait(false);
        _ = HandleAsync(handler, session, message, inFlight);
    }

    private async Task HandleAsync(ISignalHandler handler, SignalSession session, ClientMessage message, SemaphoreSlim inFlight)
    {
        try
        {
            await handler.HandleAsync(session, message).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogFailed(log, e, message.GetType().Name, session.Meeting, session.Participant);
            session.Outbox.Send(new Contracts.Signaling.Refused(CommandRefusal.Unavailable, (message as ClientCommand)?.Id));
        }
        finally
        {
            inFlight.Release();
        }
    }

    private static void EndFor(SocketEnd end, SessionOutbox outbox)
    {
        switch (end)
        {
            case SocketEnd.TooLarge:
                outbox.End(GoAwayReason.TooLarge);
                break;
            case SocketEnd.NotText:
                outbox.End(GoAwayReason.Malformed);
                break;
            default:
                break;
        }
    }

    [LoggerMessage(3201, LogLevel.Error, "Message {Message} of {Participant} in meeting {Meeting} failed")]
    private static partial void LogFailed(ILogger log, Exception exception, string message, MeetingId meeting, ParticipantId participant);
}
