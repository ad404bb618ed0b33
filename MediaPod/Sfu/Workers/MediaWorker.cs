using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>
/// A worker's loop without its thread: everything one UDP port's sessions need, turn by turn. Runs on one thread; others reach it only through
/// <see cref="Post"/>. On the packet path nothing allocates, locks, logs or throws.
/// </summary>
public sealed unsafe class MediaWorker : IDisposable
{
    private const int BatchesPerTurn = 8;
    private const long SliceMicroseconds = 250;
    private const long BlockedRetryMicroseconds = 1000;

    private readonly ConcurrentQueue<Action<MediaWorker>> _mailbox = new();
    private readonly TimeProvider _time;
    private readonly IDatagramPort _port;
    private readonly PacketPool _pool;
    private readonly RtpIngress _rtp;
    private readonly RtcpIngress _rtcp;
    private readonly CrossingIntake _intake;
    private readonly WorkerTicks _ticks;
    private readonly double _microsecondsPerTimestamp;
    private readonly long _sliceTimestamps;
    private readonly long _start;
    private readonly SoundTurn _sound = new();
    private long _failedSends;
    private long _overloadDue;
    private long _undrainedSince = -1;

    /// <summary>A worker without sessions.</summary>
    public MediaWorker(MediaWorkerOptions options)
    {
        _time = options.Time;
        _port = options.Port;
        var epoch = options.Epoch ?? WorkerEpoch.Now(_time);
        _start = epoch.Timestamp;
        _microsecondsPerTimestamp = 1e6 / _time.TimestampFrequency;
        _sliceTimestamps = (long)(SliceMicroseconds / _microsecondsPerTimestamp);
        _pool = new PacketPool(options.Limits.PacketMemoryPerWorker);
        Context = new WorkerContext(options, _pool, new NtpClock(epoch.UtcNow, nowMicroseconds: 0));
        Sessions = new SessionTable(Context, options.Handshakes, this);
        _rtp = new RtpIngress(Context);
        _rtcp = new RtcpIngress(Context);
        _intake = new CrossingIntake(Context, _rtp);
        _ticks = new WorkerTicks(Context, Sessions);
    }

    /// <summary>What it has counted.</summary>
    public WorkerTally Tally => Context.Tally;

    /// <summary>Pooled packets that something holds: caches and queues. 0 when no session publishes. What is lent to other workers is not in it.</summary>
    public int PacketsHeld => _pool.InUse - Context.Crossings.Lent;

    internal WorkerContext Context { get; }
    internal SessionTable Sessions { get; }

    /// <summary>Wakes the thread that sleeps between turns.</summary>
    public Action? Wake { get; set; }

    /// <summary>Microseconds since the worker was made.</summary>
    public long Now() => (long)((_time.GetTimestamp() - _start) * _microsecondsPerTimestamp);

    /// <summary>Puts a message into the mailbox; from any thread.</summary>
    public void Post(Action<MediaWorker> message)
    {
        _mailbox.Enqueue(message);
        Wake?.Invoke();
    }

    /// <summary>
    /// One turn of the loop, in two stages so that sound never waits for video: first everything that came in, and with each batch of it the sound goes out;
    /// then what is due by the clock, and a slice of what pacers hold and of the video fan-out.
    /// </summary>
    /// <returns>After how many microseconds the next turn is due if nothing comes in before; 0: at once; negative: never.</returns>
    public long Turn()
    {
        var now = Now();
        _port.Tick(now);
        Context.Crossings.Note();
        ReadMailbox();
        Sessions.Settle(now);

        var drained = ReceiveAll(now);
        _intake.TakeAll(now, _sound);
        SendSound();
        Context.Crossings.Flush();
        while (_port.TryTakeEnded(out var ended)) Sessions.PathEnded(ended, now);
        _ticks.Run(now);
        var sent = SendPictures(now, out var more);
        WatchLoad(drained, now);

        Sessions.Settle(now);
        CountSent();
        Context.Crossings.Flush();
        if (more || !drained || !_mailbox.IsEmpty || Context.Crossings.HasMore) return 0;
        var next = Math.Min(Context.FanOut.RipeAt, Math.Min(Context.Pacing.DueAt, _port.DueAt));
        var due = SoonerOf(_ticks.DueIn(now), next, now);
        return sent ? due : due < 0 ? BlockedRetryMicroseconds : Math.Min(due, BlockedRetryMicroseconds);
    }

