using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M7, M17 to M19, M27 and M28 of docs/meetings.md.</summary>
public sealed class ScheduleRulesTests
{
    private static readonly DateTimeOffset Start = new(2030, 6, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(60, "Europe/Berlin", null)]
    [InlineData(10_080, "UTC", null)]
    [InlineData(60, "America/Argentina/Buenos_Aires", null)]
    [InlineData(60, "Etc/GMT+3", null)]
    [InlineData(0, "UTC", MeetingRefusal.InvalidSchedule)]
    [InlineData(-1, "UTC", MeetingRefusal.InvalidSchedule)]
    [InlineData(10_081, "UTC", MeetingRefusal.InvalidSchedule)]
    [InlineData(60, "", MeetingRefusal.InvalidSchedule)]
    [InlineData(60, "UTC\r\nBEGIN:X", MeetingRefusal.InvalidSchedule)]
    [InlineData(60, "UTC\n", MeetingRefusal.InvalidSchedule)]
    public void M17_a_schedule_is_a_span_of_time_and_the_name_of_a_zone(int minutes, string zone, MeetingRefusal? refusal)
    {
        var schedule = new MeetingSchedule(Start, Start.AddMinutes(minutes), zone);
        var create = new CreateMeeting("lusab-babad-gutih-tugad", "T", TenantId.Parse("default"), new(), Secrets.Hash("k"), Schedule: schedule);
        Assert.Equal(refusal, (new TestMeeting(create: false).Do(create).Answer as MeetingRefused)?.Reason);
        var meeting = new TestMeeting();
        Assert.Equal(refusal, (meeting.Do(new ChangeMeeting(null, null, null, schedule)).Answer as MeetingRefused)?.Reason);
        Assert.Equal(refusal is null ? schedule : null, meeting.State.Schedule);
    }

    [Fact]
    public void M7_before_its_time_a_meeting_waits_for_a_host()
    {
        var meeting = Scheduled(new());
        meeting.Now = Start.AddMinutes(-16);
        Assert.Equal(JoinRefusal.NotStarted, meeting.JoinRefused());
        meeting.Now = Start.AddMinutes(-15);
        meeting.Join();

        var early = Scheduled(new());
        early.Now = Start.AddDays(-3);
        early.Join(host: true);
        early.Join();
    }

    [Fact]
    public void M16_what_is_scheduled_is_not_abandoned_before_its_time()
    {
        var meeting = Scheduled(new());
        meeting.Now = Start.AddHours(24);
        meeting.Do(new SweepMeeting());
        Assert.Null(meeting.State.Ended);
        meeting.Now = Start.AddHours(25);
        meeting.Do(new SweepMeeting());
        Assert.Equal(MeetingEndReason.Abandoned, meeting.State.Ended);
    }

    [Fact]
    public void M18_a_recurring_meeting_ends_and_can_be_joined_again()
    {
        var meeting = new TestMeeting(new() { Recurring = true });
        var (host, ann) = (meeting.Join(host: true), meeting.Join("Ann"));
        meeting.Accept(ann, id => new ChatSend(id, "kept"));
        meeting.Accept(host, id => new PollOpen(id, "Q", ["a", "b"]));
        meeting.Accept(host, id => new HostLock(id, true));
        meeting.Accept(host, id => new HostRemove(id, ann));
        var end = Assert.IsType<MeetingEnded>(Assert.Single(meeting.Accept(host, id => new MeetingEnd(id))));
        Assert.True(end.Reopens);
        var state = meeting.State;
        Assert.Equal((null, 0, false, 0, null, 0), (state.Ended, state.Places, state.Locked, state.Polls.Count, state.StartedAt, state.Removed.Count));
        meeting.Now += TimeSpan.FromDays(400);
        meeting.Do(new SweepMeeting());
        Assert.Equal("kept", Assert.Single(meeting.State.ViewOf(meeting[meeting.Join("Ann")]).Chat).Text);
        meeting.Do(new EndMeeting());
        Assert.Equal(JoinRefusal.Ended, meeting.JoinRefused());
    }

