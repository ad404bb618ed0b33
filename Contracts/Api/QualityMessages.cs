using System.Collections.Immutable;

namespace Conference.Contracts.Api;

/// <summary><c>GET /api/admin/meetings/{id}/quality</c>: how media fares now, as the pods of a meeting measure it.</summary>
/// <param name="Participants">Those who have a media session; newest sessions only.</param>
/// <param name="SilentPods">Pods with people of the meeting that did not answer within 2 s.</param>
public sealed record MeetingQuality(ImmutableArray<ParticipantQuality> Participants, ImmutableArray<PodId> SilentPods);

/// <summary>One participant's connection to its pod.</summary>
/// <param name="Id">Who.</param>
/// <param name="PodId">The pod.</param>
/// <param name="Connected">The session is up; everything else says nothing before.</param>
/// <param name="LossPercent">Of what is sent to them, as they report it, 0 to 100.</param>
/// <param name="SentKbps">What is sent to them, kbit/s.</param>
/// <param name="WantedKbps">What they would be sent if their connection carried it, kbit/s.</param>
/// <param name="Sends">What they send.</param>
/// <param name="Sees">The pictures that they are sent, in the order of their places.</param>
/// <param name="RoundTripMs">Milliseconds to the client and back; null: not measured yet.</param>
/// <param name="EstimateKbps">What their connection carries, kbit/s; null: nothing is known.</param>
public sealed record ParticipantQuality(
    ParticipantId Id, PodId PodId, bool Connected, double LossPercent, long SentKbps, long WantedKbps, ImmutableArray<SentQuality> Sends, ImmutableArray<SeenQuality> Sees,
    double? RoundTripMs = null, long? EstimateKbps = null);

/// <summary>A microphone, a camera or a shared screen as it arrives at the pod.</summary>
/// <param name="Source">Which, as a word: <c>Microphone</c>, <c>Camera</c>, <c>Screen</c>, <c>ScreenAudio</c>.</param>
/// <param name="Muted">The plan lets nothing of it through.</param>
/// <param name="Layers">Its encodings, smallest first.</param>
/// <param name="Codec">The codec; null: nothing has arrived.</param>
public sealed record SentQuality(string Source, bool Muted, ImmutableArray<LayerQuality> Layers, string? Codec = null);

/// <summary>One encoding.</summary>
/// <param name="Width">Pixels; 0 for sound.</param>
/// <param name="Height">Pixels; 0 for sound.</param>
/// <param name="Kbps">Measured, kbit/s.</param>
/// <param name="LossPercent">Of all its packets until now, 0 to 100, before repair.</param>
/// <param name="JitterMs">Milliseconds.</param>
/// <param name="Off">Nobody is sent it, so its sender was asked to stop it.</param>
/// <param name="Rid">Its name; null: the only one.</param>
public sealed record LayerQuality(int Width, int Height, long Kbps, double LossPercent, double JitterMs, bool Off, string? Rid = null);

/// <summary>One picture that a participant is sent.</summary>
/// <param name="From">Whose.</param>
/// <param name="Source">Which of theirs.</param>
/// <param name="Height">Lines sent; 0: paused.</param>
/// <param name="FramesPerSecond">Sent.</param>
/// <param name="Kbps">Sent, kbit/s.</param>
/// <param name="Limit">Why it is no more, as a word of the pod's.</param>
public sealed record SeenQuality(ParticipantId From, string Source, int Height, double FramesPerSecond, long Kbps, string Limit);
