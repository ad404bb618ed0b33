namespace Conference.Silo.Embedded.Calls;

/// <summary>The context of a reference: it knows whom it names and nothing else.</summary>
internal sealed class ReferenceContext(GrainId id) : IGrainContext
{
    public GrainId GrainId => id;

    public GrainReference GrainReference => throw Nothing();

    public object? GrainInstance => null;

    public ActivationId ActivationId => throw Nothing();

    public GrainAddress Address => throw Nothing();

    public IServiceProvider ActivationServices => throw Nothing();

    public IGrainLifecycle ObservableLifecycle => throw Nothing();

    public IWorkItemScheduler Scheduler => throw Nothing();

    public Task Deactivated => throw Nothing();

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class => throw Nothing();

    public void ReceiveMessage(object message) => throw Nothing();

    public void Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) => throw Nothing();

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default) => throw Nothing();

    public void Rehydrate(IRehydrationContext context) => throw Nothing();

    public void Migrate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken = default) => throw Nothing();

    public object? GetTarget() => null;

    public object? GetComponent(Type componentType) => null;

    public bool Equals(IGrainContext? other) => other is ReferenceContext && other.GrainId.Equals(id);

    public override bool Equals(object? obj) => Equals(obj as IGrainContext);

    public override int GetHashCode() => id.GetHashCode();

    private static NotSupportedException Nothing() => new("A grain reference has an identity only; this runtime has no Orleans GrainReference.");
}
