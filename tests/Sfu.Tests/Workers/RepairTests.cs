using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>RTCP in both directions: retransmissions, key frame requests, reports.</summary>
public sealed class RepairTests : IAsyncDisposable
{
    private readonly WorkerRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void A_receivers_nack_is_answered_by_rtx()
    {
        var (ann, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        var sent = bob.Read().Rtp.ToArray();
        var lost = RigClient.Header(sent[1]);
        _rig.Pass(50);
        bob.Read();

        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [lost.Sequence]));

        var repair = Assert.Single(bob.Read().Rtp);
        var header = RigClient.Header(repair);
        Assert.Equal((2001u, Vp8RtxType), (header.Ssrc, header.PayloadType));
        Assert.True(Rtx.TryDecapsulate(repair, header, Vp8Type, 2000, out var original));
        Assert.Equal(lost.Sequence, RigClient.Header(original.ToArray()).Sequence);
        Assert.Equal(lost.Payload(sent[1]).ToArray(), RigClient.Header(original.ToArray()).Payload(original).ToArray());
        Assert.Equal(1, _rig.Worker.Tally.Retransmitted);
        Assert.Equal(0, ann.Read().PictureLossIndications);
    }

    [Fact]
    public void Without_rtx_the_very_same_bytes_are_sent_again()
    {
        var (_, bob) = Pair(Slot("1", TrackSource.Camera, 2000) with { SlotRtxSsrc = 0, Codecs = [Vp8 with { RtxPayloadType = null }] });
        var lost = RigClient.Header(bob.Read().Rtp[1]).Sequence;
        _rig.Pass(50);
        var before = _rig.Port.Out.Count;
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [lost]));
        var again = Assert.Single(_rig.Port.Out[before..], d => d.Path == bob.Path && PacketKind.Classify(d.Datagram) == PacketKind.Rtp).Datagram;
        Assert.Contains(_rig.Port.Out[..before], d => d.Datagram.AsSpan().SequenceEqual(again));
    }

    [Fact]
    public void The_same_nack_twice_within_a_moment_is_answered_once_and_what_is_gone_not_at_all()
    {
        var (_, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        var lost = RigClient.Header(bob.Read().Rtp[1]).Sequence;
        _rig.Pass(50);
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [lost]));
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [lost, (ushort)(lost + 5000)]));
        Assert.Equal(1, _rig.Worker.Tally.Retransmitted);
        Assert.Equal(2, _rig.Drops(DropReason.RtpTooOld));
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 999, [lost]));
        Assert.Equal(1, _rig.Drops(DropReason.RtcpUnknownSsrc));
    }

    [Fact]
    public void N7_a_far_receiver_is_answered_once_in_a_round_trip()
    {
        var (ann, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        RoundTrip(bob, 2000, milliseconds: 150);
        bob.Read();
        ann.Send(Video("1", 22, 4, 9_000, pictureId: 4));
        var lost = RigClient.Header(Assert.Single(bob.Read().Rtp)).Sequence;
        _rig.Pass(100); // round trips vary: one that is shorter than most is answered as well
        Nack(bob, lost);
        Assert.Equal(1, _rig.Worker.Tally.Retransmitted);
        _rig.Pass(100);
        Nack(bob, lost);
        Assert.Equal(1, _rig.Worker.Tally.Retransmitted);
        _rig.Pass(60);
        Nack(bob, lost);
        Assert.Equal((2, 3), (_rig.Worker.Tally.Retransmitted, _rig.Worker.Tally.Missed));
    }

    [Fact]
    public void K3_a_request_from_before_the_key_frame_could_arrive_is_fulfilled_already()
    {
        var (ann, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        RoundTrip(bob, 2000, milliseconds: 150);
        ann.Send(Video("1", 22, 4, 9_000, key: true));
        ann.Read();
        _rig.Pass(100);
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddPictureLoss(1, 2000));
        Assert.Equal(0, ann.Read().PictureLossIndications);
        _rig.Pass(60);
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddPictureLoss(1, 2000));
        Assert.Equal(1, ann.Read().PictureLossIndications);
    }

    [Fact]
    public void K4_for_a_picture_that_never_comes_a_key_frame_is_asked_for()
    {
        var (ann, _) = Pair(Slot("1", TrackSource.Camera, 2000));
        ann.Send(Video("1", 22, 5, 12_000));
        ann.Read();
        _rig.Pass(MissingPackets.VideoLifetimeMilliseconds - 200); // eight questions, 110 ms apart
        Assert.Equal(0, ann.Read().PictureLossIndications);
        _rig.Pass(200);
        Assert.Equal(1, ann.Read().PictureLossIndications);
        ann.Send(Video("1", 22, 7, 15_000), Video("1", 22, 8, 18_000, key: true)); // what is missing before a key frame is not waited for
        _rig.Pass(2 * MissingPackets.VideoLifetimeMilliseconds);
        Assert.Equal(0, ann.Read().PictureLossIndications);
    }

    [Fact]
    public void Sound_is_asked_for_where_that_was_agreed_and_not_when_it_is_too_late()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone) with { Codecs = [Opus with { Nack = true }] });
        _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        ann.Send(Audio("0", 11, 1, 30), Audio("0", 11, 3, 30));
        _rig.Pass(1_000);
        Assert.InRange(_rig.Worker.Tally.Requested, 1, 3);
        Assert.Equal(_rig.Worker.Tally.Requested, ann.Read().Count((type, format) => type == RtcpPacketType.TransportFeedback && format == RtcpFeedbackFormat.Nack));
        Assert.Equal(0, ann.PictureLossIndications);
    }

    [Fact]
    public void Repairs_are_bounded_whatever_a_receiver_asks()
    {
        var (ann, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        for (ushort i = 10; i < 600; i++) ann.Put(Video("1", 22, i, i * 3000u));
        _rig.Turn();
        var first = RigClient.Header(bob.Read().Rtp[0]).Sequence;
        _rig.Pass(50);
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [.. Enumerable.Range(10, 500).Select(i => (ushort)(first + i))]));
        Assert.InRange(_rig.Worker.Tally.Retransmitted, 1, 128);
        Assert.Equal(1, _rig.Drops(DropReason.SendQueueFull));
    }

    [Fact]
    public void A_gap_is_asked_for_and_the_publishers_rtx_fills_it_in_place()
    {
        var (ann, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        bob.Read();
        ann.Read();
        var missing = Video("1", 22, 4, 9_000);
        ann.Send(Video("1", 22, 5, 12_000));
        _rig.Pass(10);
        Assert.Equal(1, ann.Read().Count((type, format) => type == RtcpPacketType.TransportFeedback && format == RtcpFeedbackFormat.Nack));

        var header = RigClient.Header(missing);
        var rtx = new byte[1500];
        Assert.True(Rtx.TryEncapsulate(missing, header, Vp8RtxType, 23, 1, rtx, out var length));
        ann.Send(rtx[..length]);
        _rig.Pass(200);

        Assert.Equal(0, ann.Read().Count((type, format) => type == RtcpPacketType.TransportFeedback && format == RtcpFeedbackFormat.Nack));
        var sequences = bob.Read().Rtp.Select(p => RigClient.Header(p).Sequence).ToList();
        Assert.Equal(2, sequences.Count);
        Assert.Equal((ushort)(sequences[0] - 1), sequences[1]); // late, at its own number
        ann.Send(missing);
        Assert.Equal(1, _rig.Drops(DropReason.RtpDuplicate));
    }

    [Fact]
    public void Key_frame_requests_of_many_receivers_are_one_request()
    {
        var (ann, _) = Pair(Slot("1", TrackSource.Camera, 2000));
        var viewers = Enumerable.Range(0, 20).Select(i => _rig.Connect($"v{i}", Slot("1", TrackSource.Camera, 5000))).ToList();
        ann.Send(Video("1", 22, 4, 9_000, key: true));
        _rig.Pass(1_000);
        ann.Read();
        foreach (var viewer in viewers) viewer.SendRtcp((ref RtcpWriter w) => w.TryAddPictureLoss(1, 5000));
        viewers[0].SendRtcp((ref RtcpWriter w) => w.TryAddFullIntraRequest(1, [new FirEntry(5000, 1)]));
        Assert.Equal(1, ann.Read().PictureLossIndications);
        _rig.Pass(400);
        Assert.Equal(1, ann.Read().PictureLossIndications); // repeated while none comes
        ann.Send(Video("1", 22, 5, 12_000, key: true));
        _rig.Pass(1_000);
        Assert.Equal(0, ann.Read().PictureLossIndications);
    }

    [Fact]
    public void A_publisher_gets_transport_wide_feedback_and_receiver_reports()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        for (ushort i = 0; i < 10; i++) ann.Put(Video("1", 22, i, i * 3000u, key: i == 0, transportSequence: (ushort)(65_530 + i)));
        _rig.Turn();
        ann.SendRtcp((ref RtcpWriter w) => w.TryAddSenderReport(new SenderReport(22, 0xAABBCCDD_11223344, 500, 10, 1000)));
        _rig.Pass(1_500);

        var feedback = 0;
        ReportBlock? report = null;
        foreach (var packet in ann.Read().Rtcp)
        {
            Assert.True(RtcpReader.TryParse(packet, out var blocks));
            foreach (var block in blocks)
            {
                if (TransportWideReader.TryParse(block, out var packets))
                {
                    foreach (var arrival in packets) feedback += arrival.IsReceived ? 1 : 0;
                }
                if (ReportBlockReader.TryParse(block, out var reports) && reports.MoveNext()) report = reports.Current;
            }
        }
        Assert.Equal(10, feedback);
        Assert.Equal((22u, 9u, 0xCCDD1122u), (report!.Value.Ssrc, report.Value.HighestSequence, report.Value.LastSenderReport));
        Assert.True(report.Value.DelaySinceLastSenderReport > 0);
    }

    [Fact]
    public void Without_transport_wide_feedback_a_publisher_gets_remb()
    {
        var plain = Sends("1", TrackSource.Camera) with { Codecs = [Vp8 with { TransportCc = false }] };
        var ann = _rig.Connect("ann", plain);
        ushort next = 0;
        _rig.Pass(2_500, _ => ann.Put(Video("1", 22, next, next++ * 450u, key: next == 1)));
        Assert.True(ann.Read().Count((type, format) => type == RtcpPacketType.PayloadFeedback && format == RtcpFeedbackFormat.ApplicationLayer) >= 1);
    }

    [Fact]
    public void Sound_and_picture_of_one_publisher_are_reported_in_one_clock()
    {
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        ann.Send(Audio("0", 11, 10, 30), Video("1", 22, 10, 90_000, key: true));
        var audio = RigClient.Header(bob.Read().Rtp[0]);
        var video = RigClient.Header(bob.Rtp[1]);
        // At one moment of the publisher's clock: audio at timestamp 9600 (packet 10), video at 90,000.
        ann.SendRtcp((ref RtcpWriter w) => w.TryAddSenderReport(new SenderReport(11, 5UL << 32, 9_600, 1, 1)));
        ann.SendRtcp((ref RtcpWriter w) => w.TryAddSenderReport(new SenderReport(22, 5UL << 32, 90_000, 1, 1)));
        _rig.Pass(1_500);

        var reports = new Dictionary<uint, SenderReport>();
        foreach (var packet in bob.Read().Rtcp)
        {
            Assert.True(RtcpReader.TryParse(packet, out var blocks));
            foreach (var block in blocks)
            {
                if (SenderReport.TryRead(block, out var report)) reports[report.Ssrc] = report;
            }
        }
        var (sound, picture) = (reports[1000], reports[2000]);
        var soundSeconds = (sound.RtpTimestamp - audio.Timestamp) / 48_000.0 - (sound.NtpTimestamp / 4294967296.0);
        var pictureSeconds = (picture.RtpTimestamp - video.Timestamp) / 90_000.0 - (picture.NtpTimestamp / 4294967296.0);
        Assert.Equal(soundSeconds, pictureSeconds, 0.001);
        Assert.Equal(1u, sound.PacketCount);
    }

    [Fact]
    public void What_receivers_report_is_recorded()
    {
        var (_, bob) = Pair(Slot("1", TrackSource.Camera, 2000));
        bob.SendRtcp((ref RtcpWriter w) =>
        {
            w.TryAddReceiverReport(1, [new ReportBlock(2000, 64, 3, 3, 0, 0, 0)]);
            w.TryAddReceiverEstimate(1, 777_000, [2000]);
        });
        var transport = _rig.Worker.Dump("room", 0)!.Sessions[1].Transport;
        Assert.Equal((0.25, 777_000L), (transport.LossFraction, transport.RembBitsPerSecond));
    }

    [Fact]
    public void E13_a_receivers_own_estimate_is_the_estimate_where_no_other_feedback_comes()
    {
        var (_, bob) = Pair(Slot("1", TrackSource.Camera, 2000) with { Codecs = [Vp8 with { TransportCc = false }] });
        Assert.Null(Estimate());
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 777_000, [2000]));
        Assert.Equal(777_000, Estimate());
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 60_000, [2000]));
        Assert.Equal(60_000, Estimate());
        // What is impossible, or cut short, says nothing.
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 0, [2000]));
        bob.SendRtcp([0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, (byte)'R', (byte)'E', (byte)'M', (byte)'B', 9, 0xFF, 0xFF, 0xFF]);
        Assert.Equal(60_000, Estimate());
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, ulong.MaxValue, [2000]));
        Assert.Equal(50_000_000, Estimate());
        for (var i = 0; i < 11; i++) _rig.Pass(1_000);
        Assert.Null(Estimate());

        long? Estimate() => _rig.Worker.Dump("room", 0)!.Sessions[1].Transport.Bandwidth.EstimateBitsPerSecond;
    }

    private static void Nack(RigClient client, ushort lost) => client.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [lost]));

    // The receiver says: the last sender report left so long ago, and I have had it for none of that.
    private void RoundTrip(RigClient client, uint ssrc, int milliseconds)
    {
        _rig.Pass(1_005);
        uint? report = null;
        foreach (var packet in client.Read().Rtcp)
        {
            Assert.True(RtcpReader.TryParse(packet, out var blocks));
            foreach (var block in blocks)
            {
                if (SenderReport.TryRead(block, out var sent) && sent.Ssrc == ssrc) report = NtpTime.Compact(sent.NtpTimestamp);
            }
        }
        for (var passed = _rig.SinceReport(report!.Value); passed < milliseconds; passed = _rig.SinceReport(report.Value)) _rig.Pass(5);
        client.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverReport(1, [new ReportBlock(ssrc, 0, 0, 0, 0, report.Value, 0)]));
    }

    private (RigClient Ann, RigClient Bob) Pair(NegotiatedMedia slot)
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        var bob = _rig.Connect("bob", slot);
        ann.Send(Video("1", 22, 1, 0, key: true, pictureId: 1), Video("1", 22, 2, 3_000, pictureId: 2), Video("1", 22, 3, 6_000, pictureId: 3));
        return (ann, bob);
    }
}