    /// <summary>Opens a session. False: its id or its user fragment is in use. On the worker's thread, as everything below.</summary>
    public bool TryOpen(SessionSpec spec, ISessionEvents events) => Sessions.TryOpen(spec, events);

    /// <summary>Applies a re-offer. False: no such session.</summary>
    public bool Update(string sessionId, NegotiatedSession media)
    {
        if (Sessions.Find(sessionId) is not { } session) return false;
        Sessions.Update(session, media);
        return true;
    }

    /// <summary>Restarts ICE. False: no such session, or the user fragment is in use.</summary>
    public bool RestartIce(string sessionId, string localUfrag, string localPassword, string remoteUfrag) =>
        Sessions.Find(sessionId) is { } session && Sessions.TryRestartIce(session, localUfrag, localPassword, remoteUfrag);

    /// <summary>Ends a session. False: no such session.</summary>
    public bool Close(string sessionId, SessionEnd reason)
    {
        if (Sessions.Find(sessionId) is not { } session) return false;
        Sessions.Close(session, reason);
        return true;
    }

    /// <summary>Says what a participant may send.</summary>
    public void ApplyPolicy(string roomId, string participantId, PublishPolicy policy)
    {
        foreach (var session in Sessions.FindRoom(roomId)?.Sessions ?? [])
        {
            if (session.ParticipantId == participantId) session.Apply(policy);
        }
    }

    /// <summary>Replaces what a session wants to see.</summary>
    public void SetDemand(string sessionId, ImmutableArray<Demand> demands)
    {
        if (Sessions.Find(sessionId) is not { } session) return;
        session.Demands = demands;
        session.Room.MarkSlots(session);
    }

    /// <summary>Says what the session's pictures of a source show.</summary>
    public void SetHint(string sessionId, TrackSource source, ContentHint hint)
    {
        if (Sessions.Find(sessionId) is not { } session) return;
        foreach (var publication in session.Streams.Publications)
        {
            if (publication.Source != source || publication.Hint == hint) continue;
            publication.Hint = hint;
            session.Room.Spread.Tell(publication);
            if (publication.Announced) session.Room.Allocate(publication, Now());
        }
    }

    /// <summary>The room lives on these workers from now on, its home first; one worker, or none: it is no longer spread (docs/workers.md).</summary>
    public void Spread(string roomId, ImmutableArray<int> parts) => Sessions.Spread(roomId, parts);

    /// <summary>A room in every detail; null when it is not here.</summary>
    public MediaRoomDump? Dump(string roomId, int worker) => Sessions.FindRoom(roomId) is { } room ? RoomDumper.Dump(room, worker, Now()) : null;

    /// <summary>Ends every session.</summary>
    public void Stop() => Sessions.Dispose();

    /// <summary>Ends every session and frees all memory; when no other worker that it is connected with runs any more, because they write into what it lent them.</summary>
    public void Dispose()
    {
        Stop();
        _pool.Dispose();
    }

    private static long SoonerOf(long due, long ripeAt, long now)
    {
        if (ripeAt == long.MaxValue) return due;
        var ripe = Math.Max(1, ripeAt - now);
        return due < 0 ? ripe : Math.Min(due, ripe);
    }

    private void ReadMailbox()
    {
        while (_mailbox.TryDequeue(out var message))
        {
            try
            {
                message(this);
            }
            catch (Exception fault)
            {
                // A fault in one session's control must not take every meeting of the worker with it.
                Tally.Fault(fault);
            }
        }
    }

    // Sound leaves before anything else is begun. Where the socket takes nothing more it waits in its own queue, in front of the pictures.
    private void SendSound()
    {
        if (_sound.Waits && _port.FlushSound()) _sound.Left(Tally, Now());
    }

    // One slice for both, the first half of it for what pacers hold: so neither keeps the other waiting, and both together not the socket. False: the socket takes no more at present.
    private bool SendPictures(long now, out bool more)
    {
        var begun = _time.GetTimestamp();
        more = Context.Pacing.Run(_time, begun + _sliceTimestamps / 2, now);
        var used = _time.GetTimestamp() - begun;
        var sent = _port.Flush();
        if (sent && _sound.Waits) _sound.Left(Tally, Now());
        // A socket that takes nothing more needs no more pictures.
        if (sent) more |= Context.FanOut.Run(_time, _time.GetTimestamp() + _sliceTimestamps - used, now);
        else more = false;
        return _port.Flush() && sent;
    }

