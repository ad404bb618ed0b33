using Conference.MediaPod.Sfu.Estimation;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>Case E8.</summary>
public sealed class LossBoundTests
{
    private const long Second = 1_000_000;

    private readonly LossBound _loss = new();
    private long _now;

    [Fact]
    public void Little_loss_bounds_nothing()
    {
        for (var i = 0; i < 20; i++) Window(10, queued: false);
        Assert.Null(_loss.BitsPerSecond);
        Assert.InRange(_loss.Loss, 0.09, 0.11);
    }

    [Fact]
    public void With_a_queue_much_loss_is_congestion()
    {
        Window(0, queued: true);
        Window(40, queued: true, acknowledged: 300_000);
        Assert.Equal(2_000_000 * 0.8, _loss.BitsPerSecond!.Value, 1.0);
        Window(40, queued: true, acknowledged: 1_500_000);
        Assert.Equal(1_280_000, _loss.BitsPerSecond.Value, 1.0);
        Window(40, queued: true, acknowledged: 1_500_000);
        Assert.Equal(1_275_000, _loss.BitsPerSecond.Value, 1.0); // no lower than 0.85 of what arrives
    }

    [Fact]
    public void Without_a_queue_a_trial_finds_loss_that_stays_and_lifts_the_bound()
    {
        Window(0, queued: false);
        Window(20, queued: false, acknowledged: 1_600_000);
        Assert.True(_loss.IsTrying);
        Assert.Equal(1_600_000, _loss.BitsPerSecond);
        Window(20, queued: false);
        Assert.False(_loss.IsTrying);
        Assert.Null(_loss.BitsPerSecond);
        Assert.Equal(0.2, _loss.OwnLoss, 2);
        for (var i = 0; i < 90; i++)
        {
            Window(20 + i % 5, queued: false);
            Assert.Null(_loss.BitsPerSecond); // known, and remembered while it lasts
        }
        Window(40, queued: false);
        Assert.True(_loss.IsTrying); // more than before
    }

    [Fact]
    public void What_a_queue_dropped_last_is_put_to_no_trial_when_it_is_gone()
    {
        Window(0, queued: true);
        Window(50, queued: true, acknowledged: 400_000);
        var bound = _loss.BitsPerSecond;
        for (var i = 0; i < 100; i++) _loss.Add(lost: i < 40);
        _loss.Judge(queueStands: false, 2_000_000, 280_000, _now += Second / 10);
        Window(0, queued: false, acknowledged: 280_000);
        Assert.False(_loss.IsTrying);
        Assert.True(_loss.BitsPerSecond > bound);
    }

    [Fact]
    public void Without_a_queue_a_trial_finds_a_policer_and_the_bound_grows_from_there()
    {
        Window(0, queued: false);
        Window(30, queued: false, acknowledged: 1_400_000);
        Window(2, queued: false);
        Assert.False(_loss.IsTrying);
        Assert.Equal(1_400_000, _loss.BitsPerSecond);
        Window(2, queued: false);
        Assert.Equal(1_512_000, _loss.BitsPerSecond!.Value, 10.0);
        for (var i = 0; i < 10; i++) Window(2, queued: false);
        Assert.Null(_loss.BitsPerSecond);
    }

    [Fact]
    public void What_the_path_loses_anyway_is_forgotten_a_minute_after_it_was_last_seen()
    {
        Window(0, queued: false);
        Window(20, queued: false, acknowledged: 1_600_000);
        Window(20, queued: false);
        for (var i = 0; i < 65; i++) Window(0, queued: false);
        Assert.Equal(0, _loss.OwnLoss);
    }

    [Fact]
    public void Too_few_packets_say_nothing_and_sound_alone_is_never_bounded()
    {
        for (var i = 0; i < 3; i++) _loss.Add(lost: true);
        _loss.Judge(false, 2_000_000, 40_000, _now += Second);
        Window(100, queued: false, acknowledged: 40_000);
        Assert.Null(_loss.BitsPerSecond);
        Window(100, queued: true, acknowledged: 40_000);
        for (var i = 0; i < 50; i++) Window(100, queued: true, acknowledged: 10_000);
        Assert.Equal(LossBound.Least, _loss.BitsPerSecond);
    }

    [Fact]
    public void A_packet_that_came_after_all_is_not_lost_and_a_decrease_answers_what_was_lost_before()
    {
        Window(0, queued: false);
        for (var i = 0; i < 50; i++)
        {
            _loss.Add(lost: true);
            _loss.TakeBack();
        }
        _loss.Judge(false, 2_000_000, 1_000_000, _now += Second);
        Assert.Equal(0, _loss.Loss);
        for (var i = 0; i < 100; i++) _loss.Add(lost: true);
        _loss.Restart(_now);
        Window(0, queued: true);
        Assert.Equal(0, _loss.Loss);
    }

    [Fact]
    public void A_probe_lifts_the_bound()
    {
        Window(0, queued: true);
        Window(40, queued: true, acknowledged: 300_000);
        _loss.Raise(1_000_000);
        Assert.NotNull(_loss.BitsPerSecond);
        _loss.Raise(1_700_000);
        Assert.Null(_loss.BitsPerSecond);
    }

    private void Window(int percent, bool queued, long acknowledged = 1_000_000)
    {
        if (_now == 0) _loss.Judge(queued, 2_000_000, acknowledged, ++_now);
        for (var i = 0; i < 100; i++) _loss.Add(lost: i < percent);
        _loss.Judge(queued, 2_000_000, acknowledged, _now += Second);
    }
}
