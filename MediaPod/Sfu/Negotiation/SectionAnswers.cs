using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Sdp;
using WireKind = Conference.MediaPod.Wire.Sdp.MediaKind;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>Answers the sections of one offer in their order.</summary>
/// <param name="context">What the pod brings.</param>
internal sealed class SectionAnswers(AnswerContext context)
{
    private const int MaxRids = 4;
    private readonly ImmutableArray<MediaSection>.Builder _sections = ImmutableArray.CreateBuilder<MediaSection>();
    private readonly ImmutableArray<NegotiatedMedia>.Builder _negotiated = ImmutableArray.CreateBuilder<NegotiatedMedia>();
    private readonly HashSet<TrackSource> _published = [];
    private readonly ExtensionChoice _extensions = new();

    /// <summary>The answer's sections, without transport.</summary>
    public IReadOnlyList<MediaSection> Sections => PlaysInStep ? [.. _sections.Select((section, i) => _negotiated[i].IsSlot ? section with { Msids = [new Msid("slots", section.Msids[0].TrackId)] } : section)] : _sections;

    /// <summary>What each means.</summary>
    public ImmutableArray<NegotiatedMedia> Negotiated => _negotiated.ToImmutable();

    /// <summary>A section was rejected because another one sends the same track.</summary>
    public bool HasTooMany { get; private set; }

    // A player with one place for a voice and one for a face sees whom it hears, so its browser may delay one for the other.
    private bool PlaysInStep
    {
        get
        {
            var slots = _negotiated.Where(media => media is { IsSlot: true, Rejected: false }).Select(media => media.Source).ToList();
            return slots is [TrackSource.Microphone, TrackSource.Camera] or [TrackSource.Camera, TrackSource.Microphone];
        }
    }

    /// <summary>Answers the next section.</summary>
    public void Add(MediaSection offered, int index, bool canCarry)
    {
        var direction = offered.Direction & context.ClientMay;
        var media = new NegotiatedMedia
        {
            Mid = OfferAnswer.Mid(offered, index),
            Kind = offered.Kind == WireKind.Video ? Sessions.MediaKind.Video : Sessions.MediaKind.Audio,
            Source = Source(offered, direction),
            Publishes = direction.HasFlag(MediaDirection.SendOnly),
            IsSlot = direction.HasFlag(MediaDirection.RecvOnly),
        };
        var codecs = canCarry ? CodecChoice.Of(offered, context.PreferredVideo, context.Sealed) : [];
        var isOneTooMany = !codecs.IsEmpty && media.Publishes && !_published.Add(media.Source);
        HasTooMany |= isOneTooMany;
        if (codecs.IsEmpty || isOneTooMany)
        {
            Reject(offered, media);
            return;
        }
        media = media with
        {
            Codecs = codecs,
            Extensions = _extensions.Of(offered, media.IsSlot && !media.Publishes),
            Rids = media.Publishes ? Rids(offered) : [],
            Ssrcs = media.Publishes ? Announced(offered) : [],
        };
        if (media.IsSlot) media = WithSlotSsrcs(media);
        _negotiated.Add(media);
        _sections.Add(Accept(offered, media, direction));
    }

    /// <summary>Screen and screen audio are marked (RFC 4796); a client that does not mark them sends its camera first.</summary>
    private TrackSource Source(MediaSection section, MediaDirection direction)
    {
        var isVideo = section.Kind == WireKind.Video;
        var plain = isVideo ? TrackSource.Camera : TrackSource.Microphone;
        var shared = isVideo ? TrackSource.Screen : TrackSource.ScreenAudio;
        if (section.Content.Contains("slides")) return shared;
        return direction.HasFlag(MediaDirection.SendOnly) && section.Content.Count == 0 && _published.Contains(plain) ? shared : plain;
    }

