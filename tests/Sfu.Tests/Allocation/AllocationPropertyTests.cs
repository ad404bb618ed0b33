using Conference.MediaPod.Sfu.Allocation;

namespace Conference.Sfu.Tests.Allocation;

/// <summary>What must hold whatever is offered and demanded: seeded random receivers.</summary>
public sealed class AllocationPropertyTests
{
    private const int Receivers = 2_000;

    [Fact]
    public void The_budget_is_never_exceeded()
    {
        for (var seed = 0; seed < Receivers; seed++)
        {
            var random = new Random(seed);
            var bench = NewReceiver(random);
            for (var i = 0; i < 20; i++)
            {
                bench.Now += random.Next(0, 4_000);
                long estimate = random.Next(0, 6_000_000);
                bench.Decide(estimate, random.Next(4) == 0);
                var pictures = bench.Slots.Where(s => s.Chosen >= 0).Sum(s => bench.Options[s.First + s.Chosen].BitsPerSecond);
                Assert.True(pictures <= Math.Max(0, estimate - bench.Sound), $"seed {seed}: {pictures} of {estimate}");
                Assert.Equal(pictures + bench.Sound, bench.Last.AllocatedBitsPerSecond);
            }
        }
    }

    [Fact]
    public void With_a_larger_estimate_nobody_gets_less_unless_somebody_gets_more()
    {
        for (var seed = 0; seed < Receivers; seed++)
        {
            var random = new Random(seed);
            var bench = NewReceiver(random);
            bench.Decide(random.Next(0, 6_000_000));
            var (present, state) = (bench.Present, bench.State);
            bench.Now += random.Next(0, 8_000);
            int[]? before = null;
            for (var estimate = 0L; estimate < 8_000_000; estimate += 90_000)
            {
                (bench.Present, bench.State) = (present, state);
                bench.Decide(estimate);
                var chosen = bench.Slots.Select(s => s.Chosen).ToArray();
                if (before is not null && chosen.Zip(before).Any(p => p.First < p.Second))
                    Assert.True(chosen.Zip(before).Any(p => p.First > p.Second), $"seed {seed} at {estimate}");
                if (before is not null) AssertFirstIsMonotone(bench, before, seed, estimate);
                before = chosen;
            }
        }
    }

    [Fact]
    public void Among_equal_pictures_nobody_gets_less_than_who_comes_later()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var (bench, options, estimate) = (new AllocationBench(), RandomOptions(random), random.Next(0, 6_000_000));
            for (var i = random.Next(2, 9); i > 0; i--) bench.Add(options, priority: i);
            bench.Decide(estimate);
            var chosen = bench.Slots.Select(s => s.Chosen).ToArray(); // added from the last priority to the first
            Assert.Equal(chosen.Order(), chosen);
        }
    }

    [Fact]
    public void A_constant_estimate_with_noise_lowers_nothing_and_comes_to_rest()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var bench = NewReceiver(random);
            bench.Sound = 0; // the noise is that of what there is for pictures
            var estimate = random.Next(100_000, 6_000_000);
            long Noise(long value) => (long)(value * (1 + (random.NextDouble() - 0.5) * 0.08));
            bench.Decide(Noise(estimate), measured: Noise);
            var changes = 0;
            for (var i = 0; i < 240; i++)
            {
                var before = bench.Present;
                bench.Now += 500;
                bench.Decide(Noise(estimate), measured: Noise);
                Assert.False(bench.Last.Lowered, $"seed {seed}");
                if (i > 120 && !bench.Present.SequenceEqual(before)) changes++;
            }
            Assert.True(changes <= 1, $"seed {seed}: {changes} changes in the second minute");
        }
    }

    [Fact]
    public void Nothing_is_allocated_on_the_heap()
    {
        var bench = NewReceiver(new Random(3));
        bench.Decide(1_000_000);
        var (options, slots, state) = (bench.Options, bench.Slots, bench.State);
        BandwidthAllocator.Allocate(900_000, 40_000, options, slots, state, 1_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) BandwidthAllocator.Allocate(900_000 + i, 40_000, options, slots, state, 1_000_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // The slot whose turn comes first depends on nobody.
    private static void AssertFirstIsMonotone(AllocationBench bench, int[] before, int seed, long estimate)
    {
        var screens = bench.Slots.Index().Where(s => s.Item.Rank == PictureRank.Screen).OrderBy(s => s.Item.Priority).ToArray();
        if (screens.Length == 0) return;
        var (index, slot) = screens[0];
        var essential = LayerLadder.Essential(bench.Options.AsSpan(slot.First, slot.Count), slot.Hint);
        Assert.True(Math.Min(slot.Chosen, essential) >= Math.Min(before[index], essential), $"seed {seed} at {estimate}");
    }

    private static AllocationBench NewReceiver(Random random)
    {
        var bench = new AllocationBench { Sound = random.Next(0, 4) * 40_000 };
        if (random.Next(3) == 0) bench.Add(RandomOptions(random), PictureRank.Screen, (ContentHint)random.Next(3), random.Next(5));
        if (random.Next(2) == 0) bench.Add(RandomOptions(random), PictureRank.Prominent, priority: random.Next(5, 15));
        for (var i = random.Next(1, 9); i > 0; i--) bench.Add(RandomOptions(random), priority: random.Next(10, 100), height: random.Next(2) == 0 ? 360 : 1080);
        return bench;
    }

    private static LayerOption[] RandomOptions(Random random)
    {
        var (streams, spatial, temporal) = random.Next(3) == 0 ? (1, random.Next(1, 4), random.Next(1, 4)) : (random.Next(1, 4), 1, random.Next(1, 4));
        var (bits, options) = (random.Next(40_000, 400_000), new List<LayerOption>());
        for (var stream = 0; stream < streams; stream++)
        for (var s = 0; s < spatial; s++)
        for (var t = 0; t < temporal; t++)
        {
            var size = stream + s;
            var share = t == temporal - 1 ? 1 : t == 0 ? 0.45 : 0.7;
            options.Add(new((byte)stream, (byte)s, (byte)t, 180 << size, 30 >> (temporal - 1 - t), (long)(bits * Math.Pow(3, size) * share)));
        }
        return [.. options];
    }
}
