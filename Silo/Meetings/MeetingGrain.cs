using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Pods;
using Conference.Silo.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Conference.Silo.Meetings;

/// <summary>
/// The input and output around <see cref="MeetingMachine"/>. A command is decided and applied to the tentative state without an await; its events go to the journal at
/// once; answers, publication and plans follow the commit. An append that fails fails everything behind it and drops the activation.
/// </summary>
[Reentrant]
public sealed partial class MeetingGrain(IJournal journal, PodPlacer placer, MeetingOptions options, PodOptions pods, SiloMetrics metrics, TimeProvider time, ILogger<MeetingGrain> log)
    : Grain, IMeetingGrain
{
    private readonly OpenSessions _sessions = new(time);
    private MeetingState _tentative = null!;
    private MeetingState _committed = null!;
    private CommitQueue _commits = null!;
    private EventFeed _feed = null!;
    private RoomPushes _rooms = null!;
    private HomePods _homes = null!;
    private TenantPlaces _tenant = null!;
    private long _snapshotSeq;
    private long _snapshotBytes;
    private int _toldViewers;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = MeetingId.Parse(this.GetPrimaryKeyString());
        await Task.Yield(); // other grains are called from here: R24
        var load = await journal.LoadAsync(id.Value, cancellationToken);
        (_tentative, var tail) = JournalWords.Rebuild(id, load);
        _committed = _tentative;
        (_snapshotSeq, _snapshotBytes) = (load.Snapshot?.Sequence ?? 0, load.Snapshot?.Payload.Length ?? 0);
        _commits = new CommitQueue(journal, OnCommitted, OnFailed);
        _feed = new EventFeed(options.TailLength, options.SubscriptionLifetime, time);
        _feed.Begin(tail);
        _rooms = new RoomPushes(GrainFactory, () => _committed, options, time);
        _homes = new HomePods(placer, () => _tentative, pods.StartGrace, time);
        _tenant = new TenantPlaces(GrainFactory, () => _tentative, () => _committed, OnTerms, time);
        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions(options.SweepPeriod, options.SweepPeriod) { Interleave = true });
        if (_committed is not { Exists: true, Ended: null }) return;
        LogActivated(log, id, _committed.Seq, tail.Count, _committed.Participants.Count);
        _rooms.Begin();
        _tenant.Review();
        Enqueue(MeetingMachine.Recover(_tentative), Now());
    }

    /// <inheritdoc/>
    public async Task<CommandResult> Execute(CommandEnvelope envelope)
    {
        if (_commits.Failure is not null) return Unavailable(envelope.Command);
        if (envelope.Sender is { } sender && _sessions.Before(sender, envelope.Command) is { } known) return known;

        if (await DecideAsync(envelope) is not var (decision, now)) return Unavailable(envelope.Command);
        var pending = decision.Events.IsEmpty ? _commits.Last : Enqueue(decision, now);
        if (!decision.IsRefused) Remember(envelope);
        if (pending is not null && await pending.Outcome is not AppendResult.Committed and var failed)
            return failed is AppendResult.CodeTaken ? new CodeTaken() : Unavailable(envelope.Command);
        metrics.Commanded(envelope.Command, decision);
        foreach (var shown in decision.Shown) _feed.Show(shown);
        return Answer(decision, pending);
    }

    /// <inheritdoc/>
    public Task<MeetingPosition> Subscribe(IMeetingObserver observer)
    {
        _feed.Subscribe(observer);
        return Task.FromResult(new MeetingPosition(_feed.Epoch, _committed.Seq));
    }

    /// <inheritdoc/>
    public Task Unsubscribe(IMeetingObserver observer)
    {
        _feed.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<MeetingReading> Read(MeetingQuestion query) => Task.FromResult(query switch
    {
        RoomQuery q => new RoomWanted(_rooms.FullRoom(q.PodId), !_committed.Exists || _committed.Ended is not null),
        EventsQuery q => _feed.After(q.AfterSeq, _committed.Seq) is { } batch ? new EventTail(batch) : new TailTooShort(),
        _ => MeetingReadings.Answer(_committed, query, time.GetUtcNow(), options.Rules),
    });

    // Asks for what the machine needs to know, until it needs nothing more; null: it cannot be found out now.
    private async Task<(Decision Decision, DateTimeOffset At)?> DecideAsync(CommandEnvelope envelope)
    {
        var (placement, lookup, places, isAsked) = (default(PodPlacement), default(MessageLookup), _tenant.Allowed, false);
        while (true)
        {
            var now = Now();
            var decision = MeetingMachine.Decide(_tentative, envelope, now, options.Rules, placement, lookup, places);
            if (decision.NeedsPod) placement = await _homes.PlaceAsync(RegionOf(envelope.Command));
            else if (decision.NeedsMessage is { } seq) lookup = await FindMessageAsync(seq);
            else if (decision.NeedsPlaces > 0 || decision.NeedsTerms) (places, isAsked) = (await _tenant.RaiseAsync(decision.NeedsPlaces), true);
            else return (decision, now);
            if (_commits.Failure is not null || (decision.NeedsMessage is not null && lookup is null)) return null;
            if (placement is not null) placement = _homes.Settle(placement);
            // What was answered a moment ago may have been given back since: why there are no more is remembered, how many there are is read again.
            places = _tenant.Allowed with { Refusal = places.Refusal };
            if (isAsked) places = places with { TokensOnly = _tenant.TokensOnly };
        }
    }

    private PendingAppend? Enqueue(Decision decision, DateTimeOffset now)
    {
        if (decision.Events.IsEmpty) return null;
        var before = _tentative;
        var (events, entries, index) = (new List<PublishedEvent>(decision.Events.Length), new List<JournalEntry>(decision.Events.Length), default(MeetingIndexUpdate));
        foreach (var body in decision.Events)
        {
            var next = new MeetingEvent(_tentative.Id, _tentative.Seq + 1, now, body, decision.Actor, decision.CommandId);
            events.Add(Publication.Of(_tentative, next));
            entries.Add(JournalWords.ToEntry(next));
            _tentative = _tentative.Apply(next);
            if (body is MeetingCreated or MeetingSettingsChanged or MeetingScheduled or MeetingEnded or MeetingErased) index = JournalWords.ToIndex(_tentative, body is MeetingCreated);
        }
        return _commits.Append(
            new JournalAppend
            {
                MeetingId = before.Id.Value, TenantId = _tentative.TenantId.Value, ExpectedSequence = before.Seq + 1,
                Entries = entries, Index = index, Snapshot = Snapshot(), Erases = decision.Events[^1] is MeetingErased,
            },
            _tentative, events);
    }

    private JournalSnapshot? Snapshot()
    {
        if (!_tentative.Erased && _tentative.Seq - _snapshotSeq < Math.Max(options.SnapshotEvery, _snapshotBytes / options.SnapshotBytesPerEvent)) return null;
        var snapshot = JournalWords.ToSnapshot(_tentative);
        (_snapshotSeq, _snapshotBytes) = (snapshot.Sequence, snapshot.Payload.Length);
        return snapshot;
    }

    private void OnCommitted(PendingAppend done)
    {
        var before = _committed;
        _committed = done.After;
        _feed.Publish(before.Seq, _committed.Seq, done.Events);
        _rooms.Committed(before, done.Events);
        _tenant.Committed(before, done.Events);
        foreach (var gone in done.Events.Select(e => e.Event.Body).OfType<ParticipantLeft>()) _sessions.Closed(gone.ParticipantId);
        if (_committed.Erased) DeactivateOnIdle(); // what is held in memory goes too
        if (done.Events.Exists(e => e.Event.Body is ParticipantAdmitted)) _ = GoHomeAsync();
    }

    private void OnTerms(TenantTerms terms)
    {
        if (_commits.Failure is null) Enqueue(MeetingMachine.SetBitrate(_tentative, terms.Bitrate), Now());
    }

    private void OnFailed(AppendResult result)
    {
        metrics.AppendFailed(result);
        if (result.IsOver)
        {
            LogOver(log, _committed.Id, _committed.Seq); // a new activation would fail as this one did, again and again for everybody who still calls
            return;
        }
        LogFailed(log, _committed.Id, _committed.Seq, result);
        DeactivateOnIdle();
    }

    private void Remember(CommandEnvelope envelope)
    {
        switch (envelope)
        {
            case { Command: OpenSession c, Sender: { } id }:
                _sessions.Opened(id, c.SessionId);
                break;
            case { Command: CloseSession, Sender: { } id }:
                _sessions.Closed(id);
                break;
            case { Command: ReviewTenant }:
                _tenant.Review();
                break;
            case { Command: PodLost c }:
                _homes.Lost(c.PodId);
                _ = GoHomeAsync();
                break;
            default:
                break;
        }
    }

    private CommandResult Answer(Decision decision, PendingAppend? pending)
    {
        if (decision.Answer is { } answer) return answer;
        if (decision.Place is not { } id) return new Done(decision.Events.IsEmpty ? null : pending?.After.Seq);
        var place = MeetingReadings.PlaceOf(_committed, id) ?? (pending is null ? null : MeetingReadings.PlaceOf(pending.After, id));
        return place is null ? new JoinRefused(JoinRefusal.ResumeExpired) : new PlaceTaken(id, place);
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        if (_commits.Failure is not null || !_committed.Exists) return;
        Enqueue(MeetingMachine.Decide(_tentative, new CommandEnvelope(new SweepMeeting()), Now(), options.Rules), Now());
        _rooms.Sweep();
        _tenant.Sweep();
        _sessions.Sweep();
        TellViewers();
        if (_tentative.Places > 0) await GoHomeAsync();
    }

    // Not with each of them: thousands may come within seconds, to thousands who are there.
    private void TellViewers()
    {
        if (_committed.Viewers == _toldViewers) return;
        _toldViewers = _committed.Viewers;
        _feed.Show(new Ephemeral(new Contracts.Signaling.ViewersCounted(_toldViewers)));
    }

    private async Task GoHomeAsync()
    {
        var moves = await _homes.FindMovesAsync();
        if (_commits.Failure is not null) return;
        foreach (var (participant, placement) in moves)
        {
            var from = _tentative.Find(participant)?.PodId;
            var decision = MeetingMachine.Move(_tentative, participant, placement);
            if (decision.Events.IsEmpty) continue;
            LogMoved(log, _tentative.Id, participant, from, placement.PodId, placement.Case);
            Enqueue(decision, Now());
        }
    }

    private async Task<MessageLookup?> FindMessageAsync(long seq)
    {
        try
        {
            return new(await ChatHistory.FindAsync(journal, _tentative.Id, seq));
        }
        catch (JournalReadException)
        {
            return null;
        }
    }

    private DateTimeOffset Now() => JournalWords.Precise(time.GetUtcNow());

    private static string? RegionOf(MeetingCommand command) => command switch
    {
        TakePlace c => c.Region,
        TakeStreamPlace c => c.Region,
        _ => null,
    };

    private static CommandResult Unavailable(MeetingCommand command) => command switch
    {
        TakePlace or ResumePlace => new JoinRefused(JoinRefusal.Unavailable),
        TakeStreamPlace => new StreamRefused(Contracts.Api.StreamRefusal.Unavailable),
        FromClient or OpenSession or CloseSession or ShowReaction => new Refused(CommandRefusal.Unavailable),
        _ => new MeetingRefused(MeetingRefusal.Unavailable),
    };
}
