using System.Globalization;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Tenants;
using Conference.Hosting.Http;
using Conference.Silo.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Conference.Silo.Api;

/// <summary>The HTTP form of every refusal: status, one sentence, the name; counted under its name.</summary>
internal sealed class ApiProblems(SiloMetrics metrics)
{
    private const int RetrySeconds = 1;

    public IResult Refuse(JoinRefusal reason)
    {
        var (status, title) = reason switch
        {
            JoinRefusal.UnknownCode => (StatusCodes.Status404NotFound, "No meeting has this code."),
            JoinRefusal.Ended => (StatusCodes.Status410Gone, "The meeting is over."),
            JoinRefusal.Locked => (StatusCodes.Status403Forbidden, "The meeting is locked."),
            JoinRefusal.Full => (StatusCodes.Status409Conflict, "Every place is taken."),
            JoinRefusal.WrongPasscode => (StatusCodes.Status403Forbidden, "The passcode is missing or wrong."),
            JoinRefusal.WrongHostKey => (StatusCodes.Status403Forbidden, "The host key is wrong."),
            JoinRefusal.Removed => (StatusCodes.Status403Forbidden, "A host removed this participant."),
            JoinRefusal.NotStarted => (StatusCodes.Status409Conflict, "A host must be present first, or it is too early."),
            JoinRefusal.InvalidDisplayName => (StatusCodes.Status400BadRequest, "The name is empty, too long, or has characters that are not allowed."),
            JoinRefusal.ResumeExpired => (StatusCodes.Status409Conflict, "The place is gone; join again."),
            JoinRefusal.NoPod => (StatusCodes.Status503ServiceUnavailable, "No media server can take this participant now."),
            JoinRefusal.QuotaMeetings => (StatusCodes.Status409Conflict, "The organisation has as many meetings at one time as it may have."),
            JoinRefusal.QuotaParticipants => (StatusCodes.Status409Conflict, "The organisation has as many participants at one time as it may have."),
            JoinRefusal.QuotaMinutes => (StatusCodes.Status409Conflict, "The organisation has used up its minutes of this month."),
            JoinRefusal.TokenInvalid => (StatusCodes.Status403Forbidden, "The join token is not valid."),
            JoinRefusal.TokenExpired => (StatusCodes.Status403Forbidden, "The join token is not valid at this time."),
            JoinRefusal.TokenForeign => (StatusCodes.Status403Forbidden, "The join token is not for this meeting."),
            JoinRefusal.TokenUsed => (StatusCodes.Status409Conflict, "The join token has been used."),
            JoinRefusal.TokenRequired => (StatusCodes.Status403Forbidden, "The organisation lets people in by its own links only."),
            JoinRefusal.TooManyAttempts => (StatusCodes.Status429TooManyRequests, "Too many attempts; wait a little."),
            _ => (StatusCodes.Status503ServiceUnavailable, "The service cannot store events now; try again."),
        };
        return Refuse(status, reason, title);
    }

    public IResult Refuse(MeetingRefusal reason)
    {
        var (status, title) = reason switch
        {
            MeetingRefusal.UnknownMeeting => (StatusCodes.Status404NotFound, "No meeting has this id and this credential."),
            MeetingRefusal.Ended => (StatusCodes.Status410Gone, "The meeting is over."),
            MeetingRefusal.InvalidTitle => (StatusCodes.Status400BadRequest, "The title is empty, too long, or has characters that are not allowed."),
            MeetingRefusal.InvalidPasscode => (StatusCodes.Status400BadRequest, "A passcode has 4 to 32 characters."),
            MeetingRefusal.InvalidSettings => (StatusCodes.Status400BadRequest, "A setting is out of its range."),
            MeetingRefusal.InvalidCaption => (StatusCodes.Status400BadRequest, "A caption has 1 to 500 characters and a speaker who is in the meeting."),
            MeetingRefusal.InvalidSchedule => (StatusCodes.Status400BadRequest, "A meeting ends after its start, within 7 days, and has the name of a time zone."),
            MeetingRefusal.InvalidDisplayName => (StatusCodes.Status400BadRequest, "The name is empty, too long, or has characters that are not allowed."),
            MeetingRefusal.TooManyStreamKeys => (StatusCodes.Status409Conflict, "The meeting has as many stream keys as it may have."),
            MeetingRefusal.UnknownStreamKey => (StatusCodes.Status404NotFound, "The meeting has no such stream key."),
            MeetingRefusal.UnknownParticipant => (StatusCodes.Status404NotFound, "Nobody of this id is in the meeting."),
            MeetingRefusal.Encrypted => (StatusCodes.Status409Conflict, "The meeting is encrypted from end to end: no server can hear, see or write into it."),
            MeetingRefusal.EncryptionFixed => (StatusCodes.Status409Conflict, "Whether a meeting is encrypted from end to end is said at its creation, for good."),
            MeetingRefusal.TenantKeyRequired => (StatusCodes.Status401Unauthorized, "Creating meetings needs a tenant key."),
            _ => (StatusCodes.Status503ServiceUnavailable, "The service cannot store events now; try again."),
        };
        return Refuse(status, reason, title);
    }

