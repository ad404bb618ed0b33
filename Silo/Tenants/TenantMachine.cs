using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tenants;

/// <summary>Every rule of a tenant (docs/tenants.md), as pure functions of the state, the command and the time.</summary>
public static class TenantMachine
{
    private const int MostKeys = 20;
    private const int MostTokenKeys = 10;
    private const int MostWebhooks = 5;
    private const int LongestUrl = 1000;
    private const int MostDays = 3650;
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(7);

    /// <summary>Decides one command.</summary>
    public static TenantDecision Decide(TenantState state, TenantCommand command, DateTimeOffset now)
    {
        if (!state.Exists && command is not (CreateTenant or CreateTenantKey { MakesTenant: true })) return Refuse(TenantRefusal.UnknownTenant);
        if (state.Deleting || state.Deleted) return WhileDeleting(state, command);
        return command switch
        {
            CreateTenant c => Create(state, c),
            CreateTenantKey c => CreateKey(state, c, now),
            RotateTenantKey c => RotateKey(state, c, now),
            RevokeTenantKey c => state.Keys.Exists(k => k.Id == c.KeyId) ? Happens(new TenantKeyRevoked(c.KeyId)) : Refuse(TenantRefusal.UnknownKey),
            AddTokenKey c => AddTokenKey(state, c),
            RemoveTokenKey c => state.TokenKeys.Exists(k => k.Id == c.KeyId) ? Happens(new TokenKeyRemoved(c.KeyId)) : Refuse(TenantRefusal.UnknownKey),
            SetQuotas c => SetQuotas(state, c.Quotas),
            SetRetention c => SetRetention(state, c),
            SetJoining c => c.TokensOnly == state.TokensOnly ? TenantDecision.Nothing : Happens(new TenantJoiningSet(c.TokensOnly)),
            AddWebhook c => AddWebhook(state, c),
            RemoveWebhook c => state.Webhooks.Exists(w => w.Id == c.WebhookId) ? Happens(new WebhookRemoved(c.WebhookId)) : Refuse(TenantRefusal.UnknownWebhook),
            DeleteTenant c => state.Held.IsEmpty || c.Force ? Happens(new TenantDeleting()) : Refuse(TenantRefusal.MeetingsLive),
            FinishDeletion => TenantDecision.Nothing,
            _ => throw new ArgumentException($"{command.GetType().Name} is not a command of a tenant", nameof(command)),
        };
    }

    /// <summary>
    /// Decides what a meeting holds (docs/tenants.md, Q1 to Q6). Quotas bound what is added, never what is taken: who is in a meeting stays when a quota is lowered.
    /// </summary>
    public static (TenantDecision Decision, int Places, QuotaRefusal? Refusal) Hold(TenantState state, TenantId id, HoldPlaces request, DateTimeOffset now)
    {
        if (state.Deleted) return (TenantDecision.Nothing, 0, QuotaRefusal.Deleted);
        var held = state.Held.GetValueOrDefault(request.MeetingId.Value);
        var places = Math.Max(request.Taken, Math.Min(held, request.Wanted));
        QuotaRefusal? refusal = null;
        if (request.Wanted > places)
        {
            refusal = Closed(state, held, now);
            var free = refusal is not null ? 0 : state.Quotas.Participants is { } most ? most - (state.Places - held + places) : int.MaxValue;
            places += Math.Clamp(free, 0, request.Wanted - places);
            if (places < request.Wanted) refusal ??= QuotaRefusal.Participants;
        }
        if (places != held) return (Happens([.. Made(state, id.Value), new MeetingHolds(request.MeetingId.Value, places)]), places, refusal);
        // Time is counted while somebody says that it passes: what a silo that was down for a night cannot know is not charged.
        var isDue = state.Places > 0 && now - state.CountedAt >= CountEvery;
        return (isDue ? Happens(new TenantCounted()) : TenantDecision.Nothing, places, refusal);
    }

    private static QuotaRefusal? Closed(TenantState state, int held, DateTimeOffset now)
    {
        if (state.Deleting) return QuotaRefusal.Deleted;
        if (held == 0 && state.Held.Count >= state.Quotas.Meetings) return QuotaRefusal.Meetings;
        return state.Quotas.MinutesPerMonth is { } minutes && state.UsedAt(now) >= TimeSpan.FromMinutes(minutes) ? QuotaRefusal.Minutes : null;
    }

    // Asked again it goes on; what is gone stays so, its id too.
    private static TenantDecision WhileDeleting(TenantState state, TenantCommand command) => command switch
    {
        DeleteTenant => TenantDecision.Nothing,
        FinishDeletion => state.Deleted ? TenantDecision.Nothing : Happens(new TenantDeleted()),
        _ => Refuse(TenantRefusal.TenantDeleted),
    };

