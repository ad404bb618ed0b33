namespace Conference.MediaPod.Wire.Rtp;

/// <summary>One element of a header extension (RFC 8285 section 4).</summary>
public readonly ref struct HeaderExtensionElement
{
    internal HeaderExtensionElement(byte id, int offset, ReadOnlySpan<byte> value)
    {
        Id = id;
        Offset = offset;
        Value = value;
    }

    /// <summary>The identifier negotiated by <c>a=extmap</c>: 1 to 14 in the one-byte form, 1 to 255 in the two-byte form.</summary>
    public byte Id { get; }

    /// <summary>Offset in bytes of the value from the start of the packet, for patching it in place.</summary>
    public int Offset { get; }

    /// <summary>The value: 1 to 16 bytes in the one-byte form, 0 to 255 in the two-byte form.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
