using System.Text;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Wire.Sdp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// The ICE-lite side of one transport (RFC 8445 section 2.5): always controlled, never sends a check, answers those of the client and follows
/// its nominations. Pure: datagrams and the time go in, replies and changes come out. Owned by one thread; a known path's check allocates nothing.
/// </summary>
/// <remarks>
/// Selection: the first path to pass a check serves at once, so that DTLS need not wait; the newest nomination wins, which lets a client move from
/// one network to another. Clients that nominate every pair over and over (aggressive nomination, RFC 5245) would make the selection flap:
/// once a path that was just left is nominated again, the higher priority wins while both stay fresh.
/// </remarks>
public sealed class IceLiteAgent
{
    /// <summary>Paths of one transport that are remembered.</summary>
    public const int MaxPaths = 16;

    /// <summary>A path that was not checked for so long (ms) may be replaced by a new one, and loses to another nominated one.</summary>
    public const long StaleMilliseconds = 5_000;

    /// <summary>RFC 7675 section 5.1, in milliseconds.</summary>
    public const long DefaultConsentMilliseconds = 30_000;

    private const long FlapMilliseconds = 3_000;

    private readonly long _consent;
    private readonly List<IcePath> _paths = [];
    private readonly List<TransportPath> _removed = [];
    private Generation _current;
    private Generation? _previous; // valid until the restart's first nomination
    private IcePath? _selected;
    private bool _aggressive;
    private long _waitsUntil = long.MaxValue; // without any path, after a connection ended

    /// <summary>An agent that waits for its first check.</summary>
    /// <param name="local">Our credentials.</param>
    /// <param name="remoteUfrag">The client's user fragment.</param>
    /// <param name="consentMilliseconds">How long a path lives without a valid check.</param>
    public IceLiteAgent(IceParameters local, string remoteUfrag, long consentMilliseconds = DefaultConsentMilliseconds)
    {
        _current = new Generation(0, local, remoteUfrag);
        _consent = consentMilliseconds;
    }

    /// <summary>Our user fragment; of the restart, if one is under way.</summary>
    public string LocalUfrag => _current.LocalUfrag;

    /// <summary>During a restart: the user fragment from before it, under which checks may still come.</summary>
    public string? PreviousLocalUfrag => _previous?.LocalUfrag;

    /// <summary>Where to send; null before the first valid check and after the last path was lost.</summary>
    public TransportPath? SelectedPath => _selected?.Path;

    /// <summary>The client has confirmed the selected path by USE-CANDIDATE.</summary>
    public bool IsNominated => _selected?.NominatedAt is not null;

    /// <summary>Every path that is valid now, for tests and `/debug`.</summary>
    public IEnumerable<TransportPath> Paths => _paths.Select(p => p.Path);

    /// <summary>The paths that the last call made invalid (<see cref="IceChanges.PathsRemoved"/>); overwritten by the next call.</summary>
    public IReadOnlyList<TransportPath> RemovedPaths => _removed;

    /// <summary>Deals with one check.</summary>
    /// <param name="request">Found to be for one of this agent's user fragments.</param>
    /// <param name="path">Where it came from and to.</param>
    /// <param name="now">Milliseconds of a clock that never goes back.</param>
    /// <param name="reply">Room for <see cref="StunResponse.MaxLength"/> bytes.</param>
    public IceVerdict Receive(in IceRequest request, in TransportPath path, long now, Span<byte> reply)
    {
        _removed.Clear();
        if (FindGeneration(request) is not { } generation) return new(DropReason.StunUnknownUser);
        var message = request.Message;
        if (!message.VerifyIntegrity(generation.Password)) return new(DropReason.StunIntegrity);
        if (message.FindUnknownRequired(stackalloc ushort[1]) > 0) return Refuse(message, StunErrorCode.UnknownAttribute, generation, reply);
        // RFC 8445 section 7.3.1.1: a lite agent cannot become controlling, so it is the client that must switch.
        if (message.TryGetIceControlled(out _)) return Refuse(message, StunErrorCode.RoleConflict, generation, reply);

        var changes = IceChanges.None;
        if (Find(path) is not { } known)
        {
            if (!MakeRoom(now, ref changes)) return new(DropReason.StunTooManyPaths);
            known = new IcePath(path);
            _paths.Add(known);
            changes |= IceChanges.PathAdded;
        }
        known.CheckedAt = now;
        known.Generation = Math.Max(known.Generation, generation.Number);
        if (message.TryGetPriority(out var priority)) known.Priority = priority;
        changes |= message.UseCandidate ? Nominate(known, generation, now) : SelectFirst(known);
        StunResponse.TryWriteSuccess(message, ToStun(path.Remote), generation.Password, reply, out var length);
        return new(DropReason.None, length, changes);
    }

    /// <summary>
    /// Lets time pass: paths without a valid check for 30 s are lost. Call about once a second.
    /// </summary>
    /// <param name="now">Milliseconds of the same clock as in <see cref="Receive"/>.</param>
    public IceChanges Tick(long now)
    {
        _removed.Clear();
        var changes = IceChanges.None;
        for (var i = _paths.Count - 1; i >= 0; i--)
        {
            if (now - _paths[i].CheckedAt >= _consent) changes |= Remove(_paths[i]);
        }
        return _selected is null && now >= _waitsUntil ? changes | IceChanges.Lost : changes;
    }

