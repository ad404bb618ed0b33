using System.Security.Cryptography;
using System.Text;
using Conference.Contracts.Api;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Silo.SignIn;

/// <summary>What an identity token has to be.</summary>
/// <param name="Issuer">Who made it.</param>
/// <param name="ClientId">Whom it is for.</param>
/// <param name="Nonce">The sign-in that it is for.</param>
/// <param name="Now">The time.</param>
/// <param name="Keys">The provider's keys.</param>
public sealed record IdTokenExpectation(string Issuer, string ClientId, string Nonce, DateTimeOffset Now, IReadOnlyCollection<SecurityKey> Keys);

/// <summary>
/// Checks identity tokens (OpenID Connect Core 1.0, section 3.1.3.7): algorithm and key first, then the signature, and only then what the token says. Signed with a public key
/// always: a secret that is shared with the provider signs none, so no token can be made with what the provider publishes. Pure.
/// </summary>
public static class IdTokens
{
    private const int MaxLength = 16 * 1024;
    private const int LongestSubject = 255;
    private const int SmallestRsaKey = 2048;

    /// <summary>How far the provider's clock may be apart.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>The token that was proven, or why it is none.</summary>
    public static async Task<(JsonWebToken? Token, SignInRefusal? Refusal)> CheckAsync(string? text, IdTokenExpectation expected)
    {
        if (Read(text) is not { } unproven) return (null, SignInRefusal.TokenMalformed);
        if (!Algorithms.Contains(unproven.Alg)) return (null, SignInRefusal.TokenAlgorithm);
        SecurityKey[] keys = [.. expected.Keys.Where(key => IsStrong(key) && (string.IsNullOrEmpty(unproven.Kid) || key.KeyId == unproven.Kid))];
        if (keys.Length == 0) return (null, SignInRefusal.TokenKeyUnknown);
        var result = await Handler.ValidateTokenAsync(text, SignatureOnly(keys, unproven.Alg));
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token) return (null, SignInRefusal.TokenSignature);
        return RefusalOf(token, expected) is { } refusal ? (null, refusal) : (token, null);
    }

    private static SignInRefusal? RefusalOf(JsonWebToken token, IdTokenExpectation expected)
    {
        if (token.Issuer != expected.Issuer) return SignInRefusal.TokenIssuer;
        if (!IsFor(token, expected.ClientId)) return SignInRefusal.TokenAudience;
        if (!IsNow(token, expected.Now.UtcDateTime)) return SignInRefusal.TokenExpired;
        if (!token.TryGetPayloadValue<string>("nonce", out var nonce) || !AreEqual(nonce, expected.Nonce)) return SignInRefusal.TokenNonce;
        return token.Subject is { Length: > 0 and <= LongestSubject } ? null : SignInRefusal.TokenMalformed;
    }

    private static JsonWebToken? Read(string? text)
    {
        // Three parts exactly: five would be an encrypted token.
        if (text is not { Length: > 0 and <= MaxLength } || text.AsSpan().Count('.') != 2) return null;
        try
        {
            return Handler.ReadJsonWebToken(text);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    // Several may hear it only where it says that it was made for us.
    private static bool IsFor(JsonWebToken token, string clientId)
    {
        string[] audiences = [.. token.Audiences];
        var party = token.TryGetPayloadValue<string>("azp", out var azp) ? azp : null;
        return audiences.Contains(clientId) && (party is null ? audiences.Length == 1 : party == clientId);
    }

    private static bool IsNow(JsonWebToken token, DateTime now)
    {
        if (token.ValidTo == DateTime.MinValue || token.IssuedAt == DateTime.MinValue) return false;
        // Not the token's times moved: they can be the end of all time.
        return now - Leeway < token.ValidTo && now + Leeway >= token.IssuedAt && now + Leeway >= token.ValidFrom;
    }

    private static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static bool IsStrong(SecurityKey key) => key is not (RsaSecurityKey or X509SecurityKey or JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA }) || key.KeySize >= SmallestRsaKey;

    // Everything else is checked by us: with our clock, and each with its own name.
    private static TokenValidationParameters SignatureOnly(SecurityKey[] keys, string algorithm) => new()
    {
        ValidAlgorithms = [algorithm],
        IssuerSigningKeyResolver = (_, _, _, _) => keys,
        RequireSignedTokens = true,
        ValidateIssuer = false,
        ValidateLifetime = false,
        ValidateAudience = false,
    };
}
