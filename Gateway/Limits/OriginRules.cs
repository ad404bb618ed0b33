using Conference.Hosting.Http;

namespace Conference.Gateway.Limits;

/// <summary>Which pages may do what. Only <c>/api/me</c> knows cookies, and lets no other origin in; the rest is about other sites using a person's network position, not a login.</summary>
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
        return SameOrigin.Is(origin, host);
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
}
