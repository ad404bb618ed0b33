using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Pods;

/// <summary>What a pod sends over its control channel (<c>/pods/connect</c>, WebSocket, dialled by the pod).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PodRegister), "register")]
[JsonDerivedType(typeof(PodReport), "report")]
public abstract record PodToSilo;

/// <summary>The first message: who the pod is. A reconnecting pod registers again, with the same id for the life of its process.</summary>
/// <param name="PodId">New for every process.</param>
/// <param name="Region">The region, <c>local</c> on one machine.</param>
/// <param name="Role">What the pod does.</param>
/// <param name="HttpUrl">Where the Gateway reaches the pod's HTTP endpoints, as <c>http://10.0.0.7:8081</c>.</param>
/// <param name="MediaAddresses">The UDP addresses it advertises, <c>ip:port</c> or <c>[ip]:port</c>; for people who read logs.</param>
/// <param name="Version">The program's version; pods of unlike major versions never share a meeting.</param>
/// <param name="Capacity">What it may carry.</param>
public sealed record PodRegister(
    PodId PodId, string Region, PodRole Role, string HttpUrl, ImmutableArray<string> MediaAddresses, string Version, PodCapacity Capacity) : PodToSilo;

/// <summary>What a pod is for.</summary>
[JsonConverter(typeof(EnumNames<PodRole>))]
public enum PodRole
{
    /// <summary>Forwards media.</summary>
    Media,

    /// <summary>Records.</summary>
    Recorder,
}

/// <summary>The bounds of a pod.</summary>
/// <param name="Participants">The most sessions at one time.</param>
/// <param name="EgressMbps">The most outgoing megabits per second.</param>
public sealed record PodCapacity(int Participants, int EgressMbps);

/// <summary>
/// What is actual on the pod: on change, and every second. <see cref="Rooms"/> holds full content only for rooms that changed since the last report or that the
/// silo asked for; every room is in <see cref="RoomHashes"/>.
/// </summary>
/// <param name="PlanRevision">The revision of the plan that is applied; 0 before the first. The silo answers a revision it did not send last with a full plan.</param>
/// <param name="Draining">The pod takes no new meetings.</param>
/// <param name="Load">How busy it is.</param>
/// <param name="RoomHashes">Per room a hash of its full <see cref="RoomReport"/>.</param>
/// <param name="Rooms">The full content of changed or requested rooms.</param>
/// <param name="DrainMode">How it drains; null when it does not.</param>
/// <param name="Leaving">The pod drains because its process was told to end: nobody can take that back.</param>
public sealed record PodReport(
    long PlanRevision, bool Draining, PodLoad Load, ImmutableArray<RoomHash> RoomHashes, ImmutableArray<RoomReport> Rooms, DrainMode? DrainMode = null, bool Leaving = false)
    : PodToSilo;

/// <summary>How busy a pod is.</summary>
/// <param name="Value">0 (idle) to 1 (full): the largest of the inputs, each measured against its bound.</param>
/// <param name="Participants">Sessions.</param>
/// <param name="PacketsPerSecond">Forwarded packets per second.</param>
/// <param name="EgressBitsPerSecond">Sent media bits per second.</param>
/// <param name="WorkerCpu">The busiest worker's share of its core, 0 to 1.</param>
public sealed record PodLoad(double Value, int Participants, double PacketsPerSecond, double EgressBitsPerSecond, double WorkerCpu);

/// <summary>A room and the hash of its report.</summary>
public sealed record RoomHash(MeetingId MeetingId, string Hash);

/// <summary>One media room as it is.</summary>
public sealed record RoomReport(MeetingId MeetingId, string Hash, ImmutableArray<ParticipantReport> Participants);

/// <summary>One participant's media as it is.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Sessions">Open media sessions: usually 1, 2 during a move, 0 only in the last report of a participant.</param>
/// <param name="Connected">At least one session has a live transport (ICE and DTLS done, consent fresh).</param>
/// <param name="Publishing">The sources that arrive.</param>
public sealed record ParticipantReport(ParticipantId ParticipantId, int Sessions, bool Connected, ImmutableArray<MediaSource> Publishing);

