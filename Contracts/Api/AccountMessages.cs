using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts.Meetings;

namespace Conference.Contracts.Api;

/// <summary><c>GET /api/me</c>: whether people can sign in here, and who has.</summary>
/// <param name="SignIn">Where people sign in; null: nowhere.</param>
/// <param name="Person">Who is signed in; null: nobody.</param>
public sealed record AccountInfo(SignInPlace? SignIn = null, SignedInPerson? Person = null);

/// <summary>The provider that people sign in with.</summary>
/// <param name="Name">As the operator calls it; null: it has no name.</param>
public sealed record SignInPlace(string? Name = null);

/// <summary>Who is signed in.</summary>
/// <param name="Name">The name that the provider tells.</param>
/// <param name="Email">The address that the provider tells; null: none.</param>
public sealed record SignedInPerson(string Name, string? Email = null);

/// <summary><c>GET /api/me/meetings</c>: the meetings of whoever is signed in, the oldest first. Of those that are over only the latest.</summary>
/// <param name="Meetings">The meetings.</param>
public sealed record OwnMeetings(ImmutableArray<OwnMeeting> Meetings);

/// <summary>A meeting in its owner's list.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">The join code.</param>
/// <param name="Title">The title.</param>
/// <param name="JoinUrl">The link for everybody.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Schedule">When it is to take place; null: nobody said.</param>
/// <param name="Recurring">It can be joined again after its end.</param>
/// <param name="Encrypted">From end to end: only a link with its key opens it.</param>
/// <param name="Ended">Nobody can join it any more.</param>
public sealed record OwnMeeting(
    MeetingId Id, string Code, string Title, string JoinUrl, DateTimeOffset CreatedAt, MeetingSchedule? Schedule = null, bool Recurring = false, bool Encrypted = false, bool Ended = false);

/// <summary><c>POST /api/me/meetings/{id}/pass</c>: lets its owner in as host, once.</summary>
/// <param name="Token">For <see cref="JoinRequest"/>.</param>
public sealed record HostPass(string Token);

/// <summary><c>POST /api/me/logout</c>: nobody is signed in any more.</summary>
/// <param name="Next">The path to go to; it leads to the provider where that wants to hear of it.</param>
public sealed record SignedOut(string Next);

/// <summary>Why somebody is not signed in, or may not do something without.</summary>
[JsonConverter(typeof(EnumNames<SignInRefusal>))]
public enum SignInRefusal
{
    /// <summary>The installation has no provider.</summary>
    NotConfigured,

    /// <summary>Nobody is signed in, or no longer.</summary>
    SignedOut,

    /// <summary>The request does not come from the page of this installation.</summary>
    WrongOrigin,

    /// <summary>The place to go to afterwards is not on this installation.</summary>
    WrongReturn,

    /// <summary>The provider does not answer, or not with what a provider says.</summary>
    ProviderUnavailable,

    /// <summary>What answers at the provider's address says that it is another one.</summary>
    WrongProvider,

    /// <summary>The provider, or the person there, refused.</summary>
    Denied,

    /// <summary>This browser did not begin this, or too long ago, or it was finished already.</summary>
    StateInvalid,

    /// <summary>The provider does not take the code: used already, forged, or for another client or address.</summary>
    CodeRefused,

    /// <summary>There is no identity token, or it cannot be read.</summary>
    TokenMalformed,

    /// <summary>The identity token is not signed, or by an algorithm that is not accepted.</summary>
    TokenAlgorithm,

    /// <summary>The provider has no such key, even after asking again.</summary>
    TokenKeyUnknown,

    /// <summary>The signature is not the provider's.</summary>
    TokenSignature,

    /// <summary>Somebody else made the token, or the answer.</summary>
    TokenIssuer,

    /// <summary>The token is for somebody else.</summary>
    TokenAudience,

    /// <summary>The token is over, or not valid yet, or does not say.</summary>
    TokenExpired,

    /// <summary>The token is for another sign-in.</summary>
    TokenNonce,

    /// <summary>The provider says one person in the token and another one when asked.</summary>
    TokenSubject,

    /// <summary>This installation is not for people of this address or group.</summary>
    NotAllowed,

    /// <summary>The service cannot store this now; try again.</summary>
    Unavailable,
}
