using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M13 to M26 of docs/meetings.md.</summary>
public sealed class PresenceRulesTests
{
    [Fact]
    public void M13_creating_again_with_the_same_host_key_is_the_same_request()
    {
        var meeting = new TestMeeting();
        Assert.Empty(TestMeeting.Done(Create(meeting, hash: Secrets.Hash(TestMeeting.HostKey))).Events);
        Assert.Equal(MeetingRefusal.UnknownMeeting, Refusal(Create(meeting, hash: "other")));
    }

    [Theory]
    [InlineData("", 10, MeetingRefusal.InvalidTitle)]
    [InlineData("Title", 0, MeetingRefusal.InvalidSettings)]
    [InlineData("Title", 10_001, MeetingRefusal.InvalidSettings)]
    public void M13_titles_and_settings_have_bounds(string title, int most, MeetingRefusal expected)
    {
        Assert.Equal(expected, Refusal(Create(new TestMeeting(create: false), title, most)));
        Assert.Equal(expected, Refusal(new TestMeeting().Do(new ChangeMeeting(title, new() { MaxParticipants = most }, null))));
    }

    [Fact]
    public void M14_the_api_changes_what_it_names()
    {
        var meeting = new TestMeeting();
        Assert.Empty(TestMeeting.Done(meeting.Do(new ChangeMeeting(null, null, null))).Events);
        Assert.Equal(2, TestMeeting.Done(meeting.Do(new ChangeMeeting("New", null, true))).Events.Length);
        Assert.Equal(("New", true), (meeting.State.Title, meeting.State.Locked));
        TestMeeting.Done(meeting.Do(new EndMeeting()));
        Assert.Equal(MeetingRefusal.Ended, Refusal(meeting.Do(new ChangeMeeting("Newer", null, null))));
        Assert.Equal(MeetingRefusal.Ended, Refusal(meeting.Do(new EndMeeting())));
    }

    [Fact]
    public void M16_a_meeting_that_nobody_comes_back_to_ends_a_day_later()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        meeting.Now += TimeSpan.FromHours(30);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Accept(ann, id => new Leave(id));
        meeting.Now += TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Join();
        meeting.Accept(ParticipantId.Parse("p2"), id => new Leave(id));
        meeting.Now += TimeSpan.FromHours(24);
        Assert.Equal(JoinRefusal.Ended, meeting.JoinRefused());
        Assert.Equal(MeetingEndReason.Abandoned, meeting.State.Ended);
    }

    [Fact]
    public void M16_a_meeting_that_nobody_ever_joined_ends_too()
    {
        var meeting = new TestMeeting { Now = new(2030, 1, 3, 0, 0, 0, TimeSpan.Zero) };
        meeting.Do(new SweepMeeting());
        Assert.Equal(MeetingEndReason.Abandoned, meeting.State.Ended);
    }

    [Fact]
    public void M20_a_place_without_a_session_is_released_after_30_seconds()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join(connect: false);
        meeting.Now += TimeSpan.FromSeconds(29.999);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Now += TimeSpan.FromMilliseconds(1);
        var left = Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Do(new SweepMeeting()).Events));
        Assert.Equal((ann, LeaveReason.NeverConnected), (left.ParticipantId, left.Reason));
    }

    [Fact]
    public void M21_a_lost_session_keeps_its_place_for_30_seconds()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        meeting.Now += TimeSpan.FromHours(1);
        meeting.Do(new CloseSession("s"), ann);
        Assert.Equal(Presence.Reconnecting, meeting[ann].Presence);
        meeting.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        TestMeeting.Done(meeting.Do(new OpenSession("s2"), ann));
        meeting.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Do(new CloseSession("s2"), ann);
        meeting.Now += TimeSpan.FromSeconds(30);
        Assert.Equal(LeaveReason.ConnectionLost, Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Do(new SweepMeeting()).Events)).Reason);
    }

    [Fact]
    public void M22_role_hand_and_name_outlive_a_lost_session()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join(host: true);
        meeting.Accept(ann, id => new HandRaise(id, true));
        var before = meeting[ann];
        meeting.Do(new CloseSession("s"), ann);
        meeting.Do(new OpenSession("s2"), ann);
        Assert.Equal((before.Role, before.HandRaisedSeq, before.DisplayName, before.JoinedSeq), (meeting[ann].Role, meeting[ann].HandRaisedSeq, meeting[ann].DisplayName, meeting[ann].JoinedSeq));
    }

    [Fact]
    public void M23_a_second_session_replaces_the_first_without_an_event()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        var again = TestMeeting.Done(meeting.Do(new OpenSession("s2"), ann));
        Assert.Empty(again.Events);
        Assert.Equal((ann, "s2"), (Assert.Single(again.Shown).To!.Value, again.Shown[0].NewSession));
    }

    [Fact]
    public void M24_after_recovery_everybody_has_the_whole_grace()
    {
        var meeting = new TestMeeting();
        var (ann, bob) = (meeting.Join(), meeting.Join(connect: false));
        meeting.Now += TimeSpan.FromHours(1);
        Assert.Equal(2, meeting.Apply(MeetingMachine.Recover(meeting.State)).Events.Length);
        meeting.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Do(new OpenSession("s2"), ann);
        meeting.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(bob, Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Do(new SweepMeeting()).Events)).ParticipantId);
    }

    [Fact]
    public void M26_a_page_that_was_closed_keeps_its_place_for_5_seconds()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        meeting.Do(new CloseSession("s", PageClosed: true), ann);
        Assert.Equal(Presence.Reconnecting, meeting[ann].Presence);
        meeting.Now += TimeSpan.FromSeconds(4.999);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        meeting.Now += TimeSpan.FromMilliseconds(1);
        Assert.Equal(LeaveReason.Left, Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Do(new SweepMeeting()).Events)).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void M26_a_page_that_was_loaded_again_has_the_whole_grace_from_its_resume_on(bool host)
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join(host: host);
        meeting.Do(new CloseSession("s", PageClosed: true), ann);
        meeting.Now += TimeSpan.FromSeconds(4);
        Assert.Equal(ann, TestMeeting.Done(meeting.Do(new ResumePlace(TestMeeting.TokenOf(ann), TestMeeting.HostKey))).Place);
        meeting.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
        TestMeeting.Done(meeting.Do(new OpenSession("s2"), ann));
        Assert.Equal((Presence.Connected, Role.Host), (meeting[ann].Presence, meeting[ann].Role));
        // What was said of the page before does not shorten a later loss.
        meeting.Do(new CloseSession("s2"), ann);
        meeting.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
    }

    [Fact]
    public void M26_whoever_is_recovered_after_a_crash_has_the_whole_grace()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        meeting.Do(new CloseSession("s", PageClosed: true), ann);
        meeting.Apply(MeetingMachine.Recover(meeting.State));
        meeting.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(meeting.Do(new SweepMeeting()).Events);
    }

    [Fact]
    public void M25_the_lobby_has_the_same_graces()
    {
        var meeting = new TestMeeting(new() { Lobby = true });
        var bob = meeting.Join("Bob", connect: false);
        meeting.Now += TimeSpan.FromSeconds(30);
        Assert.Equal(bob, Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Do(new SweepMeeting()).Events)).ParticipantId);
    }

    private static Decision Create(TestMeeting meeting, string title = "Title", int most = 10, string hash = "hash") =>
        meeting.Do(new CreateMeeting("babab-babab-babab-babab", title, TenantId.Parse("default"), new() { MaxParticipants = most }, hash));

    private static MeetingRefusal Refusal(Decision decision) => Assert.IsType<MeetingRefused>(decision.Answer).Reason;
}
