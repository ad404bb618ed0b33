using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;
using Conference.Silo.Telemetry;

namespace Conference.Silo.Signaling;

/// <summary>
/// All signaling sockets of one meeting on this silo: one observer at the meeting's grain, every event written once. What the observer may lose is found by its sequence
/// and pulled.
/// </summary>
internal sealed class MeetingHub(MeetingId meeting, MeetingCalls calls, IGrainFactory grains, MediaGrants grants, SignalOptions options, SiloMetrics metrics, TimeProvider time) : IMeetingObserver
{
    private static readonly TimeSpan PollWithin = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly List<SignalSession> _sessions = [];
    private readonly Dictionary<ParticipantId, List<SignalSession>> _byParticipant = [];
    private readonly List<PublishedEvent> _ring = [];
    private IMeetingObserver? _reference;
    private string _epoch = "";
    private long _lastSeq;
    private int _isPulling;
    private int _isPolling;

    /// <summary>Nobody is here.</summary>
    public bool IsEmpty
    {
        get { lock (_gate) return _sessions.Count == 0; }
    }

    /// <summary>Begins to listen; false when the meeting cannot be reached now.</summary>
    public async Task<bool> StartAsync()
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_reference is not null) return true;
            var reference = grains.CreateObjectReference<IMeetingObserver>(this);
            var position = await calls.SubscribeAsync(meeting, reference).ConfigureAwait(false);
            lock (_gate) (_epoch, _lastSeq) = (position.Epoch, Math.Max(_lastSeq, position.Seq));
            _reference = reference;
            return true;
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            return false;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Stops listening.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _reference, null) is not { } reference) return;
        try
        {
            await calls.Grain(meeting).Unsubscribe(reference).ConfigureAwait(false);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            // The subscription ends by itself.
        }
        grains.Release<IMeetingObserver>(reference);
    }

    public void Add(SignalSession session)
    {
        lock (_gate)
        {
            _sessions.Add(session);
            if (!_byParticipant.TryGetValue(session.Participant, out var own)) _byParticipant[session.Participant] = own = [];
            own.Add(session);
        }
    }

    public void Remove(SignalSession session)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
            if (_byParticipant.TryGetValue(session.Participant, out var own) && own.Remove(session) && own.Count == 0) _byParticipant.Remove(session.Participant);
        }
    }

    /// <summary>Ends every session here.</summary>
    public void EndAll(GoAwayReason reason, int? retryAfterMs)
    {
        lock (_gate)
            foreach (var session in _sessions) session.Outbox.End(reason, retryAfterMs);
    }

    /// <summary>Brings a session to where the meeting is: by the events it missed, or by a view.</summary>
    public async Task SyncAsync(SignalSession session, long? resumeAfter, string cause)
    {
        if (resumeAfter is { } after && await TryResumeAsync(session, after).ConfigureAwait(false)) return;
        metrics.Resynced(cause);
        while (!session.Outbox.Ended.IsCancellationRequested)
        {
            var reading = await calls.ReadAsync(meeting, new ViewQuery(session.Participant)).ConfigureAwait(false);
            if (reading is not ParticipantSnapshot snapshot)
            {
                Refuse(session, reading);
                return;
            }
            var welcome = new Welcome(session.Participant, snapshot.Seq, snapshot.View, grants.For(meeting, session.Participant, snapshot.Place));
            lock (_gate)
            {
                if (!CanFollow(snapshot.Seq)) continue;
                session.Outbox.Send(welcome);
                session.InSync(snapshot.Seq, snapshot.Place);
                CatchUp(session);
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Published(EventBatch batch)
    {
        var needs = new List<(SignalSession, SessionNeed)>();
        lock (_gate)
        {
            if (batch.FromSeq > _lastSeq)
            {
                _ = PullAsync();
                return;
            }
            foreach (var e in batch.Events.Where(e => e.Event.Seq > _lastSeq))
            {
                _ring.Add(e);
                _lastSeq = e.Event.Seq;
                Deliver(e, needs);
            }
            if (_ring.Count > options.RingLength * 2) _ring.RemoveRange(0, _ring.Count - options.RingLength);
        }
        foreach (var (session, need) in needs) Do(session, need);
    }

    /// <inheritdoc/>
    public void Shown(Ephemeral ephemeral)
    {
        lock (_gate)
        {
            if (ephemeral.NewSession is { } newest)
            {
                foreach (var older in Of(ephemeral.To!.Value).Where(s => s.Id != newest)) older.Outbox.End(GoAwayReason.Replaced);
                return;
            }
            if (ephemeral.Message is not { } message) return;
            var utf8 = JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.ServerMessage);
            foreach (var session in (ephemeral.To is { } to ? Of(to) : _sessions).Where(s => s.IsInSync && s.Sees(ephemeral))) session.Outbox.Send(utf8);
        }
    }

    /// <summary>Asks where the meeting is, which also renews the subscription; pulls what is missing, and opens sessions again that a new activation does not know.</summary>
    public async Task PollAsync()
    {
        if (_reference is not { } reference || Interlocked.Exchange(ref _isPolling, 1) == 1) return;
        try
        {
            // An answer that got lost with its silo is not waited for: events may be waiting for this subscription.
            var position = await calls.SubscribeAsync(meeting, reference).WaitAsync(PollWithin, time).ConfigureAwait(false);
            bool isNew, isBehind;
            lock (_gate) (isNew, isBehind, _epoch) = (_epoch != position.Epoch, position.Seq > _lastSeq, position.Epoch);
            if (isNew) await ReopenAsync().ConfigureAwait(false);
            if (isBehind) await PullAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            // The next poll asks again.
        }
        finally
        {
            Volatile.Write(ref _isPolling, 0);
        }
    }

    private async Task ReopenAsync()
    {
        SignalSession[] sessions;
        lock (_gate) sessions = [.. _sessions];
        foreach (var session in sessions)
        {
            var result = await calls.ExecuteAsync(meeting, new OpenSession(session.Id, Again: true), session.Participant).ConfigureAwait(false);
            if (result is Grains.Meetings.Refused { Reason: CommandRefusal.NotInMeeting }) session.Outbox.End(GoAwayReason.NotInMeeting);
            else if (result is Grains.Meetings.Refused { Reason: CommandRefusal.Ended }) session.Outbox.End(GoAwayReason.Ended);
        }
    }

    private async Task PullAsync()
    {
        if (Interlocked.Exchange(ref _isPulling, 1) == 1) return;
        try
        {
            long after;
            lock (_gate) after = _lastSeq;
            switch (await calls.ReadAsync(meeting, new EventsQuery(after)).ConfigureAwait(false))
            {
                case EventTail tail:
                    Published(tail.Batch);
                    break;
                case TailTooShort:
                    await StartOverAsync().ConfigureAwait(false);
                    break;
                default:
                    break; // the next poll asks again
            }
        }
        finally
        {
            Volatile.Write(ref _isPulling, 0);
        }
    }

    private async Task StartOverAsync()
    {
        SignalSession[] sessions;
        var position = await calls.SubscribeAsync(meeting, _reference!).ConfigureAwait(false);
        lock (_gate)
        {
            (_epoch, _lastSeq) = (position.Epoch, position.Seq);
            _ring.Clear();
            sessions = [.. _sessions];
            foreach (var session in sessions) session.OutOfSync();
        }
        foreach (var session in sessions) _ = SyncAsync(session, null, "gap");
    }

    private async Task<bool> TryResumeAsync(SignalSession session, long after)
    {
        if (await calls.ReadAsync(meeting, new EventsQuery(after)).ConfigureAwait(false) is not EventTail { Batch: var batch } || batch.Events.Length > options.ResumeLimit) return false;
        if (batch.Events.Any(e => ChangesSight(e.Event.Body, session.Participant))) return false;
        if (await calls.ReadAsync(meeting, new PlaceQuery(session.Participant)).ConfigureAwait(false) is not PlaceFound { Place: var place }) return false;
        lock (_gate)
        {
            if (!CanFollow(batch.ToSeq)) return false;
            session.Outbox.Send(new Welcome(session.Participant, after, null, grants.For(meeting, session.Participant, place)));
            session.InSync(after, place);
            foreach (var e in batch.Events) session.Offer(e, new EventForms(e));
            session.InSync(batch.ToSeq, place);
            CatchUp(session);
        }
        return true;
    }

    private static bool ChangesSight(MeetingEventBody body, ParticipantId me) => body switch
    {
        ParticipantRoleChanged b => b.ParticipantId == me,
        ParticipantAdmitted b => b.ParticipantId == me,
        ParticipantJoined b => b.ParticipantId == me,
        _ => false,
    };

    // Whether every event after that sequence which this silo has heard of is still held.
    private bool CanFollow(long seq) => seq >= _lastSeq || (_ring.Count > 0 && _ring[0].Event.Seq <= seq + 1);

    private void CatchUp(SignalSession session)
    {
        var from = _ring.Count;
        while (from > 0 && _ring[from - 1].Event.Seq > session.SentSeq) from--;
        for (var i = from; i < _ring.Count; i++)
        {
            var e = _ring[i];
            var need = session.Offer(e, new EventForms(e));
            if (need == SessionNeed.View) session.OutOfSync();
            if (need != SessionNeed.Nothing) Do(session, need);
        }
    }

    private void Deliver(PublishedEvent e, List<(SignalSession, SessionNeed)> needs)
    {
        var forms = new EventForms(e);
        var offered = 0;
        foreach (var session in Concerned(e))
        {
            offered++;
            var need = session.Offer(e, forms);
            if (need == SessionNeed.View) session.OutOfSync();
            if (need != SessionNeed.Nothing) needs.Add((session, need));
        }
        metrics.FannedOut(offered);
    }

    // Most events of a webinar are one viewer's own: nobody else's session need be looked at. Whoever is moved is told, though nobody sees it.
    private IEnumerable<SignalSession> Concerned(PublishedEvent e) => e.Audience switch
    {
        EventAudience.Nobody or EventAudience.Named => (e.Event.Body is ParticipantMoved moved ? e.Also.Add(moved.ParticipantId) : e.Also).SelectMany(Of),
        _ => _sessions,
    };

    private List<SignalSession> Of(ParticipantId participant) => _byParticipant.GetValueOrDefault(participant) ?? [];

    private void Do(SignalSession session, SessionNeed need) => _ = need == SessionNeed.View ? SyncAsync(session, null, "sight") : MoveAsync(session);

    private async Task MoveAsync(SignalSession session)
    {
        if (await calls.ReadAsync(meeting, new PlaceQuery(session.Participant)).ConfigureAwait(false) is PlaceFound { Place: var place }
            && grants.For(meeting, session.Participant, place) is { } grant) session.Outbox.Send(new MediaMove(grant));
    }

    private static void Refuse(SignalSession session, MeetingReading? reading)
    {
        if (reading is NoPlace { MeetingEnded: true }) session.Outbox.End(GoAwayReason.Ended);
        else if (reading is NoPlace or NoMeeting) session.Outbox.End(GoAwayReason.NotInMeeting);
        else session.Outbox.End(GoAwayReason.Restarting, retryAfterMs: 1000);
    }
}
