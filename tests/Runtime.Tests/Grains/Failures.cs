using System.Runtime.CompilerServices;
using Orleans.Concurrency;

namespace Conference.Runtime.Tests.Grains;

/// <summary>An error of the tests' own.</summary>
[GenerateSerializer]
public sealed class PlaceTakenException(string message, int place) : Exception(message)
{
    [Id(0)]
    public int Place { get; } = place;
}

public interface IFailingGrain : IGrainWithStringKey
{
    Task Fail(string message, int place);

    Task<int> FailBeforeTheFirstAwait(string message);

    ValueTask<int> FailAsValueTask(string message);

    /// <summary>Fails in the grain that it calls.</summary>
    Task FailFurtherOn(string next, string message, int place);

    Task<int> Succeed();

    ValueTask<int> SucceedAsValueTask();

    ValueTask SucceedWithNothing();

    /// <summary>Raises NAME.in, waits for NAME.out, then throws.</summary>
    [OneWay]
    Task FailUnseen(string name);
}

public sealed class FailingGrain : Grain, IFailingGrain
{
    public async Task Fail(string message, int place)
    {
        await Task.Yield();
        ThrowPlaceTaken(message, place);
    }

    public Task<int> FailBeforeTheFirstAwait(string message) => throw new InvalidOperationException(message);

    public async ValueTask<int> FailAsValueTask(string message)
    {
        await Task.Yield();
        throw new InvalidOperationException(message);
    }

    public Task FailFurtherOn(string next, string message, int place) => GrainFactory.GetGrain<IFailingGrain>(next).Fail(message, place);

    public Task<int> Succeed() => Task.FromResult(7);

    public async ValueTask<int> SucceedAsValueTask()
    {
        await Task.Yield();
        return 8;
    }

    public ValueTask SucceedWithNothing() => ValueTask.CompletedTask;

    public async Task FailUnseen(string name)
    {
        Stage.Raise($"{name}.in");
        await Stage.When($"{name}.out");
        throw new InvalidOperationException("nobody sees this");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowPlaceTaken(string message, int place) => throw new PlaceTakenException(message, place);
}
