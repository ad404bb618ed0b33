using Conference.Silo.Embedded.Calls;

namespace Conference.Silo.Embedded.Observers;

/// <summary>A reference to an observer object. It keeps the runtime's record of the object alive, but not the object.</summary>
internal class ObserverProxy : Reference
{
    /// <summary>Whom the calls reach.</summary>
    public LocalObserver Observer { get; set; } = null!;

    public override void Deliver(GrainRequest request)
    {
        if (!Observer.TryReceive(request)) request.Miss(ToString()!);
    }
}
