using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Codecs;

/// <summary>What an H.264 payload holds (RFC 6184 section 5), packetization modes 0 and 1.</summary>
public readonly struct H264Payload
{
    private readonly uint _units;

    private H264Payload(H264NalType packetType, uint units, bool isStart, bool isEnd, int spsOffset, int spsLength)
    {
        PacketType = packetType;
        _units = units;
        IsUnitStart = isStart;
        IsUnitEnd = isEnd;
        SpsOffset = spsOffset;
        SpsLength = spsLength;
    }

    /// <summary>Type of the payload: <see cref="H264NalType.StapA"/>, <see cref="H264NalType.FuA"/>, or the single NAL unit's own.</summary>
    public H264NalType PacketType { get; }

    /// <summary>Whether the payload begins a NAL unit: false only in later parts of a fragmented one.</summary>
    public bool IsUnitStart { get; }

    /// <summary>Whether the payload ends a NAL unit: false only in earlier parts of a fragmented one.</summary>
    public bool IsUnitEnd { get; }

    /// <summary>Where the first whole sequence parameter set is in the payload; meaningless if <see cref="SpsLength"/> is 0.</summary>
    public int SpsOffset { get; }

    /// <summary>Length of the first whole sequence parameter set in bytes, with its NAL header; 0 without one.</summary>
    public int SpsLength { get; }

    /// <summary>Whether a NAL unit of this type (0 to 23) begins, or goes on, in this packet.</summary>
    public bool Contains(H264NalType type) => (_units >> (int)type & 1) != 0;

    /// <summary>Whether a key frame begins with this packet: an IDR slice, or the sequence parameters in front of one.</summary>
    public bool IsKeyFrame => IsUnitStart && (Contains(H264NalType.Idr) || Contains(H264NalType.SequenceParameters));

    /// <summary>Parses a payload. False if it is empty or cut short, or of a type that packetization modes 0 and 1 do not have.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out H264Payload result)
    {
        result = default;
        if (payload.IsEmpty) return false;
        var type = (H264NalType)(payload[0] & 0x1F);
        switch (type)
        {
            case H264NalType.StapA:
                return TryParseAggregate(payload, out result);
            case H264NalType.FuA:
                return TryParseFragment(payload, out result);
            case > 0 and < H264NalType.StapA:
                var sps = type == H264NalType.SequenceParameters ? payload.Length : 0;
                result = new H264Payload(type, Bit(type), isStart: true, isEnd: true, 0, sps);
                return true;
            default:
                return false;
        }
    }

    private static bool TryParseAggregate(ReadOnlySpan<byte> payload, out H264Payload result)
    {
        result = default;
        uint units = 0;
        var (spsOffset, spsLength) = (0, 0);
        for (var position = 1; position < payload.Length;)
        {
            if (payload.Length - position < 3) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(payload[position..]);
            position += 2;
            if (length == 0 || length > payload.Length - position) return false;
            var type = (H264NalType)(payload[position] & 0x1F);
            if (type is 0 or >= H264NalType.StapA) return false;
            if (type == H264NalType.SequenceParameters && spsLength == 0) (spsOffset, spsLength) = (position, length);
            units |= Bit(type);
            position += length;
        }
        result = new H264Payload(H264NalType.StapA, units, isStart: true, isEnd: true, spsOffset, spsLength);
        return units != 0;
    }

    private static bool TryParseFragment(ReadOnlySpan<byte> payload, out H264Payload result)
    {
        result = default;
        if (payload.Length < 3) return false;
        var (isStart, isEnd, type) = ((payload[1] & 0x80) != 0, (payload[1] & 0x40) != 0, (H264NalType)(payload[1] & 0x1F));
        // A fragment that is both would have been a single NAL unit (RFC 6184 section 5.8).
        if ((isStart && isEnd) || type is 0 or >= H264NalType.StapA) return false;
        result = new H264Payload(H264NalType.FuA, Bit(type), isStart, isEnd, 0, 0);
        return true;
    }

    private static uint Bit(H264NalType type) => 1u << (int)type;

    /// <summary>Width and height in pixels from a sequence parameter set in this payload. False without one, or if it is malformed.</summary>
    public bool TryGetDimensions(ReadOnlySpan<byte> payload, out int width, out int height)
    {
        (width, height) = (0, 0);
        return SpsLength > 0 && H264SequenceParameters.TryGetDimensions(payload.Slice(SpsOffset, SpsLength), out width, out height);
    }
}
