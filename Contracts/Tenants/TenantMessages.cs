using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Tenants;

/// <summary><c>POST /api/tenants</c>: makes a tenant and its first key.</summary>
/// <param name="Id">1 to 64 of <c>A-Z a-z 0-9 _ -</c>.</param>
/// <param name="Name">For people, 1 to 64 characters; null: the id.</param>
public sealed record CreateTenantRequest(TenantId Id, string? Name = null);

/// <summary>A tenant was made. Its key is shown this once.</summary>
/// <param name="Id">The tenant.</param>
/// <param name="Name">For people.</param>
/// <param name="KeyId">Names the key.</param>
/// <param name="Key">The bearer of the tenant's requests.</param>
public sealed record CreateTenantResponse(TenantId Id, string Name, string KeyId, string Key);

/// <summary><c>GET /api/tenants/{id}</c>: everything about a tenant but secrets.</summary>
/// <param name="Id">The tenant.</param>
/// <param name="Name">For people.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Quotas">What it may use.</param>
/// <param name="Usage">What it uses.</param>
/// <param name="Keys">Its API keys.</param>
/// <param name="TokenKeys">What its join tokens are checked with.</param>
/// <param name="Webhooks">Where its events go.</param>
/// <param name="RetentionDays">Days after the end of a meeting until its data is deleted; null: never.</param>
/// <param name="TokensOnly">Only its join tokens let people into its meetings.</param>
/// <param name="Deleting">It is being deleted.</param>
public sealed record TenantInfo(
    TenantId Id, string Name, DateTimeOffset CreatedAt, TenantQuotas Quotas, TenantUsage Usage, ImmutableArray<TenantKeyInfo> Keys,
    ImmutableArray<TokenKeyInfo> TokenKeys, ImmutableArray<WebhookInfo> Webhooks, int? RetentionDays = null, bool TokensOnly = false, bool Deleting = false);

/// <summary><c>GET /api/tenants</c>.</summary>
/// <param name="Tenants">All of them, in the order in which they were made.</param>
public sealed record TenantList(ImmutableArray<TenantInfo> Tenants);

/// <summary>An API key without its secret.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">For people.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Until">When it ends, after a rotation; null: never.</param>
public sealed record TenantKeyInfo(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? Until = null);

/// <summary><c>POST /api/tenants/{id}/keys</c>; the body may be left out.</summary>
/// <param name="Name">For people, 1 to 64 characters.</param>
public sealed record CreateTenantKeyRequest(string? Name = null);

/// <summary><c>POST /api/tenants/{id}/keys/{keyId}/rotate</c>; the body may be left out.</summary>
/// <param name="OverlapMinutes">How long the old key goes on opening what it did; 0 to 10,080 (a week).</param>
public sealed record RotateTenantKeyRequest(int OverlapMinutes = 0);

/// <summary>A key that join tokens are checked with, without a secret.</summary>
/// <param name="Id">Names it: the <c>kid</c> of tokens that say which key signed them.</param>
/// <param name="Name">For people.</param>
/// <param name="Algorithm">The only algorithm it is good for.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record TokenKeyInfo(string Id, string Name, TokenAlgorithm Algorithm, DateTimeOffset CreatedAt);

/// <summary>How a join token is signed (RFC 7518).</summary>
[JsonConverter(typeof(EnumNames<TokenAlgorithm>))]
public enum TokenAlgorithm
{
    /// <summary>HMAC with SHA-256, by a secret that the tenant and the service share.</summary>
    HS256,

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    ES256,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256; keys of 2,048 bits or more.</summary>
    RS256,
}

/// <summary><c>POST /api/tenants/{id}/token-keys</c>.</summary>
/// <param name="Algorithm">How tokens are signed.</param>
/// <param name="PublicKey">The public key in PEM (<c>BEGIN PUBLIC KEY</c>) for ES256 and RS256; left out for HS256, whose secret the answer holds.</param>
/// <param name="Name">For people, 1 to 64 characters.</param>
public sealed record CreateTokenKeyRequest(TokenAlgorithm Algorithm, string? PublicKey = null, string? Name = null);

/// <summary>A token key was made.</summary>
/// <param name="Id">Names it, for <c>kid</c> and to remove it.</param>
/// <param name="Secret">For HS256: the secret, whose UTF-8 bytes are the key; shown this once. Null for the others.</param>
public sealed record CreateTokenKeyResponse(string Id, string? Secret = null);

/// <summary><c>PUT /api/tenants/{id}/retention</c>.</summary>
/// <param name="Days">Days after the end of a meeting until its data is deleted, 0 to 3,650; null: never.</param>
public sealed record RetentionRequest(int? Days = null);

/// <summary><c>PUT /api/tenants/{id}/joining</c>.</summary>
/// <param name="TokensOnly">Only the tenant's join tokens let people into its meetings: no passcode, host key, stream key or open link does.</param>
public sealed record JoiningRequest(bool TokensOnly);

/// <summary>Where a tenant's events go, without its secret.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Url">The address.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record WebhookInfo(string Id, string Url, DateTimeOffset CreatedAt);

/// <summary><c>POST /api/tenants/{id}/webhooks</c>.</summary>
/// <param name="Url">An <c>https</c> address of a public machine, at most 1,000 characters; others only where the installation allows them.</param>
public sealed record CreateWebhookRequest(string Url);

/// <summary>A webhook was made. Its secret is shown this once.</summary>
/// <param name="Id">Names it, to remove it.</param>
/// <param name="Secret">Signs what is sent there.</param>
public sealed record CreateWebhookResponse(string Id, string Secret);
