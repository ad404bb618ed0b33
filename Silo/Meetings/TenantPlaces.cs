using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Webhooks;

namespace Conference.Silo.Meetings;

/// <summary>
/// What one meeting holds of its tenant's quotas (docs/tenants.md). One request at a time is on its way, for all who wait: what is held grows before a place is given away,
/// and shrinks after it has come back. Where the tenant counts no places it is told afterwards. Lives in the grain: every method runs in one of its turns.
/// </summary>
internal sealed class TenantPlaces(IGrainFactory grains, Func<MeetingState> tentative, Func<MeetingState> committed, Action<TenantTerms> onTerms, TimeProvider time)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(30);
    private long _epoch = time.GetUtcNow().UtcTicks;
    private List<Waiter> _waiters = [];
    private TenantTerms? _terms;
    private DateTimeOffset _askedAt;
    private long _number;
    private int _held;
    private bool _isAsking;
    private bool _isDue;
    private bool _isUnsaid;

    /// <summary>What may be decided without asking. With webhooks the first place is asked for even where places are not counted: whoever takes it is not to come before it is durable that webhooks hear of it.</summary>
    public PlacesAllowed Allowed => new(
        _terms is { CountsPlaces: false } terms && (_held > 0 || !terms.HasWebhooks) ? int.MaxValue : _held,
        // An empty meeting is not told when the terms change, so its first has them asked for again.
        TokensOnly: _held > 0 ? _terms?.TokensOnly : null);

    /// <summary>Whether only join tokens let people in, as it was told last; null: it never was.</summary>
    public bool? TokensOnly => _terms?.TokensOnly;

    /// <summary>Asks for more places; the answer says what is held then, or why it is not enough.</summary>
    public Task<PlacesAllowed> RaiseAsync(int more)
    {
        var waiter = new Waiter(more);
        _waiters.Add(waiter);
        Ask();
        return waiter.Answer;
    }

    /// <summary>The tenant has changed, or this meeting has just come to life.</summary>
    public void Review()
    {
        _isDue = true;
        Ask();
    }

    /// <summary>Events became durable. Who is the last to leave, or leaves where places are counted, makes room for others at once.</summary>
    public void Committed(MeetingState before, List<PublishedEvent> events)
    {
        // What the tenant has is not known right after a crash: then it is asked rather than left to the next look through everything.
        if (_terms is null or { HasWebhooks: true } && events.Exists(e => WebhookLane.IsOne(e.Event.Body))) _ = WakeAsync();
        var now = committed().Places;
        if (now < before.Places && (now == 0 || _terms is { CountsPlaces: true })) Review();
    }

    /// <summary>Says what has not been said, and says again that time passes.</summary>
    public void Sweep()
    {
        var since = time.GetUtcNow() - _askedAt;
        if (((Taken != _held || _isUnsaid) && since >= TellEvery) || (Taken > 0 && since >= RenewEvery)) Review();
    }

    // A place that somebody leaves is free when that is durable.
    private int Taken => Math.Max(tentative().Places, committed().Places);

    private void Ask()
    {
        if (!_isAsking) _ = AskAllAsync();
    }

    private async Task AskAllAsync()
    {
        _isAsking = true;
        while (_isDue || _waiters.Count > 0)
        {
            (_isDue, var waiting) = (false, _waiters);
            _waiters = [];
            var answer = await AskAsync(Taken + waiting.Sum(w => w.More));
            _isUnsaid = answer is null or { Refusal: QuotaRefusal.Unavailable };
            if (!_isUnsaid) Take(answer!);
            else Renew();
            Answer(waiting, answer);
        }
        _isAsking = false;
    }

    private async Task<PlacesHeld?> AskAsync(int wanted)
    {
        var state = tentative();
        _askedAt = time.GetUtcNow();
        // What is given back is not given away while that is on its way.
        _held = Math.Min(_held, wanted);
        try
        {
            return await grains.GetGrain<ITenantGrain>(state.TenantId.Value).Hold(new HoldPlaces(state.Id, _epoch, ++_number, Taken, wanted, committed().Seq));
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            return null; // asked again by the next sweep; who waits is told to try again
        }
    }

    // Perhaps the tenant has heard of a later life, because the clock was set back or stands still since: it would never listen to this one.
    private void Renew() => _epoch = Math.Max(_epoch + 1, time.GetUtcNow().UtcTicks);

    private async Task WakeAsync()
    {
        try
        {
            await grains.GetGrain<IWebhookGrain>(committed().TenantId.Value).Wake(committed().Id);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            // Found by the next look through everything.
        }
    }

    private void Take(PlacesHeld answer)
    {
        _held = answer.Places;
        if (_terms == answer.Terms) return;
        _terms = answer.Terms;
        onTerms(answer.Terms);
    }

    // Whoever waits goes on in this very turn, so what it takes is counted before the next is answered.
    private void Answer(List<Waiter> waiting, PlacesHeld? answer)
    {
        foreach (var waiter in waiting)
        {
            if (answer is null or { Refusal: QuotaRefusal.Unavailable }) waiter.Done(Allowed with { Refusal = QuotaRefusal.Unavailable });
            else if (tentative().Places + waiter.More <= Allowed.Places) waiter.Done(Allowed);
            else if (answer.Refusal is { } refusal) waiter.Done(Allowed with { Refusal = refusal });
            else _waiters.Add(waiter); // others were faster
        }
    }

    private sealed class Waiter(int more)
    {
        private readonly TaskCompletionSource<PlacesAllowed> _answer = new();

        public int More => more;

        public Task<PlacesAllowed> Answer => _answer.Task;

        public void Done(PlacesAllowed allowed) => _answer.SetResult(allowed);
    }
}
