using System.Collections.Concurrent;

namespace Conference.Runtime.Tests.Grains;

/// <summary>Grains that call each other.</summary>
public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Calls the next grain of the path with the rest of it; the last one answers with its key.</summary>
    Task<string> Follow(string[] path);

    /// <summary>Waits for the other grain to be inside of its own <see cref="Meet"/>, then calls it.</summary>
    Task<string> Meet(string other);

    Task<string> Key();
}

public sealed class ChainGrain : Grain, IChainGrain
{
    public Task<string> Follow(string[] path) =>
        path.Length == 0 ? Key() : GrainFactory.GetGrain<IChainGrain>(path[0]).Follow(path[1..]);

    public async Task<string> Meet(string other)
    {
        Stage.Raise($"{this.GetPrimaryKeyString()}.meets");
        await Stage.When($"{other}.meets");
        return await GrainFactory.GetGrain<IChainGrain>(other).Key();
    }

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());
}

/// <summary>Calls the other of a pair as it comes to life, at the same moment as that does. Keys: NAME/a and NAME/b.</summary>
public interface INeighbourGrain : IGrainWithStringKey
{
    Task<string> Key();
}

public sealed class NeighbourGrain : Grain, INeighbourGrain
{
    private static readonly ConcurrentDictionary<string, Barrier> Pairs = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        var key = this.GetPrimaryKeyString();
        Pairs.GetOrAdd(key[..^2], _ => new Barrier(2)).SignalAndWait(Stage.Bound, CancellationToken.None);
        _ = GreetAsync(GrainFactory.GetGrain<INeighbourGrain>(key[..^1] + (key[^1] == 'a' ? 'b' : 'a')), key);
    }

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    private static async Task GreetAsync(INeighbourGrain other, string key) => Stage.Raise($"{key} heard {await other.Key()}");
}
