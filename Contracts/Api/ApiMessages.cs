using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Contracts.Api;

/// <summary><c>POST /api/meetings</c>.</summary>
/// <param name="Title">1 to 200 characters; null: "Meeting".</param>
/// <param name="Passcode">4 to 32 characters; null: none.</param>
/// <param name="Settings">Null: the defaults.</param>
/// <param name="Schedule">When it is to take place; null: at any time.</param>
public sealed record CreateMeetingRequest(string? Title = null, string? Passcode = null, MeetingSettings? Settings = null, MeetingSchedule? Schedule = null);

/// <summary>A meeting was created. The host key is shown this once.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">The join code, as <c>lusab-babad-gutih-tugad</c>.</param>
/// <param name="JoinUrl">The link for everybody.</param>
/// <param name="HostUrl">The link that makes its user a host: the join link with the host key in the fragment, which never reaches a server's log.</param>
/// <param name="HostKey">The host key itself.</param>
public sealed record CreateMeetingResponse(MeetingId Id, string Code, string JoinUrl, string HostUrl, string HostKey);

/// <summary><c>GET /api/join/{code}</c>: what the join page may know before anybody joins.</summary>
public sealed record JoinFacts(string Code, string Title, bool NeedsPasscode, bool Locked, bool Lobby, bool Ended, MeetingSchedule? Schedule = null, bool Encrypted = false);

/// <summary><c>POST /api/join/{code}</c>.</summary>
/// <param name="DisplayName">The name to show; needed unless <paramref name="ResumeToken"/> resumes somebody.</param>
/// <param name="Passcode">Where the meeting has one.</param>
/// <param name="HostKey">From the host link.</param>
/// <param name="Region">The region the client measured as nearest; null: the Gateway's.</param>
/// <param name="ResumeToken">From an earlier join: resumes the same participant.</param>
/// <param name="DeviceToken">Random, kept by the browser for longer than a tab: whoever was removed stays out by it too. At most 256 characters.</param>
/// <param name="Token">A JWT of the meeting's tenant that says who joins, and as what; it takes the place of passcode and host key.</param>
public sealed record JoinRequest(string? DisplayName = null, string? Passcode = null, string? HostKey = null, string? Region = null, string? ResumeToken = null,
    string? DeviceToken = null, string? Token = null);

/// <summary>A place was taken (or the same one resumed).</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="ParticipantId">Who the joiner is.</param>
/// <param name="ResumeToken">Resumes this participant until it left or the meeting ended.</param>
/// <param name="SignalTicket">For <see cref="Hello"/>; valid 60 s, used once.</param>
/// <param name="SignalUrl">Relative to the Gateway: <c>/signal</c>.</param>
/// <param name="State">Whether the joiner waits in the lobby.</param>
/// <param name="Media">Where media goes, so that it can start beside signaling; null in the lobby.</param>
/// <param name="Trace">W3C <c>traceparent</c> for <see cref="Hello"/>; null when this join is not traced.</param>
/// <param name="Encrypted">The meeting is encrypted from end to end. A client that has a key encrypts whatever this says.</param>
public sealed record JoinResponse(
    MeetingId MeetingId, ParticipantId ParticipantId, string ResumeToken, string SignalTicket, string SignalUrl, JoinState State, MediaGrant? Media = null, string? Trace = null,
    bool Encrypted = false);

/// <summary>Whether a joiner is in the meeting yet.</summary>
[JsonConverter(typeof(EnumNames<JoinState>))]
public enum JoinState
{
    /// <summary>In the meeting.</summary>
    Joined,

    /// <summary>Waits to be admitted.</summary>
    Lobby,
}

/// <summary><c>GET /api/meetings/{id}/chat</c>: one page of durable history, oldest first.</summary>
/// <param name="Messages">At most 200.</param>
/// <param name="Next">Read with <c>after</c>: pass as <c>after</c> to read on; null at the end.</param>
/// <param name="Previous">Read with <c>before</c>: pass as <c>before</c> to read on; null at the beginning.</param>
public sealed record ChatPage(ImmutableArray<ChatMessage> Messages, long? Next = null, long? Previous = null);

