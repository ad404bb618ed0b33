using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using MediaKind = Conference.MediaPod.Wire.Sdp.MediaKind;

namespace Conference.Load.Media;

/// <summary>What an offer says.</summary>
/// <param name="Ice">Own credentials.</param>
/// <param name="Fingerprint">Of the own certificate.</param>
/// <param name="AudioSsrc">The SSRC of published sound; null: none.</param>
/// <param name="VideoSsrc">The SSRC of a published picture; null: none.</param>
/// <param name="AudioSlots">Places for voices.</param>
/// <param name="VideoSlots">Places for pictures.</param>
public sealed record OfferContent(IceParameters Ice, CertificateFingerprint Fingerprint, uint? AudioSsrc, uint? VideoSsrc, int AudioSlots, int VideoSlots)
{
    /// <summary>Encodings of the picture, the smallest first; without any it has one that is announced by its SSRC.</summary>
    public ImmutableArray<string> Rids { get; init; } = [];
}

/// <summary>What an answer says.</summary>
/// <param name="Ice">The pod's credentials.</param>
/// <param name="Fingerprint">Of the pod's certificate.</param>
/// <param name="Candidates">Where it may be reached, best first.</param>
/// <param name="Role">Our part in the handshake.</param>
/// <param name="Slots">The SSRCs of our slots.</param>
public sealed record AnswerContent(IceParameters Ice, CertificateFingerprint Fingerprint, ImmutableArray<IPEndPoint> Candidates, DtlsRole Role, ImmutableHashSet<uint> Slots)
{
    /// <summary>The server offered and is a full ICE agent: it nominates.</summary>
    public bool IsControlled { get; init; }
}

/// <summary>Writes offers and reads answers. Retransmissions are not offered, so that every loss is seen.</summary>
public static class Offers
{
    /// <summary>The payload types of every offer.</summary>
    public static MediaTypes Types { get; } = new(Audio: 111, Video: 96);

    /// <summary>The header extension with the audio level.</summary>
    public const byte LevelExtension = 1;

    /// <summary>The header extension with the name of the section.</summary>
    public const byte MidExtension = 4;

    /// <summary>The header extension with the name of the encoding.</summary>
    public const byte RidExtension = 10;

    /// <summary>Voices that a participant can hear at one time.</summary>
    public const int AudioSlots = 3;

    /// <summary>Pictures that a participant can see at one time.</summary>
    public const int MostVideoSlots = 9;

    /// <summary>Writes an offer.</summary>
    public static SessionDescription Make(OfferContent content)
    {
        var sections = new List<MediaSection>();
        if (content.AudioSsrc is { } audio) sections.Add(Sends("audio", audio));
        if (content.VideoSsrc is { } video) sections.Add(content.Rids.IsEmpty ? Sends("video", video) : SendsEncodings(content.Rids));
        for (var i = 0; i < content.AudioSlots; i++) sections.Add(Section("audio", MediaDirection.RecvOnly));
        for (var i = 0; i < content.VideoSlots; i++) sections.Add(Section("video", MediaDirection.RecvOnly));
        var media = sections.Select((section, index) => section with
        {
            Mid = index.ToString(CultureInfo.InvariantCulture),
            Ice = content.Ice,
            Fingerprints = [Fingerprint.Create(content.Fingerprint.Algorithm, content.Fingerprint.Digest.AsSpan())],
            Setup = SetupRole.ActPass,
        }).ToList();
        return Bundle(media);
    }

    /// <summary>The section of an offer in which the picture is sent, by its name; null: none is.</summary>
    public static string? VideoMid(SessionDescription offer) => offer.Media.FirstOrDefault(m => m is { Kind: MediaKind.Video, Direction: MediaDirection.SendOnly })?.Mid;

