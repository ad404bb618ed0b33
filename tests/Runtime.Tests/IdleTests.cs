using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, case R10.</summary>
public sealed class IdleTests : IAsyncLifetime
{
    private readonly string _key = Stage.NewName();
    private IGrainHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await GrainHosts.Start(new GrainHostSettings { CollectionQuantum = TimeSpan.FromSeconds(1), CollectionAge = TimeSpan.FromSeconds(4) });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_grain_that_nobody_calls_is_deactivated_but_not_one_that_asked_to_stay()
    {
        var (idle, staying, ticking, kept) = (_key, $"{_key}.stays", $"{_key}.ticks", $"{_key}.kept");
        await Life(staying).StayFor(TimeSpan.FromHours(1));
        await Life(ticking).Tick(TimeSpan.FromMilliseconds(100), keepAlive: false);
        await Life(kept).Tick(TimeSpan.FromMilliseconds(100), keepAlive: true);
        await Life(idle).Activation();
        await Stage.Until(() => Left(idle) && Left(ticking), "idle grains leave, a timer notwithstanding");
        Assert.Contains("deactivating ActivationIdle", Stage.LogOf(idle));
        Assert.Contains("tick", Stage.LogOf(ticking));
        Assert.False(Left(staying));
        Assert.False(Left(kept));
        Assert.Equal(1, await Life(staying).Activation());
        Assert.Equal(1, await Life(kept).Activation());
        Assert.Equal(2, await Life(idle).Activation());
    }

    [Fact]
    public async Task Taking_back_the_delay_lets_a_grain_go()
    {
        await Life(_key).StayFor(TimeSpan.FromHours(1));
        await Life(_key).StayFor(TimeSpan.Zero);
        await Stage.Until(() => Left(_key), "the grain leaves");
    }

    private static bool Left(string key) => Stage.LogOf(key).Any(e => e.StartsWith("deactivated", StringComparison.Ordinal));

    private ILifeGrain Life(string key) => _host.Grains.GetGrain<ILifeGrain>(key);
}
