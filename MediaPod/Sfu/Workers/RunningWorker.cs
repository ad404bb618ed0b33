using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>A worker with its thread and port, as the server holds it.</summary>
internal sealed class RunningWorker : IDisposable
{
    private readonly WorkerThread _thread;
    private readonly ConcurrentDictionary<Action, byte> _waiting = new();

    /// <summary>Starts the worker's thread.</summary>
    public RunningWorker(int index, MediaWorker worker, WorkerPort port, MediaServerOptions options)
    {
        Index = index;
        Worker = worker;
        _thread = new WorkerThread(index, worker, port);
        Endpoints = EndpointsOf(port.Udp.LocalAddress.Port, port.Udp.IsIPv6, options);
        if (port.Streams is { } streams) TcpEndpoints = EndpointsOf(streams.LocalAddress.Port, port.Udp.IsIPv6, options);
    }

    public int Index { get; }
    public MediaWorker Worker { get; }

    /// <summary>Where clients reach it, best first.</summary>
    public ImmutableArray<IPEndPoint> Endpoints { get; }

    /// <summary>Where clients reach it over TCP; empty: nowhere.</summary>
    public ImmutableArray<IPEndPoint> TcpEndpoints { get; } = [];

    /// <summary>Lets the worker answer a question on its thread. The default value when it stops before it gets there.</summary>
    public async Task<T?> AskAsync<T>(Func<MediaWorker, T> question)
    {
        var answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action abandon = () => answer.TrySetResult(default);
        _waiting[abandon] = 0;
        Worker.Post(w =>
        {
            try
            {
                answer.TrySetResult(question(w));
            }
            catch (Exception fault)
            {
                // A fault in a question belongs to who asked; the worker goes on.
                answer.TrySetException(fault);
            }
        });
        if (_thread.Stopped.IsCompleted) abandon();
        try
        {
            return await answer.Task;
        }
        finally
        {
            _waiting.TryRemove(abandon, out _);
        }
    }

    public async Task StopAsync()
    {
        await _thread.StopAsync();
        foreach (var abandon in _waiting.Keys) abandon();
    }

    /// <summary>Frees its memory and closes its port; when all workers have stopped, because they wake each other and write into each other's memory.</summary>
    public void Dispose()
    {
        Worker.Dispose();
        _thread.Dispose();
    }

    private static ImmutableArray<IPEndPoint> EndpointsOf(int port, bool withIPv6, MediaServerOptions options)
    {
        var bound = options.BindAddress;
        IEnumerable<IPAddress> own = bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any) ? HostAddresses.OfThisMachine() : [bound];
        return [.. HostAddresses.Choose(options.AdvertisedAddresses, own, withIPv6).Select(a => new IPEndPoint(a, port))];
    }
}
