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
        public PictureNumbers Picture;
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

    /// <summary>Picture identifier and TL0PICIDX (never in flexible mode).</summary>
    public PictureNumbers Picture => _fields.Picture;

    /// <summary>TID: temporal layer, 0 to 7; -1 if not told.</summary>
    public int TemporalId => HasLayers ? _fields.Layers >> 5 : -1;

    /// <summary>U: a receiver can go up to this temporal layer here.</summary>
    public bool IsSwitchingUpPoint => HasLayers && (_fields.Layers & 0x10) != 0;

    /// <summary>SID: spatial layer, 0 to 7; -1 if not told.</summary>
    public int SpatialId => HasLayers ? _fields.Layers >> 1 & 7 : -1;

    /// <summary>D: the frame refers to the spatial layer below of the same picture.</summary>
    public bool IsInterLayerPredicted => HasLayers && (_fields.Layers & 1) != 0;

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
        var fields = new Fields { First = payload[0] };
        var position = 1;
        if ((fields.First & 0x80) != 0 && !PictureNumbers.TryReadId(payload, ref position, ref fields.Picture)) return false;
        if ((fields.First & 0x20) != 0 && !TryParseLayers(payload, ref position, ref fields)) return false;
        if ((fields.First & 0x50) == 0x50 && !TrySkipReferences(payload, ref position)) return false;
        if ((fields.First & 0x02) != 0 && !TryParseStructure(payload, ref position, ref fields)) return false;
        if (position >= payload.Length) return false;
        fields.Length = (ushort)position;
        descriptor = new Vp9Descriptor(fields);
        return true;
    }

    private static bool TryParseLayers(ReadOnlySpan<byte> payload, ref int position, ref Fields fields)
    {
        if (payload.Length <= position) return false;
        fields.Layers = payload[position++];
        return (fields.First & 0x10) != 0 || PictureNumbers.TryReadTl0(payload, ref position, ref fields.Picture);
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
}
