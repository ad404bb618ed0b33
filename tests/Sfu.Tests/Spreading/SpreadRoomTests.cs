using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using Conference.Sfu.Tests.Workers;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Spreading;

/// <summary>One room on two workers: what those on one notice of those on the other (docs/workers.md).</summary>
public sealed class SpreadRoomTests : IAsyncDisposable
{
    private readonly SpreadRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Sound_and_pictures_of_each_side_reach_both_authentic_and_continuous()
    {
        _rig.Spread();
        var (ann, bob, cat, dan) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Home, "bob"), Publisher(_rig.Other, "cat"), Viewer(_rig.Other, "dan"));
        for (var i = 0; i < 20; i++)
        {
            Send(ann, i);
            Send(cat, i);
            _rig.Pass(20);
        }
        foreach (var viewer in (RigClient[])[bob, dan])
        {
            viewer.Read();
            var slots = viewer.Rtp.GroupBy(p => RigClient.Header(p).Ssrc).OrderBy(s => s.Key).ToList();
            Assert.Equal([1000u, 1100u, 2000u, 2100u], slots.Select(s => s.Key));
            Assert.All(slots, slot =>
            {
                var packets = slot.ToList();
                Assert.Equal(20, packets.Count);
                for (var i = 1; i < packets.Count; i++) Assert.Equal((ushort)(RigClient.Header(packets[i - 1]).Sequence + 1), RigClient.Header(packets[i]).Sequence);
                for (var i = 0; i < packets.Count; i++) Assert.All(packets[i][^60..], b => Assert.Equal((byte)i, b)); // the payload that was sent
            });
        }
        await _rig.Home.SettleAsync();
        await _rig.Other.SettleAsync();
        Assert.All(dan.Events.Slots.Last(), s => Assert.Equal(SlotState.Live, s.State));
        Assert.Equal(["ann", "cat"], dan.Events.Slots.Last().Select(s => s.ParticipantId!).Distinct().Order());
        Assert.Equal(["ann", "bob"], _rig.Home.Rooms.Last!.Participants.Select(p => p.ParticipantId)); // each part tells its own people
        Assert.Equal([TrackSource.Microphone, TrackSource.Camera], _rig.Other.Rooms.Last!.Participants.Single(p => p.ParticipantId == "cat").Publishing.AsEnumerable());
    }

    [Fact]
    public void R1_a_packet_is_copied_once_for_each_other_worker_however_many_receive_it_there()
    {
        _rig.Spread();
        var ann = Publisher(_rig.Home, "ann");
        var viewers = Enumerable.Range(0, 10).Select(i => Viewer(_rig.Other, $"v{i}")).ToList();
        for (var i = 0; i < 10; i++)
        {
            Send(ann, i);
            _rig.Pass(20);
        }
        Assert.Equal((20, 20), (_rig.Home.Worker.Tally.Crossed, _rig.Other.Worker.Tally.TakenOver));
        Assert.All(viewers, v => Assert.Equal(20, v.Read().Rtp.Count));
        Assert.Equal(200, _rig.Other.Worker.Tally.Forwarded);
        Assert.Equal(0, _rig.Home.Worker.Tally.Forwarded);
    }

    [Fact]
    public void R2_key_frames_that_many_want_are_asked_for_once_where_the_publisher_is()
    {
        _rig.Spread();
        var ann = Publisher(_rig.Home, "ann");
        Send(ann, 0);
        _rig.Pass(20);
        var viewers = Enumerable.Range(0, 3).Select(i => Viewer(_rig.Other, $"v{i}")).ToList(); // each needs one to begin with
        _rig.Turn();
        Assert.Equal(1, ann.Read().PictureLossIndications);
        _rig.Pass(100);
        Send(ann, 1, key: true);
        _rig.Pass(400);
        Assert.Equal(0, ann.Read().PictureLossIndications);
        foreach (var viewer in viewers) viewer.SendRtcp((ref RtcpWriter w) => w.TryAddPictureLoss(1, 2000));
        _rig.Turn();
        Assert.Equal(1, ann.Read().PictureLossIndications);
        _rig.Pass(1_000);
        Assert.InRange(ann.Read().PictureLossIndications, 2, 4); // repeated until it comes
        Send(ann, 2, key: true);
        _rig.Pass(1_000);
        Assert.Equal(0, ann.Read().PictureLossIndications);
    }

    [Fact]
    public void R3_what_a_receiver_misses_is_sent_again_by_its_own_worker()
    {
        _rig.Spread();
        var (ann, bob) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Other, "bob"));
        for (var i = 0; i < 5; i++)
        {
            Send(ann, i);
            _rig.Pass(20);
        }
        var picture = bob.Read().Rtp.Where(p => RigClient.Header(p).Ssrc == 2000).ToList()[2];
        bob.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, [RigClient.Header(picture).Sequence]));
        _rig.Turn();
        Assert.Equal((1, 0), (_rig.Other.Worker.Tally.Retransmitted, _rig.Home.Worker.Tally.Retransmitted));
        Assert.Equal(Vp8RtxType, RigClient.Header(bob.Read().Rtp.Single()).PayloadType);
        Assert.Equal(0, ann.Read().Count((type, format) => type == RtcpPacketType.TransportFeedback && format == RtcpFeedbackFormat.Nack));
    }

    [Fact]
    public void R3_what_the_publisher_loses_is_asked_for_once_and_reaches_both_sides()
    {
        _rig.Spread();
        var (ann, bob, dan) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Home, "bob"), Viewer(_rig.Other, "dan"));
        foreach (var i in (int[])[0, 1, 3, 4])
        {
            Send(ann, i);
            _rig.Pass(20);
        }
        _rig.Pass(60);
        var asked = ann.Read().Count((type, format) => type == RtcpPacketType.TransportFeedback && format == RtcpFeedbackFormat.Nack);
        Assert.InRange(asked, 1, 3); // by one worker: the repair is not asked for twice
        Send(ann, 2);
        _rig.Pass(20);
        foreach (var viewer in (RigClient[])[bob, dan]) Assert.Equal(5, viewer.Read().Rtp.Count(p => RigClient.Header(p).Ssrc == 2000));
    }

    [Fact]
    public async Task Who_is_muted_is_silent_on_every_worker_at_once()
    {
        _rig.Spread();
        var (ann, dan) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Other, "dan"));
        Send(ann, 0);
        _rig.Pass(20);
        Assert.Equal(2, dan.Read().Rtp.Count);
        Policy("ann", PublishPolicy.Everything with { Muted = [TrackSource.Microphone] });
        Send(ann, 1);
        _rig.Pass(20);
        Assert.Equal([2000u], dan.Read().Rtp.Select(p => RigClient.Header(p).Ssrc));
        await _rig.Other.SettleAsync();
        Assert.Equal(SlotState.Empty, dan.Events.Slots.Last()[0].State);
        Policy("ann", PublishPolicy.Everything);
        Send(ann, 2);
        _rig.Pass(20);
        Assert.Equal(2, dan.Read().Rtp.Count);
    }

    [Fact]
    public void Groups_hear_and_see_each_other_across_workers_and_nobody_else()
    {
        _rig.Spread();
        var (ann, dan) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Other, "dan"));
        Send(ann, 0);
        _rig.Pass(20);
        Assert.Equal(2, dan.Read().Rtp.Count);
        Policy("ann", PublishPolicy.Everything with { Group = "1" });
        Send(ann, 1, key: true);
        _rig.Pass(20);
        Assert.Empty(dan.Read().Rtp);
        Policy("dan", PublishPolicy.Everything with { Group = "1" });
        _rig.Turn();
        Send(ann, 2, key: true);
        _rig.Pass(20);
        Assert.Equal(2, dan.Read().Rtp.Count);
    }

    [Fact]
    public async Task A_part_that_begins_later_knows_who_publishes_and_one_that_ends_leaves_nothing_behind()
    {
        var ann = Publisher(_rig.Home, "ann");
        for (var i = 0; i < 3; i++)
        {
            Send(ann, i);
            _rig.Pass(20);
        }
        Assert.Equal(0, _rig.Home.Worker.Tally.Crossed);
        _rig.Spread();
        var dan = Viewer(_rig.Other, "dan");
        _rig.Turn();
        await _rig.Other.SettleAsync();
        Assert.Equal("ann", dan.Events.Slots.Last()[0].ParticipantId); // before a packet of hers has crossed
        Send(ann, 3);
        _rig.Pass(150); // until it is noticed that it arrives
        Assert.Equal(1, ann.Read().PictureLossIndications);
        Send(ann, 4, key: true);
        _rig.Pass(20);
        Assert.Contains(dan.Read().Rtp, p => RigClient.Header(p).Ssrc == 2000);

        Assert.True(_rig.Other.Worker.PacketsHeld > 0);
        _rig.Other.Worker.Close("dan", SessionEnd.Deleted);
        _rig.Gather();
        Assert.Equal(0, _rig.Other.Worker.PacketsHeld);
        Assert.Equal(-1, _rig.Other.Worker.Turn()); // nothing of the room is left that would tick
        await _rig.Other.SettleAsync();
        Assert.Empty(_rig.Other.Rooms.Last!.Participants);
        var crossed = _rig.Home.Worker.Tally.Crossed;
        Send(ann, 5);
        _rig.Pass(20);
        Assert.Equal(crossed, _rig.Home.Worker.Tally.Crossed);
        _rig.Home.Worker.Close("ann", SessionEnd.Deleted);
        _rig.Turn();
        Assert.Equal(0, _rig.Home.Worker.PacketsHeld);
    }

    [Fact]
    public async Task Who_leaves_one_worker_is_gone_from_the_slots_of_the_other()
    {
        _rig.Spread();
        var (ann, dan) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Other, "dan"));
        Send(ann, 0);
        _rig.Pass(20);
        var late = ann.Protect(Audio("0", 11, 50, 20));
        _rig.Home.Port.Put(late, ann.Path);
        _rig.Home.Turn(); // it crosses, and is not taken yet
        _rig.Home.Worker.Close("ann", SessionEnd.Removed);
        _rig.Turn();
        await _rig.Other.SettleAsync();
        Assert.All(dan.Events.Slots.Last(), s => Assert.Equal(SlotState.Empty, s.State));
        Assert.Equal(1, _rig.Other.Drops(DropReason.CrossingEnded));
        Assert.Equal((0, 0), (_rig.Home.Worker.PacketsHeld, _rig.Other.Worker.PacketsHeld));
    }

    [Fact]
    public void A_picture_and_its_sound_are_told_in_one_clock_on_every_worker()
    {
        _rig.Spread();
        var (ann, dan) = (Publisher(_rig.Home, "ann"), Viewer(_rig.Other, "dan"));
        Send(ann, 0);
        ann.SendRtcp((ref RtcpWriter w) => w.TryAddSenderReport(new SenderReport(11, 5UL << 32, 48_000, 1, 1)));
        ann.SendRtcp((ref RtcpWriter w) => w.TryAddSenderReport(new SenderReport(22, 5UL << 32, 90_000, 1, 1)));
        _rig.Pass(1_200);
        // Both slots' timestamps are those of the publisher at one moment, one second of its clock from one and the other.
        var (sound, picture) = (LastReport(dan.Read(), 1000), LastReport(dan, 2000));
        var first = dan.Rtp.ToDictionary(p => RigClient.Header(p).Ssrc, p => RigClient.Header(p).Timestamp);
        var (soundAt, pictureAt) = ((uint)(sound.RtpTimestamp - first[1000]) / 48_000.0, (uint)(picture.RtpTimestamp - first[2000]) / 90_000.0);
        Assert.Equal(48_000 / 48_000.0, soundAt - (0 / 48_000.0), 1.3);
        Assert.Equal(soundAt, pictureAt, 0.02);
    }

    private void Policy(string participant, PublishPolicy policy)
    {
        foreach (var side in (WorkerRig[])[_rig.Home, _rig.Other]) side.Worker.ApplyPolicy("room", participant, policy);
    }

    private static SenderReport LastReport(RigClient client, uint ssrc)
    {
        var last = default(SenderReport);
        foreach (var packet in client.Rtcp)
        {
            Assert.True(RtcpReader.TryParse(packet, out var blocks));
            foreach (var block in blocks)
            {
                if (block.Type == RtcpPacketType.SenderReport && SenderReport.TryRead(block, out var report) && report.Ssrc == ssrc) last = report;
            }
        }
        return last;
    }

    private static RigClient Publisher(WorkerRig side, string name) => side.Connect(name, Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));

    private static RigClient Viewer(WorkerRig side, string name) => side.Connect(
        name, Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Microphone, 1100), Slot("2", TrackSource.Camera, 2000), Slot("3", TrackSource.Camera, 2100));

    private static void Send(RigClient publisher, int number, bool key = false)
    {
        publisher.Put(Audio("0", 11, (ushort)number, 20));
        publisher.Send(Video("1", 22, (ushort)number, (uint)number * 3000, key: key || number == 0, pictureId: (ushort)number));
    }
}
