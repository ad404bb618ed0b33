using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>The sessions and media rooms of one worker: opening, connecting, replacing, ending. Used on the worker's thread alone.</summary>
internal sealed class SessionTable(WorkerContext context, IHandshakes handshakes, MediaWorker worker) : IDisposable
{
    private readonly Dictionary<string, MediaSession> _sessions = [];
    private readonly Dictionary<string, MediaRoom> _rooms = [];

    /// <summary>Every session, in the order of opening.</summary>
    public List<MediaSession> All { get; } = [];

    /// <summary>Every room that has a session.</summary>
    public List<MediaRoom> Rooms { get; } = [];
    public TransportTable Table { get; } = new();

    /// <summary>Nobody is here, and no part of a room whose people are elsewhere.</summary>
    public bool IsIdle => All.Count == 0 && Rooms.Count == 0;

    /// <summary>Somebody publishes on this worker.</summary>
    public bool AnyPublications { get; private set; }

    public MediaSession? Find(string sessionId) => _sessions.GetValueOrDefault(sessionId);

    public MediaRoom? FindRoom(string roomId) => _rooms.GetValueOrDefault(roomId);

    /// <summary>Opens a session. False: its id or its user fragment is in use.</summary>
    public bool TryOpen(SessionSpec spec, ISessionEvents events)
    {
        if (_sessions.ContainsKey(spec.SessionId)) return false;
        var now = worker.Now();
        if (!_rooms.TryGetValue(spec.RoomId, out var room)) room = new MediaRoom(spec.RoomId, context);
        var session = new MediaSession(spec, events, room, new SessionTransport(spec.Media, context, now), context);
        if (!Table.TryAddUfrag(spec.Media.LocalUfrag, session))
        {
            session.Dispose();
            return false;
        }
        if (_rooms.TryAdd(spec.RoomId, room)) Rooms.Add(room);
        _sessions.Add(spec.SessionId, session);
        All.Add(session);
        session.Handshake = handshakes.TryOpen(spec.Media, new HandshakeRelay(worker, session));
        room.Add(session);
        Recount();
        return true;
    }

    /// <summary>Applies a re-offer.</summary>
    public void Update(MediaSession session, NegotiatedSession media)
    {
        session.Apply(media);
        session.Room.MarkSlots(session);
        Recount();
    }

    /// <summary>Adds new ICE credentials beside the old ones, which serve until a path is nominated with the new.</summary>
    public bool TryRestartIce(MediaSession session, string localUfrag, string localPassword, string remoteUfrag)
    {
        if (!Table.TryAddUfrag(localUfrag, session)) return false;
        var ice = session.Transport.Ice;
        var replaced = ice.PreviousLocalUfrag is null ? null : ice.LocalUfrag;
        ice.Restart(new IceParameters(localUfrag, localPassword), remoteUfrag);
        if (replaced is not null) Table.RemoveUfrag(replaced);
        return true;
    }

    /// <summary>Ends a session and frees what it holds.</summary>
    public void Close(MediaSession session, SessionEnd reason)
    {
        if (!_sessions.Remove(session.SessionId)) return;
        All.Remove(session);
        Table.Remove(session);
        foreach (var path in session.Transport.Ice.Paths) context.Port.Release(path);
        session.Handshake?.Close();
        session.Room.Remove(session);
        session.Dispose();
        RemoveIfEmpty(session.Room);
        Recount();
        var events = session.Events;
        context.Control.Post(() => events.Ended(reason));
    }

    /// <summary>Hands a DTLS datagram of a known path to the session's handshake.</summary>
    public DropReason HandleDtls(MediaSession session, ReadOnlySpan<byte> datagram, in TransportPath path)
    {
        if (session.Transport.Dtls == DtlsState.Closed || session.Handshake is not { } handshake) return DropReason.DtlsUnknownTransport;
        if (session.Transport.Dtls == DtlsState.Waiting) session.Transport.Dtls = DtlsState.Handshaking;
        return handshake.Receive(datagram);
    }

