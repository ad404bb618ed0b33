using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Pods;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tracing;
using Conference.MediaPod.Host.Draining;
using Conference.MediaPod.Host.Plans;
using Conference.MediaPod.Host.Telemetry;
using Conference.MediaPod.Sfu.Negotiation;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>
/// The open sessions of the pod: opens, changes and ends them on the media server, holds the plan and does what it asks. Safe for concurrent use.
/// </summary>
internal sealed partial class MediaSessions : IMediaRoomEvents, IAsyncDisposable
{
    /// <summary>Sessions of one participant at a time: one that is connected and several that try to be.</summary>
    public const int MaxSessionsPerParticipant = 4;

    private readonly ConcurrentDictionary<string, PodSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MeetingId, MediaRoomState> _rooms = new();
    private readonly MediaServer _server;
    private readonly RoomCodecs _codecs;
    private readonly MediaPodOptions _options;
    private readonly PodCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _planGate = new();
    private readonly string _cname = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly PodDraining _draining;
    private PodPlanState _plan = PodPlanState.Empty;

    /// <summary>Starts the media server; throws <see cref="MediaStartException"/>.</summary>
    public MediaSessions(MediaPodOptions options, PodDraining draining, PodCounters counters, TimeProvider time, ILogger<MediaSessions> log)
    {
        _options = options;
        _draining = draining;
        _draining.Changed += TellDraining;
        _counters = counters;
        _time = time;
        _log = log;
        _server = MediaServer.Start(options.Media with { Time = time }, this);
        _codecs = new RoomCodecs(time);
        if (_server.WithoutTcp is { IsEmpty: false } without) LogWithoutTcp(_log, without.Length, options.Media.FirstPort + without[0]);
    }

    /// <summary>Raised when a room changed, so that a report can go out.</summary>
    public event Action<MeetingId>? RoomChanged;

    /// <summary>The media server.</summary>
    public MediaServer Server => _server;

    /// <summary>What the silo wants.</summary>
    public PodPlanState Plan => Volatile.Read(ref _plan);

    /// <summary>Open sessions.</summary>
    public int Count => _sessions.Count;

    /// <summary>Every room as it is.</summary>
    public IReadOnlyCollection<MediaRoomState> Rooms => [.. _rooms.Values];

    /// <summary>The session; null when there is none.</summary>
    public PodSession? Find(string id) => _sessions.GetValueOrDefault(id);

