using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Conference.Contracts;
using Conference.Contracts.Tenants;

namespace Conference.Silo.Tenants;

/// <summary>A tenant after some event. Immutable; <see cref="Apply"/> gives the next. Nothing in it comes from anywhere but the events.</summary>
public sealed record TenantState
{
    /// <summary>Time is counted at least so often; what is more was an outage, and is not.</summary>
    private static readonly TimeSpan MostUncounted = TimeSpan.FromSeconds(90);

    /// <summary>The sequence of the last event; 0 before the first.</summary>
    public long Seq { get; init; }

    /// <summary>For people.</summary>
    public string Name { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What it may use.</summary>
    public TenantQuotas Quotas { get; init; } = new();

    /// <summary>Days after the end of a meeting until its data is deleted.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>Only join tokens let people in.</summary>
    public bool TokensOnly { get; init; }

    /// <summary>It is being deleted.</summary>
    public bool Deleting { get; init; }

    /// <summary>It is deleted: only its id is left.</summary>
    public bool Deleted { get; init; }

    /// <summary>The API keys, oldest first.</summary>
    public ImmutableList<ApiKey> Keys { get; init; } = [];

    /// <summary>What join tokens are checked with, oldest first.</summary>
    public ImmutableList<TokenKeyRecord> TokenKeys { get; init; } = [];

    /// <summary>Where events go, oldest first.</summary>
    public ImmutableList<WebhookRecord> Webhooks { get; init; } = [];

    /// <summary>The places that each meeting holds, without those that hold none.</summary>
    public ImmutableDictionary<string, int> Held { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>All of these together.</summary>
    public int Places { get; init; }

    /// <summary>The first instant of the month that <see cref="Used"/> is about.</summary>
    public DateTimeOffset Month { get; init; }

    /// <summary>When the places last changed.</summary>
    public DateTimeOffset CountedAt { get; init; }

    /// <summary>Participant time used in the month until then.</summary>
    public TimeSpan Used { get; init; }

    /// <summary>It has been made.</summary>
    [JsonIgnore]
    public bool Exists => Seq > 0;

    /// <summary>Meetings have to ask before they give a place away.</summary>
    [JsonIgnore]
    public bool CountsPlaces => Quotas is { Meetings: not null } or { Participants: not null } or { MinutesPerMonth: not null } || Deleting || Deleted;

    /// <summary>The state after one event.</summary>
    public TenantState Apply(TenantEvent e, DateTimeOffset at) => Change(e, at) with { Seq = Seq + 1 };

    /// <summary>Participant time used in the month of <paramref name="now"/>.</summary>
    public TimeSpan UsedAt(DateTimeOffset now)
    {
        var month = MonthOf(now);
        var since = month > CountedAt ? month : CountedAt;
        var passed = now - since < MostUncounted ? now - since : MostUncounted;
        var running = passed > TimeSpan.Zero ? passed * Places : TimeSpan.Zero;
        return (month == Month ? Used : TimeSpan.Zero) + running;
    }

    /// <summary>Everything but secrets.</summary>
    public TenantInfo ToInfo(TenantId id, DateTimeOffset now) => new(
        id, Name, CreatedAt, Quotas,
        new TenantUsage(Held.Count, Places, MonthOf(now).ToString("yyyy-MM", CultureInfo.InvariantCulture), (long)UsedAt(now).TotalMinutes),
        [.. Keys.Where(k => !k.HasEnded(now)).Select(k => new TenantKeyInfo(k.Id, k.Name, k.CreatedAt, k.Until))],
        [.. TokenKeys.Select(k => new TokenKeyInfo(k.Id, k.Name, k.Algorithm, k.CreatedAt))],
        [.. Webhooks.Select(w => new WebhookInfo(w.Id, w.Url, w.CreatedAt))], RetentionDays, TokensOnly, Deleting);

    private TenantState Change(TenantEvent e, DateTimeOffset at) => e switch
    {
        TenantCreated b => this with { Name = b.Name, CreatedAt = at, Month = MonthOf(at), CountedAt = at },
        TenantKeyCreated b => this with { Keys = Keys.Add(new(b.KeyId, b.Name, b.Hash, at)) },
        TenantKeyEnds b => this with { Keys = [.. Keys.Select(k => k.Id == b.KeyId ? k with { Until = b.Until } : k)] },
        TenantKeyRevoked b => this with { Keys = Keys.RemoveAll(k => k.Id == b.KeyId) },
        TokenKeyAdded b => this with { TokenKeys = TokenKeys.Add(new(b.KeyId, b.Name, b.Algorithm, b.Material, at)) },
        TokenKeyRemoved b => this with { TokenKeys = TokenKeys.RemoveAll(k => k.Id == b.KeyId) },
        TenantQuotasSet b => this with { Quotas = b.Quotas },
        TenantRetentionSet b => this with { RetentionDays = b.Days },
        TenantJoiningSet b => this with { TokensOnly = b.TokensOnly },
        WebhookAdded b => this with { Webhooks = Webhooks.Add(new(b.WebhookId, b.Url, b.Secret, at)) },
        WebhookRemoved b => this with { Webhooks = Webhooks.RemoveAll(w => w.Id == b.WebhookId) },
        MeetingHolds b => Counted(at) with
        {
            Places = Places - Held.GetValueOrDefault(b.MeetingId) + b.Places,
            Held = b.Places > 0 ? Held.SetItem(b.MeetingId, b.Places) : Held.Remove(b.MeetingId),
        },
        TenantCounted => Counted(at),
        TenantDeleting => this with { Deleting = true, Keys = [], TokenKeys = [], Webhooks = [], RetentionDays = null },
        TenantDeleted => new TenantState { CreatedAt = CreatedAt, Deleted = true, Month = MonthOf(at), CountedAt = at },
        _ => throw new InvalidOperationException($"event {Seq + 1} of a tenant has a body that this version does not know"),
    };

    private TenantState Counted(DateTimeOffset at) => this with { Used = UsedAt(at), Month = MonthOf(at), CountedAt = at > CountedAt ? at : CountedAt };

    private static DateTimeOffset MonthOf(DateTimeOffset at) => new(at.UtcDateTime.Year, at.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>An API key, as it is kept.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">For people.</param>
/// <param name="Hash">SHA-256 (base64url) of its secret.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Until">When it ends.</param>
public sealed record ApiKey(string Id, string Name, string Hash, DateTimeOffset CreatedAt, DateTimeOffset? Until = null)
{
    /// <summary>It opens nothing any more.</summary>
    public bool HasEnded(DateTimeOffset now) => now >= Until;
}

/// <summary>What join tokens are checked with, as it is kept.</summary>
public sealed record TokenKeyRecord(string Id, string Name, TokenAlgorithm Algorithm, string Material, DateTimeOffset CreatedAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"token key {Id}";
}

/// <summary>Where events go, as it is kept.</summary>
public sealed record WebhookRecord(string Id, string Url, string Secret, DateTimeOffset CreatedAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"webhook {Id}";
}
