using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>A media session to open: one client's transport, what it may send, and its slots.</summary>
/// <param name="RoomId">The media room (part of one meeting on this pod). Sessions of one room see each other's publications.</param>
/// <param name="ParticipantId">Whose session it is. A newer session of a participant replaces the older one once it is connected.</param>
/// <param name="SessionId">Unique in the pod.</param>
/// <param name="Media">What offer and answer agreed on.</param>
/// <param name="Policy">What the participant may send, and what is muted.</param>
public sealed record SessionSpec(string RoomId, string ParticipantId, string SessionId, NegotiatedSession Media, PublishPolicy Policy);

/// <summary>What the pod's plan lets a participant send.</summary>
/// <param name="MayPublish">The sources whose publications are accepted; packets of others are dropped as <see cref="DropReason.PublicationMuted"/>.</param>
/// <param name="Muted">The sources of which nothing is forwarded, whatever the client sends.</param>
public sealed record PublishPolicy(ImmutableArray<TrackSource> MayPublish, ImmutableArray<TrackSource> Muted)
{
    /// <summary>The sources whose frames are encrypted from end to end: nothing is looked for, added or left out inside them.</summary>
    public ImmutableArray<TrackSource> Sealed { get; init; } = [];

    /// <summary>Only sessions of the same group hear and see each other; the empty text is a group like any other.</summary>
    public string Group { get; init; } = "";

    /// <summary>The most of each source of pictures, all encodings and repairs together; null: the pod's own bound. What is more is dropped as <see cref="DropReason.PublisherPoliced"/>.</summary>
    public long? PublishBitsPerSecond { get; init; }

    /// <summary>The most that is sent to it in all; null: what its path carries.</summary>
    public long? ReceiveBitsPerSecond { get; init; }

    /// <summary>Every source allowed, none muted.</summary>
    public static PublishPolicy Everything { get; } = new([.. Enum.GetValues<TrackSource>()], []);

    /// <summary>Whether packets of the source are forwarded.</summary>
    public bool Forwards(TrackSource source) => MayPublish.Contains(source) && !Muted.Contains(source);
}

/// <summary>An open session.</summary>
/// <param name="SessionId">As in <see cref="SessionSpec.SessionId"/>.</param>
/// <param name="Worker">The index of the worker that its transport lives on.</param>
public sealed record SessionHandle(string SessionId, int Worker);

/// <summary>One wanted picture.</summary>
/// <param name="ParticipantId">Whose; null: whoever is the active speaker (never the viewer).</param>
/// <param name="Source"><see cref="TrackSource.Camera"/> or <see cref="TrackSource.Screen"/>.</param>
/// <param name="MaxHeight">The largest useful height in physical pixels.</param>
/// <param name="Priority">0 (first) to 100 (last).</param>
/// <param name="Pinned">The viewer chose it to be seen well.</param>
public sealed record Demand(string? ParticipantId, TrackSource Source, int MaxHeight, int Priority, bool Pinned = false);
