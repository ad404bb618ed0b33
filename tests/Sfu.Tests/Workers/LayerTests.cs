using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.Sfu.Tests.Sessions;
using Conference.Wire.Tests;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>Spatial and temporal layers through a whole worker: what a receiver's decoder is given when its bandwidth falls and returns (docs/allocation.md, cases T1 to T5).</summary>
public sealed class LayerTests : IAsyncDisposable
{
    private static readonly int[] TemporalPattern = [0, 2, 1, 2];

    private readonly WorkerRig _rig = new();
    private ushort _sequence = 100;
    private int _picture;
    private bool _keyNext = true;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void T1_T4_temporal_layers_of_VP8_leave_at_once_and_come_back_where_the_encoder_lets_them()
    {
        var (ann, bob) = Connect(Vp8);
        Run(1_500, () => SendVp8(ann));
        bob.Read();
        Estimate(bob, 100_000); // 240 kbps are sent, 60 of them in the lowest layer
        Run(1_000, () => SendVp8(ann));
        var few = Media(bob);
        Assert.All(few.Skip(3), p => Assert.Equal(0, Picture(p).TemporalId));
        Assert.InRange(few.Count, 7, 12);
        AssertContinuous(few, picturesClose: true);
        Assert.Equal(0, ann.Read().PictureLossIndications);

        Estimate(bob, 2_000_000);
        Run(5_000, () => SendVp8(ann));
        var many = Media(bob);
        AssertContinuous(many, picturesClose: true);
        AssertDecodable(many);
        Assert.Equal([0, 1, 2], many.TakeLast(12).Select(p => (int)Picture(p).TemporalId).Distinct().Order());
        Assert.Equal(0, ann.Read().PictureLossIndications); // no key frame was spent on it
    }

    [Fact]
    public void A_packet_that_comes_late_is_judged_as_its_picture_was()
    {
        var (ann, bob) = Connect(Vp8);
        Run(1_500, () => SendVp8(ann));
        Estimate(bob, 100_000);
        Run(1_000, () => SendVp8(ann));
        bob.Read();
        // A picture of two packets whose second comes after the next picture: its number was a gap when that went on.
        var late = NextVp8(temporalId: 2, marker: false);
        var second = Video("1", 22, _sequence++, Timestamp, start: false, pictureId: (ushort)_picture, temporalId: 2);
        _picture++;
        ann.Send(late);
        ann.Send(NextVp8(temporalId: 0));
        ann.Send(second);
        _rig.Pass(10);
        var sent = Media(bob);
        Assert.Equal(2, sent.Count);
        var (whole, hole) = (RigClient.Header(sent[0]), RigClient.Header(sent[1]));
        Assert.Equal((0, 0x20), (hole.PayloadLength, sent[1][0] & 0x20)); // padding alone: nobody asks for it again
        Assert.Equal((ushort)(whole.Sequence - 1), hole.Sequence);
        // A whole picture that comes late is sent: its number in the row of pictures was kept.
        var (lone, after) = (NextVp8(temporalId: 2), NextVp8(temporalId: 0));
        ann.Send(after);
        ann.Send(lone);
        _rig.Pass(10);
        sent = Media(bob);
        Assert.Equal([0, 2], sent.Select(p => (int)Picture(p).TemporalId));
        Assert.Equal(Picture(sent[0]).Picture.Id, Picture(sent[1]).Picture.Id + 1);
    }

