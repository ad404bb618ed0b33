using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Hosting.Tickets;

/// <summary>What a ticket looks like, for the two sides that must agree.</summary>
internal static class TicketFormat
{
    /// <summary>The longest ticket in characters that is looked at; ours are about 500.</summary>
    public const int MaxLength = 2048;

    public const string Issuer = "conference";
    public const string SignalAudience = "conference:signal";
    public const string HostAudience = "conference:host";
    public const string MeetingClaim = "mtg";
    public const string PublishClaim = "pub";
    public const string KeyHashClaim = "kh";
    public const string EncryptedClaim = "e2e";

    /// <summary>How far the clocks of two machines may be apart.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(5);

    public static string MediaAudience(string podId) => $"conference:media:{podId}";

    /// <summary>RFC 7638 over a P-256 public key: the same key has the same id everywhere.</summary>
    public static string KeyId(ECParameters key)
    {
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Coordinate(key.Q.X)}}","y":"{{Coordinate(key.Q.Y)}}"}""";
        return Base64UrlEncoder.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    public static string Coordinate(byte[]? value) => Base64UrlEncoder.Encode(value);
}
