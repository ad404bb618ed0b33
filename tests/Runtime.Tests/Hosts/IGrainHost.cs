namespace Conference.Runtime.Tests.Hosts;

/// <summary>A started silo with the grains of this assembly, on whichever runtime this build is for.</summary>
public interface IGrainHost : IAsyncDisposable
{
    IGrainFactory Grains { get; }

    /// <summary>Stops the silo as its host would; cancelling the token ends the waiting.</summary>
    Task Stop(CancellationToken cancellation);
}
