using Conference.Runtime.Tests.Grains;
using Conference.Runtime.Tests.Hosts;

namespace Conference.Runtime.Tests.Embedded;

/// <summary>docs/runtime.md, case R14, where the embedded runtime promises more than Orleans, whose word of the cancellation may come too late.</summary>
[Collection("silo")]
public sealed class EmbeddedCancellationTests(SiloFixture silo)
{
    private readonly string _name = Stage.NewName();

    private ICancellableGrain Grain => silo.Host.Grains.GetGrain<ICancellableGrain>(_name);

    [Fact]
    public async Task A_cancelled_call_that_still_waits_never_runs()
    {
        var blocker = Grain.Stay(_name);
        await Stage.When($"{_name}.in");
        using var cancellation = new CancellationTokenSource();
        var waiting = Grain.Run($"{_name}1", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Stage.Bound));
        Stage.Raise($"{_name}.out");
        await blocker;
        await Grain.Run($"{_name}2");
        Assert.False(Stage.IsRaised($"{_name}1.ran"));
        Assert.True(Stage.IsRaised($"{_name}2.ran"));
    }
}
