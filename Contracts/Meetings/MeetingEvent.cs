namespace Conference.Contracts.Meetings;

/// <summary>One entry of a meeting's journal: the truth of the meeting is the ordered list of these.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="Seq">1, 2, 3 … without a gap.</param>
/// <param name="At">When the meeting's grain decided it (UTC).</param>
/// <param name="Body">What happened.</param>
/// <param name="Actor">Who caused it; null for the system (timers, recovery).</param>
/// <param name="CommandId">The command that caused it; null for the system. All events of one command are in one append.</param>
public sealed record MeetingEvent(MeetingId MeetingId, long Seq, DateTimeOffset At, MeetingEventBody Body, ParticipantId? Actor = null, CommandId? CommandId = null);
