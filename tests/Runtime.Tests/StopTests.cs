using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, case R22.</summary>
public sealed class StopTests : IAsyncLifetime
{
    private readonly string _name = Stage.NewName();
    private IGrainHost _host = null!;

    public async Task InitializeAsync() => _host = await GrainHosts.Start(new GrainHostSettings());

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Stopping_deactivates_every_grain()
    {
        var keys = Enumerable.Range(0, 20).Select(i => $"{_name}{i}").ToArray();
        foreach (var key in keys) await Life(key).Activation();
        await _host.Stop(CancellationToken.None);
        foreach (var key in keys)
            Assert.Equal(["activating", "activated 1", "deactivating ShuttingDown", "deactivated 1", "disposed", "part disposed"], Stage.LogOf(key));
    }

    [Fact]
    public async Task Stopping_waits_for_requests_under_way()
    {
        var staying = Life(_name).LeaveAndStay(_name);
        await Stage.When($"{_name}.in");
        var stop = _host.Stop(CancellationToken.None);
        Stage.Raise($"{_name}.out");
        await stop;
        var log = Stage.LogOf(_name).ToList();
        Assert.True(log.IndexOf("left the request") < log.FindIndex(e => e.StartsWith("deactivating", StringComparison.Ordinal)), string.Join(", ", log));
        await staying;
    }

    [Fact]
    public async Task Stopping_is_bounded_by_its_token()
    {
        var key = LifePrefixes.NeverLeaves + _name;
        await Life(key).Activation();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.Stop(patience.Token).WaitAsync(Stage.Bound).ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Contains("deactivating ShuttingDown", Stage.LogOf(key));
        Assert.DoesNotContain("deactivated 1", Stage.LogOf(key));
    }

    private ILifeGrain Life(string key) => _host.Grains.GetGrain<ILifeGrain>(key);
}
