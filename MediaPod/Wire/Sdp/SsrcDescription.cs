namespace Conference.MediaPod.Wire.Sdp;

/// <summary>All <c>a=ssrc</c> lines of one source (RFC 5576 section 4.1).</summary>
/// <param name="Ssrc">The source.</param>
/// <param name="Attributes">Its attributes in their order, such as <c>cname</c> and <c>msid</c>.</param>
public sealed record SsrcDescription(uint Ssrc, SdpList<SdpAttribute> Attributes)
{
    /// <summary>The canonical name; null if not told.</summary>
    public string? CName => Find("cname");

    /// <summary>The value of the first attribute with this name; null if missing.</summary>
    public string? Find(string name)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Name == name) return attribute.Value;
        }
        return null;
    }

    internal static bool TryParse(ReadOnlySpan<char> value, out uint ssrc, out SdpAttribute? attribute)
    {
        attribute = null;
        var tokens = new SdpTokens(value);
        ssrc = 0;
        if (!tokens.TryNext(out var number) || !SdpText.TryParseNumber(number, uint.MaxValue, out ssrc)) return false;
        if (tokens.IsEmpty) return true;
        var name = SdpText.SplitAttribute(tokens.Rest, out var text, out var hasValue);
        if (!SdpText.IsToken(name)) return false;
        attribute = new SdpAttribute(name.ToString(), hasValue ? text.ToString() : null);
        return true;
    }
}

/// <summary>An <c>a=ssrc-group</c> (RFC 5576 section 4.2).</summary>
/// <param name="Semantics"><c>FID</c>: a source and its retransmissions; <c>SIM</c>: simulcast encodings.</param>
/// <param name="Ssrcs">The sources, in order.</param>
public sealed record SsrcGroup(string Semantics, SdpList<uint> Ssrcs)
{
    /// <summary>Source and retransmission stream (RFC 4588 section 8.2 through RFC 5576).</summary>
    public const string FlowIdentification = "FID";

    /// <summary>Simulcast encodings, of clients that do not use RIDs.</summary>
    public const string Simulcast = "SIM";

    private const int MaxSsrcs = 32;

    internal static SsrcGroup? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var semantics) || !SdpText.IsToken(semantics)) return null;
        var ssrcs = new List<uint>();
        while (tokens.TryNext(out var text))
        {
            if (ssrcs.Count == MaxSsrcs || !SdpText.TryParseNumber(text, uint.MaxValue, out var ssrc)) return null;
            ssrcs.Add(ssrc);
        }
        return new SsrcGroup(semantics.ToString(), ssrcs.ToSdpList());
    }
}

/// <summary>An <c>a=msid</c> (RFC 8830 section 2).</summary>
/// <param name="StreamId">The MediaStream; <c>-</c> if the track is in none.</param>
/// <param name="TrackId">The track; null if not told.</param>
public sealed record Msid(string StreamId, string? TrackId = null)
{
    internal static Msid? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var stream) || !SdpText.IsVisible(stream)) return null;
        if (tokens.IsEmpty) return new Msid(stream.ToString());
        return tokens.TryNext(out var track) && tokens.IsEmpty && SdpText.IsVisible(track) ? new Msid(stream.ToString(), track.ToString()) : null;
    }

    /// <summary>The text behind <c>a=msid:</c>.</summary>
    public override string ToString() => TrackId is null ? StreamId : $"{StreamId} {TrackId}";
}
