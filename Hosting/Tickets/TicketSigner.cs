using System.Security.Cryptography;
using System.Text.Json;
using Conference.Contracts.Tickets;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Hosting.Tickets;

/// <summary>
/// Signs tickets (JWT, RFC 7519) with ES256. Only silos hold one; everybody else checks with <see cref="TicketVerifier"/> and <see cref="PublicKeys"/>.
/// Keys are rotated by writing a new key in front of the old one in the file: the first signs, all are published. Safe for concurrent use.
/// </summary>
public sealed class TicketSigner : IDisposable
{
    /// <summary>How long a signal ticket lives.</summary>
    public static readonly TimeSpan SignalLifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long a media ticket lives.</summary>
    public static readonly TimeSpan MediaLifetime = TimeSpan.FromMinutes(2);

    /// <summary>How long a host pass lives: the page asks for one as it joins.</summary>
    public static readonly TimeSpan HostPassLifetime = TimeSpan.FromMinutes(2);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly List<ECDsa> _keys;
    private readonly SigningCredentials _credentials;
    private readonly TimeProvider _time;

    private TicketSigner(List<ECDsa> keys, TimeProvider time)
    {
        _keys = keys;
        _time = time;
        var first = new ECDsaSecurityKey(keys[0]) { KeyId = TicketFormat.KeyId(keys[0].ExportParameters(false)) };
        // The library's shared cache of providers would outlive the key: a second signer on the same file would then sign with a disposed one.
        _credentials = new SigningCredentials(first, SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory() };
        PublicKeys = ExportPublicKeys(keys);
    }

    /// <summary>Opens the key file, which is created with a new key (mode 0600) where it is missing. Throws <see cref="TicketKeyException"/>.</summary>
    /// <param name="keyFile">One or more P-256 private keys in PEM, the signing one first.</param>
    /// <param name="time">The clock.</param>
    public static TicketSigner Open(string keyFile, TimeProvider time) => new(TicketKeyFile.ReadOrCreate(keyFile), time);

    /// <summary>A signer with a key that lives as long as the process: for tests and for installations that hold nothing.</summary>
    public static TicketSigner CreateEphemeral(TimeProvider time) => new([ECDsa.Create(ECCurve.NamedCurves.nistP256)], time);

    /// <summary>The public keys as a JWK Set (RFC 7517), JSON, each with its <c>kid</c>.</summary>
    public string PublicKeys { get; }

    /// <summary>A ticket to open one signaling socket within <see cref="SignalLifetime"/>.</summary>
    public string Sign(SignalTicketClaims claims) => Sign(TicketFormat.SignalAudience, SignalLifetime, new Dictionary<string, object>
    {
        [JwtRegisteredClaimNames.Sub] = claims.ParticipantId.Value,
        [JwtRegisteredClaimNames.Jti] = claims.TicketId,
        [TicketFormat.MeetingClaim] = claims.MeetingId.Value,
    });

    /// <summary>A ticket to open media sessions on one pod within <see cref="MediaLifetime"/>.</summary>
    public string Sign(MediaTicketClaims claims)
    {
        var body = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = claims.ParticipantId.Value,
            [TicketFormat.MeetingClaim] = claims.MeetingId.Value,
            [TicketFormat.PublishClaim] = claims.MayPublish.Select(source => source.ToString()).ToArray(),
        };
        if (claims.KeyHash is { } hash) body[TicketFormat.KeyHashClaim] = hash;
        if (claims.Encrypted) body[TicketFormat.EncryptedClaim] = true;
        return Sign(TicketFormat.MediaAudience(claims.PodId.Value), MediaLifetime, body);
    }

    /// <summary>A pass to join a meeting once, as host, within <see cref="HostPassLifetime"/>.</summary>
    public string Sign(HostPassClaims claims) => Sign(TicketFormat.HostAudience, HostPassLifetime, new Dictionary<string, object>
    {
        [JwtRegisteredClaimNames.Jti] = claims.PassId,
        [TicketFormat.MeetingClaim] = claims.MeetingId.Value,
    });

    /// <summary>
    /// Secrets of 256 bits that only who holds the keys can know, one of each key in the order of the file (HKDF with SHA-256, RFC 5869): what the first encrypts all who
    /// have the same file read, and it is rotated with the keys.
    /// </summary>
    /// <param name="purpose">What for; another purpose gives other secrets.</param>
    public IReadOnlyList<byte[]> DeriveSecrets(string purpose) => [.. _keys.Select(key => Derive(key, purpose))];

    /// <inheritdoc/>
    public void Dispose() => _keys.ForEach(key => key.Dispose());

    private static byte[] Derive(ECDsa key, string purpose)
    {
        var scalar = key.ExportParameters(includePrivateParameters: true).D!;
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, scalar, 32, info: System.Text.Encoding.UTF8.GetBytes(purpose));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    private string Sign(string audience, TimeSpan lifetime, Dictionary<string, object> claims)
    {
        var now = _time.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TicketFormat.Issuer,
            Audience = audience,
            Claims = claims,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            SigningCredentials = _credentials,
        });
    }

    private static string ExportPublicKeys(List<ECDsa> keys)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("keys");
            foreach (var key in keys) WritePublicKey(json, key.ExportParameters(includePrivateParameters: false));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WritePublicKey(Utf8JsonWriter json, ECParameters key)
    {
        json.WriteStartObject();
        json.WriteString("kty", "EC");
        json.WriteString("use", "sig");
        json.WriteString("alg", SecurityAlgorithms.EcdsaSha256);
        json.WriteString("crv", "P-256");
        json.WriteString("kid", TicketFormat.KeyId(key));
        json.WriteString("x", TicketFormat.Coordinate(key.Q.X));
        json.WriteString("y", TicketFormat.Coordinate(key.Q.Y));
        json.WriteEndObject();
    }
}
