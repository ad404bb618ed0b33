using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Meetings;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Silo.Tenants;

/// <summary>
/// Checks join tokens: JWTs that a tenant signs for its own people (docs/tenants.md, J1 to J8). A key is good for one algorithm only, whatever a token's header says; the
/// signature is checked before anything else that the token says is believed. Pure, but for the keys that it is given.
/// </summary>
public static class JoinTokens
{
    private const int MaxLength = 4096;
    private const int LongestId = 256;
    private const int SmallestRsaKey = 2048;
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(5);
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };

    /// <summary>Whether this can be the key of an algorithm: a secret of 32 bytes or more, or a public key in PEM.</summary>
    public static bool IsKey(TokenAlgorithm algorithm, string material)
    {
        using var key = Import(algorithm, material);
        return key is not null;
    }

    /// <summary>What a token grants in a meeting, or why nothing.</summary>
    /// <param name="token">The token, as it was shown.</param>
    /// <param name="meeting">The meeting that it is shown at.</param>
    /// <param name="code">That meeting's join code.</param>
    /// <param name="tenant">Whose meeting it is.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="now">The time.</param>
    public static async Task<(TokenGrant? Grant, JoinRefusal? Refusal)> CheckAsync(
        string token, MeetingId meeting, string code, TenantId tenant, IReadOnlyCollection<TokenKey> keys, DateTimeOffset now)
    {
        if (Read(token) is not { Issuer.Length: > 0 } unproven) return (null, JoinRefusal.TokenInvalid);
        if (unproven.Issuer != tenant.Value) return (null, JoinRefusal.TokenForeign);
        if (await ProveAsync(token, unproven, keys) is not { } proven) return (null, JoinRefusal.TokenInvalid);

        if (proven.ValidTo == DateTime.MinValue) return (null, JoinRefusal.TokenInvalid);
        // Not the token's times moved: they can be the end of all time.
        if (now.UtcDateTime - Leeway >= proven.ValidTo || now.UtcDateTime + Leeway < proven.ValidFrom) return (null, JoinRefusal.TokenExpired);
        if (!IsFor(proven, meeting, code)) return (null, JoinRefusal.TokenForeign);
        if (!TryRole(proven, out var role) || proven.Id is { Length: > LongestId }) return (null, JoinRefusal.TokenInvalid);
        var name = proven.TryGetPayloadValue<string>("name", out var text) ? text : null;
        var id = string.IsNullOrEmpty(proven.Id) ? null : Secrets.Hash($"{tenant}\n{proven.Id}");
        return (new TokenGrant(role, name, id, Until(proven)), null);
    }

    private static DateTimeOffset Until(JsonWebToken token) =>
        token.ValidTo > DateTime.MaxValue - Leeway ? DateTimeOffset.MaxValue : new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + Leeway;

    private static JsonWebToken? Read(string token)
    {
        // Three parts exactly: five would be an encrypted token.
        if (token.Length is 0 or > MaxLength || token.AsSpan().Count('.') != 2) return null;
        try
        {
            return Handler.ReadJsonWebToken(token);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static async Task<JsonWebToken?> ProveAsync(string token, JsonWebToken unproven, IReadOnlyCollection<TokenKey> keys)
    {
        foreach (var key in keys)
        {
            if (key.Algorithm.ToString() != unproven.Alg || (!string.IsNullOrEmpty(unproven.Kid) && unproven.Kid != key.Id)) continue;
            using var imported = Import(key.Algorithm, key.Material);
            if (imported is null) continue;
            var result = await Handler.ValidateTokenAsync(token, SignatureOnly(imported.Key, key.Algorithm));
            if (result.IsValid && result.SecurityToken is JsonWebToken proven) return proven;
        }
        return null;
    }

    // Everything else is checked by us: with our clock, and each with its own name.
    private static TokenValidationParameters SignatureOnly(SecurityKey key, TokenAlgorithm algorithm) => new()
    {
        ValidAlgorithms = [algorithm.ToString()],
        IssuerSigningKeyResolver = (_, _, _, _) => [key],
        RequireSignedTokens = true,
        ValidateIssuer = false,
        ValidateLifetime = false,
        ValidateAudience = false,
    };

    private static bool IsFor(JsonWebToken token, MeetingId meeting, string code) =>
        (token.TryGetPayloadValue<string>("meeting", out var id) && id == meeting.Value)
        || (token.TryGetPayloadValue<string>("code", out var text) && JoinCode.TryParse(text, out var named) && named == code);

    private static bool TryRole(JsonWebToken token, out Role? role)
    {
        role = null;
        if (!token.TryGetPayloadValue<object>("role", out var value)) return true;
        role = (value as string) switch
        {
            "host" => Role.Host,
            "coHost" => Role.CoHost,
            "attendee" => Role.Attendee,
            "viewer" => Role.Viewer,
            _ => null,
        };
        return role is not null;
    }

    private static ImportedKey? Import(TokenAlgorithm algorithm, string material)
    {
        try
        {
            return algorithm switch
            {
                TokenAlgorithm.HS256 => material.Length >= 32 ? new(new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(material)), null) : null,
                TokenAlgorithm.ES256 => Curve(material),
                TokenAlgorithm.RS256 => Rsa(material),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static ImportedKey? Curve(string pem)
    {
        if (!IsPublic(pem)) return null;
        var key = ECDsa.Create();
        var imported = new ImportedKey(new ECDsaSecurityKey(key) { CryptoProviderFactory = Uncached() }, key);
        key.ImportFromPem(pem);
        if (key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value) return imported;
        imported.Dispose();
        return null;
    }

    private static ImportedKey? Rsa(string pem)
    {
        if (!IsPublic(pem)) return null;
        var key = RSA.Create();
        var imported = new ImportedKey(new RsaSecurityKey(key) { CryptoProviderFactory = Uncached() }, key);
        key.ImportFromPem(pem);
        if (key.KeySize >= SmallestRsaKey) return imported;
        imported.Dispose();
        return null;
    }

    // A private key has no business here.
    private static bool IsPublic(string pem) => pem.Contains("BEGIN PUBLIC KEY", StringComparison.Ordinal) && !pem.Contains("PRIVATE", StringComparison.Ordinal);

    // Signature providers that outlive their keys would be disposed of ones.
    private static CryptoProviderFactory Uncached() => new() { CacheSignatureProviders = false };

    private sealed record ImportedKey(SecurityKey Key, AsymmetricAlgorithm? Algorithm) : IDisposable
    {
        public void Dispose() => Algorithm?.Dispose();
    }
}
