using System.Text;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.Sfu.Tests.Sessions;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>From one client's packets to another's, through a whole worker.</summary>
public sealed class ForwardingTests : IAsyncDisposable
{
    private readonly WorkerRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void Sound_is_forwarded_at_once_under_the_slots_numbers_and_the_receivers_extension_ids()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var slot = Slot("5", TrackSource.Microphone, 1000) with { Extensions = new ExtensionIds { Mid = 9, AudioLevel = 7, TransportCc = 5 } };
        var bob = _rig.Connect("bob", slot);

        ann.Send(Audio("0", 11, 500, level: 30), Audio("0", 11, 501, level: 30));

        var packets = bob.Read().Rtp;
        Assert.Equal(2, packets.Count);
        var (first, second) = (RigClient.Header(packets[0]), RigClient.Header(packets[1]));
        Assert.Equal((1000u, OpusType), (first.Ssrc, first.PayloadType));
        Assert.Equal((ushort)(first.Sequence + 1), second.Sequence);
        Assert.Equal(first.Timestamp + 960, second.Timestamp);
        Assert.Equal(Audio("0", 11, 500, 30)[^80..], first.Payload(packets[0]).ToArray());
        var elements = new HeaderExtensionReader(packets[1], second);
        Assert.True(elements.TryFind(9, out var mid));
        Assert.Equal("5", Encoding.ASCII.GetString(mid));
        Assert.True(elements.TryFind(7, out var level));
        Assert.Equal(30, level[0] & 0x7F);
        Assert.True(elements.TryFind(5, out var transport));
        Assert.Equal(1, transport[1]);
    }

    [Fact]
    public void Nobody_hears_themselves_not_even_on_a_second_session()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Slot("1", TrackSource.Microphone, 1000));
        ann.Send(Audio("0", 11, 1, 10));
        Assert.Empty(ann.Read().Rtp);
        Assert.Equal(0, _rig.Worker.Tally.Forwarded);
    }

    [Fact]
    public async Task Video_starts_with_the_first_key_frame_and_keeps_its_numbers_continuous()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        ann.Send(Video("1", 22, 100, 9000, key: true, pictureId: 5));
        _rig.Pass(5);
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        Assert.Equal(1, ann.Read().PictureLossIndications);
        ann.Send(Video("1", 22, 101, 12_000, pictureId: 6));
        Assert.Empty(bob.Read().Rtp);
        await _rig.SettleAsync();
        Assert.Equal(SlotState.WaitingForKeyFrame, bob.Events.Slots.Last()[0].State);

        ann.Send(Video("1", 22, 102, 15_000, key: true, pictureId: 7, tl0: 3), Video("1", 22, 103, 18_000, pictureId: 8, tl0: 4));

        var packets = bob.Read().Rtp;
        Assert.Equal(2, packets.Count);
        Assert.True(_rig.Drops(DropReason.AwaitingKeyFrame) >= 1);
        var pictures = packets.Select(Picture).ToList();
        Assert.True(pictures[0].IsKeyFrame);
        Assert.Equal(pictures[0].Picture.Id + 1, pictures[1].Picture.Id);
        Assert.Equal(pictures[0].Picture.Tl0 + 1, pictures[1].Picture.Tl0);
        Assert.Equal(3000u, RigClient.Header(packets[1]).Timestamp - RigClient.Header(packets[0]).Timestamp);
        Assert.Equal(1, bob.Count((type, _) => type == RtcpPacketType.SenderReport)); // at once, at the switch
        await _rig.SettleAsync();
        Assert.Equal(SlotState.Live, bob.Events.Slots.Last()[0].State);
    }

    [Fact]
    public void A_new_publication_loses_nothing_of_its_first_key_frame()
    {
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        ann.Send(Video("1", 22, 1, 9000, key: true, marker: false), Video("1", 22, 2, 9000, start: false));
        Assert.Equal(2, bob.Read().Rtp.Count);
        Assert.Equal(0, ann.Read().PictureLossIndications);
    }

    [Fact]
    public void Packets_of_a_frame_wait_for_each_other_but_no_longer_than_a_millisecond()
    {
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        ann.Send(Video("1", 22, 1, 9000, key: true, marker: false));
        Assert.Empty(bob.Read().Rtp);
        Assert.InRange(_rig.Worker.Turn(), 1, 1000);
        ann.Send(Video("1", 22, 2, 9000, start: false));
        Assert.Equal(2, bob.Read().Rtp.Count);
        ann.Send(Video("1", 22, 3, 12_000, marker: false));
        _rig.Pass(5);
        Assert.Single(bob.Read().Rtp);
    }

    [Fact]
    public void A_slot_that_goes_over_to_another_camera_stays_one_stream()
    {
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        var eve = _rig.Connect("eve", Sends("1", TrackSource.Camera));
        ann.Send(Video("1", 22, 1, 9_000, key: true, pictureId: 100));
        eve.Send(Video("1", 33, 40_000, 500, key: true, pictureId: 20_000));
        _rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 360, 0)]);
        _rig.Turn();
        var before = bob.Read().Rtp.Single();

        _rig.Worker.SetDemand("bob", [new Demand("eve", TrackSource.Camera, 360, 0)]);
        _rig.Pass(1_000);
        Assert.True(eve.Read().PictureLossIndications > 0);
        ann.Send(Video("1", 22, 2, 12_000, pictureId: 101));
        eve.Send(Video("1", 33, 40_001, 3_500, key: true, pictureId: 20_001));

        var after = bob.Read().Rtp.Single();
        var (first, second) = (RigClient.Header(before), RigClient.Header(after));
        Assert.Equal(first.Ssrc, second.Ssrc);
        Assert.Equal((ushort)(first.Sequence + 1), second.Sequence);
        Assert.Equal(90_000u, second.Timestamp - first.Timestamp);
        Assert.Equal(Picture(before).Picture.Id + 1, Picture(after).Picture.Id);
    }

    [Fact]
    public void Simulcast_gives_the_layer_that_fits_and_switches_on_its_key_frame()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera, "f", "h", "q"));
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        _rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 180, 0)]);
        ann.Send(Layer(0, 1, true), Layer(1, 1, true), Layer(2, 1, true));
        _rig.Pass(600);
        ann.Send(Layer(0, 2, true), Layer(1, 2, true), Layer(2, 2, true), Layer(2, 3, false));
        bob.Read();
        Assert.Equal("q", LayerOf("bob"));

        _rig.Pass(5);
        _rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 720, 0)]);
        _rig.Turn();
        Assert.True(ann.Read().PictureLossIndications >= 1);
        ann.Send(Layer(0, 3, false), Layer(2, 4, false));
        Assert.Equal("q", LayerOf("bob")); // goes on with the old layer until the new one can be decoded
        Assert.Single(bob.Read().Rtp);
        ann.Send(Layer(0, 4, true), Layer(2, 5, false));
        Assert.Equal("f", LayerOf("bob"));
        Assert.Single(bob.Read().Rtp);

        byte[] Layer(int index, ushort sequence, bool key) =>
            Video("1", (uint)(50 + index), sequence, sequence * 3000u, key, rid: "fhq"[index].ToString(), height: 720 >> index);
    }

    [Fact]
    public async Task A_codec_that_the_receiver_lacks_is_a_named_state()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        var slot = Slot("1", TrackSource.Camera, 2000) with { Codecs = [Vp8 with { Codec = CodecKind.H264 }] };
        var bob = _rig.Connect("bob", slot);
        ann.Send(Video("1", 22, 1, 0, key: true));
        await _rig.SettleAsync();
        Assert.Equal(new SlotContent("1", "ann", TrackSource.Camera, SlotState.CodecNotSupported), bob.Events.Slots.Last()[0]);
        Assert.Empty(bob.Read().Rtp);
    }

    [Fact]
    public async Task A_player_without_a_channel_gets_a_picture_that_it_can_decode_whoever_speaks()
    {
        NegotiatedCodec other = Vp8 with { Codec = CodecKind.H264 };
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var bob = _rig.Connect("bob", Sends("1", TrackSource.Camera) with { Codecs = [other] });
        var player = _rig.Connect("wall", Slot("1", TrackSource.Camera, 2000) with { Codecs = [other] });
        for (ushort i = 1; i <= 40; i++)
        {
            ann.Send(Audio("0", 11, i, level: 10), Video("1", 22, i, i * 3000u, key: true));
            bob.Send(Video("1", 33, i, i * 3000u));
            _rig.Pass(20);
        }
        await _rig.SettleAsync();
        Assert.Equal(("bob", SlotState.WaitingForKeyFrame), (player.Events.Slots.Last()[0].ParticipantId, player.Events.Slots.Last()[0].State));
    }

    [Fact]
    public void A_mute_by_the_plan_stops_every_packet_by_name_and_an_unmute_lets_them_pass()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        ann.Send(Audio("0", 11, 1, 30));
        _rig.Worker.ApplyPolicy("room", "ann", new PublishPolicy([TrackSource.Microphone], [TrackSource.Microphone]));
        bob.Read();
        ann.Send(Audio("0", 11, 2, 30), Audio("0", 11, 3, 30));
        Assert.Empty(bob.Read().Rtp);
        Assert.Equal(2, _rig.Drops(DropReason.PublicationMuted));

        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything);
        ann.Send(Audio("0", 11, 4, 30), Audio("0", 11, 5, 30));
        Assert.NotEmpty(bob.Read().Rtp);
    }

    [Fact]
    public void An_offer_without_extensions_is_found_by_announced_ssrc_or_by_payload_type()
    {
        var bare = new ExtensionIds();
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        var ffmpeg = _rig.Connect("obs",
            Sends("0", TrackSource.Microphone) with { Extensions = bare }, Sends("1", TrackSource.Camera) with { Extensions = bare, Ssrcs = [new AnnouncedSsrc(22, 0)] });
        ffmpeg.Send(Audio("x", 77, 1, 30), Video("y", 22, 1, 0, key: true));
        Assert.Equal([1000u, 2000u], bob.Read().Rtp.Select(p => RigClient.Header(p).Ssrc));
    }

    [Fact]
    public void With_no_demand_the_one_picture_is_the_active_speakers()
    {
        var watcher = _rig.Connect("watcher", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var eve = _rig.Connect("eve", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        ushort next = 0;
        Speak(annLevel: 30, eveLevel: 127);
        Assert.Equal("ann", Content("watcher", "1"));
        Speak(annLevel: 127, eveLevel: 30);
        Assert.Equal("eve", Content("watcher", "1"));

        void Speak(byte annLevel, byte eveLevel) => _rig.Pass(3_000, passed =>
        {
            if (passed % 20 != 0) return;
            next++;
            ann.Put(Audio("0", 1, next, annLevel));
            eve.Put(Audio("0", 2, next, eveLevel));
            ann.Put(Video("1", 3, next, next * 1800u, key: next % 25 == 1));
            eve.Put(Video("1", 4, next, next * 1800u, key: next % 25 == 1));
        });
    }

    [Fact]
    public async Task A_camera_that_falls_silent_keeps_its_slot_and_goes_on_without_a_key_frame()
    {
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        ann.Send(Video("1", 22, 1, 0, key: true));
        _rig.Pass(3_000);
        await _rig.SettleAsync();
        Assert.Equal(SlotState.PublisherSilent, bob.Events.Slots.Last()[0].State);
        ann.Read();
        bob.Read();
        ann.Send(Video("1", 22, 2, 3000));
        _rig.Pass(200);
        await _rig.SettleAsync();
        Assert.Single(bob.Read().Rtp);
        Assert.Equal(0, ann.Read().PictureLossIndications);
        Assert.Equal(SlotState.Live, bob.Events.Slots.Last()[0].State);
    }

    [Fact]
    public void A_reoffer_adds_a_slot_and_leaves_the_others_alone()
    {
        var ann = _rig.Connect("ann", Sends("1", TrackSource.Camera));
        var bob = _rig.Connect("bob", Slot("1", TrackSource.Camera, 2000));
        ann.Send(Video("1", 22, 1, 0, key: true));
        var before = RigClient.Header(bob.Read().Rtp.Single());
        Assert.True(_rig.Worker.Update("bob", bob.Media with { Media = [.. bob.Media.Media, Slot("2", TrackSource.Camera, 4000)] }));
        ann.Send(Video("1", 22, 2, 3000));
        Assert.Equal((ushort)(before.Sequence + 1), RigClient.Header(bob.Read().Rtp.Single()).Sequence);
        Assert.Equal(2, _rig.Worker.Dump("room", 0)!.Sessions[1].Slots.Length);
    }

    private static Vp8Descriptor Picture(byte[] packet)
    {
        Assert.True(Vp8Descriptor.TryParse(RigClient.Header(packet).Payload(packet), out var descriptor));
        return descriptor;
    }

    private string? LayerOf(string session) => _rig.Worker.Dump("room", 0)!.Sessions.Single(s => s.SessionId == session).Slots[0].Layer;

    private string? Content(string session, string mid) =>
        _rig.Worker.Dump("room", 0)!.Sessions.Single(s => s.SessionId == session).Slots.Single(s => s.Mid == mid).ParticipantId;
}
