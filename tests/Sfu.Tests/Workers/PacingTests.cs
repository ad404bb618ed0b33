using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.Support.Media.Impairment;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>What leaves at once, what is spread, and what is given up, through a whole worker (cases P1 to P6 of the page on estimation).</summary>
public sealed class PacingTests : IAsyncDisposable
{
    private readonly PathRig _paths = new();
    private readonly RigClient _ann;
    private readonly PathClient _bob;
    private ushort _video, _audio;
    private uint _timestamp;

    public PacingTests()
    {
        _ann = _paths.Rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var bob = _paths.Rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        _bob = _paths.Add(bob, new() { Delay = TimeSpan.FromMilliseconds(25) });
    }

    public ValueTask DisposeAsync() => _paths.DisposeAsync();

    [Fact]
    public void Nothing_is_paced_while_nothing_is_known()
    {
        _bob.SendsFeedback = false;
        Frame(100, key: true);
        _paths.Run(30);
        Assert.Equal(100, _bob.Arrived.Count);
        Assert.Equal(0, Bandwidth().PacerWaited);
    }

    [Fact]
    public void Feedback_gives_an_estimate()
    {
        Talk(3_000, packetsPerFrame: 4);
        var bandwidth = Bandwidth();
        Assert.InRange(bandwidth.EstimateBitsPerSecond ?? 0, 1_000_000, 6_000_000);
        Assert.InRange(bandwidth.AcknowledgedBitsPerSecond ?? 0, 900_000, 1_250_000);
        Assert.InRange(bandwidth.SentBitsPerSecond, 900_000, 1_250_000);
        Assert.Equal(0, bandwidth.PacerWaited);
    }

    [Fact]
    public void A_frame_of_ten_packets_leaves_at_once_and_a_larger_one_is_spread_while_sound_goes_on()
    {
        Talk(3_000, packetsPerFrame: 4);
        Assert.InRange(Bandwidth().PacerBitsPerSecond, 1_000_000, 20_000_000);
        _paths.Run(100);
        _bob.Arrived.Clear();
        Frame(10, key: false);
        _paths.Run(40);
        Assert.Equal(10, Pictures().Count);
        Assert.Single(Pictures().Select(p => p.At).Distinct());

        _paths.Run(60);
        _bob.Arrived.Clear();
        var begun = _paths.Now;
        Frame(80, key: true);
        Sound();
        _paths.Run(40, _ => { });
        var waited = Bandwidth();
        Assert.True(waited.PacerWaited >= 60, $"{waited.PacerWaited}");
        var sound = Assert.Single(_bob.Arrived, p => RigClient.Header(p.Packet).Ssrc == 1000);
        Assert.InRange(sound.At - begun, 0, 27_000); // at once: the path's delay
        _paths.Run(400);
        var pictures = Pictures();
        Assert.Equal(80, pictures.Count);
        AssertContinuous(pictures.Select(p => p.Packet));
        Assert.True(pictures[^1].At - pictures[0].At > 30_000);
        Assert.Equal(0, Bandwidth().PacerPackets);
        Assert.True(_paths.Rig.Worker.Turn() > 1_000); // no timer for what does not wait
    }

    [Fact]
    public void What_waited_leaves_with_the_number_and_the_time_of_its_leaving()
    {
        Talk(3_000, packetsPerFrame: 4);
        _bob.Arrived.Clear();
        Frame(80, key: true);
        for (var i = 0; i < 10; i++)
        {
            Sound();
            _paths.Run(20);
        }
        _paths.Run(300);
        var numbers = _bob.Arrived.Select(p => (p.At, Number: Element(p.Packet, Extensions.TransportCc), Time: Element(p.Packet, Extensions.AbsSendTime))).ToList();
        for (var i = 1; i < numbers.Count; i++)
        {
            Assert.Equal((ushort)(numbers[i - 1].Number + 1), (ushort)numbers[i].Number); // on a path that keeps the order
            var sent = ((numbers[i].Time - numbers[0].Time) & 0xFFFFFF) * 1_000_000L >> 18;
            Assert.InRange(numbers[i].At - numbers[0].At - sent, -1_100, 1_100);
        }
    }