    // True when the socket was emptied; otherwise the rest is for the next turn, so that video is not starved by a flood.
    private bool ReceiveAll(long now)
    {
        for (var batch = 0; batch < BatchesPerTurn; batch++)
        {
            var count = _port.Receive();
            if (count > 0) _sound.Received(Tally, Now());
            for (var i = 0; i < count; i++)
            {
                var datagram = _port.Datagram(i, out var path);
                Tally.DatagramsIn++;
                Tally.BytesIn += datagram.Length;
                var reason = Dispatch(datagram, path, now);
                if (reason != DropReason.None) Tally.Drop(reason);
            }
            if (count > 0) _sound.Done(Tally);
            SendSound();
            if (count < ReceiveBatch.Capacity) return true;
        }
        return false;
    }

    // Behind is who lets pictures wait, or datagrams in the socket.
    private void WatchLoad(bool drained, long now)
    {
        if (drained) _undrainedSince = -1;
        else if (_undrainedSince < 0) _undrainedSince = now;
        var overload = Context.Overload;
        overload.Note(Context.FanOut.Behind(now));
        overload.Note(Context.Pacing.Behind(now));
        if (_undrainedSince >= 0) overload.Note(now - _undrainedSince);
        if (now < _overloadDue) return;
        _overloadDue = now + Overload.IntervalMicroseconds;
        if (overload.Decide(now)) Sessions.LoadChanged();
        (Tally.Overload, Tally.Overloads) = (overload.Level, overload.Raises);
    }

    private DropReason Dispatch(Span<byte> datagram, in TransportPath path, long now)
    {
        if (datagram.IsEmpty) return DropReason.PacketTooLarge;
        var kind = PacketKind.Classify(datagram);
        if (kind == PacketKind.Stun) return HandleStun(datagram, path, now);
        if (kind == PacketKind.Unknown) return DropReason.UnknownPacketKind;
        if (Sessions.Table.Find(path) is not { } session) return kind == PacketKind.Dtls ? DropReason.DtlsBeforeIce : DropReason.UnknownAddress;
        session.Transport.DatagramsIn++;
        session.Transport.BytesIn += datagram.Length;
        var reason = kind switch
        {
            PacketKind.Rtp => HandleRtp(session, datagram, now),
            PacketKind.Rtcp => HandleRtcp(session, datagram, now),
            _ => Sessions.HandleDtls(session, datagram, path),
        };
        session.Transport.Drops[(int)reason]++;
        return reason;
    }

    private DropReason HandleRtp(MediaSession session, Span<byte> datagram, long now)
    {
        fixed (byte* bytes = datagram) return _rtp.Handle(session, bytes, datagram.Length, now);
    }

    private DropReason HandleRtcp(MediaSession session, Span<byte> datagram, long now)
    {
        fixed (byte* bytes = datagram)
        {
            var reason = session.Transport.UnprotectRtcp(bytes, datagram.Length, out var length);
            return reason != DropReason.None ? reason : _rtcp.Handle(session, datagram[..length], now);
        }
    }

    private DropReason HandleStun(Span<byte> datagram, in TransportPath path, long now)
    {
        var reason = Check(datagram, path, now);
        if (path.IsStream) _port.Checked(path, reason == DropReason.None);
        return reason;
    }

    private DropReason Check(Span<byte> datagram, in TransportPath path, long now)
    {
        var reason = IceRequest.TryParse(datagram, out var request);
        if (reason != DropReason.None) return reason;
        if (Sessions.Table.Find(request) is not { } session) return DropReason.StunUnknownUser;
        Span<byte> reply = stackalloc byte[StunResponse.MaxLength];
        var verdict = session.Transport.Ice.Receive(request, path, now / 1000, reply);
        session.Transport.Drops[(int)verdict.Drop]++;
        if (verdict.ReplyLength > 0) session.Transport.Send(reply[..verdict.ReplyLength], path);
        if (verdict.Changes != IceChanges.None) Sessions.ApplyIce(session, verdict.Changes, path);
        return verdict.Drop;
    }

    private void CountSent()
    {
        var (datagrams, bytes, failed) = _port.Sent;
        (Tally.DatagramsOut, Tally.BytesOut) = (datagrams, bytes);
        Tally.Drop(DropReason.SendFailed, failed - _failedSends);
        _failedSends = failed;
        _port.MoveDrops(Tally);
    }
}
