using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Wire.Rtcp;

namespace Conference.Sfu.Tests.Publishing;

/// <summary>The small counters and bounds of a publication.</summary>
public sealed class MeasuresTests
{
    [Fact]
    public void A_bound_lets_its_rate_through_for_ever_and_no_more()
    {
        var bound = new RateBound(12_000_000);
        long passed = 0;
        for (var now = 0L; now < 10_000_000; now += 160) passed += bound.TryTake(1000, now) ? 8_000 : 0; // 50 Mbit/s
        Assert.InRange(passed / 10.0, 12_000_000, 12_400_000);
    }

    [Fact]
    public void A_key_frame_burst_passes_the_bound()
    {
        var bound = new RateBound(12_000_000);
        for (var i = 0; i < 250; i++) Assert.True(bound.TryTake(1200, 0));
    }

    [Fact]
    public void Loss_and_jitter_as_rfc_3550_counts_them()
    {
        var statistics = new ReceiveStatistics();
        for (var i = 0; i < 100; i++)
        {
            if (i % 10 != 5) statistics.Add(i, (uint)(i * 900), i * 10_000, 90_000);
        }
        Assert.Equal(10, statistics.Lost);
        Assert.Equal(25, statistics.TakeFractionLost()); // 10 of 100 in 1/256
        Assert.Equal(0, statistics.TakeFractionLost());
        Assert.Equal(0, statistics.Jitter);
        statistics.AddRecovered();
        Assert.Equal(9, statistics.Lost);
    }

    [Fact]
    public void A_steady_deviation_of_ten_milliseconds_becomes_the_jitter()
    {
        var statistics = new ReceiveStatistics();
        for (var i = 0; i < 1000; i++) statistics.Add(i, (uint)(i * 900), i * 10_000 + i % 2 * 10_000, 90_000);
        Assert.InRange(statistics.Jitter, 880, 901);
    }

    [Fact]
    public void Rates_follow_and_fall_to_nothing()
    {
        var meter = new RateMeter();
        for (var now = 0L; now < 3_000_000; now += 10_000) meter.Add(1250, now);
        Assert.InRange(meter.BitsPerSecond(3_000_000), 950_000, 1_050_000);
        Assert.Equal(0, meter.BitsPerSecond(9_000_000));
    }

    [Fact]
    public void Key_frame_wishes_are_merged_throttled_and_repeated_until_one_comes()
    {
        var throttle = new KeyFrameThrottle();
        Assert.True(throttle.Want(1000));
        Assert.False(throttle.Want(1100));
        Assert.False(throttle.Due(1200));
        Assert.True(throttle.Due(1300));
        throttle.Arrived();
        Assert.False(throttle.Due(5000));
        Assert.True(throttle.Want(5001));
    }

    [Theory]
    [InlineData(20, 300)]
    [InlineData(400, 600)]
    [InlineData(5_000, 1_000)]
    public void K2_a_far_publisher_is_asked_again_only_when_an_answer_could_be_here(double roundTrip, int interval)
    {
        var throttle = new KeyFrameThrottle();
        Assert.True(throttle.Want(0, roundTrip));
        Assert.False(throttle.Due(interval - 1, roundTrip));
        Assert.True(throttle.Due(interval, roundTrip));
    }

    [Fact]
    public void Key_frame_requests_that_nobody_answers_end()
    {
        var throttle = new KeyFrameThrottle();
        Assert.True(throttle.Want(0));
        var sent = 1;
        for (var now = 1; now < 60_000; now++) sent += throttle.Due(now) ? 1 : 0;
        Assert.Equal(KeyFrameThrottle.GiveUpAfter, sent);
        Assert.False(throttle.Open);
    }

    [Fact]
    public void A_senders_clock_is_its_least_delayed_report()
    {
        var clock = new SenderClock();
        clock.Report(1000UL << 32, (5000UL << 32) + (1UL << 30)); // a quarter of a second late
        clock.Report(1001UL << 32, 5001UL << 32);
        Assert.Equal(5002UL << 32, clock.ToOurs(1002UL << 32));
        var report = new SenderReportMoment { Ntp = 1001UL << 32, Timestamp = 90_000 };
        Assert.Equal(180_000u, report.At(5002UL << 32, clock, 90_000));
        Assert.Equal(0u, report.At(5000UL << 32, clock, 90_000));
    }

    [Fact]
    public void The_estimate_falls_with_loss_and_grows_without()
    {
        var estimate = new LossBasedEstimate();
        estimate.Second(0.2, 1_500_000, 12_000_000);
        Assert.Equal(1_350_000, estimate.BitsPerSecond, 1.0);
        estimate.Second(0.05, 1_500_000, 12_000_000);
        Assert.Equal(1_350_000, estimate.BitsPerSecond, 1.0);
        estimate.Second(0.0, 1_500_000, 12_000_000);
        Assert.Equal(1_458_000, estimate.BitsPerSecond, 1.0);
        for (var i = 0; i < 100; i++) estimate.Second(0, 20_000_000, 12_000_000);
        Assert.Equal(12_000_000, estimate.BitsPerSecond, 1.0);
    }

    [Fact]
    public void Arrivals_are_reported_once_with_gaps_and_over_the_wrap()
    {
        var recorder = new ArrivalRecorder();
        recorder.Arrived(65_534, 1_000_000);
        recorder.Arrived(65_535, 1_001_000);
        recorder.Arrived(2, 1_010_000);

        var arrivals = Report(recorder);
        Assert.Equal([65_534, 65_535, 0, 1, 2], arrivals.Select(a => (int)a.Sequence));
        Assert.Equal([true, true, false, false, true], arrivals.Select(a => a.IsReceived));
        Assert.Equal(9_000, arrivals[4].Microseconds - arrivals[1].Microseconds);
        Assert.False(recorder.HasNews);

        recorder.Arrived(1, 1_020_000); // told as lost already
        Assert.False(recorder.HasNews);
        recorder.Arrived(3, 1_030_000);
        Assert.Equal(3, Assert.Single(Report(recorder)).Sequence);
    }

    private static List<PacketArrival> Report(ArrivalRecorder recorder)
    {
        var buffer = new byte[1200];
        var writer = new RtcpWriter(buffer);
        Assert.True(recorder.TryReport(ref writer, 1, 2));
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var blocks));
        Assert.True(blocks.MoveNext());
        Assert.True(TransportWideReader.TryParse(blocks.Current, out var packets));
        var list = new List<PacketArrival>();
        foreach (var packet in packets) list.Add(packet);
        return list;
    }
}
