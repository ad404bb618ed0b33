using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Grains.Meetings;

/// <summary>Something that may change a meeting.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.command")]
public abstract record MeetingCommand;

/// <summary>Begins the meeting. Answers: <see cref="Done"/>, <see cref="CodeTaken"/>, <see cref="MeetingRefused"/>.</summary>
/// <param name="Code">The join code, unique over all meetings.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="TenantId">Whose meeting it is.</param>
/// <param name="Settings">How it is run.</param>
/// <param name="HostKeyHash">SHA-256 (base64url) of the host key.</param>
/// <param name="PasscodeHash">Salted hash of the passcode; null without one.</param>
/// <param name="Schedule">When it is to take place; null: at any time.</param>
/// <param name="Owner">SHA-256 (base64url) of the provider and the subject of whoever is signed in; null: nobody is.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.create")]
public sealed record CreateMeeting(string Code, string Title, TenantId TenantId, MeetingSettings Settings, string HostKeyHash, string? PasscodeHash = null,
    MeetingSchedule? Schedule = null, string? Owner = null) : MeetingCommand
{
    /// <inheritdoc/>
    public override string ToString() => nameof(CreateMeeting);
}

/// <summary>Takes a place, or one in the lobby. Answers: <see cref="PlaceTaken"/>, <see cref="JoinRefused"/>.</summary>
/// <param name="Newcomer">The id of the participant to be: new and random.</param>
/// <param name="DisplayName">As the person typed it.</param>
/// <param name="ResumeTokenHash">SHA-256 (base64url) of the new participant's resume token.</param>
/// <param name="Passcode">As the person typed it.</param>
/// <param name="HostKey">From the host link.</param>
/// <param name="Region">Where the person is; null: unknown.</param>
/// <param name="DeviceHash">SHA-256 (base64url) of the browser's own token; null: it has none.</param>
/// <param name="Token">What the tenant grants by a join token; null: none was shown.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.takePlace")]
public sealed record TakePlace(
    ParticipantId Newcomer, string DisplayName, string ResumeTokenHash, string? Passcode = null, string? HostKey = null, string? Region = null,
    string? DeviceHash = null, TokenGrant? Token = null) : MeetingCommand
{
    /// <inheritdoc/>
    public override string ToString() => nameof(TakePlace);
}

/// <summary>What a join token that was checked grants.</summary>
/// <param name="Role">What its holder may do; null: what anybody may who joins.</param>
/// <param name="Name">The name to show; null: what the person typed.</param>
/// <param name="IdHash">Names a token that is good for one join; null: it is good until it ends.</param>
/// <param name="Until">When it ends.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.tokenGrant")]
public sealed record TokenGrant(Role? Role, string? Name, string? IdHash, DateTimeOffset Until);

/// <summary>The tenant's terms have changed. Answer: <see cref="Done"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.reviewTenant")]
public sealed record ReviewTenant : MeetingCommand;

/// <summary>Finds the place of an earlier join again. Answers: <see cref="PlaceTaken"/>, <see cref="JoinRefused"/>.</summary>
/// <param name="ResumeToken">The participant's token.</param>
/// <param name="HostKey">From the host link: makes the participant a host if it is not.</param>
/// <param name="Region">Where the person is now.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.resumePlace")]
public sealed record ResumePlace(string ResumeToken, string? HostKey = null, string? Region = null) : MeetingCommand
{
    /// <inheritdoc/>
    public override string ToString() => nameof(ResumePlace);
}

/// <summary>A WHIP or WHEP client takes a place. Answers: <see cref="PlaceTaken"/>, <see cref="StreamRefused"/>.</summary>
/// <param name="Newcomer">The id of the participant to be: new and random.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Key">The stream key it showed.</param>
/// <param name="Region">Where it is; null: unknown.</param>
/// <param name="Token">What the tenant grants by a join token that it showed in the place of a key; null: none was shown.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.takeStreamPlace")]
public sealed record TakeStreamPlace(ParticipantId Newcomer, StreamKind Kind, string? Key = null, string? Region = null, TokenGrant? Token = null) : MeetingCommand
{
    /// <inheritdoc/>
    public override string ToString() => nameof(TakeStreamPlace);
}

/// <summary>The sender has opened a signaling session; an earlier one of the same participant is replaced. Answers: <see cref="Done"/>, <see cref="Refused"/>.</summary>
/// <param name="SessionId">The id of the signal ticket, which opens one session only.</param>
/// <param name="Again">The session is open already, and the grain may have forgotten it: it has a new epoch.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.openSession")]
public sealed record OpenSession(string SessionId, bool Again = false) : MeetingCommand;

/// <summary>A signaling session of the sender is gone; ignored for one that has been replaced. Answer: <see cref="Done"/>.</summary>
/// <param name="SessionId">As it was opened.</param>
/// <param name="PageClosed">The browser said that the page goes away.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.closeSession")]
public sealed record CloseSession(string SessionId, bool PageClosed = false) : MeetingCommand;

/// <summary>A command that came over signaling. Answers: <see cref="Done"/>, <see cref="Refused"/>.</summary>
/// <param name="Message">The message.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.clientCommand")]
public sealed record FromClient(ClientCommand Message) : MeetingCommand;

/// <summary>The sender shows a reaction. Answers: <see cref="Done"/>, <see cref="Refused"/>.</summary>
/// <param name="Emoji">1 to 16 characters.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.showReaction")]
public sealed record ShowReaction(string Emoji) : MeetingCommand;

/// <summary>Shows a caption. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
/// <param name="Caption">What is shown.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.showCaption")]
public sealed record ShowCaption(CaptionRequest Caption) : MeetingCommand;

/// <summary>The API changes the meeting; what is null stays. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.change")]
public sealed record ChangeMeeting(string? Title, MeetingSettings? Settings, bool? Locked, MeetingSchedule? Schedule = null) : MeetingCommand;

/// <summary>The API ends the meeting for all. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.end")]
public sealed record EndMeeting : MeetingCommand;

/// <summary>The operator of the installation removes somebody; they stay out as if a host had. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.removeParticipant")]
public sealed record RemoveParticipant(ParticipantId ParticipantId) : MeetingCommand;

/// <summary>Deletes what was said and who was there, and ends the meeting for that. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.erase")]
public sealed record EraseMeeting : MeetingCommand;

/// <summary>Lets streams join with a new key. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
/// <param name="KeyId">New and random.</param>
/// <param name="Name">The display name of its streams.</param>
/// <param name="Role">What they may do.</param>
/// <param name="KeyHash">SHA-256 (base64url) of the key.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.createStreamKey")]
public sealed record CreateStreamKey(string KeyId, string Name, Role Role, string KeyHash) : MeetingCommand;

/// <summary>Revokes a stream key; its streams leave. Answers: <see cref="Done"/>, <see cref="MeetingRefused"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.revokeStreamKey")]
public sealed record RevokeStreamKey(string KeyId) : MeetingCommand;

/// <summary>What a pod says of the meeting's media. Answer: <see cref="Done"/>.</summary>
/// <param name="PodId">The pod.</param>
/// <param name="Participants">Everybody with media there.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.roomReported")]
public sealed record RoomReported(PodId PodId, ImmutableArray<ParticipantReport> Participants) : MeetingCommand;

/// <summary>A pod is gone: whoever was there needs another. Answer: <see cref="Done"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.podLost")]
public sealed record PodLost(PodId PodId) : MeetingCommand;

/// <summary>Does what has become due: places to release, a meeting that nobody came back to. Answer: <see cref="Done"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.sweep")]
public sealed record SweepMeeting : MeetingCommand;
