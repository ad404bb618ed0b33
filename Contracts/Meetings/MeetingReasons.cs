using System.Text.Json.Serialization;

namespace Conference.Contracts.Meetings;

/// <summary>Why a meeting ended.</summary>
[JsonConverter(typeof(EnumNames<MeetingEndReason>))]
public enum MeetingEndReason
{
    /// <summary>A host ended it for all.</summary>
    EndedByHost,

    /// <summary>The tenant or an operator ended it through the API.</summary>
    EndedByApi,

    /// <summary>Nobody was in it for longer than its rules allow.</summary>
    Abandoned,

    /// <summary>It lasted as long as its settings allow.</summary>
    TimeLimit,

    /// <summary>The last host has left, and its settings say that it ends with that.</summary>
    HostLeft,
}

/// <summary>Why a participant left.</summary>
[JsonConverter(typeof(EnumNames<LeaveReason>))]
public enum LeaveReason
{
    /// <summary>They left, or closed the page.</summary>
    Left,

    /// <summary>They took a place and never opened a session within 30 s.</summary>
    NeverConnected,

    /// <summary>Their session was lost and they did not return within the grace of 30 s.</summary>
    ConnectionLost,

    /// <summary>A host removed them; the same credentials stay out.</summary>
    Removed,

    /// <summary>A host denied them entry from the lobby.</summary>
    Denied,

    /// <summary>The meeting ended.</summary>
    MeetingEnded,
}

/// <summary>Why somebody may not join; reaches the client unchanged as the problem's <c>reason</c>.</summary>
[JsonConverter(typeof(EnumNames<JoinRefusal>))]
public enum JoinRefusal
{
    /// <summary>No meeting has this code.</summary>
    UnknownCode,

    /// <summary>The meeting is over.</summary>
    Ended,

    /// <summary>The meeting is locked.</summary>
    Locked,

    /// <summary>Every place is taken.</summary>
    Full,

    /// <summary>The passcode is missing or wrong.</summary>
    WrongPasscode,

    /// <summary>The host key is wrong.</summary>
    WrongHostKey,

    /// <summary>A host removed this participant.</summary>
    Removed,

    /// <summary>A host must be present first.</summary>
    NotStarted,

    /// <summary>The name is empty, too long, or has characters that are not allowed.</summary>
    InvalidDisplayName,

    /// <summary>The resume token belongs to nobody who is still in the meeting; join anew.</summary>
    ResumeExpired,

    /// <summary>No pod can take the participant's media now.</summary>
    NoPod,

    /// <summary>The tenant has as many meetings with people in them as it may have.</summary>
    QuotaMeetings,

    /// <summary>The tenant has as many participants as it may have.</summary>
    QuotaParticipants,

    /// <summary>The tenant has used up its minutes of this month.</summary>
    QuotaMinutes,

    /// <summary>The join token is no JWT of the tenant's: its signature, algorithm or key is wrong, or a claim is missing or makes no sense.</summary>
    TokenInvalid,

    /// <summary>The join token is not good any more, or not yet.</summary>
    TokenExpired,

    /// <summary>The join token is another tenant's, or for another meeting.</summary>
    TokenForeign,

    /// <summary>The join token has an id and somebody has joined with it; resume instead.</summary>
    TokenUsed,

    /// <summary>The tenant lets people in by its join tokens only.</summary>
    TokenRequired,

    /// <summary>Too many attempts; wait as long as <c>Retry-After</c> says.</summary>
    TooManyAttempts,

    /// <summary>The journal cannot take events now; try again.</summary>
    Unavailable,
}

/// <summary>Why a command is refused; reaches the client unchanged in <c>refused{reason}</c>.</summary>
[JsonConverter(typeof(EnumNames<CommandRefusal>))]
public enum CommandRefusal
{
    /// <summary>The message is not a command of this protocol or breaks its limits.</summary>
    Malformed,

    /// <summary>The participant's role does not allow it.</summary>
    NotAllowed,

    /// <summary>The participant it is about is not in the meeting.</summary>
    UnknownParticipant,

    /// <summary>There is no such chat message, or it is not for the sender, or it was deleted.</summary>
    UnknownMessage,

    /// <summary>There is no such poll.</summary>
    UnknownPoll,

    /// <summary>There is no such question, or it was put aside.</summary>
    UnknownQuestion,

    /// <summary>The data is larger than a message may be.</summary>
    TooLarge,

    /// <summary>The poll has ended.</summary>
    PollClosed,

    /// <summary>There are as many of them as there may be.</summary>
    TooMany,

    /// <summary>The sender is not (or no longer) in the meeting.</summary>
    NotInMeeting,

    /// <summary>The sender still waits in the lobby.</summary>
    InLobby,

    /// <summary>The meeting is over.</summary>
    Ended,

    /// <summary>The text is empty or too long, or has characters that are not allowed.</summary>
    InvalidText,

    /// <summary>The name is empty, too long, or has characters that are not allowed.</summary>
    InvalidDisplayName,

    /// <summary>Hosts have switched this off.</summary>
    SwitchedOff,

    /// <summary>More commands than the limit; wait.</summary>
    RateLimited,

    /// <summary>Every place is taken: nobody can be admitted from the lobby.</summary>
    Full,

    /// <summary>The tenant's quota is used up: nobody can be admitted from the lobby.</summary>
    QuotaReached,

    /// <summary>Whether a meeting is encrypted from end to end is said at its creation, for good.</summary>
    EncryptionFixed,

    /// <summary>The secret in use is another one by now.</summary>
    Outdated,

    /// <summary>The journal cannot take events now; send it again with the same id.</summary>
    Unavailable,
}

/// <summary>Why a request about a meeting (not a join) is refused; the <c>reason</c> of its problem document.</summary>
[JsonConverter(typeof(EnumNames<MeetingRefusal>))]
public enum MeetingRefusal
{
    /// <summary>No meeting has this id, or the credential is not one of it.</summary>
    UnknownMeeting,

    /// <summary>The meeting is over.</summary>
    Ended,

    /// <summary>The title is empty, longer than 200 characters, or has characters that are not allowed.</summary>
    InvalidTitle,

    /// <summary>The passcode is shorter than 4 or longer than 32 characters.</summary>
    InvalidPasscode,

    /// <summary>A setting is out of its range.</summary>
    InvalidSettings,

    /// <summary>The times make no meeting of at most 7 days, or the time zone has no name.</summary>
    InvalidSchedule,

    /// <summary>The caption has no visible text, is longer than 500 characters, or its speaker is not in the meeting.</summary>
    InvalidCaption,

    /// <summary>The stream key's name breaks the display-name rules.</summary>
    InvalidDisplayName,

    /// <summary>The meeting has as many stream keys as it may have.</summary>
    TooManyStreamKeys,

    /// <summary>The meeting has no stream key of this id.</summary>
    UnknownStreamKey,

    /// <summary>Nobody of this id is in the meeting.</summary>
    UnknownParticipant,

    /// <summary>The meeting is encrypted from end to end: what needs sound, pictures or words in the clear (streams, captions) cannot be had.</summary>
    Encrypted,

    /// <summary>Whether a meeting is encrypted from end to end is said at its creation, for good.</summary>
    EncryptionFixed,

    /// <summary>Creating a meeting from this address needs a tenant key.</summary>
    TenantKeyRequired,

    /// <summary>The journal cannot take events now; try again.</summary>
    Unavailable,
}
