using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R15 and R16.</summary>
[Collection("silo")]
public sealed class TimerTests(SiloFixture silo)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private readonly string _name = Stage.NewName();

    private ITimerGrain Grain => silo.Host.Grains.GetGrain<ITimerGrain>(_name);

    /// <summary>docs/runtime.md, case R15.</summary>
    [Fact]
    public async Task A_timer_ticks_on_turns_of_its_grain_until_it_is_disposed()
    {
        await Grain.Begin(Soon, Soon, interleaves: false, stays: false);
        await Stage.When($"{_name}.tick3.in");
        await Grain.End();
        var ticks = await Grain.Ticks();
        Assert.Equal(Enumerable.Range(1, ticks).Select(i => $"tick {i}"), Stage.LogOf(_name));
        await Task.Delay(Soon * 5);
        Assert.Equal(ticks, await Grain.Ticks());
    }

    /// <summary>docs/runtime.md, case R15.</summary>
    [Fact]
    public async Task A_timer_without_period_ticks_once_and_can_be_set_again()
    {
        await Grain.Begin(Soon, Never, interleaves: false, stays: false);
        await Stage.When($"{_name}.tick1.in");
        await Task.Delay(Soon * 3);
        Assert.Equal(1, await Grain.Ticks());
        await Grain.Change(TimeSpan.Zero, Never);
        await Stage.When($"{_name}.tick2.in");
    }

    /// <summary>docs/runtime.md, case R15.</summary>
    [Fact]
    public async Task A_timer_can_be_changed_before_its_first_tick()
    {
        await Grain.Begin(TimeSpan.FromHours(1), TimeSpan.FromHours(1), interleaves: false, stays: false);
        Assert.Equal(0, await Grain.Ticks());
        await Grain.Change(Soon, Soon);
        await Stage.When($"{_name}.tick2.in");
    }

    /// <summary>docs/runtime.md, case R15.</summary>
    [Fact]
    public async Task A_tick_holds_up_requests_and_the_next_tick()
    {
        await Grain.Begin(Soon, Soon, interleaves: false, stays: true);
        await Stage.When($"{_name}.tick1.in");
        var request = Grain.Ticks();
        await Task.Delay(Soon * 3);
        Assert.False(request.IsCompleted);
        Assert.False(Stage.IsRaised($"{_name}.tick2.in"));
        Stage.Raise($"{_name}.tick1.out");
        Assert.True(await request >= 1);
        await Stage.When($"{_name}.tick2.in");
        Stage.Raise($"{_name}.tick2.out");
    }

    /// <summary>docs/runtime.md, case R16.</summary>
    [Fact]
    public async Task A_tick_that_interleaves_holds_nobody_up()
    {
        await Grain.Begin(Soon, Soon, interleaves: true, stays: true);
        await Stage.When($"{_name}.tick1.in");
        Assert.Equal(1, await Grain.Ticks());
        await Task.Delay(Soon * 3);
        Assert.Equal(1, await Grain.Ticks());
        Stage.Raise($"{_name}.tick1.out");
        await Stage.When($"{_name}.tick2.in");
    }

    /// <summary>docs/runtime.md, case R15.</summary>
    [Fact]
    public async Task A_tick_that_fails_does_not_stop_the_timer()
    {
        await Grain.BeginBadly(Soon);
        await Stage.When($"{_name}.tick2.in");
    }

    /// <summary>docs/runtime.md, case R16.</summary>
    [Fact]
    public async Task Disposing_cancels_the_tick_under_way_and_there_is_no_other()
    {
        await Grain.Begin(Soon, Soon, interleaves: true, stays: true);
        await Stage.When($"{_name}.tick1.in");
        await Grain.End();
        await Stage.When($"{_name}.tick1.cancelled");
        Stage.Raise($"{_name}.tick1.out");
        await Task.Delay(Soon * 3);
        Assert.Equal(1, await Grain.Ticks());
    }

    /// <summary>docs/runtime.md, case R15.</summary>
    [Fact]
    public async Task Deactivation_ends_the_timers()
    {
        await Grain.Begin(Soon, Soon, interleaves: false, stays: false);
        await Stage.When($"{_name}.tick1.in");
        await Grain.Leave();
        Assert.Equal(0, await Grain.Ticks());
        var ticks = Stage.LogOf(_name).Length;
        await Task.Delay(Soon * 5);
        Assert.Equal(ticks, Stage.LogOf(_name).Length);
    }
}
