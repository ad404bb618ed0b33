using System.Text.Json.Serialization;

namespace Conference.Contracts.Meetings;

/// <summary>When a meeting is to take place. It opens by itself a little earlier, and does not end by itself because of it.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it is to end: after the start, at most 7 days.</param>
/// <param name="TimeZone">Where that was agreed, as a name of the IANA database (<c>Europe/Berlin</c>): shown, and the clock by which it repeats; the times are exact without it.</param>
/// <param name="Repeats">How often it takes place again; null: once.</param>
public sealed record MeetingSchedule(DateTimeOffset Start, DateTimeOffset End, string TimeZone, Recurrence? Repeats = null);

/// <summary>How often a meeting takes place again, at the same time of day in its time zone, without an end. Its link stays good where the settings say <c>Recurring</c>.</summary>
[JsonConverter(typeof(EnumNames<Recurrence>))]
public enum Recurrence
{
    /// <summary>Every day.</summary>
    Daily,

    /// <summary>Monday to Friday.</summary>
    Weekdays,

    /// <summary>On that day of every week.</summary>
    Weekly,

    /// <summary>On that day of every second week.</summary>
    Fortnightly,

    /// <summary>On that day of every month that has it.</summary>
    Monthly,
}
