using System.Runtime.CompilerServices;
using System.Text;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// The text of a MID (RFC 9143 section 15), RID or repaired RID (RFC 8852 section 3) as a value: compares and hashes without
/// allocating, so it can be the key of a table on the packet path. 1 to <see cref="MaxLength"/> characters of an SDP token (RFC 8866 section 9);
/// default is empty and equals no identifier that was read.
/// </summary>
public readonly struct StreamIdentifier : IEquatable<StreamIdentifier>
{
    /// <summary>Longest identifier that is accepted, in bytes. Clients use 1 to 16.</summary>
    public const int MaxLength = 31;

    private readonly Bytes _bytes;

    private StreamIdentifier(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes);
        _bytes[MaxLength] = (byte)text.Length;
    }

    /// <summary>Length in bytes; 0 only for default.</summary>
    public int Length => _bytes[MaxLength];

    /// <summary>Reads the value of a header extension element or an RTCP SDES item. False if empty, too long, or not a token.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out StreamIdentifier identifier)
    {
        // Some senders pad the value with zeros to keep its length constant.
        value = value.TrimEnd((byte)0);
        identifier = default;
        if (value.Length is 0 or > MaxLength) return false;
        foreach (var c in value)
        {
            if (!IsTokenByte(c)) return false;
        }
        identifier = new StreamIdentifier(value);
        return true;
    }

    /// <summary>Makes an identifier of SDP text. False as in <see cref="TryRead"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out StreamIdentifier identifier)
    {
        identifier = default;
        Span<byte> bytes = stackalloc byte[MaxLength];
        return text.Length <= MaxLength && Ascii.FromUtf16(text, bytes, out var length) == System.Buffers.OperationStatus.Done && TryRead(bytes[..length], out identifier);
    }

    /// <summary>Copies the text and gives its length in bytes.</summary>
    public int CopyTo(Span<byte> destination)
    {
        ReadOnlySpan<byte> all = _bytes;
        all[..Length].CopyTo(destination);
        return Length;
    }

    private static bool IsTokenByte(byte c) => c is 0x21 or (>= 0x23 and <= 0x27) or 0x2A or 0x2B or 0x2D or 0x2E or (>= 0x30 and <= 0x39) or (>= 0x41 and <= 0x5A) or (>= 0x5E and <= 0x7E);

    /// <inheritdoc/>
    public bool Equals(StreamIdentifier other) => ((ReadOnlySpan<byte>)_bytes).SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamIdentifier other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary>The text.</summary>
    public override string ToString() => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)_bytes)[..Length]);

    /// <summary>Whether both are the same text.</summary>
    public static bool operator ==(StreamIdentifier left, StreamIdentifier right) => left.Equals(right);

    /// <summary>Whether the texts differ.</summary>
    public static bool operator !=(StreamIdentifier left, StreamIdentifier right) => !left.Equals(right);

    [InlineArray(MaxLength + 1)]
    private struct Bytes
    {
        private byte _first;
    }
}
