using System.Globalization;

namespace Conference.Silo.Api;

/// <summary>A time zone as a calendar file describes it (RFC 5545 section 3.6.5): every change of its offset in the years that matter, one by one.</summary>
internal static class CalendarZone
{
    /// <summary>How far ahead changes are written down; after that the last offset holds.</summary>
    public const int Years = 10;

    /// <summary>The zone; null: this machine does not know it.</summary>
    public static TimeZoneInfo? Find(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>The lines of its description, from the year before <paramref name="year"/> on.</summary>
    public static IEnumerable<string> Describe(TimeZoneInfo zone, int year)
    {
        var from = new DateTimeOffset(year - 1, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var offset = zone.GetUtcOffset(from);
        yield return "BEGIN:VTIMEZONE";
        yield return $"TZID:{zone.Id}";
        foreach (var line in Observance(zone, from, offset, offset)) yield return line;
        for (var day = from; day.Year <= year + Years; day = day.AddDays(1))
        {
            var next = zone.GetUtcOffset(day.AddDays(1));
            if (next == offset) continue;
            foreach (var line in Observance(zone, ChangeWithin(zone, day, offset), offset, next)) yield return line;
            offset = next;
        }
        yield return "END:VTIMEZONE";
    }

    // The minute at which the offset is another one than at the beginning of the day.
    private static DateTimeOffset ChangeWithin(TimeZoneInfo zone, DateTimeOffset day, TimeSpan before)
    {
        var (least, most) = (0, 24 * 60);
        while (most - least > 1)
        {
            var middle = (least + most) / 2;
            if (zone.GetUtcOffset(day.AddMinutes(middle)) == before) least = middle;
            else most = middle;
        }
        return day.AddMinutes(most);
    }

    // It begins at the clock's time before the change.
    private static string[] Observance(TimeZoneInfo zone, DateTimeOffset at, TimeSpan before, TimeSpan after)
    {
        var kind = zone.IsDaylightSavingTime(at) ? "DAYLIGHT" : "STANDARD";
        var begins = at.ToOffset(before).ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        return [$"BEGIN:{kind}", $"DTSTART:{begins}", $"TZOFFSETFROM:{Offset(before)}", $"TZOFFSETTO:{Offset(after)}", $"END:{kind}"];
    }

    private static string Offset(TimeSpan offset) => (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString("hhmm", CultureInfo.InvariantCulture);
}
