using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>Redundant sound (RFC 2198) through a worker: cases F1 to F8 of docs/repair.md.</summary>
public sealed class RedundancyTests : IAsyncDisposable
{
    private const int PacketTicks = 960;

    private readonly WorkerRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void F1_who_did_not_agree_on_redundancy_gets_plain_sound()
    {
        var (ann, _, eve) = Three();
        ann.Send(Audio("0", 11, 6, 30), Red(7, 1));
        var packets = eve.Read().Rtp;
        Assert.All(packets, p => Assert.Equal(OpusType, RigClient.Header(p).PayloadType));
        Assert.Equal([Sound(6), Sound(7)], packets.Select(Payload));
        Assert.Equal(1, _rig.Worker.Tally.RedundancyRemoved);
    }

    [Fact]
    public void F2_on_a_narrow_path_no_redundancy_is_sent()
    {
        var (ann, bob, _) = Three();
        Talk(ann, 1, 100, red: true, each: () => bob.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 60_000, [1000])));
        bob.Read();
        ann.Send(Red(101, 1));
        Assert.Equal(OpusType, RigClient.Header(Assert.Single(bob.Read().Rtp)).PayloadType);
        Assert.Equal("Bare", _rig.Worker.Dump("room", 0)!.Sessions[1].Redundancy.Level);
    }

    [Fact]
    public void F3_without_loss_redundancy_goes_on_as_it_came()
    {
        var (ann, bob, _) = Three();
        ann.Send(Audio("0", 11, 6, 30));
        bob.Read();
        var red = Red(7, 1);
        ann.Send(red);
        var packet = Assert.Single(bob.Read().Rtp);
        Assert.Equal(RedType, RigClient.Header(packet).PayloadType);
        Assert.Equal(Payload(red), Payload(packet));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(20, 2)]
    public void F4_who_loses_packets_gets_each_with_those_before_it(int lossPercent, int generations)
    {
        var (ann, bob, _) = Three();
        Lose(ann, bob, lossPercent);
        ann.Send(Audio("0", 11, 500, 30), Audio("0", 11, 501, 30), Audio("0", 11, 502, 30));
        var blocks = Blocks(bob.Read().Rtp[^1]);
        Assert.Equal(generations + 1, blocks.Count);
        for (var i = 0; i <= generations; i++)
            Assert.Equal(((ushort)((generations - i) * PacketTicks), Convert.ToHexString(Sound((ushort)(502 - generations + i)))), blocks[i]);
        Assert.True(_rig.Worker.Tally.RedundancyAdded > 0);
    }

    [Fact]
    public void F4_two_generations_are_made_of_one()
    {
        var (ann, bob, _) = Three();
        Lose(ann, bob, 20);
        ann.Send(Audio("0", 11, 500, 30), Red(501, 1), Red(502, 1));
        Assert.Equal(3, Blocks(bob.Read().Rtp[^1]).Count);
    }

    [Fact]
    public void F4_silence_is_not_bridged_and_not_repeated()
    {
        var (ann, bob, _) = Three();
        Lose(ann, bob, 20);
        // 400 ms of silence between two packets with consecutive numbers, as discontinuous transmission leaves it; then a packet of comfort noise.
        ann.Send(Audio("0", 11, 500, 30), Audio("0", 11, 501, 30, timestamp: 501 * 960 + 19_200), Audio("0", 11, 502, 127, payload: 2, timestamp: 502 * 960 + 19_200), Audio("0", 11, 503, 30, timestamp: 503 * 960 + 19_200));
        var sent = bob.Read().Rtp[^4..];
        Assert.Equal(OpusType, RigClient.Header(sent[1]).PayloadType);
        Assert.Equal(2, Blocks(sent[2]).Count);
        Assert.Equal(OpusType, RigClient.Header(sent[3]).PayloadType);
    }

    [Fact]
    public void F4_a_gap_ends_the_chain()
    {
        var (ann, bob, _) = Three();
        Lose(ann, bob, 20);
        ann.Send(Audio("0", 11, 500, 30), Audio("0", 11, 502, 30));
        Assert.Equal(OpusType, RigClient.Header(bob.Read().Rtp[^1]).PayloadType);
    }

    [Fact]
    public void F4_what_no_block_can_express_is_left_out()
    {
        var (ann, bob, _) = Three();
        Lose(ann, bob, 20);
        ann.Send(Audio("0", 11, 500, 30, payload: 1_050), Audio("0", 11, 501, 30), Audio("0", 11, 502, 30, payload: 1_060));
        var sent = bob.Read().Rtp[^3..];
        Assert.All(sent, p => Assert.Equal(OpusType, RigClient.Header(p).PayloadType));
    }

    [Fact]
    public void F5_after_a_switch_nothing_is_heard_of_what_was_said_before_it()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        ann.Send(Audio("0", 11, 6, 30));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        ann.Send(Red(7, 1), Red(8, 1));
        var sent = bob.Read().Rtp;
        Assert.Equal((OpusType, RedType), (RigClient.Header(sent[0]).PayloadType, RigClient.Header(sent[1]).PayloadType));
    }

    [Fact]
    public void F5_a_receiver_that_numbers_the_codec_otherwise_gets_its_own_numbers_inside_too()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000) with { Codecs = [Opus with { PayloadType = 109, RedPayloadType = 110 }] });
        ann.Send(Audio("0", 11, 6, 30), Red(7, 1));
        var packet = bob.Read().Rtp[^1];
        Assert.Equal(110, RigClient.Header(packet).PayloadType);
        Assert.Equal([(PacketTicks, Convert.ToHexString(Sound(6))), (0, Convert.ToHexString(Sound(7)))], Blocks(packet, 109).Select(b => ((int)b.Offset, b.Data)));
    }

    [Fact]
    public void F6_sealed_sound_is_neither_opened_nor_given_to_who_cannot_take_it()
    {
        var ann = _rig.Open("ann", PublishPolicy.Everything with { Sealed = [TrackSource.Microphone] }, "ann", Sends("0", TrackSource.Microphone)).Connect();
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        var eve = _rig.Connect("eve", Slot("0", TrackSource.Microphone, 3000) with { Codecs = [Opus with { RedPayloadType = null }] });
        var red = Red(7, 1);
        red.AsSpan(RigClient.Header(red).PayloadOffset).Fill(0xFF); // as ciphertext may look
        ann.Send(red);
        Assert.Equal(Payload(red), Payload(Assert.Single(bob.Read().Rtp)));
        Assert.Empty(eve.Read().Rtp);
        Assert.Equal(1, _rig.Drops(DropReason.RtpUnknownPayloadType));
    }

    [Fact]
    public void F7_a_lost_packet_is_taken_out_of_a_later_one_for_everybody_once()
    {
        var (ann, bob, eve) = Three();
        ann.Send(Audio("0", 11, 6, 30), Red(9, 2)); // 7 and 8 were lost
        var sent = eve.Read().Rtp;
        Assert.Equal([Sound(6), Sound(7), Sound(8), Sound(9)], sent.Select(Payload));
        var first = RigClient.Header(sent[0]);
        Assert.Equal(Enumerable.Range(0, 4).Select(i => ((ushort)(first.Sequence + i), first.Timestamp + (uint)(i * PacketTicks))),
            sent.Select(p => (RigClient.Header(p).Sequence, RigClient.Header(p).Timestamp)));
        Assert.Equal(4, bob.Read().Rtp.Count);
        Assert.Equal(2, _rig.Worker.Tally.RedundancyRecovered);

        ann.Send(Audio("0", 11, 8, 30), Red(10, 2)); // it was only late; and is in the next packet again
        Assert.Single(eve.Read().Rtp);
        Assert.Equal(1, _rig.Drops(DropReason.RtpDuplicate));
        Assert.Equal(2, _rig.Worker.Tally.RedundancyRecovered);
    }

    [Fact]
    public void F7_the_publisher_hears_of_the_loss_all_the_same()
    {
        var (ann, _, _) = Three();
        ann.Send(Audio("0", 11, 6, 30), Red(9, 2), Audio("0", 11, 8, 30));
        var layer = _rig.Worker.Dump("room", 0)!.Sessions[0].Publications[0].Layers[0];
        Assert.Equal((3, 1), (layer.Packets, layer.Lost)); // 8 came late by itself, 7 never did
    }

    [Fact]
    public void F7_a_lost_packet_that_was_recovered_is_not_asked_for()
    {
        var codec = Opus with { Nack = true };
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone) with { Codecs = [codec] });
        ann.Send(Audio("0", 11, 6, 30), Red(8, 1));
        _rig.Pass(100);
        Assert.Equal(0, _rig.Worker.Tally.Requested);
        ann.Send(Audio("0", 11, 10, 30));
        _rig.Pass(100);
        Assert.Equal(1, _rig.Worker.Tally.Requested);
    }

    [Fact]
    public void F8_a_block_that_does_not_end_where_the_next_begins_is_not_taken_for_the_packet_before()
    {
        var (ann, _, eve) = Three();
        ann.Send(Audio("0", 11, 6, 30), Red(9, [(3 * PacketTicks, Sound(6)), (480, Sound(8))]));
        Assert.Equal(2, eve.Read().Rtp.Count);
        Assert.Equal(0, _rig.Worker.Tally.RedundancyRecovered);
    }

    [Fact]
    public void Redundancy_that_makes_no_sense_harms_nobody()
    {
        var (ann, bob, eve) = Three();
        ann.Send(Audio("0", 11, 6, 30));
        bob.Read();
        eve.Read();
        ann.Send(
            Red(7, [(960, Sound(6))], innerType: 0), // another codec than agreed
            Red(8, []) [..^80], // without sound
            Red(9, [.. Enumerable.Repeat((960, Array.Empty<byte>()), 200)]), // hundreds of empty blocks
            Red(10, [(0, Sound(9)), (16_383, Sound(9))]));
        Assert.Equal(2, _rig.Drops(DropReason.RtpMalformed));
        Assert.Equal([Sound(9), Sound(10)], eve.Read().Rtp.Select(Payload));
        Assert.Equal(0, _rig.Worker.Tally.RedundancyRecovered);
        Assert.Equal(OpusType, RigClient.Header(bob.Read().Rtp[0]).PayloadType); // not handed on as it came
    }

    [Fact]
    public void Sound_that_came_with_redundancy_and_left_without_is_sent_again_byte_by_byte()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000) with { Codecs = [Opus with { Nack = true, RedPayloadType = null }] });
        Talk(ann, 495, 6);
        ann.Send(Red(501, 2));
        var sequence = RigClient.Header(bob.Read().Rtp[^1]).Sequence;
        _rig.Pass(50);
        var before = _rig.Port.Out.Count;
        Nack(bob, sequence);
        var again = Assert.Single(_rig.Port.Out[before..], d => d.Path == bob.Path && PacketKind.Classify(d.Datagram) == PacketKind.Rtp).Datagram;
        Assert.Contains(_rig.Port.Out[..before], d => d.Datagram.AsSpan().SequenceEqual(again));
    }

    [Fact]
    public void N9_sound_is_sent_again_only_while_it_can_still_be_heard_in_time()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000) with { Codecs = [Opus with { Nack = true, RedPayloadType = null }] });
        ann.Send(Audio("0", 11, 5, 30));
        var sent = Assert.Single(bob.Read().Rtp);
        _rig.Pass(250);
        Nack(bob, RigClient.Header(sent).Sequence);
        Assert.Equal((1, 0), (_rig.Worker.Tally.Retransmitted, _rig.Drops(DropReason.RtpTooOld)));
        _rig.Pass(100);
        Nack(bob, RigClient.Header(sent).Sequence);
        Assert.Equal((1, 1), (_rig.Worker.Tally.Retransmitted, _rig.Drops(DropReason.RtpTooOld)));
    }

    [Fact]
    public void N9_sound_is_not_sent_again_where_the_packets_behind_it_carry_it()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000) with { Codecs = [Opus with { Nack = true }] });
        Talk(ann, 1, 3);
        Nack(bob, RigClient.Header(bob.Read().Rtp[^1]).Sequence);
        Assert.Equal((1, 0), (_rig.Worker.Tally.Retransmitted, _rig.Drops(DropReason.CarriedByRedundancy)));
        ann.Send(Red(4, 1)); // as it came
        Nack(bob, RigClient.Header(bob.Read().Rtp[^1]).Sequence);
        Assert.Equal((1, 1), (_rig.Worker.Tally.Retransmitted, _rig.Drops(DropReason.CarriedByRedundancy)));
        Lose(ann, bob, 20);
        Nack(bob, RigClient.Header(bob.Read().Rtp[^1]).Sequence); // made by the pod
        Assert.Equal((1, 2), (_rig.Worker.Tally.Retransmitted, _rig.Drops(DropReason.CarriedByRedundancy)));
    }

    [Fact]
    public void N4_lost_sound_is_asked_for_while_it_is_of_use_and_not_where_redundancy_brought_it()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone) with { Codecs = [Opus with { Nack = true }] });
        ann.Send(Audio("0", 11, 5, 30));
        ann.Send(Audio("0", 11, 7, 30)); // 6 is lost
        _rig.Pass(20);
        Assert.Equal(1, _rig.Worker.Tally.Requested);
        _rig.Pass(600);
        Assert.InRange(_rig.Worker.Tally.Requested, 1, 3);
        var asked = _rig.Worker.Tally.Requested;
        ann.Send(Red(9, 1)); // 8 is lost, and comes with 9
        _rig.Pass(300);
        Assert.Equal((asked, 1), (_rig.Worker.Tally.Requested, _rig.Worker.Tally.RedundancyRecovered));
    }

    private static void Nack(RigClient client, ushort sequence) => client.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 1000, [sequence]));

    private (RigClient Ann, RigClient Bob, RigClient Eve) Three() => (
        _rig.Connect("ann", Sends("0", TrackSource.Microphone)),
        _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000)),
        _rig.Connect("eve", Slot("0", TrackSource.Microphone, 3000) with { Codecs = [Opus with { RedPayloadType = null }] }));

    /// <summary>Talks for three seconds in which a receiver reports loss.</summary>
    private void Lose(RigClient speaker, RigClient receiver, int percent) =>
        Talk(speaker, 1, 150, each: () => receiver.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverReport(1, [new ReportBlock(1000, (byte)(percent * 256 / 100), 3, 3, 0, 0, 0)])));

    private void Talk(RigClient speaker, int from, int packets, bool red = false, Action? each = null)
    {
        for (var i = from; i < from + packets; i++)
        {
            speaker.Send(red && i > 1 ? Red((ushort)i, 1) : Audio("0", 11, (ushort)i, 30));
            if (i % 20 == 0) each?.Invoke();
            _rig.Pass(20);
        }
    }

    private static byte[] Sound(ushort sequence) => Payload(Audio("0", 11, sequence, 30));

    private static byte[] Payload(byte[] packet) => RigClient.Header(packet).Payload(packet).ToArray();

    private static byte[] Red(ushort sequence, int generations) =>
        Red(sequence, [.. Enumerable.Range(1, generations).Reverse().Select(i => (i * PacketTicks, Sound((ushort)(sequence - i))))]);

    private static byte[] Red(ushort sequence, (int Offset, byte[] Data)[] blocks, byte innerType = OpusType)
    {
        var plain = Audio("0", 11, sequence, 30);
        var header = RigClient.Header(plain);
        var red = new byte[2000];
        plain.AsSpan(0, header.HeaderLength).CopyTo(red);
        RtpHeader.SetPayloadType(red, RedType);
        var writer = new RedWriter(red.AsSpan(header.HeaderLength));
        foreach (var (offset, data) in blocks) Assert.True(writer.TryAdd(innerType, offset, data));
        Assert.True(writer.TryComplete(innerType, header.Payload(plain), out var length));
        return red[..(header.HeaderLength + length)];
    }

    private static List<(ushort Offset, string Data)> Blocks(byte[] packet, byte innerType = OpusType)
    {
        var blocks = new List<(ushort, string)>();
        Assert.NotEqual(innerType, RigClient.Header(packet).PayloadType);
        Assert.True(RedReader.TryParse(RigClient.Header(packet).Payload(packet), out var reader));
        foreach (var block in reader)
        {
            Assert.Equal(innerType, block.PayloadType);
            blocks.Add(((ushort)block.TimestampOffset, Convert.ToHexString(block.Data)));
        }
        return blocks;
    }
}
