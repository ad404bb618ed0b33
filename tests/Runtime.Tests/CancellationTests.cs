using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests;

/// <summary>docs/runtime.md, case R14.</summary>
[Collection("silo")]
public sealed class CancellationTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    private ICancellableGrain Grain => silo.Host.Grains.GetGrain<ICancellableGrain>(_name);

    [Fact]
    public async Task Cancelling_frees_the_caller_and_tells_the_grain_on_a_turn()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain.UntilCancelled(_name, cancellation.Token);
        await Stage.When($"{_name}.in");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Stage.Bound));
        await Stage.When($"{_name}.cancelled");
        Assert.Equal(["told on a turn"], Stage.LogOf(_name));
    }

    [Fact]
    public async Task A_call_with_a_cancelled_token_fails()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.Run(_name, new CancellationToken(canceled: true)).WaitAsync(Stage.Bound));
    }

    [Fact]
    public async Task A_call_that_times_out_goes_on_in_the_grain_not_cancelled()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Grain.StayAndTell(_name, CancellationToken.None).WaitAsync(Stage.Bound));
        Stage.Raise($"{_name}.out");
        await Grain.Run(_name).WaitAsync(Stage.Bound);
        Assert.Equal(["not cancelled"], Stage.LogOf(_name));
    }
}
