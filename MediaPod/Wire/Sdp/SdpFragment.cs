using System.Diagnostics.CodeAnalysis;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>What a fragment says about one media section.</summary>
/// <param name="Mid">The section's MID; null for what stands in front of the first section.</param>
public sealed record SdpFragmentSection(string? Mid)
{
    /// <summary>The media type of the pseudo <c>m=</c> line; null for what stands in front of the first section.</summary>
    public string? Media { get; init; }

    /// <summary>Credentials; new ones ask for an ICE restart. Null if not told.</summary>
    public IceParameters? Ice { get; init; }

    /// <summary>New candidates of transports and types that exist.</summary>
    public SdpList<IceCandidate> Candidates { get; init; } = [];

    /// <summary>Whether no further candidate will come.</summary>
    public bool EndOfCandidates { get; init; }
}

/// <summary>
/// A fragment of type <c>application/trickle-ice-sdpfrag</c> (RFC 8840 section 9), as WHIP and WHEP send it by PATCH (RFC 9725 section 4.3).
/// </summary>
public sealed record SdpFragment
{
    /// <summary>The media type of fragments.</summary>
    public const string MediaType = "application/trickle-ice-sdpfrag";

    /// <summary>What is said for all sections; lax clients also put candidates here.</summary>
    public SdpFragmentSection Session { get; init; } = new(Mid: null);

    /// <summary>What is said for each section.</summary>
    public SdpList<SdpFragmentSection> Sections { get; init; } = [];

    /// <summary>The credentials: the session's, or else the first that a section has; null if there are none.</summary>
    public IceParameters? Ice => Session.Ice ?? Sections.FirstOrDefault(section => section.Ice is not null)?.Ice;

    /// <summary>Parses a fragment, within the limits of <see cref="SessionDescription"/>. Lines that it does not need are skipped.</summary>
    /// <param name="text">The fragment.</param>
    /// <param name="fragment">The fragment; null where it is refused.</param>
    /// <param name="error">Why and where it was refused.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SdpFragment? fragment, out SdpError error)
    {
        fragment = null;
        if (text.Length > SessionDescription.MaxLength)
        {
            error = new SdpError(SdpErrorKind.TooLong, 0);
            return false;
        }
        var parser = new FragmentParser();
        error = parser.Parse(text);
        if (error.Kind == SdpErrorKind.None) fragment = parser.Build();
        return fragment is not null;
    }

    /// <summary>The fragment as text, lines ending in CR LF.</summary>
    /// <exception cref="InvalidOperationException">A text of the model holds a control character.</exception>
    public override string ToString()
    {
        var writer = new SdpWriter();
        writer.WriteIce(Session.Ice);
        writer.WriteCandidates(Session.Candidates, Session.EndOfCandidates);
        foreach (var section in Sections)
        {
            writer.Line('m', $"{section.Media ?? "audio"} 9 RTP/AVP 0");
            if (section.Mid is { } mid) writer.Attribute($"mid:{mid}");
            writer.WriteIce(section.Ice);
            writer.WriteCandidates(section.Candidates, section.EndOfCandidates);
        }
        return writer.ToString();
    }
}
