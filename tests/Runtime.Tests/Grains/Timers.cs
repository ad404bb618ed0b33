namespace Conference.Runtime.Tests.Grains;

/// <summary>One timer per grain. Each tick logs "tick N" under the key.</summary>
public interface ITimerGrain : IGrainWithStringKey
{
    /// <summary>Each tick raises KEY.tickN.in and, if <paramref name="stays"/>, waits for KEY.tickN.out.</summary>
    Task Begin(TimeSpan dueTime, TimeSpan period, bool interleaves, bool stays);

    /// <summary>As <see cref="Begin"/>, but tick 1 throws.</summary>
    Task BeginBadly(TimeSpan period);

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task End();

    Task<int> Ticks();

    Task Leave();
}

public sealed class TimerGrain : Grain, ITimerGrain
{
    private IGrainTimer? _timer;
    private bool _stays;
    private bool _throws;
    private int _ticks;

    private string Key => this.GetPrimaryKeyString();

    public Task Begin(TimeSpan dueTime, TimeSpan period, bool interleaves, bool stays)
    {
        _stays = stays;
        _timer = this.RegisterGrainTimer(Tick, TaskScheduler.Current, new GrainTimerCreationOptions(dueTime, period) { Interleave = interleaves });
        return Task.CompletedTask;
    }

    public Task BeginBadly(TimeSpan period)
    {
        _throws = true;
        return Begin(period, period, interleaves: false, stays: false);
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task End()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task Tick(TaskScheduler grain, CancellationToken cancellation)
    {
        var tick = ++_ticks;
        Stage.Log(Key, TaskScheduler.Current == grain ? $"tick {tick}" : "tick off turn");
        Stage.Raise($"{Key}.tick{tick}.in");
        if (_throws && tick == 1) throw new InvalidOperationException("a bad tick");
        if (_stays)
        {
            await using var registration = cancellation.Register(() => Stage.Raise($"{Key}.tick{tick}.cancelled"));
            await Stage.When($"{Key}.tick{tick}.out");
        }
    }
}
