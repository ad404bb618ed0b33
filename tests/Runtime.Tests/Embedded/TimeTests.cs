using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;
using Conference.Support;

namespace Conference.Runtime.Tests.Embedded;

/// <summary>Cases R10, R11 and R15 of docs/runtime.md, by a clock that the test moves: not earlier and not later than said.</summary>
public sealed class TimeTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly string _name = Stage.NewName();
    private IGrainHost _host = null!;

    public async Task InitializeAsync() => _host = await EmbeddedHost.Start(
        new GrainHostSettings { ResponseTimeout = TimeSpan.FromSeconds(30), CollectionQuantum = TimeSpan.FromMinutes(1), CollectionAge = TimeSpan.FromMinutes(15) }, _time);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_call_times_out_after_the_response_timeout()
    {
        var chain = _host.Grains.GetGrain<IOneByOneGrain>(_name);
        var call = chain.Stay(_name);
        await Stage.When($"{_name}.in");
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(Stage.Bound));
        Stage.Raise($"{_name}.out");
        Assert.Empty(await chain.Appended());
    }

    [Fact]
    public async Task A_call_that_waited_too_long_never_runs()
    {
        var grain = _host.Grains.GetGrain<IOneByOneGrain>(_name);
        var running = grain.Stay(_name);
        await Stage.When($"{_name}.in");
        var waiting = grain.Append(1);
        _time.Advance(TimeSpan.FromSeconds(32));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(Stage.Bound));
        await Assert.ThrowsAsync<TimeoutException>(() => running.WaitAsync(Stage.Bound));
        Stage.Raise($"{_name}.out");
        Assert.Empty(await grain.Appended());
    }

    [Fact]
    public async Task A_grain_leaves_after_the_collection_age_and_not_before()
    {
        var life = _host.Grains.GetGrain<ILifeGrain>(_name);
        await life.Activation();
        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(1, await life.Activation());
        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(1, await life.Activation());
        _time.Advance(TimeSpan.FromMinutes(17));
        Assert.Equal(2, await life.Activation());
        Assert.Contains("deactivating ActivationIdle", Stage.LogOf(_name));
    }

    [Fact]
    public async Task A_delayed_deactivation_holds_for_exactly_that_long()
    {
        var life = _host.Grains.GetGrain<ILifeGrain>(_name);
        await life.StayFor(TimeSpan.FromHours(1));
        for (var minute = 1; minute < 60; minute++) _time.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("deactivating ActivationIdle", Stage.LogOf(_name));
        _time.Advance(TimeSpan.FromMinutes(2));
        await Stage.Until(() => Stage.LogOf(_name).Contains("deactivated 1"), "the grain leaves");
    }

    [Fact]
    public async Task Ticks_come_at_their_times_one_after_the_other()
    {
        var grain = _host.Grains.GetGrain<ITimerGrain>(_name);
        await grain.Begin(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), interleaves: false, stays: false);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(0, await grain.Ticks());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Stage.When($"{_name}.tick1.in");
        Assert.Equal(1, await grain.Ticks());
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1, await grain.Ticks());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Stage.When($"{_name}.tick2.in");
    }

    [Fact]
    public async Task A_stopped_silo_leaves_no_timer_behind()
    {
        await _host.Grains.GetGrain<ITimerGrain>(_name).Begin(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), interleaves: false, stays: false);
        Assert.NotEqual(0, _time.PendingTimers);
        await _host.Stop(CancellationToken.None);
        Assert.Equal(0, _time.PendingTimers);
    }
}
