using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Stun;

/// <summary>
/// Writes one STUN message into a buffer. Attributes that do not fit are noticed at the end: <see cref="TryComplete"/> is then false.
/// </summary>
public ref struct StunWriter
{
    private readonly Span<byte> _message;
    private int _length;
    private bool _overflow;

    /// <summary>Starts a message.</summary>
    /// <param name="buffer">Where to write; 200 bytes are enough for every message of ICE.</param>
    /// <param name="messageClass">Request, indication or response.</param>
    /// <param name="method">The method.</param>
    /// <param name="transactionId">12 bytes: random for a request, repeated in its response.</param>
    public StunWriter(Span<byte> buffer, StunClass messageClass, StunMethod method, ReadOnlySpan<byte> transactionId)
    {
        _message = buffer[..Math.Min(buffer.Length, StunMessage.MaxLength)];
        _overflow = _message.Length < StunMessage.HeaderLength || transactionId.Length != StunMessage.TransactionIdLength;
        if (_overflow) return;
        var m = (int)method;
        var type = (int)messageClass | (m & 0x000F) | ((m & 0x0070) << 1) | ((m & 0x0F80) << 2);
        BinaryPrimitives.WriteUInt16BigEndian(_message, (ushort)type);
        BinaryPrimitives.WriteUInt32BigEndian(_message[4..], StunMessage.MagicCookie);
        transactionId.CopyTo(_message[8..]);
        _length = StunMessage.HeaderLength;
    }

    /// <summary>Adds an attribute as it is, padded with zeros.</summary>
    public void Add(StunAttribute type, scoped ReadOnlySpan<byte> value)
    {
        var place = Reserve(type, value.Length);
        if (!_overflow) value.CopyTo(place);
    }

    /// <summary>Adds USERNAME.</summary>
    public void AddUsername(scoped ReadOnlySpan<byte> username) => Add(StunAttribute.Username, username);

    /// <summary>Adds PRIORITY.</summary>
    public void AddPriority(uint priority) => AddNumber(StunAttribute.Priority, priority);

    /// <summary>Adds USE-CANDIDATE.</summary>
    public void AddUseCandidate() => Add(StunAttribute.UseCandidate, default);

    /// <summary>Adds ICE-CONTROLLING with a tie-breaker.</summary>
    public void AddIceControlling(ulong tieBreaker) => AddTieBreaker(StunAttribute.IceControlling, tieBreaker);

    /// <summary>Adds ICE-CONTROLLED with a tie-breaker.</summary>
    public void AddIceControlled(ulong tieBreaker) => AddTieBreaker(StunAttribute.IceControlled, tieBreaker);

    /// <summary>Adds XOR-MAPPED-ADDRESS (RFC 8489 section 14.2).</summary>
    public void AddXorMappedAddress(StunAddress address)
    {
        var value = Reserve(StunAttribute.XorMappedAddress, 4 + address.AddressLength);
        if (value.IsEmpty) return;
        value[0] = 0;
        value[1] = (byte)(address.IsIPv6 ? 2 : 1);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)(address.Port ^ (StunMessage.MagicCookie >> 16)));
        address.CopyTo(value[4..]);
        for (var i = 4; i < value.Length; i++) value[i] ^= _message[i];
    }

    /// <summary>Adds ERROR-CODE (RFC 8489 section 14.8) with an ASCII reason of at most 127 characters.</summary>
    public void AddErrorCode(StunErrorCode code, scoped ReadOnlySpan<byte> reason)
    {
        var value = Reserve(StunAttribute.ErrorCode, 4 + reason.Length);
        if (value.IsEmpty) return;
        value[..2].Clear();
        value[2] = (byte)((int)code / 100);
        value[3] = (byte)((int)code % 100);
        reason.CopyTo(value[4..]);
    }

    /// <summary>Adds UNKNOWN-ATTRIBUTES (RFC 8489 section 14.9).</summary>
    public void AddUnknownAttributes(scoped ReadOnlySpan<ushort> types)
    {
        var value = Reserve(StunAttribute.UnknownAttributes, types.Length * 2);
        if (value.IsEmpty) return;
        for (var i = 0; i < types.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(value[(i * 2)..], types[i]);
    }

    /// <summary>Adds MESSAGE-INTEGRITY (unless the key is empty) and FINGERPRINT, and ends the message.</summary>
    /// <param name="integrityKey">ICE: the bytes of the password of whoever was asked. Empty where no credentials are known.</param>
    /// <param name="length">Length of the message in bytes; 0 where it did not fit.</param>
    /// <returns>False if anything did not fit.</returns>
    public bool TryComplete(scoped ReadOnlySpan<byte> integrityKey, out int length)
    {
        if (!integrityKey.IsEmpty)
        {
            var before = _length;
            var hash = Reserve(StunAttribute.MessageIntegrity, StunMessage.IntegrityLength);
            if (!_overflow) StunMessage.ComputeIntegrity(_message[..before], integrityKey, hash);
        }
        var covered = _length;
        var fingerprint = Reserve(StunAttribute.Fingerprint, 4);
        length = 0;
        if (_overflow) return false;
        WriteLength();
        BinaryPrimitives.WriteUInt32BigEndian(fingerprint, Crc32.Compute(_message[..covered]) ^ StunMessage.FingerprintMask);
        length = _length;
        return true;
    }

    private void AddNumber(StunAttribute type, uint number)
    {
        var value = Reserve(type, 4);
        if (!value.IsEmpty) BinaryPrimitives.WriteUInt32BigEndian(value, number);
    }

    private void AddTieBreaker(StunAttribute type, ulong tieBreaker)
    {
        var value = Reserve(type, 8);
        if (!value.IsEmpty) BinaryPrimitives.WriteUInt64BigEndian(value, tieBreaker);
    }

    private readonly void WriteLength() => BinaryPrimitives.WriteUInt16BigEndian(_message[2..], (ushort)(_length - StunMessage.HeaderLength));

    private Span<byte> Reserve(StunAttribute type, int length)
    {
        if (_overflow || _message.Length - _length < 4 + StunMessage.Align(length))
        {
            _overflow = true;
            return default;
        }
        var attribute = _message.Slice(_length, 4 + StunMessage.Align(length));
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[2..], (ushort)length);
        attribute[(4 + length)..].Clear();
        _length += attribute.Length;
        return attribute.Slice(4, length);
    }
}