    private void Reject(MediaSection offered, NegotiatedMedia media)
    {
        _negotiated.Add(media with { Rejected = true, Publishes = false, IsSlot = false });
        _sections.Add(new MediaSection
        {
            Media = offered.Media,
            Port = 0,
            Protocol = offered.Protocol,
            Formats = offered.Formats,
            // A section must name a format even when it is rejected.
            Codecs = [.. offered.Codecs.Take(1).Select(codec => codec with { Parameters = [], Feedback = [] })],
            Mid = offered.Mid,
            Direction = MediaDirection.Inactive,
        });
    }

    private NegotiatedMedia WithSlotSsrcs(NegotiatedMedia media)
    {
        var before = context.Previous?.Media.FirstOrDefault(m => m.Mid == media.Mid && m.IsSlot);
        var needsRtx = media.Codecs.Any(codec => codec.RtxPayloadType is not null);
        return media with
        {
            SlotSsrc = before?.SlotSsrc ?? context.NewSsrc(),
            SlotRtxSsrc = !needsRtx ? 0 : before?.SlotRtxSsrc is { } kept and not 0 ? kept : context.NewSsrc(),
        };
    }

    private MediaSection Accept(MediaSection offered, NegotiatedMedia media, MediaDirection direction)
    {
        var section = new MediaSection
        {
            Media = offered.Media,
            Mid = offered.Mid,
            Direction = direction.Reversed(),
            RtcpMux = true,
            RtcpReducedSize = offered.RtcpReducedSize,
            ExtmapAllowMixed = offered.ExtmapAllowMixed,
            Codecs = CodecChoice.Describe(offered, media.Codecs, media.Publishes),
            HeaderExtensions = ExtensionChoice.Describe(offered, media.Extensions),
        };
        if (!media.Rids.IsEmpty)
        {
            section = section with
            {
                Rids = [.. media.Rids.Select(rid => new Rid(rid, IsSend: false))],
                Simulcast = new Simulcast([], [.. media.Rids.Select(rid => (SdpList<SimulcastAlternative>)[new SimulcastAlternative(rid)])]),
            };
        }
        return media.IsSlot ? WithSlot(section, media) : section;
    }

    private MediaSection WithSlot(MediaSection section, NegotiatedMedia media)
    {
        SdpList<SdpAttribute> name = [new SdpAttribute("cname", context.CName)];
        return section with
        {
            // One stream a slot: what fills it changes, so no two slots of several may be played in step.
            Msids = [new Msid($"slot-{media.Mid}", $"track-{media.Mid}")],
            Ssrcs = media.SlotRtxSsrc == 0 ? [new(media.SlotSsrc, name)] : [new(media.SlotSsrc, name), new(media.SlotRtxSsrc, name)],
            SsrcGroups = media.SlotRtxSsrc == 0 ? [] : [new SsrcGroup(SsrcGroup.FlowIdentification, [media.SlotSsrc, media.SlotRtxSsrc])],
        };
    }

    private static ImmutableArray<string> Rids(MediaSection offered)
    {
        if (offered.Simulcast is not { } simulcast) return [];
        var sent = offered.Rids.Where(rid => rid.IsSend).Select(rid => rid.Id).ToHashSet(StringComparer.Ordinal);
        return [.. simulcast.Send.Select(stream => stream[0].Rid).Where(sent.Contains).Distinct().Take(MaxRids)];
    }

    private static ImmutableArray<AnnouncedSsrc> Announced(MediaSection offered)
    {
        var repairs = offered.SsrcGroups.Where(group => group.Semantics == SsrcGroup.FlowIdentification && group.Ssrcs.Count == 2)
            .GroupBy(group => group.Ssrcs[0]).ToDictionary(group => group.Key, group => group.First().Ssrcs[1]);
        var repairing = repairs.Values.ToHashSet();
        var simulcast = offered.SsrcGroups.FirstOrDefault(group => group.Semantics == SsrcGroup.Simulcast)?.Ssrcs.AsEnumerable();
        var primary = simulcast ?? offered.Ssrcs.Select(source => source.Ssrc).Where(ssrc => !repairing.Contains(ssrc));
        return [.. primary.Where(ssrc => ssrc != 0).Distinct().Take(MaxRids).Select(ssrc => new AnnouncedSsrc(ssrc, repairs.GetValueOrDefault(ssrc)))];
    }
}
