using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>What one session can do with video.</summary>
/// <param name="Decodes">The codecs that its video slots agreed on; empty when it has none.</param>
/// <param name="Encodes">The codecs that its camera and screen sections agreed on; empty when it sends no video.</param>
public sealed record VideoAbilities(ImmutableHashSet<CodecKind> Decodes, ImmutableHashSet<CodecKind> Encodes)
{
    /// <summary>Reads them off what a session agreed on.</summary>
    public static VideoAbilities Of(NegotiatedSession session)
    {
        var video = session.Media.Where(m => m is { Rejected: false, Kind: MediaKind.Video }).ToList();
        // All of them: a codec that only some slots take would leave the other slots black.
        static ImmutableHashSet<CodecKind> Common(IEnumerable<NegotiatedMedia> sections) => sections
            .Select(m => m.Codecs.Select(c => c.Codec).ToImmutableHashSet())
            .Aggregate((ImmutableHashSet<CodecKind>?)null, (all, one) => all is null ? one : all.Intersect(one)) ?? [];
        return new(Common(video.Where(m => m.IsSlot)), Common(video.Where(m => m.Publishes)));
    }
}

/// <summary>The codec that a media room's publishers should send.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Case">The case of docs/codecs.md that chose it, as <c>C1</c>.</param>
public sealed record CodecDecision(CodecKind Codec, string Case);

/// <summary>The codec rule of a media room (docs/codecs.md): nobody transcodes, so everybody must be able to decode what is sent. Pure.</summary>
public static class CodecRule
{
    /// <summary>Codecs better than VP8, best first. AV1 is left out: what it costs a publisher's processor in real time is more than it saves.</summary>
    private static readonly CodecKind[] Better = [CodecKind.Vp9];

    /// <summary>How long everybody must have been able to decode a better codec before the room changes to it.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    /// <summary>Decides.</summary>
    /// <param name="sessions">Everybody present.</param>
    /// <param name="current">What the room sends now.</param>
    /// <param name="unchangedFor">For how long the set of sessions has been what it is.</param>
    public static CodecDecision Choose(IReadOnlyCollection<VideoAbilities> sessions, CodecKind current, TimeSpan unchangedFor)
    {
        var viewers = sessions.Where(s => !s.Decodes.IsEmpty).ToList();
        var senders = sessions.Where(s => !s.Encodes.IsEmpty).ToList();
        bool Works(CodecKind codec) => viewers.All(s => s.Decodes.Contains(codec)) && senders.All(s => s.Encodes.Contains(codec));

        // docs/codecs.md C1
        if (viewers.Count < 2) return new(Works(CodecKind.Vp8) || viewers.Count == 0 ? CodecKind.Vp8 : FirstThatWorks(Works), "C1");
        // docs/codecs.md C2
        if (Better.Contains(current) && Works(current)) return new(current, "C2");
        // docs/codecs.md C3
        foreach (var codec in Better)
            if (Works(codec) && unchangedFor >= Hold) return new(codec, "C3");
        // docs/codecs.md C4
        if (Works(CodecKind.Vp8)) return new(CodecKind.Vp8, "C4");
        // docs/codecs.md C5
        if (Works(CodecKind.H264)) return new(CodecKind.H264, "C5");
        // docs/codecs.md C6
        return new(MostDecoded(viewers), "C6");
    }

    private static CodecKind FirstThatWorks(Func<CodecKind, bool> works) =>
        new[] { CodecKind.Vp8, CodecKind.H264, CodecKind.Vp9, CodecKind.Av1 }.Where(works).Append(CodecKind.Vp8).First();

    private static CodecKind MostDecoded(List<VideoAbilities> viewers) =>
        new[] { CodecKind.Vp8, CodecKind.H264, CodecKind.Vp9, CodecKind.Av1 }.MaxBy(codec => viewers.Count(s => s.Decodes.Contains(codec)));
}
