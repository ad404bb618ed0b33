using System.Text;
using Conference.Contracts.Api;
using Conference.Contracts.Media;
using Conference.Contracts.Tickets;
using Conference.Hosting.Http;
using Conference.Hosting.Sockets;
using Conference.MediaPod.Host.Channels;
using Conference.MediaPod.Host.Telemetry;
using Conference.MediaPod.Wire.Sdp;
using Microsoft.Net.Http.Headers;

namespace Conference.MediaPod.Host.Sessions;

/// <summary>
/// The HTTP side of media sessions: <c>POST …/sessions</c> for the SDK, <c>…/whip</c> (RFC 9725) and <c>…/whep</c> for standard clients, and
/// <c>PUT</c>, <c>PATCH</c>, <c>DELETE</c> and the channel of <c>…/sessions/{id}</c>.
/// </summary>
internal static class SessionEndpoints
{
    /// <summary>The media type of offers and answers.</summary>
    public const string Sdp = "application/sdp";

    private const string RetrySeconds = "2";

    /// <summary>Maps the endpoints under <c>/media/{podId}</c>.</summary>
    public static void MapSessions(this IEndpointRouteBuilder app, string podId)
    {
        var media = app.MapGroup($"/media/{podId}");
        media.AddEndpointFilter(CountRefusalAsync);
        media.MapPost("/sessions", (HttpContext context, MediaSessions sessions, SessionAccess access) => PostAsync(context, sessions, access, podId, SessionKind.Sdk));
        media.MapPost("/whip", (HttpContext context, MediaSessions sessions, SessionAccess access) => PostAsync(context, sessions, access, podId, SessionKind.Whip));
        media.MapPost("/whep", (HttpContext context, MediaSessions sessions, SessionAccess access) => PostAsync(context, sessions, access, podId, SessionKind.Whep));
        foreach (var path in new[] { "/sessions", "/whip", "/whep" })
            media.MapMethods(path, [HttpMethods.Options], (HttpContext context) => Options(context, accepted: Sdp));
        media.MapMethods("/sessions/{id}", [HttpMethods.Options], (HttpContext context) => Options(context, accepted: null));
        media.MapPut("/sessions/{id}", PutAsync);
        media.MapPatch("/sessions/{id}", PatchAsync);
        media.MapDelete("/sessions/{id}", DeleteAsync);
        media.MapGet("/sessions/{id}/channel", ChannelAsync);
    }

    private static async Task<IResult> PostAsync(HttpContext context, MediaSessions sessions, SessionAccess access, string podId, SessionKind kind)
    {
        var bearer = BearerToken.Of(context.Request);
        var ticket = await access.CheckAsync(bearer).ConfigureAwait(false);
        if (!ticket.IsValid) return Unauthorized(context, ticket.Refusal.Value);
        if (!HasType(context.Request, Sdp)) return Refuse(SessionEndReason.UnsupportedContentType);
        if (!Accepts(context.Request, Sdp)) return Refuse(SessionEndReason.NotAcceptable);
        if (await ReadAsync(context.Request).ConfigureAwait(false) is not { } sdp) return Refuse(SessionEndReason.TooLarge);

        var outcome = await sessions.OpenAsync(ticket.Claims, bearer!, kind, sdp).ConfigureAwait(false);
        if (!outcome.IsGood) return Refuse(outcome.Refusal!.Value, outcome.Detail);
        context.Response.Headers.Location = $"/media/{podId}/sessions/{outcome.Session.Id}";
        return Answer(context, outcome, StatusCodes.Status201Created, Sdp);
    }

    private static async Task<IResult> PutAsync(HttpContext context, string id, MediaSessions sessions, SessionAccess access)
    {
        var (session, refusal) = await FindAsync(context, id, sessions, access).ConfigureAwait(false);
        if (session is null) return refusal!;
        if (session.Kind != SessionKind.Sdk)
        {
            // RFC 9725 section 4.4: a WHIP session is never offered again.
            context.Response.Headers.Allow = "PATCH, DELETE, OPTIONS";
            return Problem.Result(StatusCodes.Status405MethodNotAllowed, RequestRefusal.MethodNotAllowed, "A WHIP or WHEP session takes no new offer.");
        }
        if (!HasType(context.Request, Sdp)) return Refuse(SessionEndReason.UnsupportedContentType);
        if (await ReadAsync(context.Request).ConfigureAwait(false) is not { } sdp) return Refuse(SessionEndReason.TooLarge);
        var outcome = await sessions.ReofferAsync(session, sdp).ConfigureAwait(false);
        return outcome.IsGood ? Answer(context, outcome, StatusCodes.Status200OK, Sdp) : Refuse(outcome.Refusal!.Value, outcome.Detail);
    }

