using Conference.Benchmarks.Servers;
using Conference.Contracts;
using Conference.Contracts.Signaling;
using Conference.Load;
using Conference.Load.Media;
using Conference.Load.Servers;

namespace Conference.Benchmarks.Latency;

/// <summary>What keeps the control plane busy meanwhile: people who join and leave, chat, and scrapes of the metrics.</summary>
internal sealed class ControlBustle(ConferenceMeeting meeting, ConferenceServer server, LoadSide load)
{
    private static readonly TimeSpan ChatEvery = TimeSpan.FromMilliseconds(200), ScrapeEvery = TimeSpan.FromSeconds(1);

    /// <summary>Joins that went through.</summary>
    public int Joins { get; private set; }

    /// <summary>Messages that were sent.</summary>
    public int Messages { get; private set; }

    /// <summary>Goes on until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Until(JoinAsync, cancellation), Until(ChatAsync, cancellation), Until(ScrapeAsync, cancellation));

    private static async Task Until(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        try
        {
            while (true) await work(cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or LoadException)
        {
            // It is over; or a join was cut off, which is the same here.
        }
    }

    private async Task JoinAsync(CancellationToken cancellation)
    {
        using var peer = new LoadPeer(new PeerRig(load.Rig.Handshaker, load.Rig.Clock, load.Thread, new Random(Joins)), new PeerPlan { AudioSlots = 1, Estimate = null });
        await using var seat = await meeting.WatchAsync(peer, cancellation);
        await peer.EstablishedAsync(cancellation);
        Joins++;
        await Task.Delay(ChatEvery, cancellation);
    }

    private async Task ChatAsync(CancellationToken cancellation)
    {
        using var peer = new LoadPeer(new PeerRig(load.Rig.Handshaker, load.Rig.Clock, load.Thread, new Random(-1)), new PeerPlan { AudioSlots = 1, Estimate = null });
        await using var seat = (ConferenceSeat)await meeting.WatchAsync(peer, cancellation);
        while (true)
        {
            await seat.SendAsync(new ChatSend(CommandId.Parse(Guid.NewGuid().ToString("N")), $"message {Messages++}"), cancellation);
            await Task.Delay(ChatEvery, cancellation);
        }
    }

    private async Task ScrapeAsync(CancellationToken cancellation)
    {
        await server.ScrapeAsync();
        await Task.Delay(ScrapeEvery, cancellation);
    }
}
