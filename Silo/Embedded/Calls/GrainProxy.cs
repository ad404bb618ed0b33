using Conference.Silo.Embedded.Activations;

namespace Conference.Silo.Embedded.Calls;

/// <summary>
/// A reference to a grain. It is an <see cref="IGrainBase"/> so that <c>GetPrimaryKeyString</c> and its like work on it, as they do on Orleans' references.
/// </summary>
internal class GrainProxy : Reference, IGrainBase
{
    private ReferenceContext? _context;
    private Activation? _lastSeen;

    IGrainContext IGrainBase.GrainContext => _context ??= new ReferenceContext(Id);

    public override void Deliver(GrainRequest request)
    {
        if (_lastSeen is { } activation && activation.TryReceive(request)) return;
        _lastSeen = Silo.Deliver(Id, request);
    }
}
