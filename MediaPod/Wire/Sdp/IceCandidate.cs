using System.Net;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Where a candidate comes from (RFC 8445 section 4).</summary>
public enum CandidateType : byte
{
    /// <summary>An address of the machine itself.</summary>
    Host,

    /// <summary>Learnt from a STUN server.</summary>
    ServerReflexive,

    /// <summary>Learnt from a connectivity check.</summary>
    PeerReflexive,

    /// <summary>An address of a TURN server.</summary>
    Relayed,
}

/// <summary>Who opens a TCP connection (RFC 6544 section 4.5).</summary>
public enum TcpCandidateType : byte
{
    /// <summary>The owner of the candidate connects.</summary>
    Active,

    /// <summary>The owner of the candidate listens.</summary>
    Passive,

    /// <summary>Both open at the same time.</summary>
    SimultaneousOpen,
}

/// <summary>An ICE candidate (RFC 8839 section 5.1, RFC 6544 section 4.5).</summary>
/// <param name="Foundation">1 to 32 characters; equal for candidates that succeed or fail together.</param>
/// <param name="Component">1 (RTP, and everything with rtcp-mux) or 2, at most 256.</param>
/// <param name="IsTcp">Whether the transport is TCP and not UDP.</param>
/// <param name="Priority">1 to 2^31 - 1; larger ones of lax clients are kept.</param>
/// <param name="Address">IPv4 or IPv6 address, or a host name such as an mDNS name.</param>
/// <param name="Port">Port; 9 for active TCP candidates.</param>
/// <param name="Type">Where it comes from.</param>
public sealed record IceCandidate(string Foundation, uint Component, bool IsTcp, uint Priority, string Address, ushort Port, CandidateType Type)
{
    /// <summary>Most extension pairs that are accepted.</summary>
    private const int MaxExtensions = 16;

    /// <summary><c>raddr</c>: the address it was derived from; null if not told.</summary>
    public string? RelatedAddress { get; init; }

    /// <summary><c>rport</c>: the port it was derived from; null if not told.</summary>
    public ushort? RelatedPort { get; init; }

    /// <summary><c>tcptype</c>; null for UDP.</summary>
    public TcpCandidateType? TcpType { get; init; }

    /// <summary>Other extension pairs, such as <c>generation</c> and <c>network-id</c>.</summary>
    public SdpList<SdpParameter> Extensions { get; init; } = [];

    /// <summary>Whether the address is a multicast DNS name, to be accepted and ignored here.</summary>
    public bool IsMdns => Address.EndsWith(".local", StringComparison.OrdinalIgnoreCase);

    /// <summary>The address, unless it is a host name.</summary>
    public bool TryGetAddress(out IPAddress address) => IPAddress.TryParse(Address, out address!);

    /// <summary>Parses a candidate as it stands behind <c>a=candidate:</c>; a leading <c>candidate:</c>, as in a browser's events, is accepted.</summary>
    /// <param name="value">The text.</param>
    /// <param name="candidate">The candidate; null too if it is well-formed but of a transport or type to be ignored (RFC 8839 section 5.1).</param>
    /// <returns>False if it is malformed.</returns>
    public static bool TryParse(ReadOnlySpan<char> value, out IceCandidate? candidate)
    {
        candidate = null;
        if (value.StartsWith("candidate:")) value = value["candidate:".Length..];
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var foundation) || foundation.Length > 32 || !SdpText.IsVisible(foundation)) return false;
        if (!tokens.TryNext(out var text) || !SdpText.TryParseNumber(text, 256u, out var component) || component == 0) return false;
        if (!tokens.TryNext(out var transport) || !SdpText.IsToken(transport)) return false;
        if (!tokens.TryNext(out text) || !SdpText.TryParseNumber(text, uint.MaxValue, out var priority)) return false;
        if (!tokens.TryNext(out var address) || !IsAddress(address)) return false;
        if (!tokens.TryNext(out text) || !SdpText.TryParseNumber(text, ushort.MaxValue, out var port)) return false;
        if (!tokens.TryNext(out text) || text is not "typ" || !tokens.TryNext(out var type) || !SdpText.IsToken(type)) return false;
        var tcp = transport.Equals("tcp", StringComparison.OrdinalIgnoreCase);
        var known = tcp || transport.Equals("udp", StringComparison.OrdinalIgnoreCase);
        var result = new IceCandidate(foundation.ToString(), component, tcp, priority, address.ToString(), (ushort)port, ParseType(type) ?? CandidateType.Host);
        if (!TryParseExtensions(ref tokens, ref result)) return false;
        candidate = known && ParseType(type) is not null ? result : null;
        return true;
    }

    private static bool TryParseExtensions(ref SdpTokens tokens, ref IceCandidate candidate)
    {
        List<SdpParameter>? extensions = null;
        while (tokens.TryNext(out var name))
        {
            if (!tokens.TryNext(out var value)) return false;
            switch (name)
            {
                case "raddr" when IsAddress(value):
                    candidate = candidate with { RelatedAddress = value.ToString() };
                    break;
                case "rport" when SdpText.TryParseNumber(value, ushort.MaxValue, out var port):
                    candidate = candidate with { RelatedPort = (ushort)port };
                    break;
                case "tcptype" when ParseTcpType(value) is { } tcpType:
                    candidate = candidate with { TcpType = tcpType };
                    break;
                case "raddr" or "rport" or "tcptype":
                    return false;
                default:
                    if ((extensions ??= []).Count == MaxExtensions || !SdpText.IsVisible(name) || !SdpText.IsVisible(value)) return false;
                    extensions.Add(new SdpParameter(name.ToString(), value.ToString()));
                    break;
            }
        }
        if (extensions is not null) candidate = candidate with { Extensions = extensions.ToSdpList() };
        return true;
    }

    // An address or name; a zone ("%eth0") may follow an IPv6 address.
    private static bool IsAddress(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 253) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or ':' or '-' or '_' or '%')) return false;
        }
        return true;
    }

    private static CandidateType? ParseType(ReadOnlySpan<char> text) => text switch
    {
        "host" => CandidateType.Host,
        "srflx" => CandidateType.ServerReflexive,
        "prflx" => CandidateType.PeerReflexive,
        "relay" => CandidateType.Relayed,
        _ => null,
    };

    private static TcpCandidateType? ParseTcpType(ReadOnlySpan<char> text) => text switch
    {
        "active" => TcpCandidateType.Active,
        "passive" => TcpCandidateType.Passive,
        "so" => TcpCandidateType.SimultaneousOpen,
        _ => null,
    };

    /// <summary>The text behind <c>a=</c>: <c>candidate:...</c>.</summary>
    public override string ToString()
    {
        var type = Type switch { CandidateType.Host => "host", CandidateType.ServerReflexive => "srflx", CandidateType.PeerReflexive => "prflx", _ => "relay" };
        var text = $"candidate:{Foundation} {Component} {(IsTcp ? "tcp" : "udp")} {Priority} {Address} {Port} typ {type}";
        if (RelatedAddress is not null) text += $" raddr {RelatedAddress}";
        if (RelatedPort is not null) text += $" rport {RelatedPort}";
        if (TcpType is { } tcp) text += " tcptype " + tcp switch { TcpCandidateType.Active => "active", TcpCandidateType.Passive => "passive", _ => "so" };
        foreach (var extension in Extensions) text += $" {extension.Name} {extension.Value}";
        return text;
    }
}
