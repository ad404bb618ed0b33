namespace Conference.MediaPod.Wire.Sdp;

/// <summary>The <c>o=</c> line (RFC 8866 section 5.2).</summary>
/// <param name="Username">User name, <c>-</c> if none.</param>
/// <param name="SessionId">Numeric session identifier, as text because its size is not limited.</param>
/// <param name="SessionVersion">Version of the description; grows by one with every change.</param>
/// <param name="AddressType"><c>IP4</c> or <c>IP6</c>.</param>
/// <param name="Address">Address of the originator; means nothing in WebRTC.</param>
public sealed record SdpOrigin(string Username, string SessionId, string SessionVersion, string AddressType = "IP4", string Address = "127.0.0.1")
{
    internal static SdpOrigin? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var user) || !tokens.TryNext(out var id) || !tokens.TryNext(out var version) || !tokens.TryNext(out var network)
            || !tokens.TryNext(out var type) || !tokens.TryNext(out var address) || !tokens.IsEmpty || network is not "IN" || type is not ("IP4" or "IP6"))
            return null;
        return SdpText.IsDigits(id) && SdpText.IsDigits(version)
            ? new SdpOrigin(user.ToString(), id.ToString(), version.ToString(), type.ToString(), address.ToString()) : null;
    }

    internal void Write(SdpWriter writer) => writer.Line('o', $"{Username} {SessionId} {SessionVersion} IN {AddressType} {Address}");
}

/// <summary>A <c>c=</c> line (RFC 8866 section 5.7). With ICE it means nothing, but has to be there.</summary>
/// <param name="AddressType"><c>IP4</c> or <c>IP6</c>.</param>
/// <param name="Address">Address or host name.</param>
public sealed record SdpConnection(string AddressType, string Address)
{
    /// <summary>The one that JSEP writes where there is no default candidate (RFC 9429 section 5.2.1).</summary>
    public static readonly SdpConnection None = new("IP4", "0.0.0.0");

    internal static SdpConnection? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        return tokens.TryNext(out var network) && tokens.TryNext(out var type) && tokens.TryNext(out var address) && tokens.IsEmpty
            && network is "IN" && type is "IP4" or "IP6" ? new SdpConnection(type.ToString(), address.ToString()) : null;
    }
}

/// <summary>A <c>b=</c> line (RFC 8866 section 5.8).</summary>
/// <param name="Type"><c>AS</c> (kbit/s with headers), <c>TIAS</c> (bit/s without headers, RFC 3890) or another token.</param>
/// <param name="Value">The rate, in the type's unit.</param>
public sealed record SdpBandwidth(string Type, ulong Value)
{
    internal static SdpBandwidth? TryParse(ReadOnlySpan<char> value)
    {
        var colon = value.IndexOf(':');
        return colon > 0 && SdpText.IsToken(value[..colon]) && SdpText.TryParseNumber(value[(colon + 1)..], ulong.MaxValue, out var number)
            ? new SdpBandwidth(value[..colon].ToString(), number) : null;
    }
}

/// <summary>An attribute that has no property of its own, kept as it was.</summary>
/// <param name="Name">Name, up to the colon.</param>
/// <param name="Value">What follows the colon; null for a property attribute without one.</param>
public sealed record SdpAttribute(string Name, string? Value = null);

/// <summary>An <c>a=group</c> (RFC 5888 section 5), such as <c>BUNDLE</c> (RFC 9143).</summary>
/// <param name="Semantics">What the sections have in common.</param>
/// <param name="Mids">Their MIDs.</param>
public sealed record SdpGroup(string Semantics, SdpList<string> Mids)
{
    /// <summary>The semantics of sections that share a transport.</summary>
    public const string Bundle = "BUNDLE";

    internal static SdpGroup? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var semantics) || !SdpText.IsToken(semantics)) return null;
        var mids = new List<string>();
        while (tokens.TryNext(out var mid))
        {
            if (!SdpText.IsToken(mid) || mids.Count == SessionDescription.MaxMediaSections) return null;
            mids.Add(mid.ToString());
        }
        return new SdpGroup(semantics.ToString(), mids.ToSdpList());
    }
}
