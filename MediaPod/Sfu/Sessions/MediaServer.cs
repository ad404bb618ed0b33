using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>
/// The forwarding unit: workers, each a dedicated thread with one UDP port, that sessions are opened on. Every method may be called from any thread;
/// methods about rooms, participants and sessions that are not there do nothing. Control reaches a worker only through its mailbox.
/// </summary>
public sealed class MediaServer : IAsyncDisposable
{
    private readonly ControlQueue _control;
    private readonly DtlsHandshaker _handshaker;
    private readonly RunningWorker[] _workers;
    private readonly CrossingSet _crossings;
    private readonly ConcurrentDictionary<string, RunningWorker> _sessions = new(StringComparer.Ordinal);
    private readonly Placements _placements;
    private readonly LoadMeter _load;
    private int _disposed;

    private MediaServer(MediaServerOptions options, DtlsHandshaker handshaker, RunningWorker[] workers, CrossingSet crossings, ControlQueue control)
    {
        Options = options;
        _handshaker = handshaker;
        _workers = workers;
        _control = control;
        _crossings = crossings;
        _placements = new Placements(workers.Length, Choose, Spread);
        _load = new LoadMeter(options.Time, () => Counters);
    }

    /// <summary>What the server was started with.</summary>
    public MediaServerOptions Options { get; }

    /// <summary>The fingerprint of the certificate that every DTLS handshake shows; made at start.</summary>
    public CertificateFingerprint Fingerprint => _handshaker.Fingerprint;

    /// <summary>How busy the workers are.</summary>
    public MediaLoad Load => _load.Current;

    /// <summary>Every worker's counters; cheap enough for a metrics scrape, not for a loop.</summary>
    public ImmutableArray<WorkerCounters> Counters => [.. _workers.Select(w => w.Worker.Tally.Read(w.Index))];

    /// <summary>Workers that clients cannot reach over TCP though they should be: another program has the port.</summary>
    public ImmutableArray<int> WithoutTcp => Options.FirstTcpPort is null ? [] : [.. _workers.Where(w => w.TcpEndpoints.IsEmpty).Select(w => w.Index)];

    /// <summary>The DTLS handshakes of all workers.</summary>
    public HandshakeCounters Handshakes => new(_handshaker.Handshakes, _handshaker.Sessions, _handshaker.Deferred);

    /// <summary>Listeners of the host that threw; 0 in a sound program.</summary>
    public long ListenerFailures => _control.Failures;

    /// <summary>Binds the ports and starts the workers.</summary>
    /// <exception cref="MediaStartException">Something named is in the way.</exception>
    public static MediaServer Start(MediaServerOptions options, IMediaRoomEvents roomEvents)
    {
        ArgumentNullException.ThrowIfNull(roomEvents);
        MediaStart.Check(options);
        var ports = MediaStart.OpenPorts(options);
        var control = new ControlQueue();
        var handshaker = new DtlsHandshaker(DtlsCertificate.Generate(options.Time), new DtlsOptions { Time = options.Time });
        var handshakes = new DtlsHandshakes(handshaker);
        var (parts, epoch) = (new RoomParts(roomEvents), WorkerEpoch.Now(options.Time));
        var workers = ports.Select((port, i) => new MediaWorker(new MediaWorkerOptions
        {
            Port = port,
            Limits = options.Limits,
            Control = control,
            RoomEvents = parts.Of(i),
            Handshakes = handshakes,
            Random = new Random(),
            Time = options.Time,
            Index = i,
            Count = ports.Length,
            Epoch = epoch,
        })).ToImmutableArray();
        var crossings = new CrossingSet(workers);
        return new MediaServer(options, handshaker, [.. workers.Select((worker, i) => new RunningWorker(i, worker, ports[i], options))], crossings, control);
    }

    /// <summary>
    /// The worker on which a participant's sessions live: the one where the participant is already, else the room's, unless that is loaded (<see cref="SpreadRule"/>).
    /// Hold it until <see cref="OpenAsync"/> has returned.
    /// </summary>
    public MediaPlacement Place(string roomId, string participantId = "")
    {
        var worker = _workers[_placements.Hold(roomId, participantId)];
        return PlacementOn(worker, () => _placements.Release(roomId, participantId));
    }

    /// <summary>The worker on which a session lives; null: it is not open.</summary>
    public MediaPlacement? PlaceOf(string sessionId) => _sessions.TryGetValue(sessionId, out var worker) ? PlacementOn(worker, () => { }) : null;

    /// <summary>Opens a session: from now on its transport answers connectivity checks. Null: the server stops, or the ICE user fragment is in use.</summary>
    /// <exception cref="InvalidOperationException">The session id is in use.</exception>
    public async Task<SessionHandle?> OpenAsync(SessionSpec spec, ISessionEvents events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var worker = _workers[_placements.Hold(spec.RoomId, spec.ParticipantId)];
        var opened = false;
        try
        {
            if (!_sessions.TryAdd(spec.SessionId, worker)) throw new InvalidOperationException($"session {spec.SessionId} is open already");
            var listener = new EndedListener(events, () => Forget(spec));
            opened = await worker.AskAsync(w => w.TryOpen(spec, listener));
            if (opened) return new SessionHandle(spec.SessionId, worker.Index);
            _sessions.TryRemove(spec.SessionId, out _);
            return null;
        }
        finally
        {
            if (!opened) _placements.Release(spec.RoomId, spec.ParticipantId);
        }
    }

