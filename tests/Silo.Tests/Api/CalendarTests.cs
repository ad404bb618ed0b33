using System.Text;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Api;

/// <summary>Scheduled meetings over HTTP.</summary>
public sealed class CalendarTests
{
    private static readonly MeetingSchedule Schedule = new(new(2030, 6, 1, 11, 0, 0, TimeSpan.FromHours(2)), new(2030, 6, 1, 12, 30, 0, TimeSpan.FromHours(2)), "Europe/Berlin");

    [Fact]
    public async Task A_scheduled_meeting_has_a_calendar_file_that_no_title_breaks()
    {
        await using var silo = await SiloFixture.StartAsync();
        var title = "Fruit; apples, pears\\figs: " + string.Concat(Enumerable.Repeat("\U0001F350", 60));
        var meeting = await silo.CreateAsync(new CreateMeetingRequest(title, Schedule: Schedule));
        using var response = await silo.SendAsync(HttpMethod.Get, $"/api/join/{meeting.Code}/calendar.ics");
        Assert.Equal("text/calendar", response.Content.Headers.ContentType!.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        var lines = text.Replace("\r\n ", "").Split("\r\n");
        Assert.Contains("DTSTART:20300601T090000Z", lines);
        Assert.Contains("DTEND:20300601T103000Z", lines);
        Assert.Contains($"URL:{meeting.JoinUrl}", lines);
        Assert.Contains("SUMMARY:" + title.Replace("\\", "\\\\").Replace(";", "\\;").Replace(",", "\\,"), lines);
        Assert.Equal(("BEGIN:VCALENDAR", "END:VCALENDAR", ""), (lines[0], lines[^2], lines[^1]));
    }

    [Fact]
    public async Task What_repeats_follows_the_clock_of_its_time_zone()
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync(new CreateMeetingRequest("Weekly", Schedule: Schedule with { Repeats = Recurrence.Fortnightly }));
        using var response = await silo.SendAsync(HttpMethod.Get, $"/api/join/{meeting.Code}/calendar.ics");
        var lines = (await response.Content.ReadAsStringAsync()).Replace("\r\n ", "").Split("\r\n").ToList();
        Assert.Contains("DTSTART;TZID=Europe/Berlin:20300601T110000", lines);
        Assert.Contains("DTEND;TZID=Europe/Berlin:20300601T123000", lines);
        Assert.Contains("RRULE:FREQ=WEEKLY;INTERVAL=2", lines);
        // The last Sunday of October 2030, at 3 in the morning by the summer's clock, is the 27th.
        var autumn = lines.IndexOf("DTSTART:20301027T030000");
        Assert.Equal(("BEGIN:STANDARD", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"), (lines[autumn - 1], lines[autumn + 1], lines[autumn + 2]));
        Assert.Contains("DTSTART:20310330T020000", lines);
        Assert.Equal(lines.Count(line => line.StartsWith("BEGIN:", StringComparison.Ordinal)), lines.Count(line => line.StartsWith("END:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Facts_tell_the_schedule_and_without_one_there_is_no_file()
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync();
        using var none = await silo.SendAsync(HttpMethod.Get, $"/api/join/{meeting.Code}/calendar.ics");
        Assert.Equal("UnknownCode", (await SiloFixture.ProblemAsync(none)).Reason);
        using var changed = await silo.SendAsync(HttpMethod.Patch, $"/api/meetings/{meeting.Id}",
            System.Net.Http.Json.JsonContent.Create(new ChangeMeetingRequest(Schedule: Schedule), ContractsJson.Default.ChangeMeetingRequest), meeting.HostKey);
        Assert.True(changed.IsSuccessStatusCode);
        using var facts = await silo.SendAsync(HttpMethod.Get, $"/api/join/{meeting.Code}");
        Assert.Contains("\"timeZone\":\"Europe/Berlin\"", await facts.Content.ReadAsStringAsync());
        using var refused = await silo.PostAsync("/api/meetings", new CreateMeetingRequest(Schedule: Schedule with { End = Schedule.Start }), ContractsJson.Default.CreateMeetingRequest);
        Assert.Equal("InvalidSchedule", (await SiloFixture.ProblemAsync(refused)).Reason);
    }
}
