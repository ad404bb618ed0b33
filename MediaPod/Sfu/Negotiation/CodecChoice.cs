using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Sdp;
using WireKind = Conference.MediaPod.Wire.Sdp.MediaKind;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>Which of a section's codecs are agreed: one payload type a codec, so that a packet's codec says its payload type at every receiver.</summary>
internal static class CodecChoice
{
    /// <summary>The agreed codecs, the preferred first.</summary>
    /// <param name="section">The offered section.</param>
    /// <param name="preferredVideo">What publishers of the room should send.</param>
    /// <param name="isSealed">Frames are encrypted from end to end (docs/encryption.md, X12 and X13).</param>
    public static ImmutableArray<NegotiatedCodec> Of(MediaSection section, CodecKind preferredVideo, bool isSealed)
    {
        var codecs = section.Codecs
            .Select((codec, order) => (codec, order, kind: KindOf(codec, section.Kind)))
            .Where(x => x.kind is { } kind && (!isSealed || CanBeSealed(kind)))
            .GroupBy(x => x.kind!.Value)
            .Select(group => group.OrderBy(x => Rank(group.Key, x.codec)).ThenBy(x => x.order).First());
        var ordered = section.Kind == WireKind.Audio
            ? codecs.OrderBy(x => x.order)
            : codecs.OrderBy(x => x.kind == preferredVideo ? 0 : 1).ThenBy(x => Preference(x.kind!.Value));
        return [.. ordered.Select(x => Agree(section, x.codec, x.kind!.Value)).Select(codec => isSealed ? codec with { RedPayloadType = null } : codec)];
    }

    /// <summary>The agreed codecs as the answer lists them: each, its retransmission, its redundancy.</summary>
    /// <param name="offered">The offered section.</param>
    /// <param name="codecs">What <see cref="Of"/> agreed on.</param>
    /// <param name="publishes">The client sends: with redundancy first, which is how libwebrtc is told to use it.</param>
    public static SdpList<SdpCodec> Describe(MediaSection offered, ImmutableArray<NegotiatedCodec> codecs, bool publishes)
    {
        var list = new List<SdpCodec>();
        foreach (var codec in codecs)
        {
            var own = offered.Codec(codec.PayloadType)!;
            if (publishes) AddRedundancy(codec);
            list.Add(own with { Feedback = [.. own.Feedback.Where(IsAgreed)] });
            if (codec.RtxPayloadType is { } rtx) list.Add(offered.Codec(rtx)! with { Feedback = [] });
            if (!publishes) AddRedundancy(codec);
        }
        return [.. list];

        void AddRedundancy(NegotiatedCodec codec)
        {
            if (codec.RedPayloadType is { } red) list.Add(offered.Codec(red)! with { Feedback = [] });
        }
    }

    private static CodecKind? KindOf(SdpCodec codec, WireKind kind) => kind switch
    {
        WireKind.Audio when codec.Is("opus") && codec is { ClockRate: 48000, Channels: 2 } => CodecKind.Opus,
        WireKind.Video when codec.ClockRate != 90000 => null,
        WireKind.Video when codec.Is("VP8") => CodecKind.Vp8,
        // Profile 0 is what every decoder has (RFC 9628 section 6); likewise AV1's main profile.
        WireKind.Video when codec.Is("VP9") && (codec.NumberParameter("profile-id") ?? 0) == 0 => CodecKind.Vp9,
        WireKind.Video when codec.Is("AV1") && (codec.NumberParameter("profile") ?? 0) == 0 => CodecKind.Av1,
        WireKind.Video when codec.Is("H264") => CodecKind.H264,
        _ => null,
    };

    /// <summary>H.264 comes in many profiles and two packetizations; constrained baseline in mode 1 is what every WebRTC end decodes (RFC 7742 section 6.2).</summary>
    private static int Rank(CodecKind kind, SdpCodec codec)
    {
        if (kind != CodecKind.H264) return 0;
        var profile = codec.Parameter("profile-level-id") ?? "420010";
        var rank = profile.ToLowerInvariant() switch
        {
            ['4', '2', 'e', '0', ..] => 0,
            ['4', '2', ..] => 1,
            ['4', 'd', ..] => 2,
            _ => 3,
        };
        return codec.NumberParameter("packetization-mode") == 1 ? rank : rank + 4;
    }

    private static int Preference(CodecKind kind) => kind switch { CodecKind.Vp8 => 0, CodecKind.Vp9 => 1, CodecKind.H264 => 2, _ => 3 };

    private static NegotiatedCodec Agree(MediaSection section, SdpCodec codec, CodecKind kind)
    {
        var rtx = section.Codecs.FirstOrDefault(c => c.RepairedPayloadType == codec.PayloadType && c.ClockRate == codec.ClockRate);
        var red = kind == CodecKind.Opus ? section.Codecs.FirstOrDefault(c => c.Is("red") && Carries(c, codec.PayloadType)) : null;
        return new(
            kind, codec.PayloadType, string.Join(';', codec.Parameters.Select(p => p.Value is null ? p.Name : $"{p.Name}={p.Value}")),
            rtx?.PayloadType, red?.PayloadType,
            codec.HasFeedback("nack"), codec.HasFeedback("nack", "pli"), codec.HasFeedback("ccm", "fir"), codec.HasFeedback("transport-cc"), codec.HasFeedback("goog-remb"));
    }

    /// <summary>H.264 and AV1 are cut into packets by what stands in their frames, which nobody could read.</summary>
    private static bool CanBeSealed(CodecKind kind) => kind is CodecKind.Opus or CodecKind.Vp8 or CodecKind.Vp9;

    /// <summary>RFC 2198 section 5: <c>a=fmtp:63 111/111</c>.</summary>
    private static bool Carries(SdpCodec red, byte payloadType) =>
        red.Parameters is [{ Value: null } parameter] && parameter.Name.Split('/') is { Length: >= 2 } types && types.All(type => type == payloadType.ToString());

    private static bool IsAgreed(RtcpFeedback feedback) => feedback is
        { Type: "nack", Parameter: null or "pli" } or { Type: "ccm", Parameter: "fir" } or { Type: "transport-cc", Parameter: null } or { Type: "goog-remb", Parameter: null };
}
