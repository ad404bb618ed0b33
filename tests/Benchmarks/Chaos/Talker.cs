using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Load;
using Conference.Load.Meetings;

namespace Conference.Benchmarks.Chaos;

/// <summary>Somebody who writes without a pause, comes back whenever the connection is gone, and says again what nobody acknowledged; and who notes what they read.</summary>
internal sealed class Talker(GatewayClient gateway, string code, string name, TimeProvider time)
{
    private const int InFlight = 4;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<ChatSend> _unacknowledged = [];
    private readonly HashSet<(long, string)> _read = [];
    private readonly Lock _gate = new();
    private string? _resumeToken;
    private int _next;

    /// <summary>What was acknowledged, with the sequence that was told.</summary>
    public Dictionary<string, long> Acknowledged { get; } = [];

    /// <summary>How many there are; for others to look at while it talks.</summary>
    public int Acknowledgements { get; private set; }

    /// <summary>What was read, in the order in which it came.</summary>
    public List<(long Seq, string Text)> Read { get; } = [];

    /// <summary>Times that a message was said again.</summary>
    public int Resent { get; private set; }

    /// <summary>Times that the place was gone, so that somebody new would say again what may have been done: the proof is void then.</summary>
    public int Expired { get; private set; }

    public string? ResumeToken => _resumeToken;

    /// <summary>Talks until it is stopped and everything is acknowledged.</summary>
    public async Task RunAsync(CancellationToken stop, CancellationToken giveUp)
    {
        while (!stop.IsCancellationRequested || _unacknowledged.Count > 0)
        {
            giveUp.ThrowIfCancellationRequested();
            try
            {
                await SessionAsync(stop, giveUp);
            }
            catch (Exception e) when (!giveUp.IsCancellationRequested && e is LoadException or OperationCanceledException or System.Net.WebSockets.WebSocketException or InvalidOperationException or HttpRequestException or IOException)
            {
                await Task.Delay(Pause, time, giveUp); // the silo is between two lives
            }
        }
    }

    private async Task SessionAsync(CancellationToken stop, CancellationToken giveUp)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
        bound.CancelAfter(TimeSpan.FromSeconds(10));
        var join = await JoinAsync(bound.Token);
        var (socket, welcome) = await SignalSocket.OpenAsync(gateway, join.SignalUrl, join.SignalTicket, bound.Token);
        using (socket)
        {
            foreach (var message in welcome.Snapshot?.Chat ?? []) Note(message.Seq, message.Text);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(giveUp);
            var receiving = ReceiveAsync(socket, ended);
            try
            {
                await SendAsync(socket, stop, ended.Token);
            }
            finally
            {
                await ended.CancelAsync();
                await receiving;
            }
        }
    }

    private async Task<JoinResponse> JoinAsync(CancellationToken cancellation)
    {
        if (_resumeToken is not null)
        {
            try
            {
                return await gateway.JoinAsync(code, new JoinRequest(ResumeToken: _resumeToken), cancellation);
            }
            catch (LoadException e) when (e.Message.Contains(nameof(JoinRefusal.ResumeExpired), StringComparison.Ordinal))
            {
                Expired++;
            }
        }
        var join = await gateway.JoinAsync(code, new JoinRequest(name), cancellation);
        _resumeToken = join.ResumeToken;
        return join;
    }

    private async Task SendAsync(SignalSocket socket, CancellationToken stop, CancellationToken ended)
    {
        List<ChatSend> again;
        lock (_gate) again = [.. _unacknowledged];
        foreach (var message in again)
        {
            Resent++;
            await socket.SendAsync(message, ended);
        }
        var silentSince = time.GetTimestamp();
        var before = -1;
        while (true)
        {
            int waiting, acknowledged;
            lock (_gate) (waiting, acknowledged) = (_unacknowledged.Count, Acknowledged.Count);
            if (acknowledged != before) (before, silentSince) = (acknowledged, time.GetTimestamp());
            if (waiting == 0 && stop.IsCancellationRequested) return;
            if (waiting > 0 && time.GetElapsedTime(silentSince) > Patience) throw new LoadException("no acknowledgement comes");
            if (waiting < InFlight && !stop.IsCancellationRequested)
            {
                var message = new ChatSend(CommandId.Parse($"{name}-{_next}"), $"{name} {_next++}");
                lock (_gate) _unacknowledged.Add(message);
                await socket.SendAsync(message, ended);
            }
            await Task.Delay(Pace, time, ended);
        }
    }

    private async Task ReceiveAsync(SignalSocket socket, CancellationTokenSource ended)
    {
        try
        {
            while (await socket.ReceiveAsync(ended.Token) is { } message)
            {
                if (message is EventMessage { Event: ChatSent sent } e) Note(e.Seq, sent.Text);
                else if (message is Ack { Seq: { } seq } ack) Acknowledge(ack.Id, seq);
                else if (message is GoAway) break;
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        await ended.CancelAsync();
    }

    private void Acknowledge(CommandId id, long seq)
    {
        lock (_gate)
        {
            if (_unacknowledged.Find(m => m.Id == id) is not { } message) return;
            _unacknowledged.Remove(message);
            Acknowledged[message.Text] = seq;
            Acknowledgements = Acknowledged.Count;
        }
    }

    private void Note(long seq, string text)
    {
        // A view begins with what was read already.
        lock (_gate)
            if (_read.Add((seq, text))) Read.Add((seq, text));
    }
}
