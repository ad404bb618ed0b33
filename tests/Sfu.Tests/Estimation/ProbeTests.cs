using Conference.MediaPod.Sfu.Estimation;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>Cases E9 and E10.</summary>
public sealed class ProbeTests
{
    private const long Ms = 1_000;

    private readonly ProbePlan _plan = new();
    private ProbeQuestion _question = new(600_000, 5_000_000, Calm: true, long.MinValue, 50 * Ms);

    [Fact]
    public void E9_each_success_is_followed_at_once_by_twice_as_much_until_what_is_wanted_is_reached()
    {
        Assert.Equal(1_800_000, Begin(0));
        Assert.Null(Begin(10 * Ms)); // one at a time
        Succeed(1_800_000, 100 * Ms);
        Assert.Equal(3_600_000, Begin(100 * Ms));
        Succeed(3_600_000, 200 * Ms);
        Assert.Equal(6_250_000, Begin(200 * Ms)); // 1.25 times what is wanted
        Succeed(6_250_000, 300 * Ms);
        Assert.Null(Begin(300 * Ms));
        Assert.Null(Begin(60_000 * Ms));
        Assert.Equal(3, _plan.Count);
    }

    [Fact]
    public void E9_a_failure_is_followed_by_a_wait_that_doubles()
    {
        var (now, waits) = (0L, new List<long>());
        Assert.NotNull(Begin(now));
        for (var i = 0; i < 5; i++)
        {
            _plan.Answered();
            _plan.Measured(700_000, now);
            var failed = now;
            while (Begin(now) is null) now += 10 * Ms;
            waits.Add((now - failed) / Ms);
        }
        Assert.Equal([1_500, 3_000, 5_000, 5_000, 5_000], waits);
    }

    [Fact]
    public void E9_a_cluster_without_an_answer_is_given_up_and_three_are_the_end_until_somebody_answers()
    {
        Assert.NotNull(Begin(0));
        Assert.Null(Begin(400 * Ms));
        Assert.Null(Begin(600 * Ms)); // given up now; the wait begins
        Assert.NotNull(Begin(2_100 * Ms));
        Assert.Null(Begin(3_000 * Ms));
        Assert.NotNull(Begin(6_100 * Ms));
        for (var at = 7_000L; at < 60_000; at += 100) Assert.Null(Begin(at * Ms));
        _plan.Answered();
        Assert.NotNull(Begin(61_000 * Ms));
    }

    [Fact]
    public void E9_nothing_is_probed_for_that_nobody_wants_or_while_the_path_is_not_calm()
    {
        _question = _question with { Wanted = 600_000 };
        Assert.Null(Begin(0));
        _question = _question with { Wanted = 5_000_000, Calm = false };
        Assert.Null(Begin(0));
        _question = _question with { Calm = true, DecreasedMicroseconds = 10_000 * Ms };
        Assert.Null(Begin(12_900 * Ms));
        Assert.NotNull(Begin(13_000 * Ms));
    }

    [Fact]
    public void E9_a_success_that_does_not_last_makes_the_wait_longer()
    {
        var (now, waits) = (0L, new List<long>());
        for (var i = 0; i < 7; i++)
        {
            var from = now;
            while (Begin(now) is null) now += 10 * Ms;
            waits.Add((now - from) / Ms);
            _plan.Answered();
            _plan.Measured(1_700_000, now); // and the estimate stays where it was
            now += 600 * Ms;
        }
        Assert.True(waits[^1] >= 15_000, string.Join(' ', waits));
        Assert.True(waits.Max() <= 20_000, string.Join(' ', waits));
    }

    [Fact]
    public void E10_the_lesser_of_what_was_sent_and_what_arrived_counts()
    {
        Assert.InRange(Measure(2_000_000, sentEvery: 2_000, arrivesEvery: 2_000) ?? 0, 3_900_000, 4_100_000);
        Assert.InRange(Measure(2_000_000, sentEvery: 2_000, arrivesEvery: 8_000) ?? 0, 930_000, 970_000); // 0.95 of what a full path carried
        Assert.InRange(Measure(2_000_000, sentEvery: 2_000, arrivesEvery: 1_500) ?? 0, 3_900_000, 4_100_000); // never more than was sent
    }

    [Fact]
    public void E10_bunched_arrivals_too_few_packets_and_times_that_make_no_sense_measure_nothing()
    {
        Assert.Null(Measure(2_000_000, 2_000, 500));
        Assert.Null(Measure(2_000_000, 2_000, 0));
        Assert.Null(Measure(2_000_000, 0, 2_000));
        Assert.Null(Measure(2_000_000, 2_000, 2_000_000));
        Assert.Null(Measure(2_000_000, 2_000, 2_000, packets: 3));
        Assert.Null(Measure(20_000_000, 2_000, 2_000, packets: 5)); // far fewer bytes than the cluster's
        Assert.Null(Measure(2_000_000, 2_000, 2_000, cluster: 9));
    }

    [Theory]
    [InlineData(300_000, 1_250)]
    [InlineData(4_000_000, 7_500)]
    [InlineData(50_000_000, 40_000)]
    public void E10_a_cluster_lasts_15_milliseconds_within_bounds(long rate, int bytes) => Assert.Equal(bytes, ProbeCluster.At(1, rate).Bytes);

    private long? Begin(long now) => _plan.TryBegin(_question, now, out var cluster) ? cluster.BitsPerSecond : null;

    private void Succeed(long result, long now)
    {
        _plan.Answered();
        _plan.Measured(result, now);
        _question = _question with { Estimate = result };
    }

    private static long? Measure(long rate, int sentEvery, int arrivesEvery, int packets = 8, byte cluster = 7)
    {
        var measure = new ProbeMeasure();
        measure.Begin(ProbeCluster.At(7, rate));
        for (var i = 0; i < packets; i++) measure.Add(cluster, 1000, i * sentEvery, 99_000_000 + i * arrivesEvery);
        return measure.Result;
    }
}