    [Fact]
    public void What_overstays_is_dropped_by_name_and_a_key_frame_asked_for()
    {
        // A picture of small frames fits into 350 kbps, so the allocation lets it pass; then comes one frame of 340 kB, which would take more than three seconds.
        Talk(1_500, packetsPerFrame: 1);
        _bob.SendsFeedback = false;
        _bob.Client.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 350_000, [2000u]));
        _paths.Run(1_100);
        _bob.Arrived.Clear();
        _paths.Other.Clear();
        Frame(340, key: false);
        _paths.Run(1_900);
        Assert.Equal(0, _paths.Rig.Drops(DropReason.PacerOverstayed));
        Assert.True(Bandwidth().PacerPackets > 50);
        _paths.Run(300);
        var given = Bandwidth();
        Assert.Equal(0, given.PacerPackets);
        Assert.Equal(_paths.Rig.Drops(DropReason.PacerOverstayed), given.PacerGivenUp);
        Assert.Equal(340, given.PacerGivenUp + Pictures().Count);
        foreach (var (path, datagram) in _paths.Other.Where(o => o.Path == _ann.Path)) _ann.Take(datagram);
        Assert.InRange(_ann.PictureLossIndications, 1, 2);
        Assert.Equal(0, _paths.Rig.Worker.Tally.Faults);
    }

    [Fact]
    public void N10_repairs_that_would_wait_for_long_are_not_taken()
    {
        Talk(3_000, packetsPerFrame: 4);
        _bob.SendsFeedback = false;
        _bob.Client.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 1_000_000, [2000u]));
        _paths.Run(1_100);
        var lost = Pictures().TakeLast(120).Select(p => RigClient.Header(p.Packet).Sequence).ToArray();
        _bob.Client.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 2000, lost));
        var bandwidth = Bandwidth();
        Assert.InRange(bandwidth.PacerBytes, bandwidth.PacerBitsPerSecond * 3 / 80 - 2_000, bandwidth.PacerBitsPerSecond * 3 / 80 + 2_000); // 300 ms
        Assert.InRange(_paths.Rig.Drops(DropReason.SendQueueFull), 30, 110);
        _paths.Run(400);
        Assert.Equal(0, Bandwidth().PacerPackets);
    }

    [Fact]
    public void A_receiver_that_leaves_gives_its_queue_back()
    {
        Talk(3_000, packetsPerFrame: 4);
        Frame(100, key: false);
        _paths.Run(2);
        Assert.True(Bandwidth().PacerPackets > 0);
        _paths.Rig.Worker.Close("bob", SessionEnd.Deleted);
        _paths.Rig.Worker.Close("ann", SessionEnd.Deleted);
        _paths.Run(50);
        Assert.Equal(0, _paths.Rig.Worker.PacketsHeld);
    }

    private BandwidthDump Bandwidth() => _paths.Rig.Worker.Dump("room", 0)!.Sessions.Single(s => s.SessionId == "bob").Transport.Bandwidth;

    private List<(long At, byte[] Packet)> Pictures() => [.. _bob.Arrived.Where(p => RigClient.Header(p.Packet).Ssrc == 2000)];

    private void Talk(int milliseconds, int packetsPerFrame)
    {
        var began = _paths.Now / 1000;
        _paths.Run(milliseconds, now =>
        {
            if ((now - began) % 33 == 1) Frame(packetsPerFrame, key: now - began == 1);
            if ((now - began) % 20 == 0) Sound();
        });
    }

    private void Frame(int packets, bool key)
    {
        _timestamp += 3000;
        for (var i = 0; i < packets; i++)
            _ann.Put(Video("1", 22, ++_video, _timestamp, key: key && i == 0, start: i == 0, marker: i == packets - 1, pictureId: (ushort)(_timestamp / 3000), payload: 1000));
    }

    private void Sound() => _ann.Put(Audio("0", 11, ++_audio, 30));

    private static void AssertContinuous(IEnumerable<byte[]> packets)
    {
        var last = -1;
        foreach (var packet in packets)
        {
            var sequence = RigClient.Header(packet).Sequence;
            if (last >= 0) Assert.Equal((ushort)(last + 1), sequence);
            last = sequence;
        }
    }

    private static int Element(byte[] packet, byte id)
    {
        var elements = new HeaderExtensionReader(packet, RigClient.Header(packet));
        Assert.True(elements.TryFind(id, out var value));
        var number = 0;
        foreach (var part in value) number = number << 8 | part;
        return number;
    }
}
