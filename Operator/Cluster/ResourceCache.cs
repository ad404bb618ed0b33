using System.Collections.Concurrent;
using Conference.Operator.Cluster.Model;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Cluster;

/// <summary>A change of one object. Both are there when it changed; only <see cref="After"/> when it is new, only <see cref="Before"/> when it is gone.</summary>
/// <typeparam name="T">The objects.</typeparam>
/// <param name="Before">As it was known.</param>
/// <param name="After">As it is.</param>
public sealed record ResourceChange<T>(T? Before, T? After) where T : KubeObject
{
    /// <summary>The newest state that is known.</summary>
    public T Latest => After ?? Before!;
}

/// <summary>
/// Keeps a copy of a list up to date: lists, then watches from there; resumes a watch that ended where it was; lists again when the server has forgotten that place (410).
/// What is missing after a new list counts as deleted. The copy may be behind: whoever must know reads the list itself.
/// </summary>
/// <typeparam name="T">The objects.</typeparam>
public sealed partial class ResourceCache<T> where T : KubeObject
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string? Namespace, string Name), T> _items = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KubeClient _client;
    private readonly ResourceType<T> _type;
    private readonly ListOptions _options;
    private readonly Action<ResourceChange<T>> _changed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _relists;
    private long _watches;

    /// <summary>A cache that is filled by <see cref="RunAsync"/>.</summary>
    /// <param name="client">The API.</param>
    /// <param name="type">The kind.</param>
    /// <param name="options">Which objects.</param>
    /// <param name="changed">Called for every change, one after the other, after the copy has it; must not throw or wait.</param>
    /// <param name="time">The clock of pauses.</param>
    /// <param name="logger">Where failures go.</param>
    public ResourceCache(KubeClient client, ResourceType<T> type, ListOptions options, Action<ResourceChange<T>> changed, TimeProvider time, ILogger logger) =>
        (_client, _type, _options, _changed, _time, _logger) = (client, type, options, changed, time, logger);

    /// <summary>All objects as known.</summary>
    public IReadOnlyCollection<T> Items => (IReadOnlyCollection<T>)_items.Values;

    /// <summary>One object as known, or null.</summary>
    public T? Find(string? ns, string name) => _items.GetValueOrDefault((ns, name));

    /// <summary>Ends when the first list is in.</summary>
    public Task Synced => _synced.Task;

    /// <summary>How often the whole list was read.</summary>
    public long Relists => Interlocked.Read(ref _relists);

    /// <summary>How often a watch was begun, at the start and to resume.</summary>
    public long Watches => Interlocked.Read(ref _watches);

    /// <summary>How long one watch may last and be silent; changed by tests.</summary>
    public WatchOptions Watch { get; init; } = new() { ResourceVersion = "" };

    /// <summary>Keeps the copy until <paramref name="cancellation"/>, which it throws.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        string? version = null;
        var pause = LeastPause;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (version is null)
            {
                var list = await _client.ListAsync(_type, _options, cancellation).ConfigureAwait(false);
                if (!list.Ok)
                {
                    pause = await PauseAsync(list.Error, pause, cancellation).ConfigureAwait(false);
                    continue;
                }
                Replace(list.Value.Items);
                version = list.Value.ResourceVersion;
                Interlocked.Increment(ref _relists);
                _synced.TrySetResult();
            }
            var (reached, failure) = await FollowAsync(version, cancellation).ConfigureAwait(false);
            if (reached != version) pause = LeastPause;
            version = reached;
            if (failure is null) continue;
            if (failure.Reason == KubeReason.Gone)
            {
                LogRelist(_type.Plural, version);
                version = null;
            }
            pause = await PauseAsync(failure, pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(string Version, KubeError? Failure)> FollowAsync(string version, CancellationToken cancellation)
    {
        var begun = _time.GetTimestamp();
        Interlocked.Increment(ref _watches);
        await foreach (var happened in _client.WatchAsync(_type, _options, Watch with { ResourceVersion = version }, cancellation).ConfigureAwait(false))
        {
            if (happened.Kind == WatchEventKind.Failed) return (version, happened.Error);
            version = happened.ResourceVersion ?? version;
            if (happened.Object is { } value) Take(happened.Kind, value);
        }
        // A server that ends watches at once must not be asked without pause.
        var early = _time.GetElapsedTime(begun) < TimeSpan.FromSeconds(1);
        return (version, early ? new KubeError(KubeReason.Unavailable, 200, "the watch ended at once") : null);
    }

    private void Take(WatchEventKind kind, T value)
    {
        var key = (value.Metadata.Namespace, value.Metadata.Name);
        if (kind == WatchEventKind.Deleted)
        {
            _items.TryRemove(key, out _);
            _changed(new ResourceChange<T>(value, null));
            return;
        }
        var before = _items.GetValueOrDefault(key);
        _items[key] = value;
        _changed(new ResourceChange<T>(before, value));
    }

    private void Replace(IReadOnlyList<T> items)
    {
        var present = items.Select(i => (i.Metadata.Namespace, i.Metadata.Name)).ToHashSet();
        foreach (var (key, gone) in _items)
            if (!present.Contains(key) && _items.TryRemove(key, out _)) _changed(new ResourceChange<T>(gone, null));
        foreach (var item in items)
        {
            var key = (item.Metadata.Namespace, item.Metadata.Name);
            var before = _items.GetValueOrDefault(key);
            if (before?.Metadata.ResourceVersion == item.Metadata.ResourceVersion && before?.Metadata.Uid == item.Metadata.Uid) continue;
            _items[key] = item;
            _changed(new ResourceChange<T>(before, item));
        }
    }

    private async Task<TimeSpan> PauseAsync(KubeError error, TimeSpan pause, CancellationToken cancellation)
    {
        LogPause(_type.Plural, error.Reason, error.Message, pause.TotalSeconds);
        await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
        return TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, MostPause.Ticks));
    }
}
