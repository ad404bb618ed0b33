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
