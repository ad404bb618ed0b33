using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.Sfu.Tests.Workers;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Spreading;

/// <summary>What happens when one worker does not come to what another sends it, and what crossing costs (docs/workers.md, cases R4 to R6).</summary>
public sealed class CrossingTests
{
    // As docs/workers.md says: so much is lent, and so much of it is for sound alone.
    private const int Lent = 1024, ForSound = 128;

    [Fact]
    public async Task R4_where_there_is_no_room_pictures_go_before_sound_each_by_its_name_and_a_key_frame_mends_what_broke()
    {
        await using var rig = new SpreadRig().Spread();
        var ann = rig.Home.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var bob = rig.Home.Connect("bob", Slot("2", TrackSource.Camera, 3000));
        var dan = rig.Other.Connect("dan", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        ann.Send(Video("1", 22, 0, 0, key: true), Audio("0", 11, 0, 20));
        rig.Pass(20);
        dan.Read();

        // The other worker stands still: nothing of this is taken.
        const int pictures = Lent + 76, sounds = 100;
        for (var i = 1; i <= pictures; i++)
        {
            rig.Home.Time.Advance(TimeSpan.FromMilliseconds(5));
            ann.Send(Video("1", 22, (ushort)i, (uint)i * 3000, pictureId: (ushort)i));
        }
        for (var i = 1; i <= sounds; i++) ann.Put(Audio("0", 11, (ushort)i, 20));
        rig.Home.Turn();
        Assert.Equal(pictures - (Lent - ForSound), rig.Home.Drops(DropReason.CrossingFullPicture));
        Assert.Equal(0, rig.Home.Drops(DropReason.CrossingFullSound));
        Assert.Equal(pictures, bob.Read().Rtp.Count(p => RigClient.Header(p).Ssrc == 3000) - 1); // its own receivers notice nothing

        rig.Turn();
        Assert.Equal(sounds, dan.Read().Rtp.Count(p => RigClient.Header(p).Ssrc == 1000));
        for (var i = 1; i <= ForSound + 50; i++)
        {
            rig.Home.Time.Advance(TimeSpan.FromMilliseconds(5));
            ann.Send(Audio("0", 11, (ushort)(sounds + i), 20));
        }
        Assert.Equal(0, rig.Home.Drops(DropReason.CrossingFullSound)); // memory came back

        // The next picture shows that some are missing for good there: a key frame is asked for.
        ann.Read();
        ann.Send(Video("1", 22, pictures + 1, (pictures + 1) * 3000, pictureId: pictures + 1));
        rig.Pass(1_200);
        Assert.True(ann.Read().PictureLossIndications >= 1);
        ann.Send(Video("1", 22, pictures + 2, (pictures + 2) * 3000, key: true, pictureId: pictures + 2));
        rig.Pass(20);
        Assert.NotEmpty(dan.Read().Rtp);
    }

    [Fact]
    public async Task R4_sound_too_is_dropped_by_name_when_nothing_at_all_is_taken()
    {
        await using var rig = new SpreadRig().Spread();
        var ann = rig.Home.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = rig.Home.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        const int sounds = Lent + 100;
        for (var i = 0; i < sounds; i++)
        {
            rig.Home.Time.Advance(TimeSpan.FromMilliseconds(5));
            ann.Send(Audio("0", 11, (ushort)i, 20));
        }
        Assert.Equal(100, rig.Home.Drops(DropReason.CrossingFullSound));
        Assert.Equal(sounds, bob.Read().Rtp.Count);
        rig.Turn();
        Assert.Equal(Lent, rig.Other.Worker.Tally.TakenOver);
    }

    [Fact]
    public async Task R5_nothing_is_allocated_for_packets_that_cross()
    {
        var time = new SteppingTime();
        await using var rig = new SpreadRig(time).Spread();
        var ann = rig.Home.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        for (var i = 0; i < 10; i++) rig.Other.Connect($"v{i}", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        (rig.Home.Port.Keeps, rig.Other.Port.Keeps) = (false, false);
        var (warm, measured) = (Datagrams(0), Datagrams(3_000));
        Run(warm);
        var (forwarded, before) = (rig.Other.Worker.Tally.Forwarded, GC.GetAllocatedBytesForCurrentThread());
        Run(measured);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(3_000L * 2 * 10, rig.Other.Worker.Tally.Forwarded - forwarded);
        Assert.Equal(3_000L * 2 * 2, rig.Other.Worker.Tally.TakenOver);
        // Not per packet: the home tells once a second who speaks.
        Assert.InRange(allocated, 0, 20_000);

        List<byte[]> Datagrams(int from)
        {
            var list = new List<byte[]>();
            for (var i = from; i < from + 3_000; i++)
            {
                list.Add(ann.Protect(Audio("0", 11, (ushort)i, 30)));
                list.Add(ann.Protect(Video("1", 22, (ushort)i, (uint)i * 3000, key: i == 0, pictureId: (ushort)i, transportSequence: (ushort)i)));
            }
            return list;
        }

        void Run(List<byte[]> datagrams)
        {
            for (var i = 0; i < datagrams.Count; i++)
            {
                rig.Home.Port.Put(datagrams[i], ann.Path);
                if (i % 8 != 7) continue;
                time.Ticks += TimeSpan.TicksPerMillisecond * 15;
                rig.Turn();
            }
            rig.Turn();
        }
    }

    [Fact]
    public async Task R6_wishes_cross_as_messages_an_encoding_that_nobody_anywhere_wants_is_named_and_wanted_back_at_once()
    {
        await using var rig = new SpreadRig().Spread();
        var ann = rig.Home.Connect("ann", Sends("1", TrackSource.Camera, "l", "h"));
        var dan = rig.Other.Connect("dan", Slot("1", TrackSource.Camera, 2000));
        rig.Other.Worker.SetDemand("dan", [new Demand("ann", TrackSource.Camera, 180, 0)]);
        ushort number = 0;
        Run(6_000, high: passed => passed < 4_500); // it goes on for a while after it is named, as encoders do
        await rig.Home.SettleAsync();
        Assert.Equal([new EncodingWant("l", true), new EncodingWant("h", false)], ann.Events.Wants.Last().Single().Encodings.AsEnumerable());
        var told = ann.Events.Wants.Count;
        Run(12_000, high: _ => false); // and it stays so

        rig.Other.Worker.SetDemand("dan", [new Demand("ann", TrackSource.Camera, 720, 0)]);
        rig.Pass(50);
        await rig.Home.SettleAsync();
        Assert.Equal(told + 1, ann.Events.Wants.Count);
        Assert.Equal([new EncodingWant("l", true), new EncodingWant("h", true)], ann.Events.Wants.Last().Single().Encodings.AsEnumerable());
        dan.Read();
        Run(5_000, high: _ => true);
        await rig.Home.SettleAsync();
        Assert.Equal(told + 1, ann.Events.Wants.Count); // wanted on, so it stays on
        Assert.Contains(dan.Read().Rtp, p => p.Length > 900); // and is shown

        void Run(int milliseconds, Func<int, bool> high) => rig.Pass(milliseconds, passed =>
        {
            if (passed % 40 != 0) return;
            number++;
            ann.Put(Video("1", 22, number, number * 3600u, key: number % 25 == 1, pictureId: number, rid: "l", height: 180, payload: 300));
            if (high(passed)) ann.Put(Video("1", 33, number, number * 3600u, key: number % 25 == 1, pictureId: number, rid: "h", height: 720, payload: 1000));
            if (passed % 10_000 == 0) ann.Check();
            if (passed % 10_000 == 0) dan.Check();
        });
    }

    /// <summary>A clock that allocates nothing when it moves.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        public long Ticks { get; set; } = TimeSpan.TicksPerDay * 700_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;

        public override DateTimeOffset GetUtcNow() => new(Ticks, TimeSpan.Zero);
    }
}