    public IResult Refuse(StreamRefusal reason)
    {
        var (status, title) = reason switch
        {
            StreamRefusal.UnknownCode => (StatusCodes.Status404NotFound, "No meeting has this code."),
            StreamRefusal.Ended => (StatusCodes.Status410Gone, "The meeting is over."),
            StreamRefusal.InvalidStreamKey => (StatusCodes.Status401Unauthorized, "The meeting wants a stream key."),
            StreamRefusal.Encrypted => (StatusCodes.Status403Forbidden, "The meeting is encrypted from end to end: streams can neither publish into it nor play it."),
            StreamRefusal.Full => (StatusCodes.Status409Conflict, "Every place is taken."),
            StreamRefusal.QuotaReached => (StatusCodes.Status409Conflict, "The organisation has used up its quota."),
            StreamRefusal.TokenRequired => (StatusCodes.Status403Forbidden, "The organisation lets streams in by its own join tokens only."),
            StreamRefusal.NoPod => (StatusCodes.Status503ServiceUnavailable, "No media server can take this stream now."),
            StreamRefusal.TooManyAttempts => (StatusCodes.Status429TooManyRequests, "Too many attempts; wait a little."),
            _ => (StatusCodes.Status503ServiceUnavailable, "The service cannot store events now; try again."),
        };
        return Refuse(status, reason, title);
    }

    public IResult Refuse(TenantRefusal reason)
    {
        var (status, title) = reason switch
        {
            TenantRefusal.UnknownTenant => (StatusCodes.Status404NotFound, "No tenant has this id and this credential."),
            TenantRefusal.TenantExists => (StatusCodes.Status409Conflict, "There is a tenant of this id."),
            TenantRefusal.InvalidName => (StatusCodes.Status400BadRequest, "The name is empty, too long, or has characters that are not allowed."),
            TenantRefusal.TooManyKeys => (StatusCodes.Status409Conflict, "The tenant has as many keys as it may have."),
            TenantRefusal.UnknownKey => (StatusCodes.Status404NotFound, "The tenant has no such key."),
            TenantRefusal.InvalidPublicKey => (StatusCodes.Status400BadRequest, "The public key cannot be read, is too short, or is not one of the algorithm."),
            TenantRefusal.OutOfRange => (StatusCodes.Status400BadRequest, "A number is out of its range."),
            TenantRefusal.InvalidUrl => (StatusCodes.Status400BadRequest, "The address is none that events are sent to."),
            TenantRefusal.TooManyWebhooks => (StatusCodes.Status409Conflict, "The tenant has as many webhooks as it may have."),
            TenantRefusal.UnknownWebhook => (StatusCodes.Status404NotFound, "The tenant has no such webhook."),
            TenantRefusal.NotDelivered => (StatusCodes.Status502BadGateway, "The webhook did not take it."),
            TenantRefusal.MeetingsLive => (StatusCodes.Status409Conflict, "Somebody is in one of the tenant's meetings."),
            TenantRefusal.DefaultTenant => (StatusCodes.Status409Conflict, "Meetings that are made without a key belong to this tenant."),
            TenantRefusal.TenantDeleted => (StatusCodes.Status410Gone, "The tenant of this id is deleted, or is being deleted."),
            TenantRefusal.UnknownDeadLetter => (StatusCodes.Status404NotFound, "There is no such dead letter."),
            _ => (StatusCodes.Status503ServiceUnavailable, "The service cannot store events now; try again."),
        };
        return Refuse(status, reason, title);
    }

    public IResult Refuse(SignInRefusal reason)
    {
        var (status, title) = reason switch
        {
            SignInRefusal.NotConfigured => (StatusCodes.Status404NotFound, "Nobody can sign in here."),
            SignInRefusal.SignedOut => (StatusCodes.Status401Unauthorized, "Nobody is signed in."),
            SignInRefusal.WrongOrigin => (StatusCodes.Status403Forbidden, "This is for pages of this installation."),
            SignInRefusal.WrongReturn => (StatusCodes.Status400BadRequest, "The place to go to afterwards is no path of this installation."),
            _ => (StatusCodes.Status503ServiceUnavailable, "The service cannot do this now; try again."),
        };
        return Refuse(status, reason, title);
    }

    public IResult Refuse(DrainRefusal reason) => Refuse(StatusCodes.Status404NotFound, reason, "No such pod is connected.");

    public IResult Refuse(RequestRefusal reason)
    {
        var (status, title) = reason switch
        {
            RequestRefusal.Unauthorized => (StatusCodes.Status401Unauthorized, "The credential is missing or wrong."),
            RequestRefusal.NotFound => (StatusCodes.Status404NotFound, "Nothing is here."),
            RequestRefusal.UnsupportedContentType => (StatusCodes.Status415UnsupportedMediaType, "The body has to be application/json."),
            RequestRefusal.TooLarge => (StatusCodes.Status413PayloadTooLarge, "The body is larger than the limit."),
            RequestRefusal.Unavailable => (StatusCodes.Status503ServiceUnavailable, "The service is not available now; try again."),
            _ => (StatusCodes.Status400BadRequest, "The request cannot be understood."),
        };
        return Refuse(status, reason, title);
    }

    /// <summary>The same with the seconds to wait.</summary>
    public IResult Later(HttpContext context, JoinRefusal reason, TimeSpan wait)
    {
        SetRetry(context, wait);
        return Refuse(reason);
    }

    /// <summary>The same with the seconds to wait.</summary>
    public IResult Later(HttpContext context, StreamRefusal reason, TimeSpan wait)
    {
        SetRetry(context, wait);
        return Refuse(reason);
    }

    private IResult Refuse<TReason>(int status, TReason reason, string title) where TReason : struct, Enum
    {
        metrics.RequestRefused(reason.ToString());
        var problem = Problem.Result(status, reason, title);
        return status == StatusCodes.Status503ServiceUnavailable ? new Retry(problem) : problem;
    }

    private static void SetRetry(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private sealed class Retry(IResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            SetRetry(httpContext, TimeSpan.FromSeconds(RetrySeconds));
            return problem.ExecuteAsync(httpContext);
        }
    }
}