/// <summary>What a silo sends to a pod.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PodRegistered), "registered")]
[JsonDerivedType(typeof(PodPlan), "plan")]
[JsonDerivedType(typeof(RequestRooms), "requestRooms")]
[JsonDerivedType(typeof(DrainPod), "drain")]
[JsonDerivedType(typeof(ResumePod), "resume")]
public abstract record SiloToPod;

/// <summary>The pod is registered; a full plan follows.</summary>
/// <param name="TicketKeys">The public keys (JWK Set, JSON) that media tickets are signed with now; replaced by each later one.</param>
public sealed record PodRegistered(string TicketKeys) : SiloToPod;

/// <summary>
/// What should be. With <see cref="BaseRevision"/> 0 it is the whole plan: rooms it does not name are closed. Otherwise it changes the plan of exactly that
/// revision: named rooms only; a pod that has another revision ignores it and reports the one it has.
/// </summary>
/// <param name="Revision">This plan's revision; grows.</param>
/// <param name="BaseRevision">The revision it changes, or 0.</param>
/// <param name="Rooms">Rooms to have, with the participants to add or change and to remove.</param>
/// <param name="ClosedRooms">Rooms to close: every session in them ends with <c>MeetingEnded</c>.</param>
public sealed record PodPlan(long Revision, long BaseRevision, ImmutableArray<RoomPlan> Rooms, ImmutableArray<MeetingId> ClosedRooms) : SiloToPod;

/// <summary>One media room as it should be.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="Full">True: participants it does not name are removed.</param>
/// <param name="Participants">Participants to add or change.</param>
/// <param name="Removed">Participants whose sessions end now; their tickets stay refused until they expire.</param>
public sealed record RoomPlan(MeetingId MeetingId, bool Full, ImmutableArray<PlannedParticipant> Participants, ImmutableArray<RemovedParticipant> Removed);

/// <summary>One participant as it should be.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="MayPublish">The sources it may send.</param>
/// <param name="Muted">The sources of which nothing is forwarded, whatever the client sends.</param>
/// <param name="Sealed">What it sends is encrypted from end to end: nothing is looked for, added or left out inside its frames.</param>
/// <param name="Group">Only participants of the same group hear and see each other; null is a group like any other.</param>
/// <param name="Bounds">What its tenant pays for; null: as much as the pod carries.</param>
public sealed record PlannedParticipant(
    ParticipantId ParticipantId, ImmutableArray<MediaSource> MayPublish, ImmutableArray<MediaSource> Muted, string? Group = null, BitrateBounds? Bounds = null,
    bool Sealed = false);

/// <summary>How much one participant may send and receive.</summary>
/// <param name="PublishKbps">Kilobits per second of each source of pictures that it sends, all encodings and repairs together. What is more is dropped.</param>
/// <param name="ReceiveKbps">Kilobits per second that it is sent in all.</param>
public sealed record BitrateBounds(int PublishKbps, int ReceiveKbps);

/// <summary>One participant who must go.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Reason">What its sessions are told.</param>
/// <param name="Until">Until when tickets of this participant are refused.</param>
public sealed record RemovedParticipant(ParticipantId ParticipantId, Media.SessionEndReason Reason, DateTimeOffset Until);

/// <summary>The silo's picture of these rooms differs: report them in full.</summary>
public sealed record RequestRooms(ImmutableArray<MeetingId> Rooms) : SiloToPod;

/// <summary>Take no new meetings from now on.</summary>
/// <param name="Mode">Whether meetings that are there may go on; a later message may change it.</param>
public sealed record DrainPod(DrainMode Mode = DrainMode.Migrate) : SiloToPod;

/// <summary>The drain is taken back: take new meetings again, unless the process was told to end.</summary>
public sealed record ResumePod : SiloToPod;
