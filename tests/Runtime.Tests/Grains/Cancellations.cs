namespace Conference.Runtime.Tests.Grains;

public interface ICancellableGrain : IGrainWithStringKey
{
    /// <summary>Raises NAME.in, waits until cancelled and raises NAME.cancelled on a turn of the grain.</summary>
    Task<int> UntilCancelled(string name, CancellationToken cancellation);

    /// <summary>Raises NAME.ran.</summary>
    Task Run(string name, CancellationToken cancellation = default);

    /// <summary>Stays until NAME.out and does not care for cancellation.</summary>
    Task Stay(string name);

    /// <summary>As <see cref="Stay"/>, then logs whether it was cancelled.</summary>
    Task StayAndTell(string name, CancellationToken cancellation);
}

public sealed class CancellableGrain : Grain, ICancellableGrain
{
    public async Task<int> UntilCancelled(string name, CancellationToken cancellation)
    {
        var mine = TaskScheduler.Current;
        await using var registration = cancellation.Register(() => Stage.Log(name, TaskScheduler.Current == mine ? "told on a turn" : "told elsewhere"));
        Stage.Raise($"{name}.in");
        try
        {
            await Task.Delay(Stage.Bound, cancellation);
        }
        catch (OperationCanceledException)
        {
            Stage.Raise($"{name}.cancelled");
            throw;
        }
        return 1;
    }

    public Task Run(string name, CancellationToken cancellation)
    {
        Stage.Raise($"{name}.ran");
        return Task.CompletedTask;
    }

    public async Task Stay(string name)
    {
        Stage.Raise($"{name}.in");
        await Stage.When($"{name}.out");
    }

    public async Task StayAndTell(string name, CancellationToken cancellation)
    {
        await Stay(name);
        Stage.Log(name, cancellation.IsCancellationRequested ? "cancelled" : "not cancelled");
    }
}
