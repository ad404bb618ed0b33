namespace Conference.Benchmarks.Grains;

/// <summary>The least that a grain can do.</summary>
public interface IAdderGrain : IGrainWithIntegerKey
{
    /// <summary>Adds to its sum without waiting for anything.</summary>
    Task<long> Add(long number);

    /// <summary>Adds after one turn of the scheduler.</summary>
    Task<long> AddLater(long number);

    /// <summary>Calls another adder that many times, one after the other.</summary>
    Task<long> AddTo(long other, int times);
}

/// <inheritdoc cref="IAdderGrain"/>
public sealed class AdderGrain : Grain, IAdderGrain
{
    private long _sum;

    public Task<long> Add(long number) => Task.FromResult(_sum += number);

    public async Task<long> AddLater(long number)
    {
        await Task.Yield();
        return _sum += number;
    }

    public async Task<long> AddTo(long other, int times)
    {
        var adder = GrainFactory.GetGrain<IAdderGrain>(other);
        long sum = 0;
        for (var i = 0; i < times; i++) sum = await adder.Add(1);
        return sum;
    }
}
