namespace Conference.Contracts.Meetings;

/// <summary>How a meeting is run; set at creation, changed by hosts.</summary>
public sealed record MeetingSettings
{
    /// <summary>Newcomers wait until a host admits them.</summary>
    public bool Lobby { get; init; }

    /// <summary>Participants join with the microphone muted.</summary>
    public bool MuteOnEntry { get; init; }

    /// <summary>The most participants at one time, exact; 1 to 10,000.</summary>
    public int MaxParticipants { get; init; } = 1000;

    /// <summary>Everybody may write in the chat; otherwise hosts only.</summary>
    public bool ChatForAll { get; init; } = true;

    /// <summary>Everybody may share a screen; otherwise hosts only.</summary>
    public bool ShareForAll { get; init; } = true;

    /// <summary>Attendees may join while no host is present.</summary>
    public bool JoinBeforeHost { get; init; } = true;

    /// <summary>Whoever knows the code may publish a stream (WHIP) without a stream key.</summary>
    public bool OpenPublish { get; init; }

    /// <summary>Whoever knows the code may play the meeting (WHEP) without a stream key.</summary>
    public bool OpenPlay { get; init; }
}
