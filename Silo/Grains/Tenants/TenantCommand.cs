using Conference.Contracts.Tenants;

namespace Conference.Silo.Grains.Tenants;

/// <summary>Something that may change a tenant. Answers: <see cref="TenantDone"/>, <see cref="TenantRefused"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.command")]
public abstract record TenantCommand;

/// <summary>Makes the tenant.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.create")]
public sealed record CreateTenant(string Name) : TenantCommand;

/// <summary>Makes an API key.</summary>
/// <param name="KeyId">New and random.</param>
/// <param name="Name">For people.</param>
/// <param name="Hash">SHA-256 (base64url) of the secret.</param>
/// <param name="MakesTenant">Where there is no tenant of this id yet, make one.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.createKey")]
public sealed record CreateTenantKey(string KeyId, string Name, string Hash, bool MakesTenant = false) : TenantCommand;

/// <summary>Puts a new secret in the place of a key's.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="NewKeyId">The id of the key with the new secret.</param>
/// <param name="Hash">SHA-256 (base64url) of the new secret.</param>
/// <param name="Overlap">How long the old one goes on.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.rotateKey")]
public sealed record RotateTenantKey(string KeyId, string NewKeyId, string Hash, TimeSpan Overlap) : TenantCommand;

/// <summary>Ends an API key.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.revokeKey")]
public sealed record RevokeTenantKey(string KeyId) : TenantCommand;

/// <summary>Adds a key that join tokens are checked with.</summary>
/// <param name="KeyId">New and random.</param>
/// <param name="Name">For people.</param>
/// <param name="Algorithm">The only algorithm it is good for.</param>
/// <param name="Material">The secret or the public key in PEM.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.addTokenKey")]
public sealed record AddTokenKey(string KeyId, string Name, TokenAlgorithm Algorithm, string Material) : TenantCommand
{
    /// <inheritdoc/>
    public override string ToString() => nameof(AddTokenKey);
}

/// <summary>Removes such a key.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.removeTokenKey")]
public sealed record RemoveTokenKey(string KeyId) : TenantCommand;

/// <summary>Sets the quotas.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.setQuotas")]
public sealed record SetQuotas(TenantQuotas Quotas) : TenantCommand;

/// <summary>Sets how long data is kept after the end of a meeting; null: for good.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.setRetention")]
public sealed record SetRetention(int? Days) : TenantCommand;

/// <summary>Sets whether only join tokens let people in.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.setJoining")]
public sealed record SetJoining(bool TokensOnly) : TenantCommand;

/// <summary>Begins to delete the tenant: its keys and webhooks go at once, nobody joins its meetings any more.</summary>
/// <param name="Force">Also while somebody is in one of its meetings.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.delete")]
public sealed record DeleteTenant(bool Force) : TenantCommand;

/// <summary>Nothing is left of it but its own events: they go too.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.finishDeletion")]
public sealed record FinishDeletion : TenantCommand;

/// <summary>Sends events somewhere.</summary>
/// <param name="WebhookId">New and random.</param>
/// <param name="Url">Where.</param>
/// <param name="Secret">Signs what is sent.</param>
[GenerateSerializer, Immutable, Alias("conference.tenant.addWebhook")]
public sealed record AddWebhook(string WebhookId, string Url, string Secret) : TenantCommand
{
    /// <inheritdoc/>
    public override string ToString() => nameof(AddWebhook);
}

/// <summary>Sends nothing there any more.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.removeWebhook")]
public sealed record RemoveWebhook(string WebhookId) : TenantCommand;

/// <summary>What became of a command.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.result")]
public abstract record TenantResult;

/// <summary>It is done and durable.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.done")]
public sealed record TenantDone : TenantResult;

/// <summary>It changed nothing.</summary>
[GenerateSerializer, Immutable, Alias("conference.tenant.refused")]
public sealed record TenantRefused(TenantRefusal Reason) : TenantResult;
