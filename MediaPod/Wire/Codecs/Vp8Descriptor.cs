using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Codecs;

/// <summary>
/// The VP8 payload descriptor (RFC 7741 section 4.2) and what the first bytes of the frame tell (section 4.3). Offsets are from the start of
/// the payload, so that picture identifier and TL0PICIDX can be patched in place.
/// </summary>
public readonly struct Vp8Descriptor
{
    private const int StartCodeOffset = 3;
    private readonly Flags _flags;

    [Flags]
    private enum Flags : byte
    {
        NonReference = 1,
        PartitionStart = 2,
        LayerSync = 4,
        KeyFrame = 8,
    }

    private Vp8Descriptor(Flags flags, int partition, Fields fields)
    {
        _flags = flags;
        PartitionIndex = (byte)partition;
        Picture = fields.Picture;
        TemporalId = fields.TemporalId;
        KeyIndex = fields.KeyIndex;
        Length = fields.Length;
    }

    private struct Fields
    {
        public PictureNumbers Picture;
        public sbyte TemporalId;
        public sbyte KeyIndex;
        public byte Length;
    }

    /// <summary>N: no other frame refers to this one, so it can be dropped.</summary>
    public bool IsNonReference => (_flags & Flags.NonReference) != 0;

    /// <summary>S: a partition begins with this packet.</summary>
    public bool IsPartitionStart => (_flags & Flags.PartitionStart) != 0;

    /// <summary>PID: the partition that the packet's first byte is of, 0 to 7.</summary>
    public byte PartitionIndex { get; }

    /// <summary>Whether a frame begins with this packet.</summary>
    public bool IsFrameStart => IsPartitionStart && PartitionIndex == 0;

    /// <summary>Whether a key frame begins with this packet.</summary>
    public bool IsKeyFrame => (_flags & Flags.KeyFrame) != 0;

    /// <summary>Picture identifier and TL0PICIDX.</summary>
    public PictureNumbers Picture { get; }

    /// <summary>TID: temporal layer, 0 to 3; -1 if not told.</summary>
    public sbyte TemporalId { get; }

    /// <summary>Y: the frame depends only on temporal layer 0, so a receiver can go up to its layer here.</summary>
    public bool IsLayerSync => (_flags & Flags.LayerSync) != 0;

    /// <summary>KEYIDX: counts key frames, modulo 32; -1 if not told.</summary>
    public sbyte KeyIndex { get; }

    /// <summary>Length of the descriptor in bytes; the VP8 frame follows.</summary>
    public byte Length { get; }

    /// <summary>Parses the descriptor at the start of an RTP payload. False if it is cut short or nothing follows it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp8Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty) return false;
        var first = payload[0];
        var flags = ((first & 0x20) != 0 ? Flags.NonReference : 0) | ((first & 0x10) != 0 ? Flags.PartitionStart : 0);
        var fields = new Fields { TemporalId = -1, KeyIndex = -1, Length = 1 };
        if ((first & 0x80) != 0 && !TryParseExtension(payload, ref fields, ref flags)) return false;
        if (payload.Length <= fields.Length) return false;
        // The lowest bit of the frame's first byte is 0 in key frames (RFC 6386 section 9.1).
        if ((first & 0x17) == 0x10 && (payload[fields.Length] & 1) == 0) flags |= Flags.KeyFrame;
        descriptor = new Vp8Descriptor(flags, first & 7, fields);
        return true;
    }

    private static bool TryParseExtension(ReadOnlySpan<byte> payload, ref Fields fields, ref Flags flags)
    {
        if (payload.Length < 2) return false;
        var extension = payload[1];
        var position = 2;
        if ((extension & 0x80) != 0 && !PictureNumbers.TryReadId(payload, ref position, ref fields.Picture)) return false;
        if ((extension & 0x40) != 0 && !PictureNumbers.TryReadTl0(payload, ref position, ref fields.Picture)) return false;
        if ((extension & 0x30) != 0)
        {
            if (payload.Length <= position) return false;
            var layers = payload[position++];
            if ((extension & 0x20) != 0) fields.TemporalId = (sbyte)(layers >> 6);
            if ((extension & 0x20) != 0 && (layers & 0x20) != 0) flags |= Flags.LayerSync;
            if ((extension & 0x10) != 0) fields.KeyIndex = (sbyte)(layers & 0x1F);
        }
        fields.Length = (byte)position;
        return true;
    }

    /// <summary>Width and height of a key frame in pixels, 1 to 16,383 (RFC 6386 section 9.1). False if this is no start of a key frame or it is cut short.</summary>
    public bool TryGetDimensions(ReadOnlySpan<byte> payload, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (!IsKeyFrame || payload.Length < Length + StartCodeOffset + 7) return false;
        var frame = payload[(Length + StartCodeOffset)..];
        if (!frame[..3].SequenceEqual<byte>([0x9D, 0x01, 0x2A])) return false;
        width = BinaryPrimitives.ReadUInt16LittleEndian(frame[3..]) & 0x3FFF;
        height = BinaryPrimitives.ReadUInt16LittleEndian(frame[5..]) & 0x3FFF;
        return width > 0 && height > 0;
    }
}
