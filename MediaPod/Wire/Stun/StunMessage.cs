using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Conference.MediaPod.Wire.Stun;

/// <summary>
/// One STUN message (RFC 8489 section 5) seen through its bytes. Attributes behind MESSAGE-INTEGRITY are not authenticated and
/// therefore invisible, except FINGERPRINT and MESSAGE-INTEGRITY-SHA256 (section 14.5). Of equal attributes the first counts.
/// Nothing is copied or allocated.
/// </summary>
public readonly ref struct StunMessage
{
    /// <summary>Length of the header in bytes.</summary>
    public const int HeaderLength = 20;

    /// <summary>Longest message that is accepted in bytes; real ones are below 200. Checking integrity copies the message to the stack.</summary>
    public const int MaxLength = 1280;

    internal const uint MagicCookie = 0x2112A442;
    internal const int TransactionIdLength = 12;
    internal const int IntegrityLength = 20;
    internal const uint FingerprintMask = 0x5354554E;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _integrityOffset;
    private readonly int _fingerprintOffset;

    private StunMessage(ReadOnlySpan<byte> message, int integrityOffset, int fingerprintOffset)
    {
        _message = message;
        _integrityOffset = integrityOffset;
        _fingerprintOffset = fingerprintOffset;
    }

    /// <summary>Request, indication or response.</summary>
    public StunClass Class => (StunClass)(Type & 0x110);

    /// <summary>The method, 0 to 0xFFF; see RFC 8489 figure 3 for where its bits are.</summary>
    public StunMethod Method => (StunMethod)((Type & 0x000F) | ((Type & 0x00E0) >> 1) | ((Type & 0x3E00) >> 2));

    /// <summary>Whether this is a Binding request.</summary>
    public bool IsBindingRequest => Type == ((int)StunClass.Request | (int)StunMethod.Binding);

    /// <summary>The 12 bytes that a response repeats.</summary>
    public ReadOnlySpan<byte> TransactionId => _message.Slice(8, TransactionIdLength);

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes => _message;

    /// <summary>Whether there is a MESSAGE-INTEGRITY attribute (right or wrong).</summary>
    public bool HasIntegrity => _integrityOffset != 0;

    /// <summary>Whether there is a FINGERPRINT attribute (right or wrong).</summary>
    public bool HasFingerprint => _fingerprintOffset != 0;

    private int Type => BinaryPrimitives.ReadUInt16BigEndian(_message);

    /// <summary>Parses exactly one message.</summary>
    /// <returns>
    /// False if the first two bits, the magic cookie or the length are wrong, an attribute does not fit, MESSAGE-INTEGRITY or FINGERPRINT has
    /// a wrong length, or FINGERPRINT is not the last attribute. Says nothing about whether integrity and fingerprint are right.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length is < HeaderLength or > MaxLength || datagram[0] > 0x3F) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length % 4 != 0 || length != datagram.Length - HeaderLength) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie) return false;
        var (integrity, fingerprint) = (0, 0);
        for (var offset = HeaderLength; offset < datagram.Length;)
        {
            if (fingerprint != 0) return false;
            var type = (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(datagram[offset..]);
            var size = BinaryPrimitives.ReadUInt16BigEndian(datagram[(offset + 2)..]);
            if (size > datagram.Length - offset - 4) return false;
            if (type == StunAttribute.MessageIntegrity && integrity == 0)
            {
                if (size != IntegrityLength) return false;
                integrity = offset;
            }
            else if (type == StunAttribute.Fingerprint)
            {
                if (size != 4) return false;
                fingerprint = offset;
            }
            offset += 4 + Align(size);
        }
        message = new StunMessage(datagram, integrity, fingerprint);
        return true;
    }

    internal static int Align(int length) => (length + 3) & ~3;

    /// <summary>Whether MESSAGE-INTEGRITY is present and right for the given key (ICE: the password's bytes; RFC 8489 section 9.1.1). Compares in constant time.</summary>
    public bool VerifyIntegrity(ReadOnlySpan<byte> key)
    {
        if (!HasIntegrity) return false;
        Span<byte> hash = stackalloc byte[IntegrityLength];
        ComputeIntegrity(_message[.._integrityOffset], key, hash);
        return CryptographicOperations.FixedTimeEquals(hash, _message.Slice(_integrityOffset + 4, IntegrityLength));
    }

    /// <summary>HMAC-SHA1 over everything before MESSAGE-INTEGRITY, with the length field as if it were the last attribute.</summary>
    internal static void ComputeIntegrity(scoped ReadOnlySpan<byte> before, ReadOnlySpan<byte> key, scoped Span<byte> hash)
    {
        Span<byte> copy = stackalloc byte[MaxLength];
        before.CopyTo(copy);
        BinaryPrimitives.WriteUInt16BigEndian(copy[2..], (ushort)(before.Length - HeaderLength + 4 + IntegrityLength));
        HMACSHA1.HashData(key, copy[..before.Length], hash);
    }

    /// <summary>Whether FINGERPRINT is present and right (RFC 8489 section 14.7).</summary>
    public bool VerifyFingerprint() => HasFingerprint &&
        BinaryPrimitives.ReadUInt32BigEndian(_message[(_fingerprintOffset + 4)..]) == (Crc32.Compute(_message[.._fingerprintOffset]) ^ FingerprintMask);

    /// <summary>Walks the attributes that count.</summary>
    public StunAttributeReader GetEnumerator() => new(_message, _integrityOffset);

    /// <summary>Finds the value of the first attribute of a type.</summary>
    public bool TryFind(StunAttribute type, out ReadOnlySpan<byte> value)
    {
        foreach (var attribute in this)
        {
            if (attribute.Type != type) continue;
            value = attribute.Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>The USERNAME, at most 513 bytes (RFC 8489 section 14.3). False if missing, empty or longer.</summary>
    public bool TryGetUsername(out ReadOnlySpan<byte> username) => TryFind(StunAttribute.Username, out username) && username.Length is > 0 and <= 513;

    /// <summary>The PRIORITY. False if missing or not four bytes.</summary>
    public bool TryGetPriority(out uint priority)
    {
        priority = 0;
        return TryFind(StunAttribute.Priority, out var value) && value.Length == 4 && BinaryPrimitives.TryReadUInt32BigEndian(value, out priority);
    }

    /// <summary>Whether USE-CANDIDATE is present.</summary>
    public bool UseCandidate => TryFind(StunAttribute.UseCandidate, out _);

    /// <summary>The tie-breaker of ICE-CONTROLLING. False if missing or not eight bytes.</summary>
    public bool TryGetIceControlling(out ulong tieBreaker) => TryGetTieBreaker(StunAttribute.IceControlling, out tieBreaker);

    /// <summary>The tie-breaker of ICE-CONTROLLED. False if missing or not eight bytes.</summary>
    public bool TryGetIceControlled(out ulong tieBreaker) => TryGetTieBreaker(StunAttribute.IceControlled, out tieBreaker);

    private bool TryGetTieBreaker(StunAttribute type, out ulong tieBreaker)
    {
        tieBreaker = 0;
        return TryFind(type, out var value) && value.Length == 8 && BinaryPrimitives.TryReadUInt64BigEndian(value, out tieBreaker);
    }

    /// <summary>The XOR-MAPPED-ADDRESS (RFC 8489 section 14.2). False if missing or malformed.</summary>
    public bool TryGetXorMappedAddress(out StunAddress address)
    {
        address = default;
        if (!TryFind(StunAttribute.XorMappedAddress, out var value) || value.Length < 4) return false;
        var length = (value[1], value.Length) switch { (1, 8) => 4, (2, 20) => 16, _ => 0 };
        if (length == 0) return false;
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(value[4 + i] ^ _message[4 + i]);
        address = StunAddress.Create(bytes[..length], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (MagicCookie >> 16)));
        return true;
    }

    /// <summary>The number of an ERROR-CODE, 300 to 699 (RFC 8489 section 14.8). False if missing or malformed.</summary>
    public bool TryGetErrorCode(out StunErrorCode code)
    {
        code = default;
        if (!TryFind(StunAttribute.ErrorCode, out var value) || value.Length < 4) return false;
        var (hundreds, number) = (value[2] & 7, value[3]);
        if (hundreds is < 3 or > 6 || number > 99) return false;
        code = (StunErrorCode)(hundreds * 100 + number);
        return true;
    }

    /// <summary>
    /// Lists attributes below 0x8000 that this project does not know; a request that has any is answered with 420 (RFC 8489 section 6.3.1).
    /// </summary>
    /// <param name="types">Receives the first of them.</param>
    /// <returns>How many were written.</returns>
    public int FindUnknownRequired(Span<ushort> types)
    {
        var count = 0;
        foreach (var attribute in this)
        {
            if (count == types.Length) break;
            if ((ushort)attribute.Type < 0x8000 && !IsKnown(attribute.Type)) types[count++] = (ushort)attribute.Type;
        }
        return count;
    }

    private static bool IsKnown(StunAttribute type) => type is StunAttribute.MappedAddress or StunAttribute.Username or StunAttribute.MessageIntegrity
        or StunAttribute.ErrorCode or StunAttribute.UnknownAttributes or StunAttribute.Realm or StunAttribute.Nonce
        or StunAttribute.MessageIntegritySha256 or StunAttribute.XorMappedAddress or StunAttribute.Priority or StunAttribute.UseCandidate;
}
