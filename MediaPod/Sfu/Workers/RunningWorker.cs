using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>A worker with its thread and port, as the server holds it.</summary>
internal sealed class RunningWorker
{
    private readonly WorkerThread _thread;
    private readonly ConcurrentDictionary<Action, byte> _waiting = new();

    private RunningWorker(int index, MediaWorker worker, WorkerThread thread, WorkerPort port, MediaServerOptions options)
    {
        Index = index;
        Worker = worker;
        _thread = thread;
        Endpoints = EndpointsOf(port.Udp.LocalAddress.Port, port.Udp.IsIPv6, options);
        if (port.Streams is { } streams) TcpEndpoints = EndpointsOf(streams.LocalAddress.Port, port.Udp.IsIPv6, options);
    }

    public int Index { get; }
    public MediaWorker Worker { get; }

    /// <summary>Where clients reach it, best first.</summary>
    public ImmutableArray<IPEndPoint> Endpoints { get; }

    /// <summary>Where clients reach it over TCP; empty: nowhere.</summary>
    public ImmutableArray<IPEndPoint> TcpEndpoints { get; } = [];

    public static RunningWorker Start(
        int index, WorkerPort port, MediaServerOptions options, ControlQueue control, IMediaRoomEvents roomEvents, IHandshakes handshakes)
    {
        var worker = new MediaWorker(new MediaWorkerOptions
        {
            Port = port,
            Limits = options.Limits,
            Control = control,
            RoomEvents = roomEvents,
            Handshakes = handshakes,
            Random = new Random(),
            Time = options.Time,
        });
        return new RunningWorker(index, worker, new WorkerThread(index, worker, port), port, options);
    }

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
        _thread.Dispose();
    }

    private static ImmutableArray<IPEndPoint> EndpointsOf(int port, bool withIPv6, MediaServerOptions options)
    {
        var bound = options.BindAddress;
        IEnumerable<IPAddress> own = bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any) ? HostAddresses.OfThisMachine() : [bound];
        return [.. HostAddresses.Choose(options.AdvertisedAddresses, own, withIPv6).Select(a => new IPEndPoint(a, port))];
    }
}
