using System.Globalization;
using System.Text;
using Conference.Contracts.Meetings;

namespace Conference.Silo.Api;

/// <summary>A meeting as a calendar takes it (iCalendar, RFC 5545): one event. Its times are in UTC, unless it repeats: then they follow the clock of its time zone, which the file describes (<see cref="CalendarZone"/>).</summary>
internal static class CalendarFile
{
    private const int LongestLine = 75;

    /// <summary>The file.</summary>
    /// <param name="title">The meeting's title.</param>
    /// <param name="schedule">When it is.</param>
    /// <param name="link">Where people join.</param>
    /// <param name="uid">Names the event, so that a newer file replaces it.</param>
    /// <param name="now">When the file is made; the newer of two files is right.</param>
    public static string Write(string title, MeetingSchedule schedule, string link, string uid, DateTimeOffset now)
    {
        var text = new StringBuilder();
        var zone = schedule.Repeats is null ? null : CalendarZone.Find(schedule.TimeZone);
        foreach (var line in (string[])[
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Conference//Meetings//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", $"X-WR-TIMEZONE:{schedule.TimeZone}",
            .. zone is null ? [] : CalendarZone.Describe(zone, schedule.Start.Year),
            "BEGIN:VEVENT", $"UID:{Escape(uid)}", $"DTSTAMP:{Utc(now)}", $"SEQUENCE:{now.ToUnixTimeSeconds() / 60}", $"DTSTART{Time(schedule.Start, zone)}", $"DTEND{Time(schedule.End, zone)}", .. Rule(schedule.Repeats),
            $"SUMMARY:{Escape(title)}", $"LOCATION:{Escape(link)}", $"URL:{link}", $"DESCRIPTION:{Escape($"Join the meeting: {link}")}",
            "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", $"DESCRIPTION:{Escape(title)}", "END:VALARM", "END:VEVENT", "END:VCALENDAR"]) Fold(text, line);
        return text.ToString();
    }

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time, TimeZoneInfo? zone) =>
        zone is null ? $":{Utc(time)}" : $";TZID={zone.Id}:{TimeZoneInfo.ConvertTime(time, zone).ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}";

    // RFC 5545 3.3.10; without an end: the link goes on working.
    private static string[] Rule(Recurrence? repeats) => repeats switch
    {
        Recurrence.Daily => ["RRULE:FREQ=DAILY"],
        Recurrence.Weekdays => ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
        Recurrence.Weekly => ["RRULE:FREQ=WEEKLY"],
        Recurrence.Fortnightly => ["RRULE:FREQ=WEEKLY;INTERVAL=2"],
        Recurrence.Monthly => ["RRULE:FREQ=MONTHLY"],
        _ => [],
    };

    // RFC 5545 3.3.11
    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).ReplaceLineEndings("\\n");

    // RFC 5545 3.1: at most 75 octets a line, cut between characters.
    private static void Fold(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}
