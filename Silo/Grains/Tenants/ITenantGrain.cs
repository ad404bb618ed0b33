namespace Conference.Silo.Grains.Tenants;

/// <summary>One tenant and its API keys. The key is the tenant's id.</summary>
[Alias("conference.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Makes a key and keeps its hash only; null when the store cannot take it now.</summary>
    [Alias("createKey")]
    Task<TenantKey?> CreateKey();

    /// <summary>Whether a key is one of the tenant's. Compared in constant time.</summary>
    [Alias("checkKey")]
    Task<bool> CheckKey(TenantKey key);

    /// <summary>Revokes a key; false when there is none, or the store cannot take it now.</summary>
    [Alias("revokeKey")]
    Task<bool> RevokeKey(string keyId);
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
