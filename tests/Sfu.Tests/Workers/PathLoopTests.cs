using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.Support.Media.Impairment;
using Xunit.Abstractions;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>The whole of it with real packets: a publisher with three encodings, a worker, a modelled path, and a receiver that reports what arrives.</summary>
public sealed class PathLoopTests : IAsyncDisposable
{
    private static readonly (string Rid, uint Ssrc, int Height, int Rate)[] Encodings = [("q", 21, 180, 150_000), ("h", 22, 360, 500_000), ("f", 23, 720, 1_700_000)];

    private readonly ITestOutputHelper _output;
    private readonly PathRig _paths = new();
    private readonly RigClient _ann;
    private readonly PathClient _bob;
    private readonly ushort[] _sequences = new ushort[3];
    private readonly bool[] _keys = [true, true, true];
    private ushort _audio;
    private uint _timestamp;

    public PathLoopTests(ITestOutputHelper output)
    {
        _output = output;
        _ann = _paths.Rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera, "q", "h", "f"));
        _bob = _paths.Add(_paths.Rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000)), Path(3_000_000), seed: 3);
        _paths.Rig.Worker.SetDemand("bob", [new Demand("ann", TrackSource.Camera, 720, 0)]);
    }

    public ValueTask DisposeAsync() => _paths.DisposeAsync();

    [Fact]
    public void A_step_down_and_up_takes_the_picture_down_and_back_and_leaves_the_sound_alone()
    {
        Run(10);
        Assert.True(Rate(2) > 1_500_000, $"{Rate(2)}");
        Assert.Equal(0, _paths.Rig.Drops(DropReason.PacerOverstayed));

        _bob.Link.Change(Path(500_000), _paths.Now);
        Run(3);
        var longest = 0L;
        Run(9, () => longest = Math.Max(longest, _bob.Link.QueueMicroseconds(_paths.Now)));
        Assert.InRange(longest, 0, 100_000);
        Assert.InRange(Rate(5), 100_000, 480_000);
        Assert.True(SoundOf(9) >= 9 * 50 - 5, $"{SoundOf(9)}"); // audio is not among what is lost once the queue is gone

        _bob.Link.Change(Path(3_000_000), _paths.Now);
        var stepped = _paths.Now;
        var back = -1L;
        Run(12, () =>
        {
            if (back < 0 && _paths.Now % 250_000 == 0 && Rate(1) > 1_500_000) back = _paths.Now - stepped;
        });
        Assert.InRange(back, 0, 12_000_000);
        Assert.Equal(0, _paths.Rig.Worker.Tally.Faults);
    }

    [Fact]
    public void Sound_that_is_sent_again_does_not_look_like_a_queue()
    {
        var client = _paths.Rig.Connect("eve", Slot("0", TrackSource.Microphone, 3000) with { Codecs = [Opus with { Nack = true, RedPayloadType = null }] }, Slot("1", TrackSource.Camera, 4000));
        var eve = _paths.Add(client, Path(4_000_000) with { Delay = TimeSpan.Zero }, seed: 5);
        _paths.Rig.Worker.SetDemand("eve", [new Demand("ann", TrackSource.Camera, 720, 0)]);
        Run(6);
        eve.Link.Change(Path(4_000_000) with { LossPercent = 20 }, _paths.Now);
        var (read, newest) = (eve.Arrived.Count, -1);
        var lowest = long.MaxValue;
        Run(12, () =>
        {
            for (; read < eve.Arrived.Count; read++)
            {
                var header = RigClient.Header(eve.Arrived[read].Packet);
                if (header.Ssrc != 3000 || (newest >= 0 && (short)(header.Sequence - newest) <= 0)) continue;
                if (newest >= 0 && header.Sequence != (ushort)(newest + 1))
                {
                    ushort[] lost = [.. Enumerable.Range(newest + 1, (ushort)(header.Sequence - newest - 1)).Select(n => (ushort)n)];
                    client.SendRtcp((ref RtcpWriter w) => w.TryAddNack(1, 3000, lost));
                }
                newest = header.Sequence;
            }
            if (_paths.Now % 100_000 != 0) return;
            lowest = Math.Min(lowest, _paths.Rig.Worker.Dump("room", 0)!.Sessions.Single(s => s.SessionId == "eve").Transport.Bandwidth.EstimateBitsPerSecond ?? 0);
        });
        Assert.InRange(_paths.Rig.Worker.Tally.Retransmitted, 60, 400);
        Assert.True(lowest > 300_000, $"{lowest}");
    }

    [Fact]
    public void Pictures_on_a_lossy_path_are_repaired_at_the_first_request_and_held_for_it()
    {
        const byte playoutDelay = 5;
        var client = _paths.Rig.Connect("eve", Slot("1", TrackSource.Camera, 4000) with { Extensions = Extensions with { PlayoutDelay = playoutDelay } });
        var eve = _paths.Add(client, Path(4_000_000), seed: 5);
        _paths.Rig.Worker.SetDemand("eve", [new Demand("ann", TrackSource.Camera, 720, 0)]);
        var (read, reported, newest) = (0, 0, -1);
        var (asked, came) = (new HashSet<ushort>(), new HashSet<ushort>());
        Run(4, Answer);
        Assert.DoesNotContain(eve.Arrived, p => HoldOf(p.Packet) is not null);

        eve.Link.Change(Path(4_000_000) with { LossPercent = 20 }, _paths.Now);
        Run(4, Answer);
        asked.Clear();
        var since = eve.Arrived.Count;
        Run(5, Answer);

        Assert.InRange(asked.Count, 150, 400);
        Assert.InRange(asked.Count(n => !came.Contains(n)), 1, asked.Count / 12); // a fifth of single copies would be lost again
        Assert.Equal([100], eve.Arrived.Skip(since).Select(p => HoldOf(p.Packet)?.MinimumMilliseconds).OfType<int>().Distinct()); // 25 ms and 60, in steps of 20

        eve.Link.Change(Path(4_000_000), _paths.Now);
        Run(11, Answer);
        Assert.Equal(new PlayoutDelay(0, 10_000), eve.Arrived.TakeLast(60).Select(p => HoldOf(p.Packet)).Last(hold => hold is not null));

        static PlayoutDelay? HoldOf(byte[] packet) =>
            new HeaderExtensionReader(packet, RigClient.Header(packet)).TryFind(playoutDelay, out var value) && PlayoutDelay.TryRead(value, out var delay) ? delay : null;

        // Asks once for each packet that is missing, and answers sender reports.
        void Answer()
        {
            for (; reported < eve.Control.Count; reported++)
            {
                Assert.True(RtcpReader.TryParse(eve.Control[reported], out var blocks));
                foreach (var block in blocks)
                {
                    if (SenderReport.TryRead(block, out var sent)) client.PutRtcp(Report(sent));
                }
            }
            for (; read < eve.Arrived.Count; read++)
            {
                var (packet, header) = (eve.Arrived[read].Packet, RigClient.Header(eve.Arrived[read].Packet));
                if (header.Ssrc == 4001 && Rtx.TryDecapsulate(packet.ToArray(), header, Vp8Type, 4000, out var original)) came.Add(RigClient.Header(original.ToArray()).Sequence);
                if (header.Ssrc != 4000 || (newest >= 0 && (short)(header.Sequence - newest) <= 0)) continue;
                if (newest >= 0 && header.Sequence != (ushort)(newest + 1))
                {
                    ushort[] lost = [.. Enumerable.Range(newest + 1, (ushort)(header.Sequence - newest - 1)).Select(n => (ushort)n)];
                    asked.UnionWith(lost);
                    client.PutRtcp(Nack(lost));
                }
                newest = header.Sequence;
            }
        }

        static byte[] Report(SenderReport sent)
        {
            var buffer = new byte[100];
            var writer = new RtcpWriter(buffer);
            writer.TryAddReceiverReport(1, [new ReportBlock(sent.Ssrc, 0, 0, 0, 0, NtpTime.Compact(sent.NtpTimestamp), 0)]);
            return buffer[..writer.Length];
        }

        static byte[] Nack(ushort[] lost)
        {
            var buffer = new byte[1200];
            var writer = new RtcpWriter(buffer);
            writer.TryAddNack(1, 4000, lost);
            return buffer[..writer.Length];
        }
    }

    [Fact]
    public void Padding_comes_in_the_stream_of_retransmissions_and_holds_nothing_new()
    {
        Run(4);
        Assert.True(Bandwidth().Probes > 0);
        Assert.True(Bandwidth().EstimateBitsPerSecond > 1_700_000);
        var pictures = _bob.Arrived.Where(p => RigClient.Header(p.Packet).Ssrc == 2000).Select(p => p.Packet).ToList();
        var known = pictures.ToDictionary(p => RigClient.Header(p).Sequence, p => RigClient.Header(p).Payload(p).ToArray());
        var padding = _bob.Arrived.Where(p => RigClient.Header(p.Packet).Ssrc == 2001).Select(p => p.Packet).ToList();
        Assert.NotEmpty(padding);
        var (empty, repeated) = (0, 0);
        foreach (var packet in padding)
        {
            var header = RigClient.Header(packet);
            Assert.Equal(Vp8RtxType, header.PayloadType);
            var copy = packet.ToArray();
            if (!Rtx.TryDecapsulate(copy, header, Vp8Type, 2000, out var original))
            {
                Assert.Equal(0, header.PayloadLength);
                empty++;
                continue;
            }
            var restored = RigClient.Header(original.ToArray());
            Assert.Equal(known[restored.Sequence], restored.Payload(original).ToArray());
            repeated++;
        }
        _output.WriteLine($"{empty} of padding, {repeated} repeated");
        Assert.True(empty > 0);
        // Numbers of the stream of pictures have no holes: padding takes none of them.
        for (var i = 1; i < pictures.Count; i++) Assert.Equal((ushort)(RigClient.Header(pictures[i - 1]).Sequence + 1), RigClient.Header(pictures[i]).Sequence);
    }

    [Fact]
    public void Random_loss_leaves_the_large_picture()
    {
        _bob.Link.Change(Path(3_000_000) with { LossPercent = 5 }, _paths.Now);
        Run(12);
        Assert.True(Rate(4) > 1_850_000 * 0.95 * 0.8, $"{Rate(4)}");
    }

    [Fact]
    public void A_receiver_without_retransmissions_is_not_probed_with_padding()
    {
        var eve = _paths.Add(
            _paths.Rig.Connect("eve", Slot("1", TrackSource.Camera, 3000) with { SlotRtxSsrc = 0, Codecs = [Vp8 with { RtxPayloadType = null }] }), Path(3_000_000));
        _paths.Rig.Worker.SetDemand("eve", [new Demand("ann", TrackSource.Camera, 720, 0)]);
        Run(5);
        Assert.True(eve.Arrived.Count > 100);
        Assert.All(eve.Arrived, p => Assert.Equal(3000u, RigClient.Header(p.Packet).Ssrc));
    }

    private static LinkConditions Path(long rate) => new() { BitsPerSecond = rate, QueueTime = TimeSpan.FromMilliseconds(300), Delay = TimeSpan.FromMilliseconds(25) };

    private BandwidthDump Bandwidth() => _paths.Rig.Worker.Dump("room", 0)!.Sessions.Single(s => s.SessionId == "bob").Transport.Bandwidth;

    // Bits of RTP that arrived in the last so many seconds, per second.
    private double Rate(int seconds) =>
        _bob.Arrived.Where(p => p.At > _paths.Now - seconds * 1_000_000L && RigClient.Header(p.Packet).Ssrc == 2000).Sum(p => p.Packet.Length) * 8.0 / seconds;

    private int SoundOf(int seconds) => _bob.Arrived.Count(p => p.At > _paths.Now - seconds * 1_000_000L && RigClient.Header(p.Packet).Ssrc == 1000);

    private void Run(int seconds, Action? each = null) => _paths.Run(seconds * 1000, now =>
    {
        each?.Invoke();
        if (now % 33 == 0) Frame();
        if (now % 20 == 0) _ann.Put(Audio("0", 11, ++_audio, 30));
        if (now % 10_000 == 0)
        {
            foreach (var client in new[] { _ann, _bob.Client }) _paths.Rig.Port.Put(client.CheckBytes(client.Media.LocalPassword), client.Path); // consent
        }
        ReadRequests();
        if (now % 500 != 0) return;
        var b = Bandwidth();
        _output.WriteLine($"{now,6} est {b.EstimateBitsPerSecond / 1000,5} sent {b.SentBitsPerSecond / 1000,5} want {b.WantedBitsPerSecond / 1000,5} ack {b.AcknowledgedBitsPerSecond / 1000,5} q {_bob.Link.QueueMicroseconds(_paths.Now) / 1000,3} {b.Signal,-9} loss {b.LossFraction:F2} bound {b.LossBoundBitsPerSecond / 1000} probe {b.LastProbeBitsPerSecond / 1000}->{b.LastProbeResultBitsPerSecond / 1000} #{b.Probes} pacer {b.PacerPackets} {b.PacerWaited}");
    });

    private void Frame()
    {
        _timestamp += 2970;
        for (var i = 0; i < Encodings.Length; i++)
        {
            var (rid, ssrc, height, rate) = Encodings[i];
            var bytes = rate / 30 / 8 * (_keys[i] ? 3 : 1);
            var packets = (bytes + 999) / 1000;
            for (var p = 0; p < packets; p++)
            {
                _ann.Put(Video(
                    "1", ssrc, ++_sequences[i], _timestamp, key: _keys[i] && p == 0, start: p == 0, marker: p == packets - 1, pictureId: (ushort)(_timestamp / 2970 & 0x7FFF),
                    tl0: (byte)(_timestamp / 2970), rid: rid, height: height, payload: Math.Max(30, bytes / packets)));
            }
            _keys[i] = false;
        }
    }

    // The publisher answers requests for key frames.
    private void ReadRequests()
    {
        foreach (var (path, datagram) in _paths.Other)
        {
            if (path != _ann.Path) continue;
            _ann.Rtcp.Clear();
            _ann.Take(datagram);
            foreach (var packet in _ann.Rtcp)
            {
                Assert.True(RtcpReader.TryParse(packet, out var blocks));
                foreach (var block in blocks)
                {
                    if (!block.IsPictureLoss || !block.TryGetFeedback(out _, out var ssrc)) continue;
                    for (var i = 0; i < Encodings.Length; i++) _keys[i] |= Encodings[i].Ssrc == ssrc;
                }
            }
        }
        _paths.Other.Clear();
    }
}
