namespace Conference.Operator.Reconciling;

/// <summary>
/// Keys that need a look. A key is at most once in the queue and at most once in work: what is added meanwhile comes round again after <see cref="Done"/>, so that no
/// change is lost and no key is worked on twice at a time. Failures of a key push only that key back.
/// </summary>
/// <typeparam name="TKey">What names a thing to look at.</typeparam>
/// <param name="backoff">The pauses of <see cref="Retry"/>.</param>
/// <param name="time">The clock of pauses.</param>
public sealed class WorkQueue<TKey>(Backoff backoff, TimeProvider time) : IDisposable where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<TKey> _ready = new();
    private readonly HashSet<TKey> _wanted = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, Later> _later = [];
    private readonly SemaphoreSlim _available = new(0);
    private bool _disposed;

    private sealed record Later(DateTimeOffset Due, ITimer Timer);

    /// <summary>Keys that wait to be taken now; those that wait for their time are not among them.</summary>
    public int Count
    {
        get { lock (_gate) return _ready.Count; }
    }

    /// <summary>Wants a look at <paramref name="key"/> as soon as possible.</summary>
    public void Add(TKey key)
    {
        lock (_gate)
        {
            if (_disposed || !_wanted.Add(key) || _working.Contains(key)) return;
            _ready.Enqueue(key);
            _available.Release();
        }
    }

    /// <summary>Wants a look after <paramref name="delay"/>; the earliest of several wins. It does not keep <see cref="Add"/> from being sooner.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }
        lock (_gate)
        {
            var due = time.GetUtcNow() + delay;
            if (_disposed || (_later.TryGetValue(key, out var planned) && planned.Due <= due)) return;
            planned?.Timer.Dispose();
            _later[key] = new Later(due, time.CreateTimer(_ => Fall(key, due), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Wants a look after the key's pause, which grows with every call until <see cref="Forget"/>. Gives the pause.</summary>
    public TimeSpan Retry(TKey key)
    {
        TimeSpan pause;
        lock (_gate) pause = backoff.After(_failures[key] = Math.Min(_failures.GetValueOrDefault(key), 1000) + 1);
        AddAfter(key, pause);
        return pause;
    }

    /// <summary>The key is well: its next failure is its first.</summary>
    public void Forget(TKey key)
    {
        lock (_gate) _failures.Remove(key);
    }

    /// <summary>Waits for a key and takes it in work; <see cref="Done"/> must follow.</summary>
    public async Task<TKey> TakeAsync(CancellationToken cancellation)
    {
        await _available.WaitAsync(cancellation).ConfigureAwait(false);
        lock (_gate)
        {
            var key = _ready.Dequeue();
            _wanted.Remove(key);
            _working.Add(key);
            return key;
        }
    }

    /// <summary>The look at <paramref name="key"/> is over; if it was wanted again meanwhile, it is in the queue again.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (!_working.Remove(key) || !_wanted.Contains(key) || _disposed) return;
            _ready.Enqueue(key);
            _available.Release();
        }
    }

    /// <summary>Works with <paramref name="workers"/> at a time until <paramref name="cancellation"/>; ends, without throwing, when the last look is over.</summary>
    /// <param name="workers">1 or more.</param>
    /// <param name="look">Looks at one key; must not throw, except for the cancellation it is given.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task RunAsync(int workers, Func<TKey, CancellationToken, Task> look, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(look, cancellation)));

    /// <summary>Takes nothing in any more; timers end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var later in _later.Values) later.Timer.Dispose();
            _later.Clear();
        }
    }

    private async Task WorkAsync(Func<TKey, CancellationToken, Task> look, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var key = await TakeAsync(cancellation).ConfigureAwait(false);
                try
                {
                    await look(key, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    Done(key);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // the end that was asked for
        }
    }

    private void Fall(TKey key, DateTimeOffset due)
    {
        lock (_gate)
        {
            if (!_later.TryGetValue(key, out var planned) || planned.Due != due) return;
            planned.Timer.Dispose();
            _later.Remove(key);
        }
        Add(key);
    }
}
