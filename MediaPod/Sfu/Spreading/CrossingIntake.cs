using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>Takes in what comes from other workers: packets of images on their way to receivers here, and wishes about publications of this worker.</summary>
internal sealed unsafe class CrossingIntake(WorkerContext context, RtpIngress ingress)
{
    /// <summary>Takes in what was noted.</summary>
    /// <param name="now">The worker's microseconds.</param>
    /// <param name="sound">Measures how long sound was here, from when its publisher's worker received it.</param>
    public void TakeAll(long now, SoundTurn sound)
    {
        foreach (var crossing in context.Crossings.Incoming) TakeAll(crossing, now, sound);
    }

    private void TakeAll(Crossing crossing, long now, SoundTurn sound)
    {
        var oldest = long.MaxValue;
        while (crossing.TryTake(out var entry))
        {
            if (entry.Packet != null && oldest == long.MaxValue) sound.Received(context.Tally, oldest = entry.Packet->ArrivedMicroseconds);
            var reason = Take(entry, now);
            if (reason != DropReason.None) context.Tally.Drop(reason);
        }
        if (oldest != long.MaxValue) sound.Done(context.Tally);
        crossing.Taken(context.Pool);
    }

    private DropReason Take(in CrossingEntry entry, long now)
    {
        var publication = context.Crossings.Publications.GetValueOrDefault(entry.Publication);
        if (entry.Packet == null)
        {
            if (publication is not null && entry.Stream < publication.Streams.Length) Heed(publication.Streams[entry.Stream], entry, now);
            return DropReason.None;
        }
        context.Tally.TakenOver++;
        var reason = publication is null ? DropReason.CrossingEnded : ingress.TakeOver(publication, entry.Stream, entry.Packet, now);
        context.Pool.Release(entry.Packet); // cache and queue hold references of their own
        return reason;
    }

    private static void Heed(PublicationStream stream, in CrossingEntry entry, long now)
    {
        var owner = stream.Publication.Owner;
        switch (entry.Kind)
        {
            case CrossingKind.SenderReport when owner is DistantPublisher distant:
                stream.SenderReport = new SenderReportMoment { Ntp = entry.Ntp, Timestamp = entry.Timestamp, ArrivedMicroseconds = entry.ArrivedMicroseconds };
                distant.Clock = SenderClock.Of(entry.ClockOffset);
                break;
            case CrossingKind.Stopped:
                stream.Stopped();
                break;
            case CrossingKind.LayerOff:
                stream.SwitchOff();
                break;
            case CrossingKind.LayerOn:
                stream.SwitchOn(now);
                break;
            case CrossingKind.KeyFrameWanted:
                stream.Publication.WantKeyFrame(stream.Index, now);
                break;
            case CrossingKind.LayerWanted:
                if (stream.Want(now)) owner.WantLayer(stream);
                break;
        }
    }
}
