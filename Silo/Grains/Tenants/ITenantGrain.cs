using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Tenants;

namespace Conference.Silo.Grains.Tenants;

/// <summary>One tenant: the only writer of its journal. The key is the tenant's id. Answers follow the commit.</summary>
[Alias("conference.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Does one command, or refuses it by name.</summary>
    [Alias("execute")]
    Task<TenantResult> Execute(TenantCommand command);

    /// <summary>Whether a key is one of the tenant's. Compared in constant time.</summary>
    [Alias("checkKey")]
    Task<bool> CheckKey(TenantKey key);

    /// <summary>Everything about the tenant but secrets; null: there is none, or none any more.</summary>
    [Alias("read")]
    Task<TenantInfo?> Read();

    /// <summary>What join tokens are checked with; empty: the tenant has none.</summary>
    [Alias("tokenKeys")]
    Task<ImmutableArray<TokenKey>> TokenKeys();

    /// <summary>Where events go; empty: nowhere.</summary>
    [Alias("webhooks")]
    Task<ImmutableArray<WebhookTarget>> Webhooks();

    /// <summary>The meetings with somebody in them.</summary>
    [Alias("meetings")]
    Task<ImmutableArray<MeetingPlaces>> Meetings();

    /// <summary>A meeting says how many places are taken in it, and asks for more. Answers are durable.</summary>
    [Alias("hold")]
    Task<PlacesHeld> Hold(HoldPlaces request);
}

/// <summary>A tenant's API key.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Secret">256 random bits, base64url.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.key")]
public sealed record TenantKey(string Id, string Secret)
{
    /// <inheritdoc/>
    public override string ToString() => $"tenant key {Id}";
}

/// <summary>What join tokens are checked with.</summary>
/// <param name="Id">The <c>kid</c>.</param>
/// <param name="Algorithm">The only algorithm it is good for.</param>
/// <param name="Material">The secret (HS256) or the public key in PEM.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.tokenKey")]
public sealed record TokenKey(string Id, TokenAlgorithm Algorithm, string Material)
{
    /// <inheritdoc/>
    public override string ToString() => $"token key {Id}";
}

/// <summary>Where a tenant's events go.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Url">The address.</param>
/// <param name="Secret">Signs what is sent.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.webhook")]
public sealed record WebhookTarget(string Id, string Url, string Secret)
{
    /// <inheritdoc/>
    public override string ToString() => $"webhook {Id}";
}

/// <summary>A meeting and the places that it holds.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.places")]
public sealed record MeetingPlaces(MeetingId MeetingId, int Places);

/// <summary>See <see cref="ITenantGrain.Hold"/>.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="Epoch">When the meeting's grain came to life, in ticks: what an earlier life of it says is not heard. Grows after each request that was not.</param>
/// <param name="Number">Grows with every request of one life: one that was overtaken is not heard.</param>
/// <param name="Taken">Places that are taken: a fact, whatever the quotas are.</param>
/// <param name="Wanted">Places to hold, at least <paramref name="Taken"/>.</param>
/// <param name="Seq">The meeting's last durable sequence: webhooks hear of what comes after it.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.hold")]
public sealed record HoldPlaces(MeetingId MeetingId, long Epoch, long Number, int Taken, int Wanted, long Seq = 0);

/// <summary>What a meeting holds of its tenant's quotas.</summary>
/// <param name="Places">As many participants may be in it.</param>
/// <param name="Refusal">Why it is not all that was wanted; null: it is.</param>
/// <param name="Terms">What else the tenant's meetings have to heed.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.held")]
public sealed record PlacesHeld(int Places, QuotaRefusal? Refusal, TenantTerms Terms);

/// <summary>What a tenant's meetings have to heed.</summary>
/// <param name="CountsPlaces">A place has to be held before it is given away; otherwise it is told afterwards.</param>
/// <param name="Bitrate">What the pod lets pass.</param>
/// <param name="HasWebhooks">Somebody wants to hear of what happens.</param>
/// <param name="TokensOnly">Only join tokens of the tenant let people in.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.terms")]
public sealed record TenantTerms(bool CountsPlaces, BitrateTier Bitrate, bool HasWebhooks, bool TokensOnly = false);

/// <summary>Which quota is used up.</summary>
public enum QuotaRefusal
{
    /// <summary>Meetings at one time.</summary>
    Meetings,

    /// <summary>Participants at one time.</summary>
    Participants,

    /// <summary>Minutes of the month.</summary>
    Minutes,

    /// <summary>The tenant's journal cannot take events now.</summary>
    Unavailable,

    /// <summary>The tenant is being deleted.</summary>
    Deleted,
}
