using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>What a payload type carries.</summary>
internal enum PayloadRole : byte
{
    Unknown,
    Media,
    Retransmission,
    Redundancy,
}

/// <summary>The payload types of one m-line, by number.</summary>
internal sealed class PayloadTypes
{
    private readonly PayloadRole[] _roles = new PayloadRole[128];
    private readonly NegotiatedCodec?[] _codecs = new NegotiatedCodec?[128];

    public PayloadTypes(NegotiatedMedia media)
    {
        foreach (var codec in media.Codecs)
        {
            Set(codec.PayloadType, PayloadRole.Media, codec);
            if (codec.RtxPayloadType is { } rtx) Set(rtx, PayloadRole.Retransmission, codec);
            if (codec.RedPayloadType is { } red) Set(red, PayloadRole.Redundancy, codec);
        }
    }

    /// <summary>What the payload type (0 to 127) carries, and of which codec.</summary>
    public PayloadRole Find(byte payloadType, out NegotiatedCodec? codec)
    {
        codec = _codecs[payloadType];
        return _roles[payloadType];
    }

    private void Set(byte payloadType, PayloadRole role, NegotiatedCodec codec)
    {
        _roles[payloadType & 127] = role;
        _codecs[payloadType & 127] = codec;
    }
}
