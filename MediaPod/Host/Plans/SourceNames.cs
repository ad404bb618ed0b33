using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.MediaPod.Sfu.Sessions;
using SlotState = Conference.Contracts.Media.SlotState;

namespace Conference.MediaPod.Host.Plans;

/// <summary>The forwarding unit and the contracts name the same things in their own enums; these are the only places where one becomes the other, by name.</summary>
public static class SourceNames
{
    /// <summary>As the contracts name a source.</summary>
    public static MediaSource ToContract(TrackSource source) => Enum.Parse<MediaSource>(source.ToString());

    /// <summary>As the forwarding unit names a source.</summary>
    public static TrackSource ToTrack(MediaSource source) => Enum.Parse<TrackSource>(source.ToString());

    /// <summary>As the forwarding unit names sources.</summary>
    public static ImmutableArray<TrackSource> ToTracks(ImmutableArray<MediaSource> sources) => [.. sources.Select(ToTrack)];

    /// <summary>As the contracts name a slot's state.</summary>
    public static SlotState ToContract(Sfu.Sessions.SlotState state) => Enum.Parse<SlotState>(state.ToString());

    /// <summary>As the forwarding unit names what a picture shows.</summary>
    public static Sfu.Allocation.ContentHint ToSfu(ContentHint hint) => Enum.Parse<Sfu.Allocation.ContentHint>(hint.ToString());

    /// <summary>As the contracts name the end of a session.</summary>
    public static SessionEndReason ToContract(SessionEnd end) => Enum.Parse<SessionEndReason>(end.ToString());

    /// <summary>As the forwarding unit names the end of a session; reasons that only the host knows count as deleted.</summary>
    public static SessionEnd ToEnd(SessionEndReason reason) => Enum.TryParse<SessionEnd>(reason.ToString(), out var end) ? end : SessionEnd.Deleted;
}
