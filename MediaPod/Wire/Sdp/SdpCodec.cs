using System.Globalization;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>A name with an optional value, such as one part of <c>a=fmtp</c>.</summary>
/// <param name="Name">The name; for formats that are no list of names (RED's <c>111/111</c>), the whole text.</param>
/// <param name="Value">The value; null without an equals sign.</param>
public sealed record SdpParameter(string Name, string? Value = null);

/// <summary>An <c>a=rtcp-fb</c> (RFC 4585 section 4.2).</summary>
/// <param name="Type">Such as <c>nack</c>, <c>ccm</c>, <c>goog-remb</c>, <c>transport-cc</c>.</param>
/// <param name="Parameter">Such as <c>pli</c> or <c>fir</c>; null if none.</param>
public sealed record RtcpFeedback(string Type, string? Parameter = null);

/// <summary>One payload type of a media section with everything said about it.</summary>
/// <param name="PayloadType">0 to 127.</param>
/// <param name="Name">Encoding name as written; empty where neither <c>a=rtpmap</c> nor RFC 3551 tells. Compare with <see cref="Is"/>.</param>
/// <param name="ClockRate">RTP clock in Hz; 0 if the name is empty.</param>
/// <param name="Channels">Audio channels, 1 if not told.</param>
public sealed record SdpCodec(byte PayloadType, string Name, uint ClockRate, uint Channels = 1)
{
    /// <summary>Most feedback entries of one payload type.</summary>
    internal const int MaxFeedback = 32;

    /// <summary>Most parameters of one payload type.</summary>
    internal const int MaxParameters = 64;

    /// <summary>What <c>a=fmtp</c> says, in its order.</summary>
    public SdpList<SdpParameter> Parameters { get; init; } = [];

    /// <summary>What <c>a=rtcp-fb</c> says, in its order; wildcards are spread over the payload types.</summary>
    public SdpList<RtcpFeedback> Feedback { get; init; } = [];

    /// <summary>Whether the encoding has this name; names ignore case (RFC 4855 section 3).</summary>
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether this feedback is there.</summary>
    public bool HasFeedback(string type, string? parameter = null)
    {
        foreach (var feedback in Feedback)
        {
            if (feedback.Type == type && feedback.Parameter == parameter) return true;
        }
        return false;
    }

    /// <summary>The value of a parameter, whose name ignores case; null if it is missing or has none.</summary>
    public string? Parameter(string name)
    {
        foreach (var parameter in Parameters)
        {
            if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return parameter.Value;
        }
        return null;
    }

    /// <summary>The value of a parameter as a number of 0 or more; null if it is missing or no number.</summary>
    public int? NumberParameter(string name) => int.TryParse(Parameter(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The payload type that a retransmission stream (<c>rtx</c>) repairs: its <c>apt</c>; null if this is none.</summary>
    public byte? RepairedPayloadType => Is("rtx") && NumberParameter("apt") is >= 0 and <= 127 and var apt ? (byte)apt : null;

    /// <summary>Parses <c>name=value;name=value</c>; blanks around names and values are dropped. Null if there are too many.</summary>
    internal static SdpList<SdpParameter>? TryParseParameters(ReadOnlySpan<char> text)
    {
        var parameters = new List<SdpParameter>();
        foreach (var range in text.Split(';'))
        {
            var part = text[range].Trim(' ');
            if (part.IsEmpty) continue;
            if (parameters.Count == MaxParameters) return null;
            var equals = part.IndexOf('=');
            parameters.Add(equals > 0
                ? new SdpParameter(part[..equals].TrimEnd(' ').ToString(), part[(equals + 1)..].TrimStart(' ').ToString())
                : new SdpParameter(part.ToString()));
        }
        return parameters.ToSdpList();
    }

    internal static string WriteParameters(SdpList<SdpParameter> parameters) =>
        string.Join(';', parameters.Select(p => p.Value is null ? p.Name : $"{p.Name}={p.Value}"));

    /// <summary>The static assignments of RFC 3551 that WebRTC endpoints still use without <c>a=rtpmap</c>.</summary>
    internal static SdpCodec FromStaticTable(byte payloadType) => payloadType switch
    {
        0 => new SdpCodec(0, "PCMU", 8000),
        8 => new SdpCodec(8, "PCMA", 8000),
        9 => new SdpCodec(9, "G722", 8000),
        13 => new SdpCodec(13, "CN", 8000),
        _ => new SdpCodec(payloadType, "", 0),
    };
}
