using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, cases R12 and R13.</summary>
[Collection("silo")]
public sealed class FailureTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    private IFailingGrain Grain => silo.Host.Grains.GetGrain<IFailingGrain>(_name);

    /// <summary>docs/runtime.md, case R12.</summary>
    [Fact]
    public async Task An_exception_arrives_with_its_type_its_data_and_its_stack()
    {
        var error = await Assert.ThrowsAsync<PlaceTakenException>(() => Grain.Fail("taken", 3));
        Assert.Equal("taken", error.Message);
        Assert.Equal(3, error.Place);
        Assert.Contains("ThrowPlaceTaken", error.StackTrace, StringComparison.Ordinal);
    }

    /// <summary>docs/runtime.md, case R12.</summary>
    [Fact]
    public async Task An_exception_passes_through_the_grains_between()
    {
        var error = await Assert.ThrowsAsync<PlaceTakenException>(() => Grain.FailFurtherOn($"{_name}next", "taken", 4));
        Assert.Equal(4, error.Place);
        Assert.Contains("ThrowPlaceTaken", error.StackTrace, StringComparison.Ordinal);
    }

    /// <summary>docs/runtime.md, case R12.</summary>
    [Fact]
    public async Task It_is_the_same_whether_a_method_throws_at_once_or_later()
    {
        var atOnce = Grain.FailBeforeTheFirstAwait("at once");
        Assert.Equal("at once", (await Assert.ThrowsAsync<InvalidOperationException>(() => atOnce)).Message);
        Assert.Equal("later", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await Grain.FailAsValueTask("later"))).Message);
        Assert.Equal(7, await Grain.Succeed());
        Assert.Equal(8, await Grain.SucceedAsValueTask());
        await Grain.SucceedWithNothing();
    }

    /// <summary>docs/runtime.md, case R13.</summary>
    [Fact]
    public async Task A_one_way_call_returns_at_once_and_its_failure_is_nobodys()
    {
        await Grain.FailUnseen(_name).WaitAsync(Stage.Bound);
        await Stage.When($"{_name}.in");
        var next = Grain.Succeed();
        Stage.Raise($"{_name}.out");
        Assert.Equal(7, await next);
    }
}
