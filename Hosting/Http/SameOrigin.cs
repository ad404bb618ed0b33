namespace Conference.Hosting.Http;

/// <summary>Whether a browser's <c>Origin</c> is the host that it asks.</summary>
public static class SameOrigin
{
    /// <summary>Whether <paramref name="origin"/> is a page of <paramref name="host"/>. The scheme is not compared: a proxy in front may have ended TLS.</summary>
    /// <param name="origin">The header.</param>
    /// <param name="host">The request's host with its port.</param>
    public static bool Is(string origin, string host)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return false;
        // Default ports are written by neither side.
        return string.Equals(uri.Authority, host, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(":443", StringComparison.Ordinal) && string.Equals($"{uri.Authority}:443", host, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(":80", StringComparison.Ordinal) && string.Equals($"{uri.Authority}:80", host, StringComparison.OrdinalIgnoreCase);
    }
}
