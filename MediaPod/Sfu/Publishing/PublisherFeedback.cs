using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>What publishers are told by RTCP: what arrived, what is missing, and that a key frame is needed. Every packet is a compound one, which every client takes.</summary>
internal static unsafe class PublisherFeedback
{
    private const int MostReports = 24;
    private const int MostNacks = 128;

    /// <summary>Asks for a key frame of one stream: PLI, or FIR where only that is agreed (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1).</summary>
    public static void RequestKeyFrame(PublicationStream stream, long now)
    {
        if (stream.Publication.Owner.Transport is not { } transport)
        {
            stream.Publication.Owner.WantKeyFrame(stream);
            return;
        }
        if (stream.Ssrc == 0 || !transport.TryBeginRtcp(out var packet, out var room)) return;
        var writer = Begin(packet, room, transport);
        var codec = stream.Publication.Codec;
        if (codec is { Fir: true, Pli: false }) writer.TryAddFullIntraRequest(transport.ReportSsrc, [new FirEntry(stream.Ssrc, stream.FirSequence++)]);
        else writer.TryAddPictureLoss(transport.ReportSsrc, stream.Ssrc);
        transport.CommitRtcp(packet, writer.Length);
        transport.Tally.KeyFrameRequests++;
        stream.Publication.KeyFrameRequests++;
    }

    /// <summary>Asks for missing packets whose time has come, and repeats key frame requests that stayed unanswered.</summary>
    public static void Repair(Publication publication, long now)
    {
        foreach (var stream in publication.Streams)
        {
            if (stream.KeyFrames.Due(now / 1000, stream.Missing.RoundTripMilliseconds)) RequestKeyFrame(stream, now);
            if (stream.Missing.Count > 0 && publication.Codec is { Nack: true }) AskForMissing(stream, now);
        }
    }

    /// <summary>Reports when the transport's packets arrived (transport-wide feedback).</summary>
    public static void ReportArrivals(SessionTransport transport, uint mediaSsrc)
    {
        while (transport.Arrivals.HasNews && transport.TryBeginRtcp(out var packet, out var room))
        {
            var writer = Begin(packet, room, transport);
            if (!transport.Arrivals.TryReport(ref writer, transport.ReportSsrc, mediaSsrc)) return;
            transport.CommitRtcp(packet, writer.Length);
        }
    }

    /// <summary>A receiver report about every stream of a session (RFC 3550 section 6.4.2), with REMB for those without transport-wide feedback. Once a second.</summary>
    public static void Report(MediaSession session, long now, MediaLimits limits)
    {
        var transport = session.Transport;
        Span<ReportBlock> blocks = stackalloc ReportBlock[MostReports];
        Span<uint> video = stackalloc uint[MostReports];
        var (count, videoCount, lost) = (0, 0, 0);
        var (rate, remb) = (0.0, default(Publication));
        foreach (var publication in session.Streams.Publications)
        {
            foreach (var stream in publication.Streams)
            {
                if (stream.Ssrc == 0 || count == MostReports) continue;
                blocks[count++] = Block(stream, now);
                if (!publication.IsVideo) continue;
                video[videoCount++] = stream.Ssrc;
                lost = Math.Max(lost, blocks[count - 1].FractionLost);
                rate += stream.Rate.BitsPerSecond(now);
            }
            if (publication is { IsVideo: true, Codec: { Remb: true, TransportCc: false } }) remb ??= publication;
        }
        if (count == 0 || !transport.TryBeginRtcp(out var packet, out var room)) return;
        var writer = new RtcpWriter(new Span<byte>(packet, room));
        writer.TryAddReceiverReport(transport.ReportSsrc, blocks[..count]);
        writer.TryAddCName(transport.ReportSsrc, transport.CName);
        if (remb is not null && rate > 0)
        {
            remb.Estimate.Second(lost / 256.0, rate, limits.VideoBitsPerSecond);
            writer.TryAddReceiverEstimate(transport.ReportSsrc, (ulong)remb.Estimate.BitsPerSecond, video[..videoCount]);
        }
        transport.CommitRtcp(packet, writer.Length);
    }

    private static void AskForMissing(PublicationStream stream, long now)
    {
        Span<ushort> due = stackalloc ushort[MostNacks];
        var before = stream.Missing.GivenUp;
        var count = stream.Missing.Due(due, now / 1000);
        // K4: decoders stand still at a packet that never comes, until a key frame.
        if (stream.Missing.GivenUp > before && stream.IsForwarded) stream.Publication.WantKeyFrame(stream.Index, now);
        if (count == 0 || stream.Publication.Owner.Transport is not { } transport || !transport.TryBeginRtcp(out var packet, out var room)) return;
        var writer = Begin(packet, room, transport);
        writer.TryAddNack(transport.ReportSsrc, stream.Ssrc, due[..count]);
        transport.Tally.Requested += count;
        transport.CommitRtcp(packet, writer.Length);
    }

    private static RtcpWriter Begin(byte* packet, int room, SessionTransport transport)
    {
        var writer = new RtcpWriter(new Span<byte>(packet, room));
        writer.TryAddReceiverReport(transport.ReportSsrc, []);
        return writer;
    }

    private static ReportBlock Block(PublicationStream stream, long now)
    {
        ref var statistics = ref stream.Statistics;
        var report = stream.SenderReport;
        return new ReportBlock(
            stream.Ssrc, statistics.TakeFractionLost(), (int)Math.Clamp(statistics.Lost, -0x800000, 0x7FFFFF), statistics.HighestSequence, (uint)statistics.Jitter,
            report.Ntp == 0 ? 0 : NtpTime.Compact(report.Ntp),
            report.Ntp == 0 ? 0 : NtpTime.CompactFromMicroseconds(Math.Clamp(now - report.ArrivedMicroseconds, 0, 65_000_000_000)));
    }
}
