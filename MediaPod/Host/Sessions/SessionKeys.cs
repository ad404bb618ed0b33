using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>
/// The bearer credentials with which a session may be changed: the ticket that opened it (as a WHIP client shows the same one for ever) and, for WHIP and
/// WHEP through a stable link, the stream key that the ticket vouches for. Kept as hashes only.
/// </summary>
/// <param name="openingTicket">The ticket that opened the session.</param>
/// <param name="streamKeyHash">SHA-256 of the stream key, base64url; null without one.</param>
internal sealed class SessionKeys(string openingTicket, string? streamKeyHash)
{
    private readonly byte[] _openingTicket = Hash(openingTicket);
    private readonly byte[]? _streamKey = streamKeyHash is { Length: 43 } && Base64Url.IsValid(streamKeyHash) ? Base64Url.DecodeFromChars(streamKeyHash) : null;

    /// <summary>Whether <paramref name="bearer"/> is one of them; compared in constant time.</summary>
    public bool Match(string bearer)
    {
        var hash = Hash(bearer);
        return CryptographicOperations.FixedTimeEquals(hash, _openingTicket) | (_streamKey is not null && CryptographicOperations.FixedTimeEquals(hash, _streamKey));
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
