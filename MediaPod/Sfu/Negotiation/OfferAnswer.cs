using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Sdp;
using MediaKind = Conference.MediaPod.Wire.Sdp.MediaKind;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>
/// Answers offers (RFC 9429) as an ICE-lite end with one transport: pure. Every section that the offer bundles (RFC 9143) is accepted when it is audio or
/// video over SAVPF with rtcp-mux and a codec that is forwarded; everything else is rejected in its place.
/// </summary>
public static class OfferAnswer
{
    /// <summary>Answers <paramref name="offer"/>.</summary>
    public static OfferResult Answer(SessionDescription offer, AnswerContext context)
    {
        if (!KeepsSections(offer, context.Previous)) return Refuse(OfferRefusal.SectionsChanged);

        var bundled = Bundled(offer);
        var candidates = offer.Media.Where(section => CanCarry(section, bundled)).ToList();
        if (candidates.Count == 0) return Refuse(OfferRefusal.NoMedia);
        // The first section of a bundle speaks for its transport (RFC 9143 section 7.3).
        var transport = candidates[0];
        if (transport.Ice is not { } ice) return Refuse(OfferRefusal.NoIceCredentials);
        var fingerprints = Fingerprints(transport);
        if (fingerprints.IsEmpty) return Refuse(OfferRefusal.NoFingerprint);
        if (LocalRole(transport.Setup) is not { } role) return Refuse(OfferRefusal.NoDtlsRole);

        var sections = new SectionAnswers(context);
        foreach (var (section, index) in offer.Media.Select((section, index) => (section, index)))
            sections.Add(section, index, candidates.Contains(section));
        if (sections.Negotiated.All(media => media.Rejected)) return Refuse(OfferRefusal.NoCommonCodec);
        if (context.ClientMay != MediaDirection.SendRecv && sections.Negotiated.All(media => media is { Publishes: false, IsSlot: false })) return Refuse(OfferRefusal.WrongDirection);
        // RFC 9725 section 4.4.2: a publisher that sends in vain must know it. The SDK's session may have sections that are refused.
        if (context.ClientMay == MediaDirection.SendOnly && sections.HasTooMany) return Refuse(OfferRefusal.TooManyTracks);

        var session = new NegotiatedSession(
            context.Ice.UsernameFragment, context.Ice.Password, ice.UsernameFragment, role, fingerprints, sections.Negotiated, context.CName);
        return new(Describe(offer, context, role, sections), session, null);
    }

    private static OfferResult Refuse(OfferRefusal refusal) => new(null, null, refusal);

    /// <summary>A re-offer may add sections at the end; the ones that were there stay what they were (RFC 9429 section 5.2.2).</summary>
    private static bool KeepsSections(SessionDescription offer, NegotiatedSession? previous) => previous is null
        || (offer.Media.Count >= previous.Media.Length && previous.Media.Select((media, index) => Mid(offer.Media[index], index) == media.Mid).All(same => same));

    private static HashSet<string> Bundled(SessionDescription offer)
    {
        var mids = offer.BundledMids.ToHashSet(StringComparer.Ordinal);
        // Without BUNDLE there is one transport a section, and we give one.
        if (mids.Count == 0 && offer.Media.FirstOrDefault(section => !section.IsRejected) is { } first) mids.Add(first.Mid ?? "");
        return mids;
    }

    private static bool CanCarry(MediaSection section, HashSet<string> bundled) =>
        section is { Kind: MediaKind.Audio or MediaKind.Video, IsRejected: false, RtcpMux: true }
        && section.Protocol == MediaSection.SecureRtpProtocol && bundled.Contains(section.Mid ?? "");

    private static ImmutableArray<CertificateFingerprint> Fingerprints(MediaSection section) =>
        [.. section.Fingerprints.Where(f => f.Algorithm is "sha-256" or "sha-384" or "sha-512").Select(f => new CertificateFingerprint(f.Algorithm, [.. f.ToBytes()]))];

    /// <summary>RFC 8842 section 5.3; for actpass the client opens, because it knows first which path works.</summary>
    private static DtlsRole? LocalRole(SetupRole? offered) => offered switch
    {
        null or SetupRole.ActPass or SetupRole.Active => DtlsRole.Server,
        SetupRole.Passive => DtlsRole.Client,
        _ => null,
    };

    internal static string Mid(MediaSection section, int index) => section.Mid ?? index.ToString();

    private static SessionDescription Describe(SessionDescription offer, AnswerContext context, DtlsRole role, SectionAnswers sections)
    {
        var accepted = sections.Negotiated.Where(media => !media.Rejected).Select(media => media.Mid).ToList();
        var first = true;
        var media = new List<MediaSection>();
        foreach (var (section, negotiated) in sections.Sections.Zip(sections.Negotiated))
        {
            media.Add(negotiated.Rejected ? section : WithTransport(section, context, role, withCandidates: first));
            first &= negotiated.Rejected;
        }
        return new SessionDescription
        {
            Origin = new SdpOrigin("-", offer.Origin.SessionId, context.Version.ToString()),
            Groups = offer.BundledMids.Count > 0 ? [new SdpGroup(SdpGroup.Bundle, [.. accepted])] : [],
            IceLite = true,
            ExtmapAllowMixed = offer.ExtmapAllowMixed,
            Media = [.. media],
        };
    }

    private static MediaSection WithTransport(MediaSection section, AnswerContext context, DtlsRole role, bool withCandidates)
    {
        var best = context.Endpoints[0];
        return section with
        {
            Port = (ushort)best.Port,
            Connection = new SdpConnection(best.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IP6" : "IP4", best.Address.ToString()),
            Ice = context.Ice,
            Fingerprints = [Fingerprint.Create(context.Fingerprint.Algorithm, context.Fingerprint.Digest.AsSpan())],
            Setup = role == DtlsRole.Server ? SetupRole.Passive : SetupRole.Active,
            Candidates = withCandidates ? HostCandidates.Of(context.Endpoints, context.TcpEndpoints) : [],
            EndOfCandidates = withCandidates,
        };
    }
}
