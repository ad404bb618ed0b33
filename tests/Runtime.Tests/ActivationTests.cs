using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R1 and R6 to R9.</summary>
[Collection("silo")]
public sealed class ActivationTests(SiloFixture silo)
{
    private ILifeGrain Life(string key) => silo.Host.Grains.GetGrain<ILifeGrain>(key);

    /// <summary>docs/runtime.md, case R1.</summary>
    [Fact]
    public async Task Concurrent_first_calls_meet_one_activation()
    {
        var key = LifePrefixes.ActivatesLate + Stage.NewName();
        using var start = new Barrier(8);
        var calls = Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            start.SignalAndWait();
            return Life(key).Activation();
        })).ToArray();
        await Stage.When($"{key}.activating");
        Stage.Raise($"{key}.activate");
        Assert.All(await Task.WhenAll(calls), a => Assert.Equal(1, a));
        Assert.Equal(["activating", "activated 1"], Stage.LogOf(key));
    }

    /// <summary>docs/runtime.md, case R6.</summary>
    [Fact]
    public async Task A_failed_activation_fails_its_callers_and_the_next_call_tries_again()
    {
        var key = LifePrefixes.FailsFirst + Stage.NewName();
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Life(key).Activation().WaitAsync(Stage.Bound));
        Assert.Contains("not the first time", error.Message);
        Assert.Equal(2, await Life(key).Activation());
    }

    /// <summary>docs/runtime.md, case R7.</summary>
    [Fact]
    public async Task A_grain_that_asks_to_leave_finishes_its_request_then_leaves()
    {
        var key = Stage.NewName();
        var staying = Life(key).LeaveAndStay(key);
        await Stage.When($"{key}.in");
        var next = Life(key).Activation();
        Assert.DoesNotContain(Stage.LogOf(key), e => e.StartsWith("deactivat", StringComparison.Ordinal));
        Stage.Raise($"{key}.out");
        await staying;
        Assert.Equal(2, await next);
        Assert.Equal(
            ["activating", "activated 1", "left the request", "deactivating ApplicationRequested", "deactivated 1", "disposed", "part disposed", "activating", "activated 2"],
            Stage.LogOf(key));
    }

    /// <summary>docs/runtime.md, case R8.</summary>
    [Fact]
    public async Task Calls_during_deactivation_wait_for_the_next_activation()
    {
        var key = LifePrefixes.DeactivatesLate + Stage.NewName();
        await Life(key).Leave();
        await Stage.When($"{key}.deactivating");
        var calls = Enumerable.Range(0, 5).Select(_ => Life(key).Activation()).ToArray();
        Assert.Equal(1, Stage.LogOf(key).Count(e => e == "activating"));
        Stage.Raise($"{key}.deactivate");
        Assert.All(await Task.WhenAll(calls), a => Assert.Equal(2, a));
        var log = Stage.LogOf(key).ToList();
        Assert.True(log.IndexOf("deactivated 1") < log.LastIndexOf("activating"), string.Join(", ", log));
    }

    /// <summary>docs/runtime.md, case R8.</summary>
    [Fact]
    public async Task A_deactivation_that_fails_ends_all_the_same()
    {
        var key = LifePrefixes.DeactivationFails + Stage.NewName();
        await Life(key).Leave();
        Assert.Equal(2, await Life(key).Activation());
        Assert.Equal(["disposed", "part disposed"], Stage.LogOf(key).Where(e => e.Contains("disposed", StringComparison.Ordinal)));
    }

    /// <summary>docs/runtime.md, case R9.</summary>
    [Fact]
    public async Task A_grain_has_a_service_scope_of_its_own()
    {
        var (one, other) = (Stage.NewName(), Stage.NewName());
        Assert.Equal(one, await Life(one).OwnerOfPart());
        Assert.Equal(other, await Life(other).OwnerOfPart());
    }

    /// <summary>docs/runtime.md, case R9.</summary>
    [Fact]
    public async Task What_takes_part_in_a_grains_life_starts_before_it_and_stops_after_it()
    {
        var key = Stage.NewName();
        await silo.Host.Grains.GetGrain<ILifecycleGrain>(key).Leave();
        await Stage.When($"{key}.gone");
        Assert.Equal(
            ["first starts", "early starts", "late starts", "activated", "deactivated", "late stops", "early stops", "first stops"],
            Stage.LogOf(key));
    }
}