    /// <summary>Applies a re-offer: m-lines added or changed. Slots and publications that stay as they are notice nothing. False: no such session.</summary>
    public Task<bool> UpdateAsync(string sessionId, NegotiatedSession media) => AskAsync(sessionId, w => w.Update(sessionId, media));

    /// <summary>Restarts ICE (RFC 8445 section 9): the old path serves until a check with the new credentials selects another. False: no such session.</summary>
    public Task<bool> RestartIceAsync(string sessionId, string localUfrag, string localPassword, string remoteUfrag) =>
        AskAsync(sessionId, w => w.RestartIce(sessionId, localUfrag, localPassword, remoteUfrag));

    /// <summary>Ends a session and frees everything it holds. Completes when that is done. False: no such session.</summary>
    public Task<bool> CloseAsync(string sessionId, SessionEnd reason) => AskAsync(sessionId, w => w.Close(sessionId, reason));

    /// <summary>Says what a participant may send and what is muted.</summary>
    public void ApplyPolicy(string roomId, string participantId, PublishPolicy policy)
    {
        foreach (var worker in _placements.Find(roomId)) _workers[worker].Worker.Post(w => w.ApplyPolicy(roomId, participantId, policy));
    }

    /// <summary>Replaces what a session wants to see. Before the first call its video slots fill by themselves with whoever speaks.</summary>
    public void SetDemand(string sessionId, ImmutableArray<Demand> demands)
    {
        if (_sessions.TryGetValue(sessionId, out var worker)) worker.Worker.Post(w => w.SetDemand(sessionId, demands));
    }

    /// <summary>Says what the session's pictures of a source show. Unless it is said, a screen shows text.</summary>
    public void SetHint(string sessionId, TrackSource source, ContentHint hint)
    {
        if (_sessions.TryGetValue(sessionId, out var worker)) worker.Worker.Post(w => w.SetHint(sessionId, source, hint));
    }

    /// <summary>A live room in every detail; null when the room is not there.</summary>
    public async Task<MediaRoomDump?> DumpRoomAsync(string roomId)
    {
        var parts = await Task.WhenAll(_placements.Find(roomId).Select(worker => _workers[worker].AskAsync(w => w.Dump(roomId, worker))));
        return MediaRoomDump.Join([.. parts.OfType<MediaRoomDump>()]);
    }

    /// <summary>Every room, as <see cref="IMediaRoomEvents.RoomChanged"/> last told it.</summary>
    public async Task<ImmutableArray<MediaRoomState>> RoomsAsync()
    {
        var rooms = await Task.WhenAll(_workers.Select(worker => worker.AskAsync(w => w.Sessions.Rooms.Select(room => room.Describe()).ToArray())));
        return [.. rooms.SelectMany(r => r ?? []).Where(r => !r.Participants.IsEmpty).GroupBy(r => r.RoomId).Select(r => RoomParts.Join(r.Key, r))];
    }

    /// <summary>Ends every session with <see cref="SessionEnd.PodStopping"/>, stops the workers and frees their memory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _load.Dispose();
        foreach (var worker in _workers) await worker.StopAsync();
        foreach (var worker in _workers) worker.Dispose();
        _crossings.Dispose();
        _handshaker.Dispose();
        await _control.DisposeAsync();
    }

    private async Task<bool> AskAsync(string sessionId, Func<MediaWorker, bool> question) =>
        _sessions.TryGetValue(sessionId, out var worker) && await worker.AskAsync(question);

    private void Forget(SessionSpec spec)
    {
        if (_sessions.TryRemove(spec.SessionId, out _)) _placements.Release(spec.RoomId, spec.ParticipantId);
    }

    private int Choose(ImmutableArray<int> parts, int[] held)
    {
        var shares = _load.Shares.ToArray();
        for (var i = 0; i < shares.Length; i++) shares[i] = shares[i] with { Sessions = Math.Max(held[i], _workers[i].Worker.Tally.Sessions) };
        return SpreadRule.Choose(shares, parts.AsSpan(), Options.Spreading);
    }

    private void Spread(string roomId, ImmutableArray<int> told, ImmutableArray<int> parts)
    {
        foreach (var worker in told) _workers[worker].Worker.Post(w => w.Spread(roomId, parts));
    }

    private static MediaPlacement PlacementOn(RunningWorker worker, Action release) => new(worker.Index, worker.Endpoints, worker.TcpEndpoints, release);

    /// <summary>Passes everything on, and gives the session's place back when it ends.</summary>
    private sealed class EndedListener(ISessionEvents events, Action ended) : ISessionEvents
    {
        public void Connected() => events.Connected();

        public void SlotsChanged(ImmutableArray<SlotContent> slots) => events.SlotsChanged(slots);

        public void SpeakersChanged(ImmutableArray<SpeakerLevel> speakers) => events.SpeakersChanged(speakers);

        public void WantsChanged(ImmutableArray<PublicationWants> wants) => events.WantsChanged(wants);

        public void Ended(SessionEnd reason)
        {
            ended();
            events.Ended(reason);
        }
    }
}
