using System.Globalization;
using System.Net;

namespace Conference.Load.Servers;

/// <summary>
/// A peer whose packets go through something in between: the server's candidates are replaced by one that <paramref name="between"/> gives for the first of them (UDP, IPv4), and the peer's own
/// candidates are left out, so that the server learns of no other way.
/// </summary>
/// <param name="peer">The peer.</param>
/// <param name="between">From the server's address to the one to send to.</param>
public sealed class RelayedPeer(ISdpPeer peer, Func<IPEndPoint, IPEndPoint> between) : ISdpPeer
{
    private const string Candidate = "a=candidate:";

    /// <inheritdoc/>
    public async Task<string> OfferAsync() => Without(await peer.OfferAsync().ConfigureAwait(false));

    /// <inheritdoc/>
    public Task AcceptAsync(string answer) => peer.AcceptAsync(Replace(answer));

    /// <inheritdoc/>
    public async Task<string> AnswerAsync(string offer) => Without(await peer.AnswerAsync(Replace(offer)).ConfigureAwait(false));

    /// <summary>The description with the server's candidates replaced.</summary>
    /// <exception cref="LoadException">It has no candidate of UDP and IPv4.</exception>
    public string Replace(string sdp)
    {
        var lines = sdp.Split('\n');
        var server = lines.Select(Endpoint).FirstOrDefault(e => e is not null) ?? throw new LoadException("the server names no candidate of UDP and IPv4");
        var other = between(server);
        var (kept, sections) = (new List<string>(), 0);
        var written = -1;
        foreach (var line in lines)
        {
            if (line.StartsWith("m=", StringComparison.Ordinal)) sections++;
            if (!line.StartsWith(Candidate, StringComparison.Ordinal)) kept.Add(line);
            else if (written != sections)
            {
                written = sections;
                kept.Add(string.Create(CultureInfo.InvariantCulture, $"{Candidate}1 1 udp 2130706431 {other.Address} {other.Port} typ host\r"));
            }
        }
        return string.Join('\n', kept);
    }

    private static string Without(string sdp) => string.Join('\n', sdp.Split('\n').Where(line => !line.StartsWith(Candidate, StringComparison.Ordinal)));

    private static IPEndPoint? Endpoint(string line)
    {
        var words = line.TrimEnd('\r').Split(' ');
        return line.StartsWith(Candidate, StringComparison.Ordinal) && words.Length >= 8 && words[2].Equals("udp", StringComparison.OrdinalIgnoreCase)
            && IPAddress.TryParse(words[4], out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && ushort.TryParse(words[5], out var port)
            ? new(address, port)
            : null;
    }
}
