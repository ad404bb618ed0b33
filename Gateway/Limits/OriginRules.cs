namespace Conference.Gateway.Limits;

/// <summary>Which pages may do what. Nothing here uses cookies, so this is about other sites using a person's network position, not a login.</summary>
public static class OriginRules
{
    /// <summary>Whether a WebSocket with this <c>Origin</c> may be opened: none (not a browser), the Gateway's own host, or a configured one.</summary>
    /// <param name="origin">The header; null when absent.</param>
    /// <param name="host">The request's host with its port.</param>
    /// <param name="allowed">Further origins.</param>
    public static bool MayOpenSocket(string? origin, string host, IReadOnlyCollection<string> allowed)
    {
        if (origin is null) return true;
        if (allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)) return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && SameHost(uri, host);
    }

    /// <summary>What <c>Access-Control-Allow-Origin</c> says; null: nothing. Media and stream links carry their own credential and are for every page.</summary>
    /// <param name="requestClass">What is asked.</param>
    /// <param name="path">The path.</param>
    /// <param name="origin">The page's origin.</param>
    /// <param name="allowed">Configured origins.</param>
    public static string? AllowOrigin(RequestClass requestClass, string path, string origin, IReadOnlyCollection<string> allowed)
    {
        if (requestClass is RequestClass.Media or RequestClass.Stream || path == "/probe") return "*";
        return requestClass is RequestClass.Api or RequestClass.Join or RequestClass.Create && allowed.Contains(origin, StringComparer.OrdinalIgnoreCase) ? origin : null;
    }

    private static bool SameHost(Uri origin, string host)
    {
        // The scheme is not compared: a proxy in front may have ended TLS. Default ports are written by neither side.
        return string.Equals(origin.Authority, host, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(":443", StringComparison.Ordinal) && string.Equals($"{origin.Authority}:443", host, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(":80", StringComparison.Ordinal) && string.Equals($"{origin.Authority}:80", host, StringComparison.OrdinalIgnoreCase);
    }
}
