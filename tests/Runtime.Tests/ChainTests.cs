using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R11 and R24.</summary>
[Collection("silo")]
public sealed class ChainTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    [Fact]
    public async Task A_chain_of_grains_answers()
    {
        Assert.Equal($"{_name}3", await Chain("1").Follow([$"{_name}2", $"{_name}3"]));
    }

    [Fact]
    public async Task A_grain_that_calls_itself_through_another_times_out_and_works_again()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Chain("1").Follow([$"{_name}2", $"{_name}1"]).WaitAsync(Stage.Bound));
        Assert.Equal($"{_name}1", await Chain("1").Key().WaitAsync(Stage.Bound));
        Assert.Equal($"{_name}2", await Chain("2").Key().WaitAsync(Stage.Bound));
    }

    [Fact]
    public async Task Two_grains_that_wait_for_each_other_time_out_and_work_again()
    {
        var calls = new[] { Chain("1").Meet($"{_name}2"), Chain("2").Meet($"{_name}1") };
        foreach (var call in calls) await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(Stage.Bound));
        Assert.Equal($"{_name}1", await Chain("1").Key().WaitAsync(Stage.Bound));
        Assert.Equal($"{_name}2", await Chain("2").Key().WaitAsync(Stage.Bound));
    }

    [Fact]
    public async Task Two_grains_that_call_each_other_as_they_come_to_life_both_live()
    {
        string[] keys = [$"{_name}/a", $"{_name}/b"];
        await Task.WhenAll(keys.Select(k => silo.Host.Grains.GetGrain<INeighbourGrain>(k).Key())).WaitAsync(Stage.Bound);
        await Stage.When($"{keys[0]} heard {keys[1]}");
        await Stage.When($"{keys[1]} heard {keys[0]}");
    }

    private IChainGrain Chain(string part) => silo.Host.Grains.GetGrain<IChainGrain>(_name + part);
}