    /// <summary>Trickle ICE and ICE restarts (RFC 9725 section 4.3). As an ICE-lite end we need none of the client's candidates.</summary>
    private static async Task<IResult> PatchAsync(HttpContext context, string id, MediaSessions sessions, SessionAccess access)
    {
        var (session, refusal) = await FindAsync(context, id, sessions, access).ConfigureAwait(false);
        if (session is null) return refusal!;
        if (!HasType(context.Request, SdpFragment.MediaType)) return Refuse(SessionEndReason.UnsupportedContentType);
        if (await ReadAsync(context.Request).ConfigureAwait(false) is not { } text) return Refuse(SessionEndReason.TooLarge);
        if (!SdpFragment.TryParse(text, out var fragment, out var error)) return Refuse(SessionEndReason.MalformedSdp, error.ToString());

        if (context.Request.Headers.IfMatch.Count == 0) return Problem.Result(StatusCodes.Status428PreconditionRequired, SessionEndReason.StaleEtag, "The request must say which ICE session it means (If-Match).");
        var restarts = fragment.Ice is { } ice && ice.UsernameFragment != session.Media.RemoteUfrag;
        if (!Matches(context.Request, session.Etag)) return Refuse(SessionEndReason.StaleEtag);
        if (!restarts) return Results.NoContent();
        var outcome = await sessions.RestartIceAsync(session, fragment.Ice!).ConfigureAwait(false);
        return outcome.IsGood ? Answer(context, outcome, StatusCodes.Status200OK, SdpFragment.MediaType) : Refuse(outcome.Refusal!.Value, outcome.Detail);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, MediaSessions sessions, SessionAccess access)
    {
        var (session, refusal) = await FindAsync(context, id, sessions, access).ConfigureAwait(false);
        if (session is null) return refusal!;
        await sessions.CloseAsync(session, SessionEndReason.Deleted).ConfigureAwait(false);
        return Results.Ok();
    }

