namespace Conference.Runtime.Tests.Grains;

public interface ILifecycleGrain : IGrainWithStringKey
{
    Task Leave();
}

/// <summary>Takes part in its own life in all the ways there are, and logs each step under its key.</summary>
public sealed class LifecycleGrain : Grain, ILifecycleGrain, ILifecycleParticipant<IGrainLifecycle>
{
    private readonly string _key;

    public LifecycleGrain(IGrainContext context)
        : base(context)
    {
        _key = this.GetPrimaryKeyString();
        context.ObservableLifecycle.Subscribe("late", GrainLifecycleStage.Activate - 1, new Step(_key, "late"));
        context.ObservableLifecycle.Subscribe("early", GrainLifecycleStage.SetupState, new Step(_key, "early"));
    }

    public void Participate(IGrainLifecycle lifecycle) => lifecycle.Subscribe("first", GrainLifecycleStage.First, new Step(_key, "first"));

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Stage.Log(_key, "activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Stage.Log(_key, "deactivated");
        return Task.CompletedTask;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private sealed class Step(string key, string name) : ILifecycleObserver
    {
        public async Task OnStart(CancellationToken cancellationToken)
        {
            await Task.Yield();
            Stage.Log(key, $"{name} starts");
        }

        public async Task OnStop(CancellationToken cancellationToken)
        {
            await Task.Yield();
            Stage.Log(key, $"{name} stops");
            if (name == "first") Stage.Raise($"{key}.gone");
        }
    }
}
