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
/// <param name="UnmuteForAll">Everybody may unmute the own microphone; otherwise hosts, and whom a host asks to.</param>
/// <param name="CameraForAll">Everybody may start the own camera; otherwise hosts, and whom a host asks to.</param>
/// <param name="RenameForAll">Everybody may change the own name; otherwise hosts only.</param>
/// <param name="Chat">There is a chat; otherwise nobody writes, hosts included.</param>
/// <param name="PrivateChat">Participants may write to one person (with <paramref name="ChatForAll"/>), or to hosts (without).</param>
/// <param name="Questions">Everybody may ask the hosts questions, for all to see.</param>
/// <param name="MaxMinutes">The longest it may last, from when the first came; 0: as long as it likes; at most 10,080 (a week).</param>
/// <param name="EndWithoutHost">It ends two minutes after the last host has left.</param>
/// <param name="Recurring">Its link can be used again and again: the end is the end for that time, and it is never abandoned.</param>
/// <param name="Webinar">Whoever joins without the host key is a viewer until a host says otherwise.</param>
/// <param name="Encrypted">Sound and pictures are encrypted from end to end (docs/encryption.md); said at creation, for good. At most 200 participants, no webinar, no streams.</param>
/// <param name="RemovedNamesStayOut">Whoever comes with the name of somebody who was removed stays out too.</param>
public sealed record MeetingSettings(
    bool Lobby = false,
    bool MuteOnEntry = false,
    int MaxParticipants = 1000,
    bool ChatForAll = true,
    bool ShareForAll = true,
    bool JoinBeforeHost = true,
    bool OpenPublish = false,
    bool OpenPlay = false,
    bool UnmuteForAll = true,
    bool CameraForAll = true,
    bool RenameForAll = true,
    bool Chat = true,
    bool PrivateChat = true,
    bool RemovedNamesStayOut = false,
    bool Questions = true,
    int MaxMinutes = 0,
    bool EndWithoutHost = false,
    bool Recurring = false,
    bool Webinar = false,
    bool Encrypted = false);
