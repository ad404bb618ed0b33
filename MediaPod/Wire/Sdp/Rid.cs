namespace Conference.MediaPod.Wire.Sdp;

/// <summary>An <c>a=rid</c>: one encoding of a media section (RFC 8851).</summary>
/// <param name="Id">Letters, digits, hyphen, underscore; it is the value of the RID header extension.</param>
/// <param name="IsSend">Whether the writer sends it, or receives it.</param>
public sealed record Rid(string Id, bool IsSend)
{
    /// <summary>Restrictions, such as <c>pt=97</c> or <c>max-width=1280</c>.</summary>
    public SdpList<SdpParameter> Restrictions { get; init; } = [];

    internal static Rid? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var id) || !SdpText.IsRid(id) || !tokens.TryNext(out var direction) || direction is not ("send" or "recv")) return null;
        return SdpCodec.TryParseParameters(tokens.Rest) is { } restrictions ? new Rid(id.ToString(), direction is "send") { Restrictions = restrictions } : null;
    }

    /// <summary>The text behind <c>a=rid:</c>.</summary>
    public override string ToString() => $"{Id} {(IsSend ? "send" : "recv")}{(Restrictions.Count == 0 ? "" : " " + SdpCodec.WriteParameters(Restrictions))}";
}
