using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Tickets;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Hosting.Tickets;

/// <summary>
/// Checks tickets with public keys only. The algorithm is pinned to ES256, the key is found by its <c>kid</c>, input is bounded, and the signature is
/// checked before anything that the ticket says. Starts without keys, refusing everything. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock; 5 s of difference to the signer's are forgiven.</param>
public sealed class TicketVerifier(TimeProvider time)
{
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = TicketFormat.MaxLength };
    private ImmutableArray<SecurityKey> _keys = [];

    /// <summary>Whether there is a key to check with.</summary>
    public bool HasKeys => !_keys.IsEmpty;

    /// <summary>Replaces the keys by those of a JWK Set (<see cref="TicketSigner.PublicKeys"/>); false, and nothing changed, when it holds no ES256 key or cannot be read.</summary>
    public bool TryReplaceKeys(string jwkSet)
    {
        var keys = ParseKeys(jwkSet);
        if (keys.IsEmpty) return false;
        ImmutableInterlocked.InterlockedExchange(ref _keys, keys);
        return true;
    }

    /// <summary>Checks a signal ticket. Whether it was used before is for the caller to know.</summary>
    public async ValueTask<TicketCheck<SignalTicketClaims>> CheckSignalAsync(string? ticket)
    {
        var (token, refusal) = await CheckAsync(ticket, TicketFormat.SignalAudience).ConfigureAwait(false);
        if (token is null) return new(null, refusal);
        if (!TryIds(token, out var meeting, out var participant) || token.Id is not { Length: > 0 } id) return new(null, TicketRefusal.Forged);
        return new(new SignalTicketClaims(meeting, participant, id), null);
    }

    /// <summary>Checks a media ticket for the pod <paramref name="pod"/>.</summary>
    public async ValueTask<TicketCheck<MediaTicketClaims>> CheckMediaAsync(string? ticket, PodId pod)
    {
        var (token, refusal) = await CheckAsync(ticket, TicketFormat.MediaAudience(pod.Value)).ConfigureAwait(false);
        if (token is null) return new(null, refusal);
        if (!TryIds(token, out var meeting, out var participant)) return new(null, TicketRefusal.Forged);
        var keyHash = token.TryGetPayloadValue<string>(TicketFormat.KeyHashClaim, out var hash) ? hash : null;
        var isEncrypted = token.TryGetPayloadValue<bool>(TicketFormat.EncryptedClaim, out var encrypted) && encrypted;
        return new(new MediaTicketClaims(meeting, participant, pod, Sources(token), keyHash, isEncrypted), null);
    }

    /// <summary>Checks a host pass. Whether it was used the meeting knows.</summary>
    public async ValueTask<TicketCheck<HostPassClaims>> CheckHostPassAsync(string? pass)
    {
        var (token, refusal) = await CheckAsync(pass, TicketFormat.HostAudience).ConfigureAwait(false);
        if (token is null) return new(null, refusal);
        var isWhole = StringId.TryParse(token.TryGetPayloadValue<string>(TicketFormat.MeetingClaim, out var value) ? value : null, out MeetingId meeting);
        if (!isWhole || token.Id is not { Length: > 0 } id) return new(null, TicketRefusal.Forged);
        return new(new HostPassClaims(meeting, id, new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + TicketFormat.Leeway), null);
    }

    private async ValueTask<(JsonWebToken? Token, TicketRefusal? Refusal)> CheckAsync(string? ticket, string audience)
    {
        var keys = _keys;
        // Three parts exactly: five would be an encrypted token, which is never ours.
        if (ticket is not { Length: > 0 and <= TicketFormat.MaxLength } || ticket.AsSpan().Count('.') != 2 || keys.IsEmpty) return (null, TicketRefusal.Forged);
        var result = await _handler.ValidateTokenAsync(ticket, SignatureOnly(keys)).ConfigureAwait(false);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token) return (null, TicketRefusal.Forged);

        var now = time.GetUtcNow().UtcDateTime;
        if (token.ValidTo == DateTime.MinValue || now >= token.ValidTo + TicketFormat.Leeway || now < token.ValidFrom - TicketFormat.Leeway) return (null, TicketRefusal.Expired);
        return token.Audiences.SequenceEqual([audience]) ? (token, null) : (null, TicketRefusal.WrongAudience);
    }

    // Times and audience are checked by us afterwards: with our clock, and each with its own name.
    private static TokenValidationParameters SignatureOnly(ImmutableArray<SecurityKey> keys) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        IssuerSigningKeyResolver = (_, _, kid, _) => keys.Where(key => key.KeyId == kid),
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        ValidIssuer = TicketFormat.Issuer,
        ValidateIssuer = true,
        ValidateLifetime = false,
        ValidateAudience = false,
    };

    private static bool TryIds(JsonWebToken token, out MeetingId meeting, out ParticipantId participant)
    {
        participant = default;
        return StringId.TryParse(token.TryGetPayloadValue<string>(TicketFormat.MeetingClaim, out var value) ? value : null, out meeting)
            && StringId.TryParse(token.Subject, out participant);
    }

    private static ImmutableArray<MediaSource> Sources(JsonWebToken token) =>
        token.TryGetPayloadValue<string[]>(TicketFormat.PublishClaim, out var names)
            ? [.. names.Where(name => Enum.TryParse<MediaSource>(name, out _)).Select(Enum.Parse<MediaSource>)]
            : [];

    private static ImmutableArray<SecurityKey> ParseKeys(string jwkSet)
    {
        try
        {
            var keys = new JsonWebKeySet(jwkSet).Keys.Where(key => key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve && key.Crv == "P-256");
            return [.. keys.Select(ToKey)];
        }
        catch (Exception e) when (e is ArgumentException or FormatException or JsonException or CryptographicException)
        {
            return [];
        }
    }

    private static SecurityKey ToKey(JsonWebKey key)
    {
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
        };
        return new ECDsaSecurityKey(ECDsa.Create(parameters)) { KeyId = TicketFormat.KeyId(parameters) };
    }
}
