namespace Conference.MediaPod.Wire.Sdp;

/// <summary>One alternative of a simulcast stream.</summary>
/// <param name="Rid">The encoding's <see cref="Sdp.Rid.Id"/>.</param>
/// <param name="IsPaused">Whether it starts paused (a tilde in front).</param>
public sealed record SimulcastAlternative(string Rid, bool IsPaused = false);

/// <summary>An <c>a=simulcast</c> (RFC 8853 section 5.1): streams in order of preference, each a list of alternatives.</summary>
/// <param name="Send">Streams that the writer sends.</param>
/// <param name="Receive">Streams that the writer receives.</param>
public sealed record Simulcast(SdpList<SdpList<SimulcastAlternative>> Send, SdpList<SdpList<SimulcastAlternative>> Receive)
{
    /// <summary>Most alternatives in one direction.</summary>
    private const int MaxAlternatives = 64;

    internal static Simulcast? TryParse(ReadOnlySpan<char> value)
    {
        SdpList<SdpList<SimulcastAlternative>>? send = null, receive = null;
        var tokens = new SdpTokens(value);
        while (tokens.TryNext(out var direction))
        {
            if (!tokens.TryNext(out var list) || TryParseStreams(list) is not { } streams) return null;
            if (direction is "send" && send is null) send = streams;
            else if (direction is "recv" && receive is null) receive = streams;
            else return null;
        }
        return send is null && receive is null ? null : new Simulcast(send ?? [], receive ?? []);
    }

    private static SdpList<SdpList<SimulcastAlternative>>? TryParseStreams(ReadOnlySpan<char> text)
    {
        var count = 0;
        var streams = new List<SdpList<SimulcastAlternative>>();
        foreach (var range in text.Split(';'))
        {
            var stream = text[range];
            var alternatives = new List<SimulcastAlternative>();
            foreach (var inner in stream.Split(','))
            {
                var rid = stream[inner];
                var paused = rid.StartsWith('~');
                if (paused) rid = rid[1..];
                if (!SdpText.IsRid(rid) || ++count > MaxAlternatives) return null;
                alternatives.Add(new SimulcastAlternative(rid.ToString(), paused));
            }
            streams.Add(alternatives.ToSdpList());
        }
        return streams.ToSdpList();
    }

    /// <summary>The text behind <c>a=simulcast:</c>.</summary>
    public override string ToString()
    {
        var send = Send.Count == 0 ? "" : "send " + WriteStreams(Send);
        var receive = Receive.Count == 0 ? "" : "recv " + WriteStreams(Receive);
        return send.Length > 0 && receive.Length > 0 ? $"{send} {receive}" : send + receive;
    }

    private static string WriteStreams(SdpList<SdpList<SimulcastAlternative>> streams) =>
        string.Join(';', streams.Select(stream => string.Join(',', stream.Select(a => (a.IsPaused ? "~" : "") + a.Rid))));
}