    private static TenantDecision Create(TenantState state, CreateTenant c)
    {
        if (state.Exists) return Refuse(TenantRefusal.TenantExists);
        return VisibleText.TryName(c.Name, out var name) ? Happens(new TenantCreated(name)) : Refuse(TenantRefusal.InvalidName);
    }

    private static TenantDecision CreateKey(TenantState state, CreateTenantKey c, DateTimeOffset now)
    {
        if (!VisibleText.TryName(c.Name, out var name)) return Refuse(TenantRefusal.InvalidName);
        var ended = state.Keys.Where(k => k.HasEnded(now)).Select(TenantEvent (k) => new TenantKeyRevoked(k.Id)).ToList();
        if (state.Keys.Count - ended.Count >= MostKeys) return Refuse(TenantRefusal.TooManyKeys);
        return Happens([.. Made(state, name), .. ended, new TenantKeyCreated(c.KeyId, name, c.Hash)]);
    }

    private static TenantDecision RotateKey(TenantState state, RotateTenantKey c, DateTimeOffset now)
    {
        if (state.Keys.Find(k => k.Id == c.KeyId && !k.HasEnded(now)) is not { } old) return Refuse(TenantRefusal.UnknownKey);
        if (c.Overlap < TimeSpan.Zero || c.Overlap > LongestOverlap) return Refuse(TenantRefusal.OutOfRange);
        TenantEvent end = c.Overlap == TimeSpan.Zero ? new TenantKeyRevoked(old.Id) : new TenantKeyEnds(old.Id, now + c.Overlap);
        if (c.Overlap > TimeSpan.Zero && state.Keys.Count(k => !k.HasEnded(now)) >= MostKeys) return Refuse(TenantRefusal.TooManyKeys);
        return Happens(end, new TenantKeyCreated(c.NewKeyId, old.Name, c.Hash));
    }

    private static TenantDecision AddTokenKey(TenantState state, AddTokenKey c)
    {
        if (!VisibleText.TryName(c.Name, out var name)) return Refuse(TenantRefusal.InvalidName);
        if (state.TokenKeys.Count >= MostTokenKeys) return Refuse(TenantRefusal.TooManyKeys);
        return JoinTokens.IsKey(c.Algorithm, c.Material) ? Happens(new TokenKeyAdded(c.KeyId, name, c.Algorithm, c.Material)) : Refuse(TenantRefusal.InvalidPublicKey);
    }

    private static TenantDecision SetQuotas(TenantState state, TenantQuotas quotas)
    {
        var isInRange = quotas is { Meetings: null or >= 1 and <= 1_000_000, Participants: null or >= 1 and <= 1_000_000, MinutesPerMonth: null or >= 1 and <= 1_000_000_000 };
        if (!isInRange || !Enum.IsDefined(quotas.Bitrate)) return Refuse(TenantRefusal.OutOfRange);
        return quotas == state.Quotas ? TenantDecision.Nothing : Happens(new TenantQuotasSet(quotas));
    }

    private static TenantDecision SetRetention(TenantState state, SetRetention c)
    {
        if (c.Days is < 0 or > MostDays) return Refuse(TenantRefusal.OutOfRange);
        return c.Days == state.RetentionDays ? TenantDecision.Nothing : Happens(new TenantRetentionSet(c.Days));
    }

    private static TenantDecision AddWebhook(TenantState state, AddWebhook c)
    {
        if (c.Url.Length > LongestUrl || !Uri.TryCreate(c.Url, UriKind.Absolute, out _)) return Refuse(TenantRefusal.InvalidUrl);
        return state.Webhooks.Count < MostWebhooks ? Happens(new WebhookAdded(c.WebhookId, c.Url, c.Secret)) : Refuse(TenantRefusal.TooManyWebhooks);
    }

    private static TenantEvent[] Made(TenantState state, string name) => state.Exists ? [] : [new TenantCreated(name)];

    private static TenantDecision Happens(params ReadOnlySpan<TenantEvent> events) => new([.. events], null);

    private static TenantDecision Refuse(TenantRefusal reason) => new([], reason);
}

/// <summary>What the machine says to a command.</summary>
/// <param name="Events">What happens, in order.</param>
/// <param name="Refusal">Why nothing does; null: it was allowed.</param>
public sealed record TenantDecision(ImmutableArray<TenantEvent> Events, TenantRefusal? Refusal)
{
    /// <summary>Nothing happens, and that is fine.</summary>
    public static TenantDecision Nothing { get; } = new([], null);
}