    /// <summary>Opens a session for the holder of a good ticket.</summary>
    public async Task<SessionOutcome> OpenAsync(MediaTicketClaims claims, string bearer, SessionKind kind, string sdp)
    {
        if (!DrainRules.Takes(_draining.Mode, Has(claims.MeetingId))) return new(SessionEndReason.PodDraining);
        if (_sessions.Count >= _options.Capacity.Participants) return new(SessionEndReason.PodFull);
        if (Plan.RefusalOf(claims.MeetingId, claims.ParticipantId, _time.GetUtcNow()) is { } refused) return new(refused);
        if (!SessionDescription.TryParse(sdp, out var offer, out var error)) return new(SessionEndReason.MalformedSdp, error.ToString());

        using var placement = _server.Place(claims.MeetingId.Value, claims.ParticipantId.Value);
        var result = OfferAnswer.Answer(offer, Context(placement, kind, claims.MeetingId, claims.Encrypted, NewIce(), previous: null, version: 1));
        if (result.Refusal is { } why) return new(ReasonOf(why), why.ToString());

        await MakeRoomAsync(claims).ConfigureAwait(false);
        var planned = Plan.Find(claims.MeetingId, claims.ParticipantId);
        var session = new PodSession(OnEnded, _server.SetDemand, _server.SetHint)
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            MeetingId = claims.MeetingId,
            ParticipantId = claims.ParticipantId,
            Kind = kind,
            Encrypted = claims.Encrypted,
            Keys = new SessionKeys(bearer, claims.KeyHash),
            Media = result.Session!,
            Confirmed = planned is not null,
            Opened = _time.GetTimestamp(),
            Connecting = Activity.Current is null ? null : ServiceTracing.Source.StartActivity("connect media"),
        };
        var policy = planned is null ? new PublishPolicy(SourceNames.ToTracks(claims.MayPublish), []) { Sealed = SealedSources(claims.Encrypted) } : PolicyOf(planned);
        var spec = new SessionSpec(claims.MeetingId.Value, claims.ParticipantId.Value, session.Id, result.Session!, policy);
        if (!await TryOpenAsync(spec, session).ConfigureAwait(false)) return new(SessionEndReason.PodStopping);
        // The plan may have changed meanwhile; applying it twice does no harm, missing it would.
        Reapply(session);
        LogOpened(_log, session.Id, session.MeetingId, session.ParticipantId, kind);
        AgreeOnCodec(session.MeetingId);
        return new(session, result.Answer!.ToString());
    }

    /// <summary>Applies a re-offer; new ICE credentials in it restart ICE.</summary>
    public async Task<SessionOutcome> ReofferAsync(PodSession session, string sdp)
    {
        if (!SessionDescription.TryParse(sdp, out var offer, out var error)) return new(SessionEndReason.MalformedSdp, error.ToString());
        await session.Changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var before = session.Media;
            var restarts = offer.Media.FirstOrDefault(m => m.Ice is not null)?.Ice?.UsernameFragment is { } ufrag && ufrag != before.RemoteUfrag;
            var ice = restarts ? NewIce() : new IceParameters(before.LocalUfrag, before.LocalPassword);
            using var placement = _server.PlaceOf(session.Id);
            if (placement is null) return new(SessionEndReason.UnknownSession);
            session.Version++;
            var result = OfferAnswer.Answer(offer, Context(placement, session.Kind, session.MeetingId, session.Encrypted, ice, before, session.Version));
            if (result.Refusal is { } why) return new(ReasonOf(why), why.ToString());
            if (restarts && !await _server.RestartIceAsync(session.Id, ice.UsernameFragment, ice.Password, result.Session!.RemoteUfrag).ConfigureAwait(false))
                return new(SessionEndReason.UnknownSession);
            if (!await _server.UpdateAsync(session.Id, result.Session!).ConfigureAwait(false)) return new(SessionEndReason.UnknownSession);
            session.Media = result.Session!;
            AgreeOnCodec(session.MeetingId);
            return new(session, result.Answer!.ToString());
        }
        finally
        {
            session.Changing.Release();
        }
    }

    /// <summary>Restarts ICE on the client's new credentials; the answer is a fragment with ours (RFC 9725 section 4.3.3).</summary>
    public async Task<SessionOutcome> RestartIceAsync(PodSession session, IceParameters remote)
    {
        await session.Changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var ice = NewIce();
            using var placement = _server.PlaceOf(session.Id);
            if (placement is null) return new(SessionEndReason.UnknownSession);
            if (!await _server.RestartIceAsync(session.Id, ice.UsernameFragment, ice.Password, remote.UsernameFragment).ConfigureAwait(false)) return new(SessionEndReason.UnknownSession);
            session.Media = session.Media with { LocalUfrag = ice.UsernameFragment, LocalPassword = ice.Password, RemoteUfrag = remote.UsernameFragment };
            var first = session.Media.Media.First(m => !m.Rejected);
            var section = new SdpFragmentSection(first.Mid) { Media = first.Kind == Sfu.Sessions.MediaKind.Audio ? "audio" : "video", Candidates = HostCandidates.Of(placement.Endpoints, placement.TcpEndpoints), EndOfCandidates = true };
            return new(session, new SdpFragment { Session = new SdpFragmentSection(Mid: null) { Ice = ice }, Sections = [section] }.ToString());
        }
        finally
        {
            session.Changing.Release();
        }
    }

    /// <summary>Ends a session. Completes when everything it held is freed and nobody finds it any more.</summary>
    public async Task CloseAsync(PodSession session, SessionEndReason reason)
    {
        session.HostReason ??= reason;
        // The news of its end comes by another thread, and may come later than the client that was told so.
        if (await _server.CloseAsync(session.Id, SourceNames.ToEnd(reason)).ConfigureAwait(false)) _sessions.TryRemove(session.Id, out _);
    }

    /// <inheritdoc/>
    void IMediaRoomEvents.RoomChanged(MediaRoomState room)
    {
        var meeting = MeetingId.Parse(room.RoomId);
        if (room.Participants.IsEmpty) _rooms.TryRemove(meeting, out _);
        else _rooms[meeting] = room;
        RoomChanged?.Invoke(meeting);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // In the table from before the worker knows it, so that its end, however soon, finds it there.
    private async Task<bool> TryOpenAsync(SessionSpec spec, PodSession session)
    {
        var opened = false;
        _sessions[session.Id] = session;
        try
        {
            return opened = await _server.OpenAsync(spec, session).ConfigureAwait(false) is not null;
        }
        finally
        {
            if (!opened) _sessions.TryRemove(session.Id, out _);
        }
    }

    /// <summary>A participant may try again and again, but not fill the pod with tries: the oldest that never connected makes room, and a connected one last.</summary>
    private async Task MakeRoomAsync(MediaTicketClaims claims)
    {
        var own = Of(claims.MeetingId).Where(s => s.ParticipantId == claims.ParticipantId).OrderBy(s => s.IsConnected).ThenBy(s => s.Opened).ToList();
        foreach (var session in own.Take(own.Count - MaxSessionsPerParticipant + 1)) await CloseAsync(session, SessionEndReason.Replaced).ConfigureAwait(false);
    }

    private bool Has(MeetingId meeting) => _rooms.ContainsKey(meeting) || Plan.HasPeople(meeting);

    // Who may stay need not know.
    private void TellDraining()
    {
        if (_draining.Mode != DrainMode.Migrate) return;
        foreach (var session in _sessions.Values) session.TellDraining();
    }

    private void OnEnded(PodSession session, SessionEndReason reason)
    {
        _sessions.TryRemove(session.Id, out _);
        _counters.Ended(reason);
        LogEnded(_log, session.Id, session.MeetingId, session.ParticipantId, reason);
        AgreeOnCodec(session.MeetingId);
    }

    private void AgreeOnCodec(MeetingId meeting)
    {
        var sessions = _sessions.Values.Where(s => s.MeetingId == meeting).ToList();
        if (_codecs.Decide(meeting, [.. sessions.Select(s => VideoAbilities.Of(s.Media))]) is not { } decision) return;
        foreach (var session in sessions) session.Tell(new ChannelCodec(decision.Codec.ToString().ToUpperInvariant(), decision.Case));
    }

    private AnswerContext Context(MediaPlacement placement, SessionKind kind, MeetingId meeting, bool encrypted, IceParameters ice, NegotiatedSession? previous, int version) => new()
    {
        Ice = ice,
        Fingerprint = _server.Fingerprint,
        Endpoints = placement.Endpoints,
        TcpEndpoints = placement.TcpEndpoints,
        ClientMay = kind switch { SessionKind.Whip => MediaDirection.SendOnly, SessionKind.Whep => MediaDirection.RecvOnly, _ => MediaDirection.SendRecv },
        PreferredVideo = _codecs.Current(meeting),
        Sealed = encrypted,
        CName = _cname,
        NewSsrc = () => (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue),
        Previous = previous,
        Version = version,
    };

    // 96 bits each way past the least that RFC 8445 section 5.3 asks (24 and 128); the fragment is the key by which a worker finds the transport.
    private static IceParameters NewIce() => IceCredentials.Generate();

    private static PublishPolicy PolicyOf(PlannedParticipant planned) => new(SourceNames.ToTracks(planned.MayPublish), SourceNames.ToTracks(planned.Muted)) 
    {
        Group = planned.Group ?? "",
        Sealed = SealedSources(planned.Sealed),
        PublishBitsPerSecond = planned.Bounds?.PublishKbps * 1000L,
        ReceiveBitsPerSecond = planned.Bounds?.ReceiveKbps * 1000L,
    };

    private static ImmutableArray<TrackSource> SealedSources(bool encrypted) => encrypted ? [.. Enum.GetValues<TrackSource>()] : [];

    private static SessionEndReason ReasonOf(OfferRefusal refusal) => refusal switch
    {
        OfferRefusal.NoFingerprint => SessionEndReason.NoFingerprint,
        OfferRefusal.NoIceCredentials => SessionEndReason.NoIceCredentials,
        OfferRefusal.NoCommonCodec => SessionEndReason.NoCommonCodec,
        OfferRefusal.WrongDirection => SessionEndReason.WrongDirection,
        OfferRefusal.TooManyTracks => SessionEndReason.TooManyTracks,
        _ => SessionEndReason.MalformedSdp,
    };

    [LoggerMessage(3100, LogLevel.Warning, "{Workers} media workers have no TCP port, because another program has it (the first is {Port}): clients whose network lets no UDP out do not reach them")]
    private static partial void LogWithoutTcp(ILogger log, int workers, int port);

    [LoggerMessage(3101, LogLevel.Information, "Session {Session} opened: meeting {Meeting}, participant {Participant}, {Kind}")]
    private static partial void LogOpened(ILogger log, string session, MeetingId meeting, ParticipantId participant, SessionKind kind);

    [LoggerMessage(3102, LogLevel.Information, "Session {Session} ended: meeting {Meeting}, participant {Participant}, {Reason}")]
    private static partial void LogEnded(ILogger log, string session, MeetingId meeting, ParticipantId participant, SessionEndReason reason);
}
