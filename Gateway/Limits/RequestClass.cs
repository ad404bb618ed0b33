using Microsoft.AspNetCore.Http;

namespace Conference.Gateway.Limits;

/// <summary>What a request costs behind the Gateway, judged by method and path alone.</summary>
public enum RequestClass
{
    /// <summary>The page and everything small.</summary>
    Page,

    /// <summary>Looks a meeting up or joins it.</summary>
    Join,

    /// <summary>Creates a meeting.</summary>
    Create,

    /// <summary>Another API request.</summary>
    Api,

    /// <summary>Opens a WebSocket.</summary>
    Socket,

    /// <summary>A media session.</summary>
    Media,

    /// <summary>A stable stream link.</summary>
    Stream,
}

/// <summary>Tells the class of a request.</summary>
public static class RequestClasses
{
    /// <summary>The class of <paramref name="method"/> on <paramref name="path"/>.</summary>
    public static RequestClass Of(string method, PathString path)
    {
        if (path.StartsWithSegments("/signal") || path.StartsWithSegments("/media") && path.Value!.EndsWith("/channel", StringComparison.Ordinal)) return RequestClass.Socket;
        if (path.StartsWithSegments("/media")) return RequestClass.Media;
        if (path.StartsWithSegments("/whip") || path.StartsWithSegments("/whep")) return RequestClass.Stream;
        if (path.StartsWithSegments("/api/join")) return RequestClass.Join;
        if ((path.Equals("/api/meetings") || path.Equals("/api/me/meetings")) && HttpMethods.IsPost(method)) return RequestClass.Create;
        return path.StartsWithSegments("/api") || path.StartsWithSegments("/openapi") ? RequestClass.Api : RequestClass.Page;
    }
}
