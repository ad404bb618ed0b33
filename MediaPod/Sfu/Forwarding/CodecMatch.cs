using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>Which of a receiver's codecs decodes what a publisher sends. Pure.</summary>
public static class CodecMatch
{
    /// <summary>The receiver's codec, or null when it negotiated none that decodes the publisher's.</summary>
    public static NegotiatedCodec? Find(NegotiatedMedia receiver, NegotiatedCodec sent)
    {
        foreach (var codec in receiver.Codecs)
        {
            if (codec.Codec == sent.Codec && IsCompatible(codec, sent)) return codec;
        }
        // H.264 profiles differ in name more often than in what decoders take: any with the same packetization is better than no picture.
        foreach (var codec in receiver.Codecs)
        {
            if (codec.Codec == CodecKind.H264 && sent.Codec == CodecKind.H264 && SamePacketization(codec, sent)) return codec;
        }
        return null;
    }

    private static bool IsCompatible(NegotiatedCodec codec, NegotiatedCodec sent) => sent.Codec switch
    {
        CodecKind.H264 => SamePacketization(codec, sent) && Profile(codec).Equals(Profile(sent), StringComparison.OrdinalIgnoreCase),
        CodecKind.Vp9 => Parameter(codec, "profile-id", "0") == Parameter(sent, "profile-id", "0"),
        CodecKind.Av1 => Parameter(codec, "profile", "0") == Parameter(sent, "profile", "0"),
        _ => true,
    };

    private static bool SamePacketization(NegotiatedCodec codec, NegotiatedCodec sent) =>
        Parameter(codec, "packetization-mode", "0") == Parameter(sent, "packetization-mode", "0");

    // The first byte of profile-level-id: 42 baseline, 4d main, 64 high (RFC 6184 section 8.1).
    private static string Profile(NegotiatedCodec codec)
    {
        var id = Parameter(codec, "profile-level-id", "42001f");
        return id.Length >= 2 ? id[..2] : id;
    }

    private static string Parameter(NegotiatedCodec codec, string name, string otherwise)
    {
        foreach (var part in codec.Parameters.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=');
            if (at > 0 && part.AsSpan(0, at).Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return part[(at + 1)..].Trim();
        }
        return otherwise;
    }
}
