namespace Conference.MediaPod.Wire.Codecs;

/// <summary>What an AV1 payload holds: the aggregation header and the types of its OBU elements (RTP payload format for AV1, section 4.4).</summary>
public readonly struct Av1Payload
{
    private readonly byte _aggregation;
    private readonly ushort _types;

    private Av1Payload(byte aggregation, int elements, ushort types, int temporalId, int spatialId)
    {
        _aggregation = aggregation;
        _types = types;
        ElementCount = elements;
        TemporalId = temporalId;
        SpatialId = spatialId;
    }

    /// <summary>Z: the first element goes on from the packet before.</summary>
    public bool IsContinuation => (_aggregation & 0x80) != 0;

    /// <summary>Y: the last element goes on in the next packet.</summary>
    public bool IsContinued => (_aggregation & 0x40) != 0;

    /// <summary>N: a coded video sequence begins with this packet.</summary>
    public bool StartsSequence => (_aggregation & 0x08) != 0;

    /// <summary>Number of OBU elements, counting parts; 1 or more.</summary>
    public int ElementCount { get; }

    /// <summary>Temporal layer, 0 to 7, by the first OBU that begins here and has an extension; -1 if none tells.</summary>
    public int TemporalId { get; }

    /// <summary>Spatial layer, 0 to 3, by the same; -1 if none tells.</summary>
    public int SpatialId { get; }

    /// <summary>Whether an OBU of this type begins here.</summary>
    public bool Contains(Av1ObuType type) => (_types >> (int)type & 1) != 0;

    /// <summary>Whether a key frame begins with this packet.</summary>
    public bool IsKeyFrame => StartsSequence && !IsContinuation;

    /// <summary>Parses a payload. False if it is empty, an element does not fit, or a new sequence begins with a continuation (section 4.4).</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Av1Payload result)
    {
        result = default;
        if (payload.Length < 2) return false;
        var aggregation = payload[0];
        if ((aggregation & 0x88) == 0x88) return false;
        var announced = aggregation >> 4 & 3;
        var (position, count, types, temporal, spatial) = (1, 0, (ushort)0, -1, -1);
        while (position < payload.Length)
        {
            // With a count, the last element has no length: it takes the rest.
            uint length = (uint)(payload.Length - position);
            if (announced == 0 || count < announced - 1)
            {
                if (!Leb128.TryRead(payload, ref position, out length) || length > payload.Length - position) return false;
            }
            else if (count >= announced)
            {
                return false;
            }
            var element = payload.Slice(position, (int)length);
            if (!element.IsEmpty && (count > 0 || (aggregation & 0x80) == 0)) ReadHeader(element, ref types, ref temporal, ref spatial);
            position += element.Length;
            count++;
        }
        if (announced != 0 && count != announced) return false;
        result = new Av1Payload(aggregation, count, types, temporal, spatial);
        return true;
    }

    private static void ReadHeader(ReadOnlySpan<byte> element, ref ushort types, ref int temporal, ref int spatial)
    {
        types |= (ushort)(1 << (element[0] >> 3 & 15));
        var hasExtension = (element[0] & 4) != 0;
        if (!hasExtension || element.Length < 2 || temporal >= 0) return;
        temporal = element[1] >> 5;
        spatial = element[1] >> 3 & 3;
    }
}
