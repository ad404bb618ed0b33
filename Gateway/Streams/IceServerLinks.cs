using System.Collections.Immutable;
using Conference.Contracts.Signaling;
using Microsoft.Extensions.Primitives;

namespace Conference.Gateway.Streams;

/// <summary>STUN and TURN servers as <c>Link</c> headers (RFC 9725 section 4.6), one for each URL.</summary>
internal static class IceServerLinks
{
    public static StringValues Of(ImmutableArray<IceServer> servers) => new([.. servers.SelectMany(server => server.Urls.Select(url => Link(url, server)))]);

    private static string Link(string url, IceServer server)
    {
        var link = $"<{url}>; rel=\"ice-server\"";
        if (server.Username is not { } username || server.Credential is not { } credential) return link;
        return $"{link}; username=\"{Quoted(username)}\"; credential=\"{Quoted(credential)}\"; credential-type=\"password\"";
    }

    // RFC 9110 section 5.6.4. What no header may hold is left out: a wrong setting must not become another header.
    private static string Quoted(string text) => string.Concat(text.Where(c => c is >= ' ' and <= '~').Select(c => c is '"' or '\\' ? $"\\{c}" : $"{c}"));
}
