using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Finds the session of a datagram: by our ICE user fragment for connectivity checks, by the 4-tuple that passed one for everything else.</summary>
internal sealed class TransportTable
{
    private readonly Dictionary<string, MediaSession> _byUfrag = [];
    private readonly Dictionary<string, MediaSession>.AlternateLookup<ReadOnlySpan<char>> _byUfragText;
    private readonly Dictionary<TransportPath, MediaSession> _byPath = [];

    public TransportTable() => _byUfragText = _byUfrag.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool TryAddUfrag(string ufrag, MediaSession session) => _byUfrag.TryAdd(ufrag, session);

    public void RemoveUfrag(string ufrag) => _byUfrag.Remove(ufrag);

    public MediaSession? Find(in IceRequest request)
    {
        Span<char> buffer = stackalloc char[IceRequest.MaxUfragLength];
        return _byUfragText.TryGetValue(request.ReadLocalUfrag(buffer), out var session) ? session : null;
    }

    public MediaSession? Find(in TransportPath path) => _byPath.GetValueOrDefault(path);

    public void AddPath(in TransportPath path, MediaSession session) => _byPath[path] = session;

    /// <summary>Forgets a path, unless it has become another session's meanwhile.</summary>
    public void RemovePath(in TransportPath path, MediaSession session)
    {
        if (_byPath.TryGetValue(path, out var owner) && owner == session) _byPath.Remove(path);
    }

    public void RemoveUfrags(MediaSession session, string? except)
    {
        foreach (var (ufrag, owner) in _byUfrag)
        {
            if (owner == session && ufrag != except) _byUfrag.Remove(ufrag);
        }
    }

    public void Remove(MediaSession session)
    {
        RemoveUfrags(session, except: null);
        foreach (var (path, owner) in _byPath)
        {
            if (owner == session) _byPath.Remove(path);
        }
    }
}
