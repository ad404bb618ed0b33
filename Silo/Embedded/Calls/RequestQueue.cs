namespace Conference.Silo.Embedded.Calls;

/// <summary>
/// Decides which of the requests to one target may run. Pure bookkeeping: the owner holds its lock around every member.
/// A target runs one request at a time, except where its class is reentrant, the request always interleaves, or both requests only read
/// (docs/runtime.md, cases R2 to R5).
/// </summary>
internal sealed class RequestQueue(bool reentrant)
{
    private readonly RequestList _waiting = new();
    private readonly RequestList _running = new();
    private GrainRequest? _blocking;
    private int _waitingThatMayInterleave;

    public RequestList Waiting => _waiting;

    public RequestList Running => _running;

    public bool IsQuiet => _running.Count == 0;

    public bool IsEmpty => _running.Count == 0 && _waiting.Count == 0;

    public void Enqueue(GrainRequest request)
    {
        _waiting.Append(request);
        if (MayInterleave(request)) _waitingThatMayInterleave++;
    }

    /// <summary>Whether <see cref="TryTake"/> would look for a request at all; it may still find none.</summary>
    public bool HasWork => _waiting.Count > 0 && (_blocking is null || _waitingThatMayInterleave > 0);

    /// <summary>Moves the first waiting request that may run now to the running ones.</summary>
    public GrainRequest? TryTake()
    {
        if (!HasWork) return null;
        for (var request = _waiting.First; request is not null; request = request.Next)
        {
            if (!MayRun(request)) continue;
            RemoveWaiting(request);
            _running.Append(request);
            if (_blocking is null && Blocks(request)) _blocking = request;
            return request;
        }
        return null;
    }

    public void Completed(GrainRequest request)
    {
        _running.Remove(request);
        if (request != _blocking) return;
        _blocking = null;
        for (var other = _running.First; other is not null && _blocking is null; other = other.Next)
            if (Blocks(other)) _blocking = other;
    }

    /// <summary>Takes <paramref name="request"/> out if it still waits here.</summary>
    public bool TryWithdraw(GrainRequest request)
    {
        if (request.List != _waiting) return false;
        RemoveWaiting(request);
        return true;
    }

    public bool IsRunning(GrainRequest request) => request.List == _running;

    public GrainRequest[] TakeAllWaiting()
    {
        var all = new GrainRequest[_waiting.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = _waiting.First!;
            RemoveWaiting(all[i]);
        }
        return all;
    }

    private void RemoveWaiting(GrainRequest request)
    {
        _waiting.Remove(request);
        if (MayInterleave(request)) _waitingThatMayInterleave--;
    }

    private bool MayRun(GrainRequest request) =>
        _blocking is null || request.AlwaysInterleaves || (request.OnlyReads && _blocking.OnlyReads);

    private bool Blocks(GrainRequest request) => !reentrant && !request.AlwaysInterleaves;

    private static bool MayInterleave(GrainRequest request) => request.AlwaysInterleaves || request.OnlyReads;
}
