using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// The second stage of a worker's loop: video packets to their subscriptions, all of a batch for one receiver before the next, so that they leave as one
/// message. Works in slices, so that the sockets are looked at in between.
/// </summary>
internal sealed unsafe class FanOut(WorkerTally tally, NtpClock clock)
{
    private readonly Queue<Publication> _waiting = new();

    public bool HasWork => _waiting.Count > 0;

    /// <summary>Queues a packet of one of the publication's streams, taking a reference of its own.</summary>
    public DropReason Add(Publication publication, Packet* packet, int stream)
    {
        var pending = publication.Pending!;
        if (pending.IsEmpty) _waiting.Enqueue(publication);
        return pending.TryAdd(packet, stream) ? DropReason.None : DropReason.RingFull;
    }

    /// <summary>Forgets a publication that is going.</summary>
    public void Remove(Publication publication)
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            var waiting = _waiting.Dequeue();
            if (waiting != publication) _waiting.Enqueue(waiting);
        }
    }

    /// <summary>Works until the deadline on the given clock. True: there is more to do.</summary>
    public bool Run(TimeProvider time, long deadline, long now)
    {
        while (_waiting.TryPeek(out var publication))
        {
            var pending = publication.Pending!;
            if (pending.Batch == 0)
            {
                pending.BeginBatch();
                publication.FanOutCursor = 0;
            }
            while (publication.FanOutCursor < publication.Subscriptions.Count)
            {
                Forward(pending, publication.Subscriptions[publication.FanOutCursor++], now);
                if (time.GetTimestamp() >= deadline && publication.FanOutCursor < publication.Subscriptions.Count) return true;
            }
            pending.EndBatch();
            _waiting.Dequeue();
            if (!pending.IsEmpty) _waiting.Enqueue(publication);
            if (time.GetTimestamp() >= deadline) return HasWork;
        }
        return false;
    }

    private void Forward(PendingPackets pending, Subscription subscription, long now)
    {
        for (var i = 0; i < pending.Batch; i++)
        {
            var packet = pending.Packet(i, out var stream);
            var reason = subscription.Forward(packet, stream, now);
            if (reason == DropReason.None) tally.Forwarded++;
            else tally.Drop(reason);
        }
        if (subscription.OwesReport) SenderReports.AfterSwitch(subscription, clock.At(now), now);
    }
}
