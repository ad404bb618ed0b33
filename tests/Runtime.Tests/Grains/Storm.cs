using System.Collections.Concurrent;

namespace Conference.Runtime.Tests.Grains;

public interface IStormGrain : IGrainWithStringKey
{
    Task Touch();

    Task TouchLater();

    Task TouchAndLeave();

    /// <summary>Calls another grain of the storm.</summary>
    Task TouchOther(string other);
}

/// <summary>Counts, for each key, touches and how many activations are alive; two at once are an error that is kept.</summary>
public sealed class StormGrain : Grain, IStormGrain
{
    public static readonly ConcurrentDictionary<string, int> Touches = new();
    public static readonly ConcurrentDictionary<string, int> Alive = new();
    public static readonly ConcurrentDictionary<string, int> Activations = new();
    public static readonly ConcurrentQueue<string> Errors = new();
    private int _inTurn;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Alive.AddOrUpdate(Key, 1, static (_, n) => n + 1) != 1) Errors.Enqueue($"{Key}: two activations at once");
        Activations.AddOrUpdate(Key, 1, static (_, n) => n + 1);
        await Task.Yield();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Alive.AddOrUpdate(Key, 0, static (_, n) => n - 1);
    }

    public Task Touch()
    {
        if (Interlocked.Increment(ref _inTurn) != 1) Errors.Enqueue($"{Key}: two turns at once");
        Touches.AddOrUpdate(Key, 1, static (_, n) => n + 1);
        Interlocked.Decrement(ref _inTurn);
        return Task.CompletedTask;
    }

    public async Task TouchLater()
    {
        await Task.Yield();
        await Touch();
    }

    public async Task TouchAndLeave()
    {
        DeactivateOnIdle();
        await TouchLater();
    }

    public async Task TouchOther(string other)
    {
        await Touch();
        await Rejections.RetryAsync(() => GrainFactory.GetGrain<IStormGrain>(other).Touch());
    }
}