    [Fact]
    public void M19_the_longest_time_counts_from_when_the_first_came()
    {
        var meeting = new TestMeeting(new() { MaxMinutes = 30 });
        meeting.Now += TimeSpan.FromHours(1);
        var host = meeting.Join(host: true);
        Assert.Equal(meeting.Now, meeting.State.ViewOf(meeting[host]).StartedAt);
        meeting.Now += TimeSpan.FromMinutes(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Accept(host, id => new HostSettings(id, "T", new() { MaxMinutes = 40 }));
        meeting.Now += TimeSpan.FromMinutes(10);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Now += TimeSpan.FromMinutes(1);
        meeting.Do(new SweepMeeting());
        Assert.Equal(MeetingEndReason.TimeLimit, meeting.State.Ended);
        Assert.Equal(MeetingRefusal.InvalidSettings, Assert.IsType<MeetingRefused>(new TestMeeting().Do(new ChangeMeeting(null, new() { MaxMinutes = -1 }, null)).Answer).Reason);
    }

    [Fact]
    public void M27_a_meeting_can_end_two_minutes_after_its_last_host()
    {
        var meeting = new TestMeeting(new() { EndWithoutHost = true });
        var ann = meeting.Join("Ann");
        meeting.Now += TimeSpan.FromHours(1);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        var host = meeting.Join("Host", host: true);
        meeting.Accept(host, id => new Leave(id));
        meeting.Now += TimeSpan.FromSeconds(119);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        host = meeting.Join("Host", host: true);
        meeting.Now += TimeSpan.FromMinutes(5);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Accept(host, id => new Leave(id));
        meeting.Now += TimeSpan.FromSeconds(120);
        meeting.Do(new SweepMeeting());
        Assert.Equal((MeetingEndReason.HostLeft, null), (meeting.State.Ended, meeting.State.Find(ann)));
    }

    [Fact]
    public void M28_the_last_host_hands_over_to_whom_they_name_or_to_the_first_co_host()
    {
        var meeting = new TestMeeting();
        var (host, ann, bob, cid) = (meeting.Join("Host", host: true), meeting.Join("Ann"), meeting.Join("Bob"), meeting.Join("Cid"));
        foreach (var id in new[] { cid, bob }) meeting.Accept(host, c => new HostSetRole(c, id, Role.CoHost));
        Assert.Equal(CommandRefusal.NotAllowed, meeting.Refuse(bob, id => new Leave(id, ann)));
        Assert.Equal(CommandRefusal.UnknownParticipant, meeting.Refuse(host, id => new Leave(id, ParticipantId.Parse("nobody"))));
        meeting.Accept(host, id => new Leave(id, ann));
        Assert.Equal((Role.Host, Role.CoHost), (meeting[ann].Role, meeting[bob].Role));

        // However she goes: here her connection is lost for good.
        meeting.Do(new CloseSession("s"), ann);
        meeting.Now += TimeSpan.FromSeconds(30);
        var events = meeting.Do(new SweepMeeting()).Events;
        Assert.Equal([typeof(ParticipantLeft), typeof(ParticipantRoleChanged)], events.Select(e => e.GetType()));
        Assert.Equal(Role.Host, meeting[bob].Role);
        Assert.Equal(Role.CoHost, meeting[cid].Role);
        meeting.Accept(bob, id => new Leave(id));
        meeting.Accept(cid, id => new Leave(id));
        Assert.Equal(0, meeting.State.Hosts);
    }

    private static TestMeeting Scheduled(MeetingSettings settings)
    {
        var meeting = new TestMeeting(settings);
        TestMeeting.Done(meeting.Do(new ChangeMeeting(null, null, null, new(Start, Start.AddHours(1), "Europe/Berlin"))));
        return meeting;
    }
}
