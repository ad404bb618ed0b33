using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Signaling;

/// <summary>
/// TURN servers that share a secret with this installation (coturn's <c>use-auth-secret</c>). Clients get credentials that end by themselves (draft-uberti-behave-turn-rest-00): the user name
/// says until when and for whom they are good, the password is its HMAC. The secret itself never leaves.
/// </summary>
public sealed class TurnServers
{
    /// <summary>How long credentials are good unless told otherwise: longer than meetings last, because some servers look at the time again when an allocation is refreshed.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(12);

    /// <summary>The shortest lifetime: twice the time after which the page renews them, and more.</summary>
    public static readonly TimeSpan LeastLifetime = TimeSpan.FromMinutes(5);

    private readonly byte[] _secret;
    private readonly TimeSpan _lifetime;

    /// <summary>Takes what an operator has configured.</summary>
    /// <param name="urls">At least one, each as <see cref="IsUrl"/> wants it.</param>
    /// <param name="secret">The shared secret, not empty.</param>
    /// <param name="lifetime">How long credentials are good; at least <see cref="LeastLifetime"/>.</param>
    /// <exception cref="ArgumentException">One of them is not so; the message does not hold the secret.</exception>
    public TurnServers(ImmutableArray<string> urls, string secret, TimeSpan? lifetime = null)
    {
        if (urls.IsDefaultOrEmpty || !urls.All(IsUrl)) throw new ArgumentException("not all are TURN URLs", nameof(urls));
        ArgumentException.ThrowIfNullOrEmpty(secret);
        _lifetime = lifetime ?? DefaultLifetime;
        ArgumentOutOfRangeException.ThrowIfLessThan(_lifetime, LeastLifetime, nameof(lifetime));
        Urls = urls;
        _secret = Encoding.UTF8.GetBytes(secret);
    }

    /// <summary>Where they are (RFC 7065), as <c>turn:turn.example.org:3478?transport=udp</c> or <c>turns:turn.example.org:443?transport=tcp</c>.</summary>
    public ImmutableArray<string> Urls { get; }

    /// <summary>Whether a text is a TURN URL (RFC 7065).</summary>
    public static bool IsUrl(string url)
    {
        var rest = url.StartsWith("turn:", StringComparison.Ordinal) ? url.AsSpan(5) : url.StartsWith("turns:", StringComparison.Ordinal) ? url.AsSpan(6) : default;
        return rest.Length > 0 && rest[0] != '/' && rest.IndexOfAny(" ,;<>\"\\") < 0;
    }

    /// <summary>Credentials for one participant.</summary>
    /// <param name="name">Whose; stands in the user name, so that the TURN server's log says who it was.</param>
    /// <param name="now">The time of the clock that the TURN servers share with us.</param>
    public IceServer For(string name, DateTimeOffset now)
    {
        var username = $"{(now + _lifetime).ToUnixTimeSeconds()}:{name}";
        // HMAC-SHA1 is what the draft and every server that speaks it ask for.
        return new IceServer(Urls, username, Convert.ToBase64String(HMACSHA1.HashData(_secret, Encoding.UTF8.GetBytes(username))));
    }
}
