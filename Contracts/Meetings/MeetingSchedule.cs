namespace Conference.Contracts.Meetings;

/// <summary>When a meeting is to take place. It opens by itself a little earlier, and does not end by itself because of it.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it is to end: after the start, at most 7 days.</param>
/// <param name="TimeZone">Where that was agreed, as a name of the IANA database (<c>Europe/Berlin</c>): only shown, the times are exact without it.</param>
public sealed record MeetingSchedule(DateTimeOffset Start, DateTimeOffset End, string TimeZone);
