using System.Text;
using Conference.MediaPod.Wire.Stun;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// A STUN datagram that may be a connectivity check, read as far as needed to find its transport: well-formed, a Binding request, a FINGERPRINT that
/// is right if there is one, a USERNAME of two parts. Integrity is for the transport's agent, which knows the password.
/// </summary>
public readonly ref struct IceRequest
{
    /// <summary>Longest user fragment in bytes (RFC 8839 section 5.4).</summary>
    public const int MaxUfragLength = 256;

    private readonly int _colon;
    private readonly ReadOnlySpan<byte> _username;

    private IceRequest(StunMessage message, ReadOnlySpan<byte> username, int colon)
    {
        Message = message;
        _username = username;
        _colon = colon;
    }

    /// <summary>The message.</summary>
    public StunMessage Message { get; }

    /// <summary>Our user fragment, by which the transport is found.</summary>
    public ReadOnlySpan<byte> LocalUfrag => _username[.._colon];

    /// <summary>The client's user fragment.</summary>
    public ReadOnlySpan<byte> RemoteUfrag => _username[(_colon + 1)..];

    /// <summary>Reads a datagram. <see cref="DropReason.None"/>: <paramref name="request"/> is one to hand to an agent.</summary>
    public static DropReason TryParse(ReadOnlySpan<byte> datagram, out IceRequest request)
    {
        request = default;
        if (!StunMessage.TryParse(datagram, out var message)) return DropReason.StunMalformed;
        if (!message.IsBindingRequest) return DropReason.StunUnexpected;
        if (message.HasFingerprint && !message.VerifyFingerprint()) return DropReason.StunFingerprint;
        if (!message.HasIntegrity) return DropReason.StunIntegrity;
        if (!message.TryGetUsername(out var username)) return DropReason.StunMalformed;
        var colon = username.IndexOf((byte)':');
        if (colon is < 1 or > MaxUfragLength || colon == username.Length - 1) return DropReason.StunMalformed;
        request = new IceRequest(message, username, colon);
        return DropReason.None;
    }

    /// <summary>
    /// Our user fragment as characters, for a dictionary of strings (<see cref="Dictionary{TKey, TValue}.GetAlternateLookup{TAlternateKey}"/>).
    /// Allocates nothing. <paramref name="buffer"/>: at least <see cref="MaxUfragLength"/>.
    /// </summary>
    public ReadOnlySpan<char> ReadLocalUfrag(Span<char> buffer) => buffer[..Encoding.Latin1.GetChars(LocalUfrag, buffer)];
}
