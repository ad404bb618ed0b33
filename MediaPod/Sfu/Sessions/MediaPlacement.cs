using System.Collections.Immutable;
using System.Net;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>Where a participant's sessions live. Holds the participant on that worker until disposed, so that an answer's candidates stay true until the session is open.</summary>
public sealed class MediaPlacement : IDisposable
{
    private Action? _release;

    internal MediaPlacement(int worker, ImmutableArray<IPEndPoint> endpoints, ImmutableArray<IPEndPoint> tcpEndpoints, Action release)
    {
        Worker = worker;
        Endpoints = endpoints;
        TcpEndpoints = tcpEndpoints;
        _release = release;
    }

    /// <summary>The worker's index.</summary>
    public int Worker { get; }

    /// <summary>The UDP addresses to name as candidates, best first.</summary>
    public ImmutableArray<IPEndPoint> Endpoints { get; }

    /// <summary>The TCP addresses to name after them; empty where the worker has none.</summary>
    public ImmutableArray<IPEndPoint> TcpEndpoints { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