    /// <summary>Answers an offer of a server that only sends; the text says what is wrong with it.</summary>
    /// <param name="text">The offer.</param>
    /// <param name="ice">Own credentials.</param>
    /// <param name="fingerprint">Of the own certificate.</param>
    public static (SessionDescription? Answer, AnswerContent? Content, string Problem) Answer(string text, IceParameters ice, CertificateFingerprint fingerprint)
    {
        if (!SessionDescription.TryParse(text, out var offer, out var error)) return (null, null, $"the offer cannot be read: {error}");
        var media = offer.Media.Select(m => Section(m.Media, MediaDirection.RecvOnly) with
        {
            Mid = m.Mid,
            Codecs = [.. m.Codecs.Where(c => c.PayloadType == (m.Kind == MediaKind.Audio ? Types.Audio : Types.Video)).Select(c => c with { Feedback = [.. c.Feedback.Where(f => f.Type is not ("nack" or "transport-cc") || f.Parameter == "pli")] })],
            HeaderExtensions = [],
            Ice = ice,
            Fingerprints = [Fingerprint.Create(fingerprint.Algorithm, fingerprint.Digest.AsSpan())],
            Setup = SetupRole.Active,
        }).ToList();
        if (media.Any(m => m.Codecs.Count == 0)) return (null, null, "the offer has a section without Opus 111 or VP8 96");
        var (content, problem) = Read(text);
        return content is null ? (null, null, problem) : (Bundle(media), content with { Role = DtlsRole.Client, IsControlled = !offer.IceLite }, "");
    }

    private static SessionDescription Bundle(List<MediaSection> media) => new()
    {
        Origin = new SdpOrigin("-", "1", "1"),
        Groups = [new SdpGroup(SdpGroup.Bundle, [.. media.Select(m => m.Mid!)])],
        Media = [.. media],
    };

    /// <summary>Reads an answer; the text says what is wrong with it.</summary>
    public static (AnswerContent? Content, string Problem) Read(string text)
    {
        if (!SessionDescription.TryParse(text, out var answer, out var error)) return (null, $"the answer cannot be read: {error}");
        if (answer.Media.FirstOrDefault(m => !m.IsRejected) is not { } transport) return (null, "the answer rejects everything");
        if (transport.Ice is not { } ice || transport.Fingerprints.FirstOrDefault(f => f.Algorithm == "sha-256") is not { } print) return (null, "the answer has no credentials");
        var candidates = transport.Candidates.Where(c => !c.IsTcp && c.TryGetAddress(out _)).OrderByDescending(c => c.Priority).Select(Endpoint).ToImmutableArray();
        if (candidates.IsEmpty) return (null, "the answer has no candidate");
        if (answer.Media.Any(m => m.IsRejected)) return (null, "the answer rejects a part of the offer");
        var slots = answer.Media.Where(m => m.Direction == MediaDirection.SendOnly && m.Kind is MediaKind.Audio or MediaKind.Video).SelectMany(m => m.Ssrcs).Select(s => s.Ssrc);
        var role = transport.Setup == SetupRole.Active ? DtlsRole.Server : DtlsRole.Client;
        return (new(ice, new(print.Algorithm, [.. print.ToBytes()]), candidates, role, [.. slots]), "");
    }

    private static IPEndPoint Endpoint(IceCandidate candidate)
    {
        candidate.TryGetAddress(out var address);
        return new(address, candidate.Port);
    }

    private static MediaSection Sends(string kind, uint ssrc) => Section(kind, MediaDirection.SendOnly) with
    {
        Ssrcs = [new SsrcDescription(ssrc, [new SdpAttribute("cname", "load")])],
        Msids = [new Msid("load", kind)],
    };

    private static MediaSection SendsEncodings(ImmutableArray<string> rids) => Section("video", MediaDirection.SendOnly) with
    {
        Msids = [new Msid("load", "video")],
        Rids = [.. rids.Select(r => new Rid(r, IsSend: true))],
        Simulcast = new Simulcast([.. rids.Select(r => SdpList.Create<SimulcastAlternative>([new(r)]))], []),
        HeaderExtensions = [new HeaderExtensionMap(MidExtension, HeaderExtensionUri.Mid), new HeaderExtensionMap(RidExtension, HeaderExtensionUri.RtpStreamId)],
    };

    private static MediaSection Section(string kind, MediaDirection direction) => new()
    {
        Media = kind,
        Direction = direction,
        RtcpMux = true,
        RtcpReducedSize = true,
        Codecs = kind == "audio"
            ? [new SdpCodec(Types.Audio, "opus", 48000, 2) { Parameters = [new SdpParameter("minptime", "10"), new SdpParameter("useinbandfec", "1")] }]
            : [new SdpCodec(Types.Video, "VP8", 90000) { Feedback = [new RtcpFeedback("nack", "pli"), new RtcpFeedback("ccm", "fir"), new RtcpFeedback("goog-remb")] }],
        HeaderExtensions = kind == "audio" ? [new HeaderExtensionMap(LevelExtension, HeaderExtensionUri.AudioLevel)] : [],
    };
}
