using Microsoft.AspNetCore.Http;

namespace Conference.Gateway.Pages;

/// <summary>What browsers are told about answers of this Gateway.</summary>
internal sealed class SecurityHeaders
{
    private const string Permissions =
        "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), autoplay=(self), speaker-selection=(self), screen-wake-lock=(self), "
        + "picture-in-picture=(self), clipboard-write=(self), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=()";

    private readonly string _contentSecurity;
    private readonly bool _strictTransport;

    /// <param name="origins">Other origins whose silos and probes the page may call.</param>
    /// <param name="strictTransport">Whether to insist on HTTPS for a year.</param>
    public SecurityHeaders(IReadOnlyCollection<string> origins, bool strictTransport)
    {
        _strictTransport = strictTransport;
        var connect = string.Join(' ', ["'self'", .. origins.SelectMany(origin => (string[])[origin, WebSocketOf(origin)])]);
        // No inline script or style anywhere; blob: is for pictures and sounds that the page makes itself.
        _contentSecurity = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
            + $"connect-src {connect}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    /// <summary>On every answer.</summary>
    public void SetForAll(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (_strictTransport && context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }

    /// <summary>On the page.</summary>
    public void SetForPage(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = _contentSecurity;
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
    }

    private static string WebSocketOf(string origin) => "ws" + origin["http".Length..];
}
