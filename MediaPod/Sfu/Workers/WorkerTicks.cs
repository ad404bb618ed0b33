using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Speakers;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>What a worker does by the clock. A tick runs only while something waits for it.</summary>
internal sealed class WorkerTicks(WorkerContext context, SessionTable sessions)
{
    private const long RepairMicroseconds = 5_000;
    private const long FeedbackMicroseconds = 50_000;
    private const long SpeakersMicroseconds = SpeakerRanking.IntervalMilliseconds * 1000L;
    private const long AllocateMicroseconds = 50_000;
    private const long ReviewMicroseconds = SlotAllocator.IntervalMicroseconds;
    private const long SecondMicroseconds = 1_000_000;

    private long _repair, _feedback, _speakers, _allocate, _review, _second;

    /// <summary>Does what is due.</summary>
    public void Run(long now)
    {
        if (sessions.IsIdle) return;
        if (context.RepairsWanted && IsDue(ref _repair, now, RepairMicroseconds)) Repair(now);
        if (sessions.AnyPublications)
        {
            if (IsDue(ref _feedback, now, FeedbackMicroseconds)) ReportArrivals();
            if (IsDue(ref _speakers, now, SpeakersMicroseconds)) RankSpeakers(now);
            if (IsDue(ref _allocate, now, AllocateMicroseconds)) Allocate(now);
            if (IsDue(ref _review, now, ReviewMicroseconds)) Review(now);
        }
        if (IsDue(ref _second, now, SecondMicroseconds)) Second(now);
    }

    /// <summary>Microseconds until something is due; negative: nothing ever is.</summary>
    public long DueIn(long now)
    {
        if (sessions.IsIdle) return -1;
        var next = _second;
        if (sessions.AnyPublications) next = Math.Min(next, Math.Min(_feedback, Math.Min(_speakers, _allocate)));
        if (context.RepairsWanted) next = Math.Min(next, _repair);
        return Math.Max(0, next - now);
    }

    private static bool IsDue(ref long next, long now, long interval)
    {
        if (now < next) return false;
        next = now + interval;
        return true;
    }

    private void Repair(long now)
    {
        var wanted = false;
        foreach (var room in sessions.Rooms)
        {
            foreach (var publication in room.Publications)
            {
                PublisherFeedback.Repair(publication, now);
                foreach (var stream in publication.Streams) wanted |= stream.KeyFrames.Open || stream.Missing.Count > 0;
            }
        }
        context.RepairsWanted = wanted;
    }

    private void ReportArrivals()
    {
        foreach (var session in sessions.All)
        {
            if (session.Transport.Arrivals.HasNews) PublisherFeedback.ReportArrivals(session.Transport, session.Transport.LastMediaSsrc);
        }
    }

    private void RankSpeakers(long now)
    {
        foreach (var room in sessions.Rooms) room.Tick(now);
    }

    private void Allocate(long now)
    {
        var totals = default(AllocationTotals);
        foreach (var room in sessions.Rooms) totals = room.AllocateDue(now, totals);
        context.Tally.Allocations = totals;
    }

    private void Review(long now)
    {
        foreach (var session in sessions.All) session.Redundancy.Decide(session, now);
        foreach (var room in sessions.Rooms) room.ReviewLayers(now);
    }

    private void Second(long now)
    {
        var ntp = context.Clock.At(now);
        foreach (var session in sessions.All)
        {
            PublisherFeedback.Report(session, now, context.Limits);
            SenderReports.SendAll(session, ntp, now);
            session.Transport.Tick(now);
        }
        sessions.Expire(now);
        context.Tally.CountPaths(sessions.All);
        context.Tally.PacketMemoryBytes = context.Pool.Bytes;
    }
}
