using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Embedded.Activations;

/// <summary>The activation as its grain sees it.</summary>
internal sealed partial class Activation
{
    private readonly Dictionary<Type, object> _components = [];
    private readonly ActivationId _activationId = ActivationId.NewId();

    public GrainId GrainId { get; }

    public ActivationId ActivationId => _activationId;

    public object? GrainInstance => _instance;

    public GrainReference GrainReference =>
        throw new NotSupportedException("This runtime has no Orleans GrainReference: pass a reference from IGrainFactory.GetGrain instead of AsReference.");

    public GrainAddress Address => new() { GrainId = GrainId, ActivationId = ActivationId, SiloAddress = EmbeddedSilo.Address };

    public IServiceProvider ActivationServices => (_scope ?? throw new InvalidOperationException($"{Name} is not active.")).ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => _lifecycle ??= new GrainLifecycle();

    public IWorkItemScheduler Scheduler => _scheduler;

    public Task Deactivated => _deactivated.Task;

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        lock (_components)
        {
            if (value is null) _components.Remove(typeof(TComponent));
            else _components[typeof(TComponent)] = value;
        }
    }

    public object? GetTarget() => _instance;

    public object? GetComponent(Type componentType)
    {
        lock (_components)
        {
            if (_components.TryGetValue(componentType, out var component)) return component;
        }
        if (componentType.IsInstanceOfType(_instance)) return _instance;
        return componentType.IsInstanceOfType(this) ? this : null;
    }

    public void ReceiveMessage(object message) => throw new NotSupportedException("Orleans' messages do not exist in this runtime.");

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            if (_state == ActivationState.Created) BeginActivation();
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            if (_state is ActivationState.Activating or ActivationState.Valid)
            {
                BeginDeactivation(deactivationReason, cancellationToken);
                return;
            }
            if (_state != ActivationState.Created) return;
            _state = ActivationState.Invalid;
        }
        _silo.Forget(this);
        _deactivated.TrySetResult();
    }

    /// <summary>There is no other silo to come from.</summary>
    public void Rehydrate(IRehydrationContext context)
    {
    }

    /// <summary>There is no other silo to go to.</summary>
    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default)
    {
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => _activationId.GetHashCode();

    public override string ToString() => $"{GrainId}{ActivationId}";
}
