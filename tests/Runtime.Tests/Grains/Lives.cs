namespace Conference.Runtime.Tests.Grains;

/// <summary>A part of a grain that lives as long as its activation.</summary>
public sealed class ScopedPart(IGrainContext context) : IDisposable
{
    public string Owner => context.GrainId.Key.ToString()!;

    public void Dispose() => Stage.Log(Owner, "part disposed");
}

/// <summary>Logs what happens to it under its key.</summary>
public interface ILifeGrain : IGrainWithStringKey
{
    /// <summary>The number of this activation among those of the same key, from 1.</summary>
    Task<int> Activation();

    Task<string> OwnerOfPart();

    Task Leave();

    /// <summary>Asks to leave, raises NAME.in and stays until NAME.out.</summary>
    Task LeaveAndStay(string name);

    Task<int> StayFor(TimeSpan by);

    /// <summary>A timer that logs "tick".</summary>
    Task Tick(TimeSpan period, bool keepAlive);
}

/// <summary>Whether the key starts with one of these decides how the grain behaves.</summary>
public static class LifePrefixes
{
    /// <summary>OnActivateAsync throws the first time.</summary>
    public const string FailsFirst = "fails-first-";

    /// <summary>OnActivateAsync waits for KEY.activate.</summary>
    public const string ActivatesLate = "activates-late-";

    /// <summary>OnDeactivateAsync raises KEY.deactivating and waits for KEY.deactivate.</summary>
    public const string DeactivatesLate = "deactivates-late-";

    /// <summary>OnDeactivateAsync throws.</summary>
    public const string DeactivationFails = "deactivation-fails-";

    /// <summary>OnDeactivateAsync never ends by itself.</summary>
    public const string NeverLeaves = "never-leaves-";
}

public sealed class LifeGrain(IGrainContext context, ScopedPart part) : Grain(context), ILifeGrain, IAsyncDisposable
{
    private int _activation;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Stage.Log(Key, "activating");
        _activation = Stage.LogOf(Key).Count(e => e == "activating");
        if (Key.StartsWith(LifePrefixes.ActivatesLate, StringComparison.Ordinal))
        {
            Stage.Raise($"{Key}.activating");
            await Stage.When($"{Key}.activate");
        }
        if (Key.StartsWith(LifePrefixes.FailsFirst, StringComparison.Ordinal) && _activation == 1) throw new InvalidDataException("not the first time");
        Stage.Log(Key, $"activated {_activation}");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Stage.Log(Key, $"deactivating {reason.ReasonCode}");
        if (Key.StartsWith(LifePrefixes.DeactivationFails, StringComparison.Ordinal)) throw new InvalidDataException("on the way out");
        if (Key.StartsWith(LifePrefixes.NeverLeaves, StringComparison.Ordinal)) await Task.Delay(Timeout.Infinite, CancellationToken.None);
        if (Key.StartsWith(LifePrefixes.DeactivatesLate, StringComparison.Ordinal) && _activation == 1)
        {
            Stage.Raise($"{Key}.deactivating");
            await Stage.When($"{Key}.deactivate");
        }
        Stage.Log(Key, $"deactivated {_activation}");
    }

    public Task<int> Activation() => Task.FromResult(_activation);

    public Task<string> OwnerOfPart() => Task.FromResult(part.Owner);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task LeaveAndStay(string name)
    {
        DeactivateOnIdle();
        Stage.Raise($"{name}.in");
        await Stage.When($"{name}.out");
        Stage.Log(Key, "left the request");
    }

    public Task<int> StayFor(TimeSpan by)
    {
        DelayDeactivation(by);
        return Task.FromResult(_activation);
    }

    public Task Tick(TimeSpan period, bool keepAlive)
    {
        this.RegisterGrainTimer(
            static (grain, _) =>
            {
                Stage.Log(grain.Key, "tick");
                return Task.CompletedTask;
            },
            this,
            new GrainTimerCreationOptions(period, period) { KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Stage.Log(Key, "disposed");
        return ValueTask.CompletedTask;
    }
}
