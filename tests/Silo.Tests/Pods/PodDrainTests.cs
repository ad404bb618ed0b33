using Conference.Contracts.Pods;
using Conference.Silo.Pods;

namespace Conference.Silo.Tests.Pods;

/// <summary>The cases D1 to D5 of docs/pod-selection.md, as one pod decides them.</summary>
public sealed class PodDrainTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly PodDrain _drain = new();

    [Fact]
    public void A_pod_that_nobody_drains_takes_everything()
    {
        Assert.Null(_drain.Take(Report(null), Start));
        Assert.Null(_drain.Mode);
        Assert.True(_drain.Takes(isThere: true) && _drain.Takes(isThere: false));
    }

    [Fact]
    public void D1_a_pod_that_waits_takes_only_meetings_that_are_there()
    {
        Assert.Equal(new DrainPod(DrainMode.Wait), _drain.Order(DrainMode.Wait, Start));
        Assert.True(_drain.Takes(isThere: true));
        Assert.False(_drain.Takes(isThere: false));
    }

    [Fact]
    public void D2_a_pod_that_migrates_takes_nothing()
    {
        Assert.Equal(new DrainPod(DrainMode.Migrate), _drain.Order(DrainMode.Migrate, Start));
        Assert.False(_drain.Takes(isThere: true) || _drain.Takes(isThere: false));
    }

    [Fact]
    public void D3_a_drain_that_is_taken_back_is_over_whatever_a_late_report_says()
    {
        _drain.Order(DrainMode.Wait, Start);
        Assert.Null(_drain.Take(Report(DrainMode.Wait), Start.AddSeconds(5)));
        Assert.Equal(new ResumePod(), _drain.TakeBack(Start.AddSeconds(6)));
        Assert.Null(_drain.Take(Report(DrainMode.Wait), Start.AddSeconds(6.5)));
        Assert.Null(_drain.Mode);
    }

    [Fact]
    public void D4_the_drain_of_a_process_that_ends_cannot_be_taken_back_and_the_stricter_mode_holds()
    {
        Assert.Null(_drain.Take(Report(DrainMode.Wait, leaving: true), Start));
        Assert.Equal((DrainMode.Wait, true), (_drain.Mode!.Value, _drain.IsLeaving));
        _drain.Order(DrainMode.Migrate, Start);
        Assert.Equal(DrainMode.Migrate, _drain.Mode);
        _drain.TakeBack(Start);
        Assert.Equal(DrainMode.Wait, _drain.Mode);
    }

    [Fact]
    public void D4_another_process_of_the_same_name_is_not_leaving()
    {
        _drain.Take(Report(DrainMode.Wait, leaving: true), Start);
        _drain.Take(Report(null), Start.AddSeconds(5));
        Assert.Equal((null, false), (_drain.Mode, _drain.IsLeaving));
    }

    [Fact]
    public void D5_a_silo_that_starts_learns_from_the_pod_what_was_ordered()
    {
        Assert.Null(_drain.Take(Report(DrainMode.Wait), Start));
        Assert.Equal(DrainMode.Wait, _drain.Mode);
        Assert.Equal(new ResumePod(), _drain.TakeBack(Start));
        Assert.Null(_drain.Mode);
    }

    [Fact]
    public void D5_a_drain_without_a_mode_is_one_of_a_pod_that_knows_no_other() =>
        Assert.Equal(DrainMode.Migrate, ModeAfter(new PodReport(1, true, new PodLoad(0, 0, 0, 0, 0), [], [])));

    [Fact]
    public void An_order_that_got_lost_is_said_again_but_not_before_a_report_can_show_it()
    {
        _drain.Take(Report(null), Start);
        _drain.Order(DrainMode.Wait, Start);
        Assert.Null(_drain.Take(Report(null), Start.AddSeconds(1.9)));
        Assert.Equal(new DrainPod(DrainMode.Wait), _drain.Take(Report(null), Start.AddSeconds(2)));
        Assert.Null(_drain.Take(Report(null), Start.AddSeconds(3)));
        _drain.TakeBack(Start.AddSeconds(4));
        Assert.Equal(new ResumePod(), _drain.Take(Report(DrainMode.Wait), Start.AddSeconds(6)));
    }

    private DrainMode? ModeAfter(PodReport report)
    {
        _drain.Take(report, Start);
        return _drain.Mode;
    }

    private static PodReport Report(DrainMode? mode, bool leaving = false) => new(1, mode is not null, new PodLoad(0, 0, 0, 0, 0), [], [], mode, leaving);
}
