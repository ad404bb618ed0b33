using System.Text;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Writes descriptions and fragments, lines ending in CR LF.</summary>
internal sealed class SdpWriter
{
    private readonly StringBuilder _text = new(4096);

    public override string ToString() => _text.ToString();

    /// <summary>Writes one line. A control character in it would forge further lines, so it is a programming error.</summary>
    public void Line(char type, string value)
    {
        if (SdpLineReader.HasControl(value)) throw new InvalidOperationException($"A control character in the value of a {type}= line.");
        _text.Append(type).Append('=').Append(value).Append("\r\n");
    }

    public void Attribute(string text) => Line('a', text);

    public void Flag(bool set, string name)
    {
        if (set) Attribute(name);
    }

    public void Write(SessionDescription description)
    {
        Line('v', "0");
        description.Origin.Write(this);
        Line('s', description.SessionName);
        Line('t', "0 0");
        foreach (var group in description.Groups) Attribute($"group:{Join(group.Semantics, group.Mids)}");
        Flag(description.IceLite, "ice-lite");
        Flag(description.ExtmapAllowMixed, "extmap-allow-mixed");
        WriteOthers(description.OtherAttributes);
        foreach (var section in description.Media) Write(section);
    }

    private void Write(MediaSection section)
    {
        var formats = section.IsRtp ? section.Codecs.Select(codec => codec.PayloadType.ToString()) : section.Formats;
        // At least one format has to be named, even in a rejected section (RFC 8866 section 9).
        Line('m', Join($"{section.Media} {section.Port} {section.Protocol}", formats.DefaultIfEmpty("0")));
        Line('c', $"IN {section.Connection.AddressType} {section.Connection.Address}");
        foreach (var bandwidth in section.Bandwidths) Line('b', $"{bandwidth.Type}:{bandwidth.Value}");
        WriteTransport(section);
        if (section.IsRtp) WriteRtp(section);
        WriteSources(section);
        if (section.SctpPort is { } sctp) Attribute($"sctp-port:{sctp}");
        if (section.MaxMessageSize is { } size) Attribute($"max-message-size:{size}");
        WriteOthers(section.OtherAttributes);
        WriteCandidates(section.Candidates, section.EndOfCandidates);
    }

    private void WriteTransport(MediaSection section)
    {
        WriteIce(section.Ice);
        if (section.IceOptions.Count > 0) Attribute($"ice-options:{string.Join(' ', section.IceOptions)}");
        foreach (var fingerprint in section.Fingerprints) Attribute($"fingerprint:{fingerprint.Algorithm} {fingerprint.Value}");
        if (section.Setup is { } setup) Attribute($"setup:{setup.ToText()}");
        if (section.Mid is { } mid) Attribute($"mid:{mid}");
        Flag(section.BundleOnly, "bundle-only");
        Flag(section.ExtmapAllowMixed, "extmap-allow-mixed");
        Flag(section.RtcpMux, "rtcp-mux");
        Flag(section.RtcpMuxOnly, "rtcp-mux-only");
        Flag(section.RtcpReducedSize, "rtcp-rsize");
    }

    private void WriteRtp(MediaSection section)
    {
        foreach (var extension in section.HeaderExtensions) Attribute($"extmap:{extension}");
        Attribute(section.Direction.ToText());
        foreach (var codec in section.Codecs) Write(codec);
    }

    private void WriteSources(MediaSection section)
    {
        foreach (var msid in section.Msids) Attribute($"msid:{msid}");
        if (section.Content.Count > 0) Attribute($"content:{string.Join(',', section.Content)}");
        foreach (var rid in section.Rids) Attribute($"rid:{rid}");
        if (section.Simulcast is { } simulcast) Attribute($"simulcast:{simulcast}");
        foreach (var group in section.SsrcGroups) Attribute($"ssrc-group:{Join(group.Semantics, group.Ssrcs.Select(ssrc => ssrc.ToString()))}");
        foreach (var source in section.Ssrcs)
        {
            if (source.Attributes.Count == 0) Attribute($"ssrc:{source.Ssrc}");
            foreach (var attribute in source.Attributes) Attribute($"ssrc:{source.Ssrc} {Text(attribute)}");
        }
    }

    private void Write(SdpCodec codec)
    {
        if (codec.Name.Length > 0)
            Attribute($"rtpmap:{codec.PayloadType} {codec.Name}/{codec.ClockRate}{(codec.Channels > 1 ? $"/{codec.Channels}" : "")}");
        foreach (var feedback in codec.Feedback)
            Attribute($"rtcp-fb:{codec.PayloadType} {feedback.Type}{(feedback.Parameter is null ? "" : " " + feedback.Parameter)}");
        if (codec.Parameters.Count > 0) Attribute($"fmtp:{codec.PayloadType} {SdpCodec.WriteParameters(codec.Parameters)}");
    }

    public void WriteIce(IceParameters? ice)
    {
        if (ice is null) return;
        Attribute($"ice-ufrag:{ice.UsernameFragment}");
        Attribute($"ice-pwd:{ice.Password}");
    }

    public void WriteCandidates(SdpList<IceCandidate> candidates, bool end)
    {
        foreach (var candidate in candidates) Attribute(candidate.ToString());
        Flag(end, "end-of-candidates");
    }

    private void WriteOthers(SdpList<SdpAttribute> attributes)
    {
        foreach (var attribute in attributes) Attribute(Text(attribute));
    }

    private static string Text(SdpAttribute attribute) => attribute.Value is null ? attribute.Name : $"{attribute.Name}:{attribute.Value}";

    private static string Join(string head, IEnumerable<string> rest)
    {
        var tail = string.Join(' ', rest);
        return tail.Length == 0 ? head : $"{head} {tail}";
    }
}
