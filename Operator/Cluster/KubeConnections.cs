namespace Conference.Operator.Cluster;

/// <summary>
/// The connection of now: the configuration is read again at most every <see cref="RereadAfter"/>, and at once after a 401; other content means new connections,
/// while requests and watches under way end on the old ones.
/// </summary>
internal sealed class KubeConnections(IClusterConfigSource source, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private KubeConnection? _current;
    private long _readAt;
    private bool _disposed;

    /// <summary>The current connection, entered: whoever takes it calls <see cref="KubeConnection.Leave"/>. Throws <see cref="ClusterConfigException"/>.</summary>
    public KubeConnection Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is null || time.GetElapsedTime(_readAt) >= RereadAfter) Reread();
            if (!_current!.TryEnter()) throw new InvalidOperationException("the current connection is never retired");
            return _current;
        }
    }

    /// <summary>Reads again now; true when the content has changed since <paramref name="refused"/> was made.</summary>
    public bool RereadAfterRefusal(KubeConnection refused)
    {
        lock (_gate)
        {
            if (_disposed) return false;
            if (ReferenceEquals(_current, refused)) Reread();
            return !ReferenceEquals(_current, refused);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _current?.Retire();
        }
    }

    private void Reread()
    {
        _readAt = time.GetTimestamp();
        ClusterConfig config;
        try
        {
            config = source.Read();
        }
        catch (ClusterConfigException) when (_current is not null)
        {
            return; // half written, most likely: what was good a moment ago stays until the file is whole
        }
        if (_current is not null && config == _current.Config) return;
        var next = new KubeConnection(config);
        _current?.Retire();
        _current = next;
    }
}
