using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tenants;

/// <summary>One tenant's API keys, kept as hashes in one small record.</summary>
public sealed class TenantGrain(IKeyValueStore store, TimeProvider time) : Grain, ITenantGrain
{
    private const string Bucket = "tenants";
    private const int MostKeys = 20;
    private TenantRecord _record = new([]);
    private long _version;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.GetAsync(Bucket, this.GetPrimaryKeyString(), cancellationToken) is not { } stored) return;
        _record = JsonSerializer.Deserialize(stored.Value.Span, TenantJson.Default.TenantRecord) ?? new([]);
        _version = stored.Version;
    }

    /// <inheritdoc/>
    public async Task<TenantKey?> CreateKey()
    {
        if (_record.Keys.Count >= MostKeys) return null;
        var key = new TenantKey(Guid.NewGuid().ToString("N")[..12], Secrets.NewToken());
        return await SaveAsync(new([.. _record.Keys, new(key.Id, Secrets.Hash(key.Secret), time.GetUtcNow())])) ? key : null;
    }

    /// <inheritdoc/>
    public Task<bool> CheckKey(TenantKey key) => Task.FromResult(_record.Keys.Any(k => k.Id == key.Id && Secrets.Matches(key.Secret, k.Hash)));

    /// <inheritdoc/>
    public async Task<bool> RevokeKey(string keyId) =>
        _record.Keys.Any(k => k.Id == keyId) && await SaveAsync(new([.. _record.Keys.Where(k => k.Id != keyId)]));

    private async Task<bool> SaveAsync(TenantRecord next)
    {
        var result = await store.PutAsync(Bucket, this.GetPrimaryKeyString(), JsonSerializer.SerializeToUtf8Bytes(next, TenantJson.Default.TenantRecord), _version);
        if (result is not StoreResult.Stored stored)
        {
            DeactivateOnIdle(); // whatever is stored now is read again
            return false;
        }
        (_record, _version) = (next, stored.Version);
        return true;
    }
}

internal sealed record TenantRecord(List<TenantKeyRecord> Keys);

internal sealed record TenantKeyRecord(string Id, string Hash, DateTimeOffset CreatedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TenantRecord))]
internal sealed partial class TenantJson : JsonSerializerContext;
