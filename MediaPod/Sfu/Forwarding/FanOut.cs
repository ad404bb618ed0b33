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
    private long _begunAt;
    private double _microsecondsPerTimestamp;

    /// <summary>When the next batch is to begin, in the worker's microseconds; <see cref="long.MaxValue"/>: nothing waits.</summary>
    public long RipeAt
    {
        get
        {
            var next = long.MaxValue;
            foreach (var publication in _waiting) next = Math.Min(next, publication.Pending!.RipeAt);
            return next;
        }
    }

    /// <summary>How long the oldest picture that could be forwarded has waited, in microseconds; 0: nothing is late.</summary>
    public long Behind(long now)
    {
        var since = now;
        foreach (var publication in _waiting) since = Math.Min(since, publication.Pending!.WaitingSince + PendingPackets.GatherMicroseconds);
        return now - since;
    }

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

    /// <summary>Works on what is ripe until the deadline on the given clock. True: there is more to do at once.</summary>
    public bool Run(TimeProvider time, long deadline, long now)
    {
        (_begunAt, _microsecondsPerTimestamp) = (time.GetTimestamp(), 1e6 / time.TimestampFrequency);
        for (var left = _waiting.Count; left > 0; left--)
        {
            var publication = _waiting.Peek();
            var pending = publication.Pending!;
            var ripe = pending.Batch > 0 || pending.RipeAt <= now;
            if (ripe && !TryFinish(publication, pending, time, deadline, now)) return true;
            _waiting.Dequeue();
            if (!pending.IsEmpty) _waiting.Enqueue(publication);
            if (ripe && left > 1 && time.GetTimestamp() >= deadline) return true;
        }
        return false;
    }

    // False: the deadline came first; the publication stays in front, and its cursor where it is.
    private bool TryFinish(Publication publication, PendingPackets pending, TimeProvider time, long deadline, long now)
    {
        if (pending.Batch == 0)
        {
            pending.BeginBatch();
            publication.FanOutCursor = 0;
        }
        while (publication.FanOutCursor < publication.Subscriptions.Count)
        {
            Forward(pending, publication.Subscriptions[publication.FanOutCursor++], now);
            if (publication.FanOutCursor < publication.Subscriptions.Count && time.GetTimestamp() >= deadline) return false;
        }
        CountTransit(pending, now + (long)((time.GetTimestamp() - _begunAt) * _microsecondsPerTimestamp));
        pending.EndBatch();
        return true;
    }

    // Each packet once, when its last copy is written.
    private void CountTransit(PendingPackets pending, long done)
    {
        for (var i = 0; i < pending.Batch; i++) tally.Pictures.Add(done - pending.Packet(i, out _)->ArrivedMicroseconds);
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
