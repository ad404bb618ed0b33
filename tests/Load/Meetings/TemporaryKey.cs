using Conference.Contracts.Api;

namespace Conference.Load.Meetings;

/// <summary>A tenant key for one run, made and taken back with the secret of the installation's operator: where nobody but tenants creates meetings.</summary>
internal sealed class TemporaryKey : IAsyncDisposable
{
    private const string Tenant = "load-test";

    private readonly LoadOptions _options;
    private readonly string _operatorSecret;
    private readonly CreateTenantKeyResponse _key;

    private TemporaryKey(LoadOptions options, string operatorSecret, CreateTenantKeyResponse key)
    {
        _options = options;
        _operatorSecret = operatorSecret;
        _key = key;
    }

    public string Value => _key.Key;

    /// <summary>Null where none is needed: a key was given, a meeting was named, or there is no secret.</summary>
    public static async Task<TemporaryKey?> MakeAsync(LoadOptions options, string? operatorSecret, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(operatorSecret) || options.CreateKey is not null || options.Code is not null) return null;
        using var gateway = new GatewayClient(options.Url, options.Insecure);
        return new TemporaryKey(options, operatorSecret, await gateway.CreateKeyAsync(Tenant, operatorSecret, cancellation).ConfigureAwait(false));
    }

    public async ValueTask DisposeAsync()
    {
        using var gateway = new GatewayClient(_options.Url, _options.Insecure);
        await gateway.RevokeKeyAsync(Tenant, _key.Id, _operatorSecret, CancellationToken.None).ConfigureAwait(false);
    }
}
