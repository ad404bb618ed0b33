namespace Conference.Contracts.Meetings;

/// <summary>How a meeting is run; set at creation, changed by hosts.</summary>
/// <remarks>Constructor parameters rather than properties: what a JSON object leaves out then has its default, not zero.</remarks>
/// <param name="Lobby">Newcomers wait until a host admits them.</param>
/// <param name="MuteOnEntry">Participants join with the microphone muted.</param>
/// <param name="MaxParticipants">The most participants at one time, exact; 1 to 10,000.</param>
/// <param name="ChatForAll">Everybody may write in the chat; otherwise hosts only.</param>
/// <param name="ShareForAll">Everybody may share a screen; otherwise hosts only.</param>
/// <param name="JoinBeforeHost">Attendees may join while no host is present.</param>
/// <param name="OpenPublish">Whoever knows the code may publish a stream (WHIP) without a stream key.</param>
/// <param name="OpenPlay">Whoever knows the code may play the meeting (WHEP) without a stream key.</param>
public sealed record MeetingSettings(
    bool Lobby = false,
    bool MuteOnEntry = false,
    int MaxParticipants = 1000,
    bool ChatForAll = true,
    bool ShareForAll = true,
    bool JoinBeforeHost = true,
    bool OpenPublish = false,
    bool OpenPlay = false);
