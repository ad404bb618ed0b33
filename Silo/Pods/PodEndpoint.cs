using System.Net.WebSockets;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting.Sockets;
using Conference.Hosting.Tickets;
using Conference.Silo.Grains.Pods;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Pods;

/// <summary><c>/pods/connect</c>: one control channel from its register to its end.</summary>
internal sealed partial class PodEndpoint(IGrainFactory grains, GrainRetries retries, TicketSigner signer, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PodEndpoint> log)
{
    /// <summary>The largest report, in bytes: a full one of thousands of participants.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan RegisterTimeout = TimeSpan.FromSeconds(10);

    /// <summary>An answer to a report is not waited for any longer: a pod that is not heard of counts as lost.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    // How long a pod may take to answer the close of a silo that stops.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public async Task RunAsync(MessageSocket socket, CancellationToken aborted)
    {
        if (await RegisterAsync(socket, aborted).ConfigureAwait(false) is not { } pod)
        {
            await CloseAsync(socket, "Malformed").ConfigureAwait(false);
            return;
        }
        var connection = Guid.NewGuid().ToString("N");
        var channel = new PodChannel(socket);
        var reference = grains.CreateObjectReference<IPodChannel>(channel);
        var grain = grains.GetGrain<IPodGrain>(pod.PodId.Value);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        // A silo that stops lets its pods go, and its end does not wait for them.
        await using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            ended.CancelAfter(Farewell);
            _ = CloseAsync(socket, "Restarting");
        });
        var sending = channel.RunAsync(ended.Token);
        try
        {
            channel.Send(new PodRegistered(signer.PublicKeys));
            Task RegisterAsync() => retries.CallAsync(() => grain.Register(new PodConnection(connection, pod), reference).WaitAsync(AnswerWithin, time));
            await RegisterAsync().ConfigureAwait(false);
            await ServeAsync(socket, report => retries.CallAsync(() => grain.Report(connection, report).WaitAsync(AnswerWithin, time)), RegisterAsync, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsStopping)
        {
            // The pod did not answer the close.
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            LogBroken(log, e, pod.PodId);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            grains.Release<IPodChannel>(reference);
            // A pod whose silo stops is not lost: it is on its way to the next one.
            if (!IsStopping) await TellAsync(grain, connection).ConfigureAwait(false);
            await CloseAsync(socket, "Restarting").ConfigureAwait(false);
            GC.KeepAlive(channel); // observers are held weakly
        }
    }

    private async Task<PodRegister?> RegisterAsync(MessageSocket socket, CancellationToken aborted)
    {
        using var timeout = new CancellationTokenSource(RegisterTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, aborted);
        try
        {
            var message = await socket.ReceiveAsync(either.Token).ConfigureAwait(false);
            return message.End is null ? message.Read(ContractsJson.Default.PodToSilo) as PodRegister : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task ServeAsync(MessageSocket socket, Func<PodReport, Task<bool>> reportAsync, Func<Task> registerAsync, CancellationToken aborted)
    {
        while (true)
        {
            var message = await socket.ReceiveAsync(aborted).ConfigureAwait(false);
            if (message.End is not null) return;
            if (message.Read(ContractsJson.Default.PodToSilo) is not PodReport report)
            {
                await CloseAsync(socket, "Malformed").ConfigureAwait(false);
                return;
            }
            try
            {
                if (await reportAsync(report).ConfigureAwait(false)) continue;
                await registerAsync().ConfigureAwait(false);
                await reportAsync(report).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // The answer got lost with its silo, or is late. The next report asks again.
            }
        }
    }

    private static async Task TellAsync(IPodGrain grain, string connection)
    {
        try
        {
            await grain.Disconnected(connection).ConfigureAwait(false);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            // A pod that does not report counts as lost anyway.
        }
    }

    private async Task CloseAsync(MessageSocket socket, string reason)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, reason, timeout.Token).ConfigureAwait(false);
    }

    [LoggerMessage(3110, LogLevel.Warning, "The control channel of pod {Pod} broke")]
    private static partial void LogBroken(ILogger log, Exception exception, PodId pod);
}
