using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Wire.Rtcp;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Reads what clients say by RTCP: publishers about their clocks, receivers about what they got, miss and need.</summary>
internal sealed class RtcpIngress(WorkerContext context)
{
    private const int MostRepairsAtOnce = 128;

    /// <summary>Takes in one compound or reduced-size packet in the clear.</summary>
    public DropReason Handle(MediaSession session, ReadOnlySpan<byte> packet, long now)
    {
        if (!RtcpReader.TryParse(packet, out var blocks)) return DropReason.RtcpMalformed;
        foreach (var block in blocks)
        {
            var reason = Handle(session, block, now);
            if (reason != DropReason.None) context.Tally.Drop(reason);
        }
        return DropReason.None;
    }

    private DropReason Handle(MediaSession session, RtcpBlock block, long now)
    {
        switch (block.Type)
        {
            case RtcpPacketType.SenderReport:
                HandleSenderReport(session, block, now);
                return HandleReports(session, block, now);
            case RtcpPacketType.ReceiverReport:
                return HandleReports(session, block, now);
            case RtcpPacketType.Bye:
                HandleBye(session, block);
                return DropReason.None;
            case RtcpPacketType.TransportFeedback when block.IsNack:
                return HandleNack(session, block, now);
            case RtcpPacketType.TransportFeedback when block.IsTransportWide:
                return HandleTransportWide(session, block, now);
            case RtcpPacketType.PayloadFeedback when block.IsPictureLoss:
                return block.TryGetFeedback(out _, out var ssrc) ? WantKeyFrame(session, ssrc, now) : DropReason.RtcpMalformed;
            case RtcpPacketType.PayloadFeedback when block.IsFullIntraRequest:
                return HandleFullIntraRequest(session, block, now);
            case RtcpPacketType.PayloadFeedback when ReceiverEstimate.TryParse(block, out var estimate):
                session.Transport.Reported(estimate.BitsPerSecond, now);
                return DropReason.None;
            default:
                return DropReason.None;
        }
    }

    private void HandleSenderReport(MediaSession session, RtcpBlock block, long now)
    {
        if (!SenderReport.TryRead(block, out var report) || !session.Streams.TryGet(report.Ssrc, out var place) || place.IsRetransmission) return;
        if (report.NtpTimestamp == 0) return; // a sender without a wall clock says nothing here
        place.Stream.SenderReport = new SenderReportMoment { Ntp = report.NtpTimestamp, Timestamp = report.RtpTimestamp, ArrivedMicroseconds = now };
        session.Clock.Report(report.NtpTimestamp, context.Clock.At(now));
        TellOthers(place.Stream, new CrossingEntry
        {
            Kind = CrossingKind.SenderReport, Ntp = report.NtpTimestamp, Timestamp = report.RtpTimestamp, ArrivedMicroseconds = now, ClockOffset = session.Clock.Offset,
        });
    }

    private DropReason HandleReports(MediaSession session, RtcpBlock block, long now)
    {
        if (!ReportBlockReader.TryParse(block, out var reports)) return DropReason.RtcpMalformed;
        foreach (var report in reports)
        {
            if (session.SlotBySsrc(report.Ssrc) is not { } slot) continue;
            slot.Subscription.ReportedLoss = report.FractionLost / 256.0;
            if (NtpTime.TryGetRoundTrip(report, context.Clock.At(now), out var microseconds)) session.Transport.NoteRoundTrip(microseconds);
        }
        return DropReason.None;
    }

    private void HandleBye(MediaSession session, RtcpBlock block)
    {
        for (var i = 0; i < block.ByeCount; i++)
        {
            if (!session.Streams.TryGet(block.ByeSsrc(i), out var place) || place.IsRetransmission) continue;
            place.Stream.Stopped();
            TellOthers(place.Stream, new CrossingEntry { Kind = CrossingKind.Stopped });
        }
    }

    // To the other workers where the room has a part.
    private void TellOthers(PublicationStream stream, CrossingEntry message)
    {
        (message.Publication, message.Stream) = (stream.Publication.Id, (byte)stream.Index);
        foreach (var crossing in stream.Publication.Crossings) context.Crossings.Send(crossing, message, context.Tally);
    }

    private DropReason HandleNack(MediaSession session, RtcpBlock block, long now)
    {
        if (!block.TryGetFeedback(out _, out var ssrc) || !NackReader.TryParse(block, out var lost)) return DropReason.RtcpMalformed;
        if (session.SlotBySsrc(ssrc) is not { } slot) return DropReason.RtcpUnknownSsrc;
        var repairs = 0;
        foreach (var sequence in lost)
        {
            context.Tally.Missed++;
            if (++repairs > MostRepairsAtOnce || !session.Transport.MayRepair(now)) return DropReason.SendQueueFull;
            var reason = slot.Subscription.Resend(sequence, now);
            if (reason == DropReason.None) context.Tally.Retransmitted++;
            else context.Tally.Drop(reason);
        }
        return DropReason.None;
    }

    private DropReason HandleFullIntraRequest(MediaSession session, RtcpBlock block, long now)
    {
        if (!FirReader.TryParse(block, out var entries)) return DropReason.RtcpMalformed;
        foreach (var entry in entries)
        {
            var reason = WantKeyFrame(session, entry.Ssrc, now);
            if (reason != DropReason.None) return reason;
        }
        return DropReason.None;
    }

    private static DropReason WantKeyFrame(MediaSession session, uint ssrc, long now)
    {
        if (session.SlotBySsrc(ssrc) is not { } slot) return DropReason.RtcpUnknownSsrc;
        if (slot.Subscription is not { IsVideo: true, Source: { } source } subscription) return DropReason.None;
        var index = subscription.Current?.Index ?? subscription.Target.Stream;
        if (index == LayerAim.None) return DropReason.None;
        // K3: sent before the key frame that it is about could be there.
        var last = source.Streams[index].LastKeyFrameMicroseconds;
        var since = last == long.MinValue ? long.MaxValue : now - last;
        if (since >= session.Transport.RoundTripMilliseconds.GetValueOrDefault() * 1000) source.WantKeyFrame(index, now);
        return DropReason.None;
    }

    private static DropReason HandleTransportWide(MediaSession session, RtcpBlock block, long now)
    {
        if (!TransportWideReader.TryParse(block, out var packets)) return DropReason.RtcpMalformed;
        session.Transport.Acknowledge(packets, now);
        return DropReason.None;
    }
}
