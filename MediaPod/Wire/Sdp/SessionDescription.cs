using System.Diagnostics.CodeAnalysis;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>
/// A session description (RFC 8866) as WebRTC uses it (RFC 9429), immutable and compared by value. <see cref="ToString"/> writes it;
/// parsing what was written gives an equal description.
/// </summary>
public sealed record SessionDescription
{
    /// <summary>Longest description in characters.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Most lines.</summary>
    public const int MaxLines = 16_384;

    /// <summary>Longest line in characters.</summary>
    public const int MaxLineLength = 4096;

    /// <summary>Most media sections.</summary>
    public const int MaxMediaSections = 128;

    /// <summary>Most attributes in the session part and in each media section.</summary>
    public const int MaxAttributes = 1024;

    /// <summary>Who made it, and which version it is.</summary>
    public required SdpOrigin Origin { get; init; }

    /// <summary>The <c>s=</c> line; <c>-</c> if there is none to tell.</summary>
    public string SessionName { get; init; } = "-";

    /// <summary>Groups of sections.</summary>
    public SdpList<SdpGroup> Groups { get; init; } = [];

    /// <summary><c>a=ice-lite</c> (RFC 8839 section 5.3).</summary>
    public bool IceLite { get; init; }

    /// <summary><c>a=extmap-allow-mixed</c> for all sections (RFC 8285 section 6).</summary>
    public bool ExtmapAllowMixed { get; init; }

    /// <summary>Other attributes of the session part, as they were.</summary>
    public SdpList<SdpAttribute> OtherAttributes { get; init; } = [];

    /// <summary>The media sections in their order, which never changes within a session.</summary>
    public SdpList<MediaSection> Media { get; init; } = [];

    /// <summary>MIDs of the first <c>BUNDLE</c> group; empty without one.</summary>
    public SdpList<string> BundledMids
    {
        get
        {
            foreach (var group in Groups)
            {
                if (group.Semantics == SdpGroup.Bundle) return group.Mids;
            }
            return [];
        }
    }

    /// <summary>Whether packets of a section may mix one-byte and two-byte header extensions (RFC 8285 section 4.1.2).</summary>
    public bool AllowsMixedExtensions(MediaSection section) => ExtmapAllowMixed || section.ExtmapAllowMixed;

    /// <summary>The section with this MID; null if there is none.</summary>
    public MediaSection? FindMedia(string mid)
    {
        foreach (var section in Media)
        {
            if (section.Mid == mid) return section;
        }
        return null;
    }

    /// <summary>Parses a description. Lines may end in CR LF or LF. Unknown attributes are kept; malformed known ones are refused.</summary>
    /// <param name="text">The description.</param>
    /// <param name="description">The description; null where it is refused.</param>
    /// <param name="error">Why and where it was refused.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SessionDescription? description, out SdpError error) =>
        SessionParser.TryParse(text, out description, out error);

    /// <summary>The description as text, lines ending in CR LF.</summary>
    /// <exception cref="InvalidOperationException">A text of the model holds a control character, which would make another line of it.</exception>
    public override string ToString()
    {
        var writer = new SdpWriter();
        writer.Write(this);
        return writer.ToString();
    }
}