    private static async Task<IResult> ChannelAsync(
        HttpContext context, string id, MediaSessions sessions, SessionAccess access, PodCounters counters, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<ChannelConnection> log)
    {
        if (sessions.Find(id) is not { } session) return Refuse(SessionEndReason.UnknownSession);
        if (!context.WebSockets.IsWebSocketRequest) return Problem.Result(StatusCodes.Status400BadRequest, RequestRefusal.Malformed, "This is a WebSocket.");
        using var socket = new MessageSocket(await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false), ChannelConnection.MaxMessageBytes, context.Abort);
        await new ChannelConnection(socket, session, access, counters, time, log).RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        return Results.Empty;
    }

    private static async ValueTask<(PodSession? Session, IResult? Refusal)> FindAsync(HttpContext context, string id, MediaSessions sessions, SessionAccess access)
    {
        if (sessions.Find(id) is not { } session) return (null, Refuse(SessionEndReason.UnknownSession));
        return await access.AllowsAsync(session, BearerToken.Of(context.Request)).ConfigureAwait(false) ? (session, null) : (null, Unauthorized(context, TicketRefusal.WrongAudience));
    }

    // One place for all of them: what is answered with a problem document is a refusal, and its reason is the counter's.
    private static async ValueTask<object?> CountRefusalAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context).ConfigureAwait(false);
        if (result is IValueHttpResult<ApiProblem> { Value: { } problem })
        {
            var reason = problem.Reason == nameof(SessionEndReason.InvalidTicket) ? $"MediaTicket{problem.Detail}" : problem.Reason;
            context.HttpContext.RequestServices.GetRequiredService<PodCounters>().Refused(reason);
            SayWhatHelps(context.HttpContext, problem.Status);
        }
        return result;
    }

    private static void SayWhatHelps(HttpContext context, int status)
    {
        var headers = context.Response.Headers;
        if (status == StatusCodes.Status503ServiceUnavailable) headers.RetryAfter = RetrySeconds;
        // RFC 9110 section 15.5.16 and RFC 5789 section 2.2.
        if (status != StatusCodes.Status415UnsupportedMediaType) return;
        if (HttpMethods.IsPatch(context.Request.Method)) headers["Accept-Patch"] = SdpFragment.MediaType;
        else headers["Accept-Post"] = Sdp;
    }

    private static IResult Answer(HttpContext context, SessionOutcome outcome, int status, string type)
    {
        context.Response.Headers.ETag = outcome.Session!.Etag;
        context.Response.Headers[HeaderNames.AccessControlExposeHeaders] = "Location, ETag, Link, Accept-Patch";
        context.Response.Headers["Accept-Patch"] = SdpFragment.MediaType;
        // As bytes, so that no charset is added: strict WHIP clients compare the whole value.
        return Results.Text(Encoding.UTF8.GetBytes(outcome.Body!), type, status);
    }

    private static IResult Options(HttpContext context, string? accepted)
    {
        var headers = context.Response.Headers;
        if (accepted is not null) headers["Accept-Post"] = accepted;
        else headers["Accept-Patch"] = SdpFragment.MediaType;
        headers.Allow = accepted is not null ? "POST, OPTIONS" : "PATCH, DELETE, OPTIONS";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = headers.Allow;
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, If-Match";
        // RFC 9725 section 4.2 speaks of 200.
        return Results.Ok();
    }

    /// <summary>Whether an answer of this type is welcome (RFC 9110 section 12.5.1); where nothing is said, or nothing that can be read, it is.</summary>
    private static bool Accepts(HttpRequest request, string type)
    {
        var ranges = request.GetTypedHeaders().Accept;
        return ranges.Count == 0 || ranges.Any(range => range.Quality != 0 && (range.MatchesAllTypes || MediaTypeHeaderValue.Parse(type).IsSubsetOf(range)));
    }

    /// <summary>Whether <c>If-Match</c> names the ICE session (RFC 9110 section 13.1.1): a list of tags, compared strongly, or <c>*</c>.</summary>
    private static bool Matches(HttpRequest request, string etag)
    {
        var current = new EntityTagHeaderValue(etag);
        return request.GetTypedHeaders().IfMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true));
    }

    private static bool HasType(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var given) && given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>The body as text; null when it is larger than any description may be. Bytes that are not UTF-8 fail in the parser.</summary>
    private static async ValueTask<string?> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > SessionDescription.MaxLength) return null;
        var buffer = new byte[SessionDescription.MaxLength + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return length > SessionDescription.MaxLength ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static IResult Unauthorized(HttpContext context, TicketRefusal refusal)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Result(StatusCodes.Status401Unauthorized, SessionEndReason.InvalidTicket, "The media ticket is not good for this.", refusal.ToString());
    }

    private static IResult Refuse(SessionEndReason reason, string? detail = null)
    {
        var (status, title) = reason switch
        {
            SessionEndReason.UnsupportedContentType => (StatusCodes.Status415UnsupportedMediaType, "The content type is not the one this request needs."),
            SessionEndReason.TooLarge => (StatusCodes.Status413PayloadTooLarge, "The description is larger than the limit."),
            SessionEndReason.MalformedSdp => (StatusCodes.Status400BadRequest, "The description cannot be understood."),
            SessionEndReason.NoFingerprint => (StatusCodes.Status400BadRequest, "The offer has no certificate fingerprint that can be checked."),
            SessionEndReason.NoIceCredentials => (StatusCodes.Status400BadRequest, "The offer has no ICE credentials."),
            SessionEndReason.NoCommonCodec => (StatusCodes.Status422UnprocessableEntity, "No codec of the offer can be forwarded."),
            SessionEndReason.WrongDirection => (StatusCodes.Status422UnprocessableEntity, "A publisher has to send something, a player to receive."),
            SessionEndReason.TooManyTracks => (StatusCodes.Status422UnprocessableEntity, "A publisher sends a camera, a screen, and the sound of each at most."),
            SessionEndReason.NotAcceptable => (StatusCodes.Status406NotAcceptable, "The answer is a session description (application/sdp)."),
            SessionEndReason.UnknownSession => (StatusCodes.Status404NotFound, "There is no such session."),
            SessionEndReason.StaleEtag => (StatusCodes.Status412PreconditionFailed, "That ICE session is not the current one."),
            SessionEndReason.PodFull or SessionEndReason.PodDraining or SessionEndReason.PodStopping => (StatusCodes.Status503ServiceUnavailable, "This pod takes no new sessions; ask for another one."),
            SessionEndReason.NotInPlan or SessionEndReason.Removed or SessionEndReason.MeetingEnded => (StatusCodes.Status403Forbidden, "You are not in this meeting."),
            _ => (StatusCodes.Status400BadRequest, "The session cannot be opened."),
        };
        return Problem.Result(status, reason, title, detail);
    }
}
