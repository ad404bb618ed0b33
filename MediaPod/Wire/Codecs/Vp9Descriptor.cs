using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Wire.Codecs;

/// <summary>
/// The VP9 payload descriptor (RFC 9628 section 4.2), flexible and not. Offsets are from the start of the payload, so that picture identifier and
/// TL0PICIDX can be patched in place.
/// </summary>
public readonly struct Vp9Descriptor
{
    /// <summary>Most spatial layers a scalability structure can describe.</summary>
    public const int MaxSpatialLayers = 8;

    private const int MaxReferences = 3;

    private readonly Fields _fields;

    private Vp9Descriptor(in Fields fields) => _fields = fields;

    [InlineArray(MaxSpatialLayers)]
    private struct Resolutions
    {
        private uint _first;
    }

    private struct Fields
    {
        public byte First;
        public byte Layers;
        public short PictureId;
        public byte PictureIdOffset;
        public bool LongPictureId;
        public short Tl0PictureIndex;
        public byte Tl0PictureIndexOffset;
        public byte SpatialLayerCount;
        public bool HasResolutions;
        public Resolutions Resolutions;
        public ushort Length;
    }

    private bool HasLayers => (_fields.First & 0x20) != 0;

    /// <summary>P: the frame refers to earlier pictures.</summary>
    public bool IsInterPredicted => (_fields.First & 0x40) != 0;

    /// <summary>F: flexible mode, in which each frame names its references.</summary>
    public bool IsFlexible => (_fields.First & 0x10) != 0;

    /// <summary>B: a frame (of one spatial layer) begins with this packet.</summary>
    public bool IsFrameStart => (_fields.First & 0x08) != 0;

    /// <summary>E: a frame (of one spatial layer) ends with this packet.</summary>
    public bool IsFrameEnd => (_fields.First & 0x04) != 0;

    /// <summary>V: a scalability structure is present.</summary>
    public bool HasScalabilityStructure => (_fields.First & 0x02) != 0;

    /// <summary>Z: no frame of a higher spatial layer refers to this one.</summary>
    public bool IsNotReferenceForUpperLayers => (_fields.First & 0x01) != 0;

    /// <summary>Whether a key frame begins with this packet: start of a frame of the lowest spatial layer that refers to nothing.</summary>
    public bool IsKeyFrame => IsFrameStart && !IsInterPredicted && SpatialId <= 0 && !IsInterLayerPredicted;

    /// <summary>The picture identifier, modulo 2^<see cref="PictureIdBits"/>; -1 without one.</summary>
    public short PictureId => _fields.PictureId;

    /// <summary>Width of the picture identifier: 7 or 15 bits; 0 without one.</summary>
    public int PictureIdBits => PictureId < 0 ? 0 : _fields.LongPictureId ? 15 : 7;

    /// <summary>Where the picture identifier is.</summary>
    public byte PictureIdOffset => _fields.PictureIdOffset;

    /// <summary>TID: temporal layer, 0 to 7; -1 if not told.</summary>
    public int TemporalId => HasLayers ? _fields.Layers >> 5 : -1;

    /// <summary>U: a receiver can go up to this temporal layer here.</summary>
    public bool IsSwitchingUpPoint => HasLayers && (_fields.Layers & 0x10) != 0;

    /// <summary>SID: spatial layer, 0 to 7; -1 if not told.</summary>
    public int SpatialId => HasLayers ? _fields.Layers >> 1 & 7 : -1;

    /// <summary>D: the frame refers to the spatial layer below of the same picture.</summary>
    public bool IsInterLayerPredicted => HasLayers && (_fields.Layers & 1) != 0;

    /// <summary>TL0PICIDX: counts frames of temporal layer 0, modulo 256; -1 without one (always in flexible mode).</summary>
    public short Tl0PictureIndex => _fields.Tl0PictureIndex;

    /// <summary>Where TL0PICIDX is.</summary>
    public byte Tl0PictureIndexOffset => _fields.Tl0PictureIndexOffset;

    /// <summary>N_S + 1: number of spatial layers in the scalability structure; 0 without one.</summary>
    public int SpatialLayerCount => _fields.SpatialLayerCount;

    /// <summary>Length of the descriptor in bytes; the VP9 frame follows.</summary>
    public ushort Length => _fields.Length;

    /// <summary>Resolution of a spatial layer (0 to <see cref="SpatialLayerCount"/> - 1) in pixels. False if the descriptor does not tell.</summary>
    public bool TryGetDimensions(int spatialId, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (!_fields.HasResolutions || (uint)spatialId >= (uint)SpatialLayerCount) return false;
        width = (int)(_fields.Resolutions[spatialId] >> 16);
        height = (int)(_fields.Resolutions[spatialId] & 0xFFFF);
        return width > 0 && height > 0;
    }

    /// <summary>Parses the descriptor at the start of an RTP payload. False if it is cut short, has more than three references, or nothing follows it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp9Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty) return false;
        var fields = new Fields { First = payload[0], PictureId = -1, Tl0PictureIndex = -1 };
        var position = 1;
        if ((fields.First & 0x80) != 0 && !TryParsePictureId(payload, ref position, ref fields)) return false;
        if ((fields.First & 0x20) != 0 && !TryParseLayers(payload, ref position, ref fields)) return false;
        if ((fields.First & 0x50) == 0x50 && !TrySkipReferences(payload, ref position)) return false;
        if ((fields.First & 0x02) != 0 && !TryParseStructure(payload, ref position, ref fields)) return false;
        if (position >= payload.Length) return false;
        fields.Length = (ushort)position;
        descriptor = new Vp9Descriptor(fields);
        return true;
    }

    private static bool TryParsePictureId(ReadOnlySpan<byte> payload, ref int position, ref Fields fields)
    {
        if (payload.Length <= position) return false;
        fields.LongPictureId = (payload[position] & 0x80) != 0;
        if (fields.LongPictureId && payload.Length <= position + 1) return false;
        fields.PictureIdOffset = (byte)position;
        fields.PictureId = (short)(fields.LongPictureId ? BinaryPrimitives.ReadUInt16BigEndian(payload[position..]) & 0x7FFF : payload[position]);
        position += fields.LongPictureId ? 2 : 1;
        return true;
    }

    private static bool TryParseLayers(ReadOnlySpan<byte> payload, ref int position, ref Fields fields)
    {
        if (payload.Length <= position) return false;
        fields.Layers = payload[position++];
        if ((fields.First & 0x10) != 0) return true;
        if (payload.Length <= position) return false;
        fields.Tl0PictureIndexOffset = (byte)position;
        fields.Tl0PictureIndex = payload[position++];
        return true;
    }

    private static bool TrySkipReferences(ReadOnlySpan<byte> payload, ref int position)
    {
        for (var i = 0; i < MaxReferences; i++)
        {
            if (payload.Length <= position) return false;
            if ((payload[position++] & 1) == 0) return true;
        }
        return false;
    }

    private static bool TryParseStructure(ReadOnlySpan<byte> payload, ref int position, ref Fields fields)
    {
        if (payload.Length <= position) return false;
        var head = payload[position++];
        fields.SpatialLayerCount = (byte)((head >> 5) + 1);
        fields.HasResolutions = (head & 0x10) != 0;
        if (fields.HasResolutions)
        {
            if (payload.Length - position < fields.SpatialLayerCount * 4) return false;
            for (var i = 0; i < fields.SpatialLayerCount; i++, position += 4)
                fields.Resolutions[i] = BinaryPrimitives.ReadUInt32BigEndian(payload[position..]);
        }
        return (head & 0x08) == 0 || TrySkipPictureGroup(payload, ref position);
    }

    private static bool TrySkipPictureGroup(ReadOnlySpan<byte> payload, ref int position)
    {
        if (payload.Length <= position) return false;
        for (var pictures = payload[position++]; pictures > 0; pictures--)
        {
            if (payload.Length <= position) return false;
            position += 1 + (payload[position] >> 2 & 3);
        }
        return position <= payload.Length;
    }

    /// <summary>Overwrites the picture identifier in its width. Does nothing without one.</summary>
    public void SetPictureId(Span<byte> payload, int value)
    {
        switch (PictureIdBits)
        {
            case 7:
                payload[PictureIdOffset] = (byte)(value & 0x7F);
                break;
            case 15:
                BinaryPrimitives.WriteUInt16BigEndian(payload[PictureIdOffset..], (ushort)(0x8000 | value));
                break;
        }
    }

    /// <summary>Overwrites TL0PICIDX. Does nothing without one.</summary>
    public void SetTl0PictureIndex(Span<byte> payload, byte value)
    {
        if (Tl0PictureIndex >= 0) payload[Tl0PictureIndexOffset] = value;
    }
}