    [Fact]
    public async Task T2_a_fall_stops_the_old_encoding_with_its_picture_and_begins_the_small_one_with_a_key_frame()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera, "q", "f"));
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        _rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 720, 0)]);
        var (small, large) = ((ushort)0, (ushort)0);
        void Send(bool key = false)
        {
            _picture++;
            ann.Put(Encoding("q", 51, small++, key, 180, 400));
            for (var i = 0; i < 4; i++) ann.Put(Encoding("f", 52, large++, key && i == 0, 720, 1100, start: i == 0, marker: i == 3));
        }
        Send(key: true);
        Run(3_000, () => Send());
        Assert.Equal(720, Dump("bob").Height);
        bob.Read();
        ann.Read();

        Estimate(bob, 300_000);
        _rig.Pass(55);
        Assert.True(ann.Read().PictureLossIndications >= 1);
        Run(105, () => Send());
        Assert.Empty(Media(bob)); // nothing of the large encoding, and the small one not before its key frame
        await _rig.SettleAsync();
        Assert.Equal(SlotState.Live, bob.Events.Slots.Last()[0].State); // a blink is not worth a word
        Send(key: true);
        Run(500, () => Send());
        var packets = Media(bob);
        Assert.True(Picture(packets[0]).IsKeyFrame);
        AssertContinuous(packets, picturesClose: true);
        Assert.Equal("q", Dump("bob").Target);
        var counters = _rig.Worker.Tally.Read(0);
        Assert.Equal(1, counters.LayerSwitches[(int)MediaPod.Sfu.Allocation.SwitchReason.Lowered]);
        Assert.Equal(1, counters.SwitchGaps.Sum());
        // N10: before the key frame there is nothing that a decoder still needs.
        var began = RigClient.Header(packets[0]).Sequence;
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [(ushort)(began - 1), (ushort)(began - 2)]));
        Assert.Equal((2, 0), (_rig.Drops(DropReason.RtpTooOld), _rig.Worker.Tally.Retransmitted));
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [began]));
        Assert.Equal(1, _rig.Worker.Tally.Retransmitted);
        bob.Read();

        Estimate(bob, 5_000_000);
        ann.Read();
        Run(4_000, () => Send(key: ann.Read().PictureLossIndications > 0));
        AssertContinuous(Media(bob), picturesClose: true);
        Assert.Equal("f", Dump("bob").Target);
        Assert.Equal(1, _rig.Worker.Tally.Read(0).SwitchGaps.Sum()); // up without a gap

        byte[] Encoding(string rid, uint ssrc, ushort sequence, bool key, int height, int payload, bool start = true, bool marker = true) =>
            Video("1", ssrc, sequence, (uint)_picture * 3000, key, start, marker, (ushort)_picture, rid: rid, height: height, payload: payload);
    }

    [Fact]
    public async Task B7_with_no_room_for_any_picture_the_slot_is_paused_by_name_and_comes_back_with_a_key_frame()
    {
        var (ann, bob) = Connect(Vp8);
        Run(1_500, () => SendVp8(ann));
        Estimate(bob, 30_000);
        Run(500, () => SendVp8(ann));
        await _rig.SettleAsync();
        Assert.Equal(SlotState.PausedByBandwidth, bob.Events.Slots.Last()[0].State);
        bob.Read();
        Run(500, () => SendVp8(ann));
        Assert.Empty(Media(bob));
        Assert.Equal(1, _rig.Worker.Tally.Read(0).Allocations.PausedSlots);

        Estimate(bob, 2_000_000);
        Run(4_000, () =>
        {
            _keyNext |= ann.Read().PictureLossIndications > 0;
            SendVp8(ann);
        });
        var packets = Media(bob);
        Assert.True(Picture(packets[0]).IsKeyFrame);
        AssertDecodable(packets);
        await _rig.SettleAsync();
        Assert.Equal(SlotState.Live, bob.Events.Slots.Last()[0].State);
    }

    [Fact]
    public void T1_T3_spatial_layers_of_VP9_leave_at_once_with_the_marker_moved_and_come_back_with_a_key_frame()
    {
        var (ann, bob) = Connect(Vp8 with { Codec = CodecKind.Vp9 });
        Run(2_500, () => SendVp9(ann));
        Assert.Equal(720, Dump("bob").Height);
        bob.Read();
        ann.Read();
        Estimate(bob, 250_000);
        Run(1_000, () => SendVp9(ann));
        var packets = Media(bob).Skip(3).ToList();
        AssertContinuous(packets, picturesClose: false);
        Assert.All(packets, p => Assert.Equal((0, true), (Vp9(p).SpatialId, RigClient.Header(p).Marker)));
        Assert.Equal(0, ann.Read().PictureLossIndications);

        Estimate(bob, 5_000_000);
        Run(3_200, () => SendVp9(ann));
        Assert.True(ann.Read().PictureLossIndications >= 1);
        Assert.All(Media(bob), p => Assert.Equal(0, Vp9(p).SpatialId));
        _keyNext = true;
        Run(300, () => SendVp9(ann));
        packets = Media(bob);
        AssertContinuous(packets, picturesClose: false);
        Assert.Equal([0, 1, 2], packets.TakeLast(6).Select(p => Vp9(p).SpatialId).Distinct().Order());
    }

    [Fact]
    public void T5_layers_of_AV1_follow_the_dependency_descriptor_and_the_receiver_is_told_which_it_gets()
    {
        var ids = Extensions with { DependencyDescriptor = DescriptorId };
        var codec = Vp8 with { Codec = CodecKind.Av1 };
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera) with { Codecs = [codec], Extensions = ids });
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000) with { Codecs = [codec], Extensions = ids });
        var reader = new DependencyDescriptorReader();
        Run(2_500, () => SendAv1(ann));
        Assert.Equal(360, Dump("bob").Height);
        Assert.All(Descriptors(bob, reader), d => Assert.Equal(0b1111u, reader.ActiveDecodeTargets));

        // 300 kbps are sent: two frames of 600 bytes, 30 times a second.
        ann.Read();
        Estimate(bob, 120_000);
        Run(1_000, () => SendAv1(ann));
        var few = Descriptors(bob, reader).Skip(3).ToList();
        Assert.All(few, d => Assert.Equal((0, 0), (d.SpatialId, d.TemporalId)));
        Assert.Equal(0b0001u, reader.ActiveDecodeTargets);
        Assert.Equal(0, ann.Read().PictureLossIndications);

        _rig.Worker.SetHint("ann", TrackSource.Camera, MediaPod.Sfu.Allocation.ContentHint.Motion); // frames before lines
        Estimate(bob, 205_000);
        Run(6_000, () => SendAv1(ann));
        var more = Descriptors(bob, reader);
        Assert.Equal([0, 1], more.TakeLast(6).Select(d => (int)d.TemporalId).Distinct().Order());
        Assert.Equal(0b0011u, reader.ActiveDecodeTargets);
        Assert.All(more, d => Assert.Equal(0, d.SpatialId));

        Estimate(bob, 5_000_000);
        Run(3_000, () =>
        {
            _keyNext |= ann.Read().PictureLossIndications > 0;
            SendAv1(ann);
        });
        Assert.Equal([0, 1], Descriptors(bob, reader).TakeLast(8).Select(d => (int)d.SpatialId).Distinct().Order());
        Assert.Equal(0b1111u, reader.ActiveDecodeTargets);
    }

    [Fact]
    public async Task U1_U4_an_encoding_that_nobody_wants_is_named_to_its_publisher_and_wanted_back_at_once()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera, "q", "h", "f"));
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        _rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 180, 0)]);
        void Send(string rids)
        {
            _picture++;
            foreach (var rid in rids) ann.Put(Video("1", (uint)rid, (ushort)_picture, (uint)_picture * 3000, true, pictureId: (ushort)_picture, rid: rid.ToString(), height: rid == 'q' ? 180 : rid == 'h' ? 360 : 720, payload: rid == 'q' ? 300 : 900));
        }
        Run(2_000, () => Send("qhf"));
        await _rig.SettleAsync();
        Assert.Empty(ann.Events.Wants);
        Run(2_500, () => Send("qhf"));
        await _rig.SettleAsync();
        Assert.Equal([("q", true), ("h", false), ("f", false)], ann.Events.Wants.Last().Single().Encodings.Select(e => (e.Rid, e.Wanted)));
        Run(3_000, () => Send("q"));
        Assert.Equal("q", Dump("bob").Target);

        _rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 360, 0)]);
        _rig.Turn();
        await _rig.SettleAsync();
        Assert.Equal([("q", true), ("h", true), ("f", false)], ann.Events.Wants.Last().Single().Encodings.Select(e => (e.Rid, e.Wanted)));
        bob.Read();
        Send("qh");
        _rig.Pass(5);
        Assert.Equal("h", Dump("bob").Target); // with its very first packet, a key frame
        Assert.Equal(900, RigClient.Header(Media(bob).Last()).PayloadLength);
        Assert.Equal(0, _rig.Drops(DropReason.RtpUnknownSsrc));
    }

    private (RigClient Ann, RigClient Bob) Connect(NegotiatedCodec codec) => (
        _rig.Connect("ann", Sends("1", TrackSource.Camera) with { Codecs = [codec] }), _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000) with { Codecs = [codec] }));

    private uint Timestamp => (uint)_picture * 3000;

    private void SendVp8(RigClient ann) => ann.Put(NextVp8(TemporalPattern[_picture % 4]));

    private byte _tl0;
    private byte[] NextVp8(int temporalId, bool marker = true)
    {
        var key = _keyNext && temporalId == 0;
        if (key) _keyNext = false;
        if (temporalId == 0) _tl0++;
        // The first of the two frames of layer 2 and that of layer 1 depend on layer 0 alone, as with Chromium's encoder.
        var packet = Video("1", 22, _sequence++, Timestamp, key, marker: marker, pictureId: (ushort)_picture, tl0: _tl0, temporalId: (byte)temporalId, layerSync: _picture % 4 is 1 or 2);
        if (marker) _picture++;
        return packet;
    }

    private void SendVp9(RigClient ann)
    {
        var key = _keyNext;
        _keyNext = false;
        for (var layer = 0; layer < 3; layer++) ann.Put(Vp9Frame("1", 22, _sequence++, Timestamp, layer, 0, (ushort)_picture, key, marker: layer == 2));
        _picture++;
    }

    // Templates: a key frame, a later frame and one of the higher temporal layer, for each of two spatial layers. No chains.
    private const string Structure = """
        000000 00011
        00 01 10 00 01 11
        10 10 10 10  10 10 11 11  00 01 00 11  00 00 10 10  00 00 10 10  00 00 00 01
        0  1 0011 0  1 0001 0  1 0000 0  1 0011 1 0000 0  1 0001 1 0000 0
        00
        1 0000000100111111 0000000010110011 0000001001111111 0000000101100111
        """;

    private void SendAv1(RigClient ann)
    {
        var (key, upper) = (_keyNext && _picture % 2 == 0, _picture % 2 == 1);
        if (key) _keyNext = false;
        for (var layer = 0; layer < 2; layer++)
        {
            var template = (upper ? 2 : key ? 0 : 1) + layer * 3;
            var descriptor = Bits.Bytes($"1 1 {Bits.Of((uint)template, 6)} {Bits.Of((ushort)(_picture * 2 + layer), 16)}" + (key && layer == 0 ? "1 0 0 0 0" + Structure : ""));
            ann.Put(Av1Frame("1", 22, _sequence++, Timestamp, descriptor, key && layer == 0, marker: layer == 1));
        }
        _picture++;
    }

    private void Run(int milliseconds, Action frame) => _rig.Pass(milliseconds, passed =>
    {
        if (passed % 35 == 0) frame();
    });

    private static void Estimate(RigClient client, int bitsPerSecond) => client.SendRtcp((ref MediaPod.Wire.Rtcp.RtcpWriter w) =>
    {
        w.TryAddReceiverReport(1, []);
        w.TryAddReceiverEstimate(1, (ulong)bitsPerSecond, [2000]);
    });

    private SlotAllocationDump Dump(string session) => _rig.Worker.Dump("room", 0)!.Sessions.Single(s => s.SessionId == session).Slots[0].Allocation;

    // Without what probes the path, which goes in the stream of retransmissions.
    private static List<byte[]> Media(RigClient client) => [.. client.Read().Rtp.Where(p => RigClient.Header(p).Ssrc == 2000)];

    private static Vp8Descriptor Picture(byte[] packet)
    {
        Assert.True(Vp8Descriptor.TryParse(RigClient.Header(packet).Payload(packet), out var descriptor));
        return descriptor;
    }

    private static Vp9Descriptor Vp9(byte[] packet)
    {
        Assert.True(Vp9Descriptor.TryParse(RigClient.Header(packet).Payload(packet), out var descriptor));
        return descriptor;
    }

    private static List<DependencyDescriptor> Descriptors(RigClient client, DependencyDescriptorReader reader)
    {
        var list = new List<DependencyDescriptor>();
        ushort? before = null;
        foreach (var packet in Media(client))
        {
            var header = RigClient.Header(packet);
            Assert.True(new HeaderExtensionReader(packet, header).TryFind(DescriptorId, out var value));
            Assert.True(reader.TryRead(value, out var descriptor));
            if (before is { } last) Assert.True(SequenceNumber.IsNewer(descriptor.Head.FrameNumber, last));
            before = descriptor.Head.FrameNumber;
            list.Add(descriptor);
        }
        return list;
    }

    private static void AssertContinuous(List<byte[]> packets, bool picturesClose)
    {
        Assert.NotEmpty(packets);
        for (var i = 1; i < packets.Count; i++)
        {
            var (before, now) = (RigClient.Header(packets[i - 1]), RigClient.Header(packets[i]));
            Assert.Equal((ushort)(before.Sequence + 1), now.Sequence);
            Assert.True((int)(now.Timestamp - before.Timestamp) >= 0);
            if (picturesClose && before.Timestamp != now.Timestamp) Assert.Equal((Picture(packets[i - 1]).Picture.Id + 1) & 0x7FFF, Picture(packets[i]).Picture.Id);
        }
    }

    // A frame that does not depend on the lowest layer alone depends on the last one of layer 1 as well.
    private static void AssertDecodable(List<byte[]> packets)
    {
        var middle = false;
        foreach (var packet in packets)
        {
            var picture = Picture(packet);
            if (picture.TemporalId > 0 && !picture.IsLayerSync) Assert.True(middle, $"temporal layer {picture.TemporalId} began without a frame that allows it");
            middle = !picture.IsKeyFrame && (middle || picture.TemporalId == 1);
        }
    }
}