    /// <summary>Follows what a connectivity check or the passing of time changed.</summary>
    public void ApplyIce(MediaSession session, IceChanges changes, in TransportPath path)
    {
        var transport = session.Transport;
        if ((changes & IceChanges.PathAdded) != 0) Table.AddPath(path, session);
        if ((changes & IceChanges.PathsRemoved) != 0)
        {
            foreach (var removed in transport.Ice.RemovedPaths)
            {
                Table.RemovePath(removed, session);
                context.Port.Release(removed);
            }
        }
        if ((changes & IceChanges.Restarted) != 0) Table.RemoveUfrags(session, except: transport.Ice.LocalUfrag);
        if ((changes & (IceChanges.SelectedChanged | IceChanges.Connected | IceChanges.Lost)) != 0) transport.UsePath(transport.Ice.SelectedPath);
        if ((changes & IceChanges.Connected) != 0 && transport.Dtls == DtlsState.Waiting) session.Handshake?.Start();
    }

    /// <summary>A TCP connection has ended: its session goes on by another path, or waits for one.</summary>
    public void PathEnded(in TransportPath path, long now)
    {
        if (Table.Find(path) is not { } session) return;
        var changes = session.Transport.Ice.End(path, now / 1000);
        if (changes != IceChanges.None) ApplyIce(session, changes, path);
    }

    /// <summary>Ends what has no consent any more, or never connected.</summary>
    public void Expire(long now)
    {
        for (var i = All.Count - 1; i >= 0; i--)
        {
            var session = All[i];
            var changes = session.Transport.Ice.Tick(now / 1000);
            if (changes != IceChanges.None) ApplyIce(session, changes, default);
            var late = !session.Connected && now - session.Transport.OpenedMicroseconds > context.Limits.ConnectMilliseconds * 1000L;
            if ((changes & IceChanges.Lost) != 0 || late) Close(session, SessionEnd.ConsentExpired);
        }
    }

    /// <summary>More, or less, is left out of pictures: every receiver's are decided anew.</summary>
    public void LoadChanged()
    {
        foreach (var room in Rooms) room.MarkSlots();
    }

    /// <summary>The room lives on these workers from now on, its home first.</summary>
    public void Spread(string roomId, ImmutableArray<int> parts)
    {
        if (!_rooms.TryGetValue(roomId, out var room))
        {
            if (parts.Length < 2 || !parts.Contains(context.Crossings.Index)) return;
            room = new MediaRoom(roomId, context);
            _rooms.Add(roomId, room);
            Rooms.Add(room);
        }
        room.Spread.Become(parts.Length < 2 ? [] : parts);
        RemoveIfEmpty(room);
    }

    /// <summary>Lets every room that changed decide and tell.</summary>
    public void Settle(long now)
    {
        var any = false;
        for (var i = 0; i < Rooms.Count; i++)
        {
            Rooms[i].Settle(now);
            any |= Rooms[i].Publications.Count > 0;
        }
        AnyPublications = any;
    }

    /// <summary>The handshake gave keys: media flows, and an older session of the participant goes.</summary>
    public void Connected(MediaSession session, SrtpKeys keys)
    {
        session.Transport.InstallKeys(keys);
        if (session.Connected) return;
        session.Connected = true;
        var events = session.Events;
        context.Control.Post(events.Connected);
        session.Room.MarkState();
        session.Room.MarkSlots(session);
        session.Speakers.TellFirst(session);
        ReplaceOlder(session);
    }

    public void Dispose()
    {
        while (All.Count > 0) Close(All[^1], SessionEnd.PodStopping);
        while (Rooms.Count > 0) Spread(Rooms[^1].Id, []);
    }

    // A part of a room that lives on others too stays until all hear that it does not: packets may be on their way to it, and a home decides for the others.
    private void RemoveIfEmpty(MediaRoom room)
    {
        if (room.Sessions.Count > 0) return;
        room.Settle(worker.Now()); // tells that it is empty
        if (room.Spread.IsSpread || !_rooms.Remove(room.Id)) return;
        Rooms.Remove(room);
    }

    private void ReplaceOlder(MediaSession session)
    {
        foreach (var other in session.Room.Sessions.ToArray())
        {
            if (other == session) return; // sessions behind it are newer
            if (other.ParticipantId == session.ParticipantId) Close(other, SessionEnd.Replaced);
        }
    }

    private void Recount() => context.Tally.Sessions = All.Count;
}
