using System.Collections.Immutable;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Hosting.Policies;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Conference.Silo.Webhooks;

/// <summary>
/// Sends what the journal has of a tenant's meetings to its webhooks. The outbox is the journal itself; durable beside it is one small record for each meeting and webhook that
/// says how far it has been sent (docs/webhooks.md, W1 to W8). One event of a lane is on its way at a time; lanes do not wait for each other.
/// </summary>
[Reentrant]
public sealed partial class WebhookGrain(IJournal journal, IKeyValueStore store, IServiceProvider services, ServicePolicies policies, TimeProvider time, ILogger<WebhookGrain> log)
    : Grain, IWebhookGrain
{
    private const string Lanes = "webhooks";
    private const string Dead = "dead-letters";
    private const int Page = 500;
    private const int MostLetters = 100;
    private readonly WebhookSender _sender = services.GetRequiredService<WebhookSender>();
    private readonly HashSet<string> _running = [];
    private readonly HashSet<string> _again = [];
    private TenantId _tenant;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tenant = TenantId.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> Begin(MeetingId meeting, long afterSeq, bool isStarted)
    {
        foreach (var target in await TargetsAsync())
        {
            var stored = await store.PutAsync(Lanes, KeyOf(target.Id, meeting), Write(new WebhookLane(afterSeq, isStarted)), 0);
            if (stored is StoreResult.Unavailable) return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public async Task Wake(MeetingId? meeting)
    {
        if (meeting is { } one)
        {
            foreach (var target in await TargetsAsync()) Start(KeyOf(target.Id, one));
            return;
        }
        for (var after = Prefix(); ;)
        {
            var page = await store.ListAsync(Lanes, after, Page);
            foreach (var record in page.Where(r => r.Key.StartsWith(Prefix(), StringComparison.Ordinal))) Start(record.Key);
            if (page.Count < Page || !page[^1].Key.StartsWith(Prefix(), StringComparison.Ordinal)) return;
            after = page[^1].Key;
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<DeadLetter>> DeadLetters()
    {
        var page = await store.ListAsync(Dead, Prefix(), MostLetters);
        return [.. page.Where(r => r.Key.StartsWith(Prefix(), StringComparison.Ordinal)).Select(r => JsonSerializer.Deserialize(r.Value.Span, ContractsJson.Default.DeadLetter)!)];
    }

    /// <inheritdoc/>
    public async Task<TenantResult> Resend(string letterId)
    {
        var key = Prefix() + letterId;
        if (await store.GetAsync(Dead, key) is not { } record) return new TenantRefused(TenantRefusal.UnknownDeadLetter);
        var letter = JsonSerializer.Deserialize(record.Value.Span, ContractsJson.Default.DeadLetter)!;
        if ((await TargetsAsync()).FirstOrDefault(t => t.Id == letter.WebhookId) is not { } target) return new TenantRefused(TenantRefusal.UnknownWebhook);
        if (await _sender.SendAsync(target, letter.Event, CancellationToken.None) is { } failure)
        {
            await store.PutAsync(Dead, key, Write(letter with { Failure = failure, At = time.GetUtcNow() }), record.Version);
            return new TenantRefused(TenantRefusal.NotDelivered);
        }
        return await store.DeleteAsync(Dead, key, record.Version) is StoreResult.Unavailable ? new TenantRefused(TenantRefusal.Unavailable) : new TenantDone();
    }

    /// <inheritdoc/>
    public async Task<bool> Forget(MeetingId meeting)
    {
        for (var after = Prefix(); ;)
        {
            var page = await store.ListAsync(Dead, after, Page);
            foreach (var record in page.Where(r => r.Key.StartsWith(Prefix(), StringComparison.Ordinal)))
            {
                if (JsonSerializer.Deserialize(record.Value.Span, ContractsJson.Default.DeadLetter)!.Event.MeetingId != meeting) continue;
                if (await store.DeleteAsync(Dead, record.Key, record.Version) is StoreResult.Unavailable) return false;
            }
            if (page.Count < Page || !page[^1].Key.StartsWith(Prefix(), StringComparison.Ordinal)) return true;
            after = page[^1].Key;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ForgetAll() => await ForgetAllAsync(Lanes) && await ForgetAllAsync(Dead);

    private async Task<bool> ForgetAllAsync(string collection)
    {
        while (true)
        {
            var page = (await store.ListAsync(collection, Prefix(), Page)).Where(r => r.Key.StartsWith(Prefix(), StringComparison.Ordinal)).ToList();
            if (page.Count == 0) return true;
            foreach (var record in page)
                if (await store.DeleteAsync(collection, record.Key, record.Version) is StoreResult.Unavailable) return false;
        }
    }

    private void Start(string key)
    {
        if (_running.Add(key)) _ = RunAsync(key);
        else _again.Add(key);
    }

    private async Task RunAsync(string key)
    {
        try
        {
            do _again.Remove(key);
            while (await DeliverAsync(key) || _again.Contains(key));
        }
        catch (Exception e) when (MeetingCalls.IsAway(e) || e is JsonException)
        {
            LogHeld(log, e, _tenant, key); // looked through again by WebhookWatch
        }
        finally
        {
            _running.Remove(key);
        }
    }

    /// <summary>Sends what a lane has to send; true: there may be more.</summary>
    private async Task<bool> DeliverAsync(string key)
    {
        var (webhook, meeting) = Parts(key);
        if (await store.GetAsync(Lanes, key) is not { } record) return false;
        if ((await TargetsAsync()).FirstOrDefault(t => t.Id == webhook) is not { } target)
        {
            await store.DeleteAsync(Lanes, key, record.Version); // nobody wants it any more
            return false;
        }
        var (lane, version) = (JsonSerializer.Deserialize(record.Value.Span, WebhookJson.Default.WebhookLane)!, record.Version);
        var events = await journal.ReadAsync(meeting.Value, lane.Seq, Page, WebhookLane.Tags);
        foreach (var stored in events)
        {
            var (parts, next) = lane.Take(_tenant, JournalWords.ToEvent(meeting, stored));
            foreach (var part in parts)
                if (await SendAsync(target, part) is { } failure && !await BuryAsync(target, part, failure)) return false;
            // Another activation was faster, or the store is away: what was sent may be sent again.
            if (await MoveAsync(key, next, version) is not StoreResult.Stored moved || next is null) return false;
            (lane, version) = (next, moved.Version);
        }
        return events.Count == Page;
    }

    private async Task<string?> SendAsync(WebhookTarget target, WebhookEvent e)
    {
        var attempts = policies.SiloToWebhook(() => time.GetUtcNow() - e.At);
        return await attempts.ExecuteAsync(async cancellation => await _sender.SendAsync(target, e, cancellation));
    }

    private async Task<bool> BuryAsync(WebhookTarget target, WebhookEvent e, string failure)
    {
        // A webhook that was removed meanwhile leaves nothing behind.
        if ((await TargetsAsync()).All(t => t.Id != target.Id)) return false;
        LogDead(log, e.Id, _tenant, target.Id, failure);
        var letter = new DeadLetter($"{e.At.ToUnixTimeMilliseconds():x12}-{target.Id}-{e.Id}", target.Id, e, failure, time.GetUtcNow());
        return await store.PutAsync(Dead, Prefix() + letter.Id, Write(letter), 0) is not StoreResult.Unavailable;
    }

    private ValueTask<StoreResult> MoveAsync(string key, WebhookLane? next, long version) =>
        next is null ? store.DeleteAsync(Lanes, key, version) : store.PutAsync(Lanes, key, Write(next), version);

    private async Task<ImmutableArray<WebhookTarget>> TargetsAsync() => await GrainFactory.GetGrain<ITenantGrain>(_tenant.Value).Webhooks();

    private string Prefix() => $"{_tenant}/";

    private string KeyOf(string webhook, MeetingId meeting) => $"{Prefix()}{webhook}/{meeting}";

    private static (string Webhook, MeetingId Meeting) Parts(string key) => key.Split('/') is [_, var webhook, var meeting] ? (webhook, MeetingId.Parse(meeting)) : throw new JsonException($"{key} names no lane");

    private static byte[] Write(WebhookLane lane) => JsonSerializer.SerializeToUtf8Bytes(lane, WebhookJson.Default.WebhookLane);

    private static byte[] Write(DeadLetter letter) => JsonSerializer.SerializeToUtf8Bytes(letter, ContractsJson.Default.DeadLetter);

    [LoggerMessage(3080, LogLevel.Warning, "Event {Event} of tenant {Tenant} is a dead letter of webhook {Webhook}: {Failure}")]
    private static partial void LogDead(ILogger log, string @event, TenantId tenant, string webhook, string failure);

    [LoggerMessage(3081, LogLevel.Warning, "Webhooks of tenant {Tenant} cannot go on now with {Lane}")]
    private static partial void LogHeld(ILogger log, Exception exception, TenantId tenant, string lane);
}
