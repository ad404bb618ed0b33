using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Conference.Silo.Tenants;

/// <summary>
/// The input and output around <see cref="TenantMachine"/>, as <see cref="MeetingGrain"/> is around a meeting: decided and applied without an await, answered when
/// durable. An append that fails drops the activation.
/// </summary>
[Reentrant]
public sealed partial class TenantGrain(IJournal journal, TimeProvider time, ILogger<TenantGrain> log) : Grain, ITenantGrain
{
    private const int SnapshotEvery = 256;
    private const int MostHeard = 10_000;
    private readonly Dictionary<MeetingId, (long Epoch, long Number)> _heard = [];
    private readonly HashSet<MeetingId> _announced = [];
    private TenantId _id;
    private TenantState _state = new();
    private long _snapshotSeq;
    private Task<AppendResult>? _last;
    private bool _hasFailed;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = TenantId.Parse(this.GetPrimaryKeyString());
        await Task.Yield(); // other grains are called from here: R24
        var load = await journal.LoadAsync(TenantWords.StreamOf(_id.Value), cancellationToken);
        _state = TenantWords.Rebuild(load);
        _snapshotSeq = load.Snapshot?.Sequence ?? 0;
        // Meetings that held places may be over, or have lost people, while nobody listened.
        foreach (var meeting in _state.Held.Keys) _ = ReviewAsync(MeetingId.Parse(meeting));
    }

    /// <inheritdoc/>
    public async Task<TenantResult> Execute(TenantCommand command)
    {
        var before = Terms();
        var decision = TenantMachine.Decide(_state, command, time.GetUtcNow());
        if (decision.Refusal is { } reason) return new TenantRefused(reason);
        if (!await CommitAsync(decision.Events)) return new TenantRefused(TenantRefusal.Unavailable);
        if (command is AddWebhook) _announced.Clear();
        if (Terms() != before || command is AddWebhook)
            foreach (var meeting in _state.Held.Keys) _ = ReviewAsync(MeetingId.Parse(meeting));
        return new TenantDone();
    }

    /// <inheritdoc/>
    public Task<bool> CheckKey(TenantKey key)
    {
        var now = time.GetUtcNow();
        return Task.FromResult(_state.Keys.Exists(k => k.Id == key.Id && !k.HasEnded(now) && Secrets.Matches(key.Secret, k.Hash)));
    }

    /// <inheritdoc/>
    public Task<TenantInfo?> Read() => Task.FromResult(_state is { Exists: true, Deleted: false } ? _state.ToInfo(_id, time.GetUtcNow()) : null);

    /// <inheritdoc/>
    public Task<ImmutableArray<TokenKey>> TokenKeys() => Task.FromResult(_state.TokenKeys.Select(k => new TokenKey(k.Id, k.Algorithm, k.Material)).ToImmutableArray());

    /// <inheritdoc/>
    public Task<ImmutableArray<WebhookTarget>> Webhooks() => Task.FromResult(_state.Webhooks.Select(w => new WebhookTarget(w.Id, w.Url, w.Secret)).ToImmutableArray());

    /// <inheritdoc/>
    public Task<ImmutableArray<MeetingPlaces>> Meetings() => Task.FromResult(_state.Held.Select(m => new MeetingPlaces(MeetingId.Parse(m.Key), m.Value)).ToImmutableArray());

    /// <inheritdoc/>
    public async Task<PlacesHeld> Hold(HoldPlaces request)
    {
        var now = (request.Epoch, request.Number);
        if (_heard.TryGetValue(request.MeetingId, out var last) && now.CompareTo(last) <= 0) return new(0, QuotaRefusal.Unavailable, Terms());
        _heard[request.MeetingId] = now;
        var (decision, places, refusal) = TenantMachine.Hold(_state, _id, request, time.GetUtcNow());
        if (!await CommitAsync(decision.Events)) return new(0, QuotaRefusal.Unavailable, Terms());
        if (_heard.Count > MostHeard + (2 * _state.Held.Count)) Forget();
        if (!await AnnounceAsync(request, places)) return new(0, QuotaRefusal.Unavailable, Terms());
        return new(places, refusal, Terms());
    }

    // An empty meeting is remembered too: a word of an earlier life that comes late must not fill it again.
    private void Forget()
    {
        foreach (var meeting in _heard.Keys.Where(m => !_state.Held.ContainsKey(m.Value)).ToList()) _heard.Remove(meeting);
    }

    // Before the first place is given away it is durable that webhooks are to hear of it.
    private async Task<bool> AnnounceAsync(HoldPlaces request, int places)
    {
        if (places == 0) _announced.Remove(request.MeetingId);
        if (places == 0 || _state.Webhooks.IsEmpty || _announced.Contains(request.MeetingId)) return true;
        if (!await GrainFactory.GetGrain<IWebhookGrain>(_id.Value).Begin(request.MeetingId, request.Seq, isStarted: request.Taken > 0)) return false;
        _announced.Add(request.MeetingId);
        return true;
    }

    private TenantTerms Terms() => new(_state.CountsPlaces, _state.Quotas.Bitrate, !_state.Webhooks.IsEmpty, _state.TokensOnly);

    private async Task<bool> CommitAsync(ImmutableArray<TenantEvent> events)
    {
        if (_hasFailed) return false;
        if (!events.IsEmpty) _last = Append(events);
        // What was decided on a tentative state is answered when that is durable.
        if (_last is not { } pending) return true;
        var result = await pending;
        if (_hasFailed || result is AppendResult.Committed) return !_hasFailed;
        _hasFailed = true;
        if (result.IsOver) return false;
        LogFailed(log, _id, result);
        DeactivateOnIdle();
        return false;
    }

    private Task<AppendResult> Append(ImmutableArray<TenantEvent> events)
    {
        var now = JournalWords.Precise(time.GetUtcNow());
        var (before, isNew) = (_state.Seq, !_state.Exists);
        foreach (var e in events) _state = _state.Apply(e, now);
        var isGone = events[^1] is TenantDeleted;
        var snapshot = isGone || _state.Seq - _snapshotSeq >= SnapshotEvery ? TenantWords.ToSnapshot(_state) : null;
        _snapshotSeq = snapshot?.Sequence ?? _snapshotSeq;
        return journal.AppendAsync(new JournalAppend
        {
            MeetingId = TenantWords.StreamOf(_id.Value), TenantId = _id.Value, ExpectedSequence = before + 1,
            Entries = [.. events.Select(e => TenantWords.ToEntry(e, now))], Snapshot = snapshot, Erases = isGone,
            Index = isNew || isGone ? new MeetingIndexUpdate(isGone ? TenantWords.DeletedState : TenantWords.State, null, "{}"u8.ToArray()) : null,
        }).AsTask();
    }

    private async Task ReviewAsync(MeetingId meeting)
    {
        try
        {
            await GrainFactory.GetGrain<IMeetingGrain>(meeting.Value).Execute(new CommandEnvelope(new ReviewTenant()));
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            LogNotReviewed(log, e, meeting, _id); // its own sweep says what it holds
        }
    }

    [LoggerMessage(3070, LogLevel.Error, "The journal refused events of tenant {Tenant}: {Result}")]
    private static partial void LogFailed(ILogger log, TenantId tenant, AppendResult result);

    [LoggerMessage(3071, LogLevel.Warning, "Meeting {Meeting} cannot be told now that tenant {Tenant} has changed")]
    private static partial void LogNotReviewed(ILogger log, Exception exception, MeetingId meeting, TenantId tenant);
}
