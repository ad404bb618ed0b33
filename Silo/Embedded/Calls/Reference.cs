using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Conference.Silo.Embedded.Calls;

/// <summary>
/// What a caller holds: a generated implementation of a grain or observer interface that turns each call into a request.
/// Two references are equal when they name the same target, as in Orleans.
/// </summary>
internal abstract class Reference : DispatchProxy, IEquatable<Reference>
{
    private InterfacePlan _plan = null!;

    /// <summary>The target's identity.</summary>
    public GrainId Id { get; private set; }

    public SiloClock Clock => Silo.Clock;

    protected EmbeddedSilo Silo { get; private set; } = null!;

    /// <summary>A reference of the kind <typeparamref name="TReference"/> that implements <paramref name="plan"/>'s interface.</summary>
    public static TReference Create<TReference>(EmbeddedSilo silo, InterfacePlan plan, GrainId id)
        where TReference : Reference
    {
        var reference = (TReference)Create(plan.Interface, typeof(TReference));
        reference.Silo = silo;
        reference._plan = plan;
        reference.Id = id;
        return reference;
    }

    /// <summary>Brings the request to its target, or fails it.</summary>
    public abstract void Deliver(GrainRequest request);

    public void LogOneWayMissed(string method) => Silo.LogOneWayMissed(this, method);

    public void LogOneWayFailure(string method, Exception exception) => Silo.LogOneWayFailure(this, method, exception);

    public bool Equals(Reference? other) => other is not null && Id.Equals(other.Id);

    public override bool Equals(object? obj) => Equals(obj as Reference);

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => Id.ToString();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _plan.Method(targetMethod!).Call(this, args ?? []);
}
