using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R1 to R5.</summary>
[Collection("silo")]
public sealed class TurnTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    private IOneByOneGrain OneByOne => silo.Host.Grains.GetGrain<IOneByOneGrain>(_name);

    private IReentrantGrain Reentrant => silo.Host.Grains.GetGrain<IReentrantGrain>(_name);

    /// <summary>docs/runtime.md, case R2.</summary>
    [Fact]
    public async Task A_second_request_waits_until_the_first_has_ended()
    {
        var first = OneByOne.Stay($"{_name}1");
        await Stage.When($"{_name}1.in");
        var second = OneByOne.Stay($"{_name}2");
        Stage.Raise($"{_name}2.out");
        // An interleaving call that comes after the second proves that the second had its chance.
        Assert.Equal(1, await OneByOne.CountInside());
        Assert.False(Stage.IsRaised($"{_name}2.in"));
        Stage.Raise($"{_name}1.out");
        Assert.Equal(1, await first);
        Assert.Equal(1, await second);
    }

    /// <summary>docs/runtime.md, case R2.</summary>
    [Fact]
    public async Task Requests_of_one_caller_run_in_order()
    {
        var blocker = OneByOne.Stay(_name);
        await Stage.When($"{_name}.in");
        var calls = Enumerable.Range(0, 100).Select(i => OneByOne.Append(i)).ToArray();
        Stage.Raise($"{_name}.out");
        await blocker;
        await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(0, 100), await OneByOne.Appended());
    }

    /// <summary>docs/runtime.md, case R3.</summary>
    [Fact]
    public async Task Continuations_come_back_to_the_grain()
    {
        Assert.True(await OneByOne.ComesBack());
        Assert.True(await Reentrant.ComesBack());
    }

    /// <summary>docs/runtime.md, case R4.</summary>
    [Fact]
    public async Task Requests_of_a_reentrant_grain_interleave_at_awaits()
    {
        var first = Reentrant.Stay($"{_name}1");
        await Stage.When($"{_name}1.in");
        var second = Reentrant.Stay($"{_name}2");
        await Stage.When($"{_name}2.in");
        Assert.Equal(2, await Reentrant.CountInside());
        Stage.Raise($"{_name}2.out");
        Assert.Equal(2, await second);
        Stage.Raise($"{_name}1.out");
        Assert.Equal(2, await first);
    }

    /// <summary>docs/runtime.md, case R4.</summary>
    [Fact]
    public async Task Turns_of_a_reentrant_grain_never_overlap()
    {
        var met = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Reentrant.MeetOthers(500))));
        Assert.All(met, m => Assert.Equal(0, m));
    }

    /// <summary>docs/runtime.md, case R5.</summary>
    [Fact]
    public async Task A_method_that_always_interleaves_runs_beside_a_request()
    {
        var first = OneByOne.Stay(_name);
        await Stage.When($"{_name}.in");
        Assert.Equal(1, await OneByOne.CountInside());
        Stage.Raise($"{_name}.out");
        await first;
        Assert.Equal(0, await OneByOne.CountInside());
    }

    /// <summary>docs/runtime.md, case R5.</summary>
    [Fact]
    public async Task Requests_that_only_read_share_the_grain_with_each_other()
    {
        var first = OneByOne.StayReading($"{_name}1");
        await Stage.When($"{_name}1.in");
        var second = OneByOne.StayReading($"{_name}2");
        await Stage.When($"{_name}2.in");
        Stage.Raise($"{_name}1.out");
        Stage.Raise($"{_name}2.out");
        Assert.Equal(2, await first);
        Assert.Equal(2, await second);
    }

    /// <summary>docs/runtime.md, case R5.</summary>
    [Fact]
    public async Task A_request_that_writes_waits_for_one_that_reads_and_holds_it_up()
    {
        var reading = OneByOne.StayReading($"{_name}1");
        await Stage.When($"{_name}1.in");
        var writing = OneByOne.Stay($"{_name}2");
        Assert.Equal(1, await OneByOne.CountInside());
        Stage.Raise($"{_name}1.out");
        await reading;
        await Stage.When($"{_name}2.in");
        var readingLater = OneByOne.StayReading($"{_name}3");
        Assert.Equal(1, await OneByOne.CountInside());
        Assert.False(Stage.IsRaised($"{_name}3.in"));
        Stage.Raise($"{_name}2.out");
        Stage.Raise($"{_name}3.out");
        Assert.Equal(1, await writing);
        Assert.Equal(1, await readingLater);
    }
}
