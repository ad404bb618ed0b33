using Conference.Contracts.Pods;

namespace Conference.MediaPod.Host.Draining;

/// <summary>Whether the pod drains: because a silo ordered it, or because its process was told to end. Safe for concurrent use.</summary>
internal sealed class PodDraining
{
    private readonly Lock _gate = new();
    private DrainMode? _ordered;
    private DrainMode? _own;

    /// <summary>Raised after the mode changed, or the pod began to leave.</summary>
    public event Action? Changed;

    /// <summary>How it drains; null when it does not.</summary>
    public DrainMode? Mode
    {
        get { lock (_gate) return DrainRules.Stricter(_ordered, _own); }
    }

    /// <summary>The process was told to end.</summary>
    public bool IsLeaving
    {
        get { lock (_gate) return _own is not null; }
    }

    /// <summary>The silo orders a drain, or takes it back (null).</summary>
    public void Order(DrainMode? mode) => Set(() => _ordered = mode);

    /// <summary>The process was told to end: final.</summary>
    public void Leave(DrainMode mode) => Set(() => _own = mode);

    private void Set(Action change)
    {
        lock (_gate) change();
        Changed?.Invoke();
    }
}