/// <summary>A problem document (RFC 9457) with the named reason that code may act on.</summary>
/// <param name="Type"><c>urn:conference:problem:{reason}</c>.</param>
/// <param name="Title">One sentence for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The refusal's enum name, as <c>WrongPasscode</c>.</param>
/// <param name="Detail">More, where there is more to say; never a secret.</param>
public sealed record ApiProblem(string Type, string Title, int Status, string Reason, string? Detail = null);

/// <summary><c>GET /api/regions</c>: the regions and where to time a probe.</summary>
public sealed record RegionList(ImmutableArray<RegionInfo> Regions);

/// <summary>One region.</summary>
/// <param name="Name">The region.</param>
/// <param name="ProbeUrl">A URL that answers 204 from that region.</param>
/// <param name="Available">A pod there can take somebody now.</param>
public sealed record RegionInfo(string Name, string ProbeUrl, bool Available);

/// <summary><c>GET /internal/pods</c> on a silo (Gateways only): the live pods for routing.</summary>
public sealed record PodRoutes(long Version, ImmutableArray<PodRoute> Pods);

/// <summary>Where <c>/media/{podId}</c> goes.</summary>
public sealed record PodRoute(PodId PodId, string Region, string HttpUrl);

/// <summary>
/// <c>POST /internal/streams</c> on a silo (Gateways only): a WHIP or WHEP client came to a stable link, <c>/whip/{code}</c> or <c>/whep/{code}</c>. Answered by
/// <see cref="StreamGrant"/>, or a problem document whose reason is a <see cref="StreamRefusal"/>.
/// </summary>
/// <param name="Code">The join code of the link, as the client sent it.</param>
/// <param name="Kind">What the client wants.</param>
/// <param name="Key">The bearer that the client showed: a stream key; null: none.</param>
public sealed record StreamRequest(string Code, StreamKind Kind, string? Key = null);

/// <summary>What a WHIP or WHEP client does.</summary>
[JsonConverter(typeof(EnumNames<StreamKind>))]
public enum StreamKind
{
    /// <summary>Sends (WHIP, RFC 9725).</summary>
    Publish,

    /// <summary>Receives (WHEP).</summary>
    Play,
}

/// <summary>Where the offer of a WHIP or WHEP client goes.</summary>
/// <param name="PodId">The pod that the silo chose.</param>
/// <param name="MediaTicket">Bearer of the forwarded request; holds the hash of the client's key.</param>
/// <param name="IceServers">STUN and TURN servers for the client, with credentials; null: none.</param>
public sealed record StreamGrant(PodId PodId, string MediaTicket, ImmutableArray<IceServer>? IceServers = null);

/// <summary>Why a WHIP or WHEP client may not stream.</summary>
[JsonConverter(typeof(EnumNames<StreamRefusal>))]
public enum StreamRefusal
{
    /// <summary>No meeting has this code.</summary>
    UnknownCode,

    /// <summary>The meeting is over.</summary>
    Ended,

    /// <summary>The meeting wants a stream key, and the bearer is none of its keys for this kind.</summary>
    InvalidStreamKey,

    /// <summary>The meeting is encrypted from end to end: streams can neither encrypt what they send nor decrypt what they play.</summary>
    Encrypted,

    /// <summary>Every place is taken.</summary>
    Full,

    /// <summary>The tenant's quota is used up.</summary>
    QuotaReached,

    /// <summary>The tenant lets streams in by its join tokens only.</summary>
    TokenRequired,

    /// <summary>No pod can take the stream now.</summary>
    NoPod,

    /// <summary>Too many attempts; wait as long as <c>Retry-After</c> says.</summary>
    TooManyAttempts,

    /// <summary>The silo cannot answer now; try again.</summary>
    Unavailable,
}
