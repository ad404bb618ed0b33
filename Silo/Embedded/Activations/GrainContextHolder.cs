namespace Conference.Silo.Embedded.Activations;

/// <summary>Carries the context of a grain into the service scope made for it.</summary>
internal sealed class GrainContextHolder
{
    public IGrainContext? Context { get; set; }
}
