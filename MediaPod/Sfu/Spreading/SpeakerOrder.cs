using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Speakers;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>Who speaks in one group, as the room's home decided: the one decision that every worker of the room follows.</summary>
/// <param name="Group">Of those who hear each other.</param>
/// <param name="Voices">Best first.</param>
/// <param name="Active">The active speaker's publication; null: nobody is.</param>
/// <param name="Told">What clients were told of it.</param>
internal sealed record SpeakerOrder(string Group, ImmutableArray<VoiceState> Voices, int? Active, ImmutableArray<SpeakerLevel> Told);