    /// <summary>
    /// The connection of a path has ended, so nothing can be sent there. Another valid path serves; without any, the client has as long to come back by a new one
    /// as its consent would have lasted.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="now">Milliseconds of the same clock as in <see cref="Receive"/>.</param>
    public IceChanges End(in TransportPath path, long now)
    {
        _removed.Clear();
        if (Find(path) is not { } ended) return IceChanges.None;
        var changes = Remove(ended);
        if ((changes & IceChanges.Lost) == 0) return changes;
        _waitsUntil = Math.Max(now, ended.CheckedAt + _consent);
        return changes & ~IceChanges.Lost | IceChanges.SelectedChanged;
    }

    /// <summary>
    /// Restarts ICE (RFC 8445 section 9) with new credentials. Those of before stay valid, and their paths in use, until a path is nominated
    /// with the new ones. A restart during a restart replaces the newer credentials.
    /// </summary>
    public void Restart(IceParameters local, string remoteUfrag)
    {
        _previous ??= _current;
        _current = new Generation(_current.Number + 1, local, remoteUfrag);
    }

    private Generation? FindGeneration(in IceRequest request) =>
        _current.Matches(request) ? _current : _previous is { } previous && previous.Matches(request) ? previous : null;

    private IcePath? Find(in TransportPath path)
    {
        foreach (var candidate in _paths)
        {
            if (candidate.Path.Equals(path)) return candidate;
        }
        return null;
    }

    private bool MakeRoom(long now, ref IceChanges changes)
    {
        if (_paths.Count < MaxPaths) return true;
        IcePath? stalest = null;
        foreach (var candidate in _paths)
        {
            if (candidate != _selected && (stalest is null || candidate.CheckedAt < stalest.CheckedAt)) stalest = candidate;
        }
        if (stalest is null || now - stalest.CheckedAt < StaleMilliseconds) return false;
        changes |= Remove(stalest);
        return true;
    }

    private IceChanges SelectFirst(IcePath path) => _selected is null ? Select(path) : IceChanges.None;

    private IceChanges Nominate(IcePath path, Generation generation, long now)
    {
        var changes = IceChanges.None;
        if (IsAllowedToReplace(path, now))
        {
            if (_selected is { } left && left != path) left.LeftAt = now;
            changes |= Select(path);
        }
        path.NominatedAt = now;
        if (_previous is null || generation != _current) return changes;
        _previous = null;
        return changes | IceChanges.Restarted | RemoveBefore(generation.Number);
    }

    private bool IsAllowedToReplace(IcePath path, long now)
    {
        if (_selected is null || _selected == path || _selected.NominatedAt is not { } nominated || _selected.Generation < path.Generation) return true;
        var selectedIsFresh = now - nominated < StaleMilliseconds;
        if (path.LeftAt is { } left && now - left < FlapMilliseconds) _aggressive = true;
        if (!selectedIsFresh) _aggressive = false;
        return !_aggressive || path.Priority > _selected.Priority;
    }

    private IceChanges Select(IcePath path)
    {
        if (_selected == path) return IceChanges.None;
        var connected = _selected is null ? IceChanges.Connected : IceChanges.None;
        _waitsUntil = long.MaxValue;
        _selected = path;
        return IceChanges.SelectedChanged | connected;
    }

    private IceChanges RemoveBefore(int generation)
    {
        var changes = IceChanges.None;
        for (var i = _paths.Count - 1; i >= 0; i--)
        {
            if (_paths[i].Generation < generation) changes |= Remove(_paths[i]);
        }
        return changes;
    }

    private IceChanges Remove(IcePath path)
    {
        _paths.Remove(path);
        _removed.Add(path.Path);
        if (path != _selected) return IceChanges.PathsRemoved;
        _selected = Best();
        return IceChanges.PathsRemoved | (_selected is null ? IceChanges.Lost : IceChanges.SelectedChanged);
    }

    /// <summary>What is left: nominated before not, then whichever was checked last.</summary>
    private IcePath? Best() => _paths.OrderByDescending(p => p.NominatedAt is not null).ThenByDescending(p => p.CheckedAt).FirstOrDefault();

    private static IceVerdict Refuse(in StunMessage message, StunErrorCode code, Generation generation, Span<byte> reply)
    {
        StunResponse.TryWriteError(message, code, generation.Password, reply, out var length);
        return new(DropReason.None, length);
    }

    private static StunAddress ToStun(TransportAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteAddressBytes(bytes);
        return StunAddress.Create(bytes, address.Port);
    }

    /// <summary>The credentials between two restarts.</summary>
    private sealed class Generation(int number, IceParameters local, string remoteUfrag)
    {
        private readonly byte[] _localUfrag = Encoding.UTF8.GetBytes(local.UsernameFragment);
        private readonly byte[] _remoteUfrag = Encoding.UTF8.GetBytes(remoteUfrag);

        public int Number { get; } = number;

        public string LocalUfrag { get; } = local.UsernameFragment;

        public byte[] Password { get; } = Encoding.UTF8.GetBytes(local.Password);

        public bool Matches(in IceRequest request) => request.LocalUfrag.SequenceEqual(_localUfrag) && request.RemoteUfrag.SequenceEqual(_remoteUfrag);
    }
}
