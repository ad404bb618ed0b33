using System.Text.Json.Serialization;
using Conference.Contracts.Tenants;

namespace Conference.Silo.Tenants;

/// <summary>What happened to a tenant, as its journal keeps it. A type tag that is in a journal is never given to something else.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TenantCreated), "tenant.created")]
[JsonDerivedType(typeof(TenantKeyCreated), "tenant.keyCreated")]
[JsonDerivedType(typeof(TenantKeyEnds), "tenant.keyEnds")]
[JsonDerivedType(typeof(TenantKeyRevoked), "tenant.keyRevoked")]
[JsonDerivedType(typeof(TokenKeyAdded), "tenant.tokenKeyAdded")]
[JsonDerivedType(typeof(TokenKeyRemoved), "tenant.tokenKeyRemoved")]
[JsonDerivedType(typeof(TenantQuotasSet), "tenant.quotasSet")]
[JsonDerivedType(typeof(TenantRetentionSet), "tenant.retentionSet")]
[JsonDerivedType(typeof(TenantJoiningSet), "tenant.joiningSet")]
[JsonDerivedType(typeof(WebhookAdded), "tenant.webhookAdded")]
[JsonDerivedType(typeof(WebhookRemoved), "tenant.webhookRemoved")]
[JsonDerivedType(typeof(MeetingHolds), "tenant.meetingHolds")]
[JsonDerivedType(typeof(TenantCounted), "tenant.counted")]
[JsonDerivedType(typeof(TenantDeleting), "tenant.deleting")]
[JsonDerivedType(typeof(TenantDeleted), "tenant.deleted")]
public abstract record TenantEvent;

/// <summary>The tenant exists from here on.</summary>
public sealed record TenantCreated(string Name) : TenantEvent;

/// <summary>An API key opens the tenant's meetings.</summary>
public sealed record TenantKeyCreated(string KeyId, string Name, string Hash) : TenantEvent;

/// <summary>An API key was replaced and ends at a time.</summary>
public sealed record TenantKeyEnds(string KeyId, DateTimeOffset Until) : TenantEvent;

/// <summary>An API key opens nothing any more.</summary>
public sealed record TenantKeyRevoked(string KeyId) : TenantEvent;

/// <summary>Join tokens are checked with this key too.</summary>
public sealed record TokenKeyAdded(string KeyId, string Name, TokenAlgorithm Algorithm, string Material) : TenantEvent
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(TokenKeyAdded)} {KeyId}";
}

/// <summary>Join tokens are not checked with this key any more.</summary>
public sealed record TokenKeyRemoved(string KeyId) : TenantEvent;

/// <summary>What the tenant may use from now on.</summary>
public sealed record TenantQuotasSet(TenantQuotas Quotas) : TenantEvent;

/// <summary>How long data is kept from now on.</summary>
public sealed record TenantRetentionSet(int? Days) : TenantEvent;

/// <summary>Whether only join tokens let people in from now on.</summary>
public sealed record TenantJoiningSet(bool TokensOnly) : TenantEvent;

/// <summary>Events go there from now on.</summary>
public sealed record WebhookAdded(string WebhookId, string Url, string Secret) : TenantEvent
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(WebhookAdded)} {WebhookId}";
}

/// <summary>Nothing goes there any more.</summary>
public sealed record WebhookRemoved(string WebhookId) : TenantEvent;

/// <summary>A meeting holds this many places from now on; 0: it is empty.</summary>
public sealed record MeetingHolds(string MeetingId, int Places) : TenantEvent;

/// <summary>Time has passed with the places as they are.</summary>
public sealed record TenantCounted : TenantEvent;

/// <summary>It is being deleted: its keys and webhooks are gone.</summary>
public sealed record TenantDeleting : TenantEvent;

/// <summary>It is deleted. Every event before goes with this one.</summary>
public sealed record TenantDeleted : TenantEvent;
