namespace Conference.Hosting.Http;

/// <summary>Why a request is refused before (or instead of) reaching a handler of its own; the <c>reason</c> of the problem document.</summary>
public enum RequestRefusal
{
    /// <summary>The request is not HTTP as agreed, or its body cannot be read.</summary>
    Malformed,

    /// <summary>The body, or the header, is larger than the limit.</summary>
    TooLarge,

    /// <summary>The client sends slower than the limit allows.</summary>
    TooSlow,

    /// <summary>Nothing is at this path.</summary>
    NotFound,

    /// <summary>The path exists, the method does not.</summary>
    MethodNotAllowed,

    /// <summary>The content type is not the one this request needs.</summary>
    UnsupportedContentType,

    /// <summary>The credential of a service is missing or wrong.</summary>
    Unauthorized,

    /// <summary>The credential is good, but not for this.</summary>
    Forbidden,

    /// <summary>More requests than the limit; wait as long as <c>Retry-After</c> says.</summary>
    TooManyRequests,

    /// <summary>A WebSocket from a page of another origin.</summary>
    WrongOrigin,

    /// <summary>The service failed; the log has more.</summary>
    InternalError,

    /// <summary>What the request needs is away; try again.</summary>
    Unavailable,

    /// <summary>This silo stands by for another, which serves.</summary>
    Standby,

    /// <summary>This silo stops; another serves in a moment.</summary>
    Stopping,
}
