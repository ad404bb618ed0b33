using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>Somebody (or a stream) with a place in a meeting or in its lobby.</summary>
public sealed record Participant
{
    /// <summary>Who.</summary>
    public required ParticipantId Id { get; init; }

    /// <summary>The name shown.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What they may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Waits to be admitted; takes no place.</summary>
    public bool InLobby { get; init; }

    /// <summary><see cref="Presence.Joining"/>, <see cref="Presence.Connected"/> or <see cref="Presence.Reconnecting"/>, in the lobby too.</summary>
    public Presence Link { get; init; } = Presence.Joining;

    /// <summary>Since when; the grace runs from here.</summary>
    public required DateTimeOffset LinkSince { get; init; }

    /// <summary>While <see cref="Presence.Reconnecting"/>: their page was closed, so they may be gone for good.</summary>
    public bool PageClosed { get; init; }

    /// <summary>When they joined.</summary>
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>The sequence of their join, which orders the roster.</summary>
    public required long JoinedSeq { get; init; }

    /// <summary>What they send.</summary>
    public SourceSet Sending { get; init; }

    /// <summary>The breakout room they are in; null: the main room.</summary>
    public int? Room { get; init; }

    /// <summary>What a host has muted and they have not unmuted since.</summary>
    public SourceSet HostMuted { get; init; }

    /// <summary>What the settings leave to hosts and a host has asked them to send.</summary>
    public SourceSet Allowed { get; init; }

    /// <summary>The sequence at which the hand went up; null when it is down.</summary>
    public long? HandRaisedSeq { get; init; }

    /// <summary>SHA-256 (base64url) of the resume token; null for streams.</summary>
    public string? ResumeTokenHash { get; init; }

    /// <summary>SHA-256 (base64url) of the browser's own token.</summary>
    public string? DeviceHash { get; init; }

    /// <summary>A join token of the tenant let them in.</summary>
    public bool ByToken { get; init; }

    /// <summary>For WHIP and WHEP clients.</summary>
    public StreamKind? Stream { get; init; }

    /// <summary>The stream key they came with.</summary>
    public string? StreamKeyId { get; init; }

    /// <summary>Where their media goes.</summary>
    public PodId? PodId { get; init; }

    /// <summary>What they have announced in an encrypted meeting.</summary>
    public EncryptionKeys? Keys { get; init; }

    /// <summary>The commands that need not be done again.</summary>
    public CommandHistory Commands { get; init; } = CommandHistory.Empty;

    /// <summary>May run the meeting.</summary>
    public bool IsHost => Role is Role.Host or Role.CoHost;

    /// <summary>Others see that they are there; viewers are counted.</summary>
    public bool IsListed => Role != Role.Viewer;

    /// <summary>What others are shown.</summary>
    public Presence Presence => InLobby ? Presence.Lobby : Link;

    /// <summary>What the settings let them send.</summary>
    public SourceSet MayPublish(MeetingSettings settings)
    {
        if (InLobby || Stream == StreamKind.Play || Role == Role.Viewer) return default;
        return settings.ShareForAll || IsHost ? SourceSet.All : SourceSet.All.Without(MediaSource.Screen).Without(MediaSource.ScreenAudio);
    }

    /// <summary>Whether they may begin to send a source that the settings may leave to hosts.</summary>
    public bool MayStart(MediaSource source, MeetingSettings settings) => IsHost || Allowed.Has(source) || source switch
    {
        MediaSource.Microphone => settings.UnmuteForAll,
        MediaSource.Camera => settings.CameraForAll,
        _ => true,
    };

    /// <summary>What of it must not be forwarded: people declare what they send, streams send what arrives.</summary>
    public SourceSet Muted => Stream is null ? SourceSet.All.Except(Sending) : HostMuted;

    /// <summary>As others see them.</summary>
    public ParticipantView ToView() => new(Id, DisplayName, Role, Presence, Sending.ToArray(), JoinedAt, HandRaisedSeq, Stream, Room, Keys);
}

/// <summary>A key that streams may join with.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">The display name of its streams.</param>
/// <param name="Role">What they may do.</param>
/// <param name="KeyHash">SHA-256 (base64url) of the key.</param>
public sealed record StreamKey(string Id, string Name, Role Role, string KeyHash);
