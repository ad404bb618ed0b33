using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M1 to M12 of docs/meetings.md.</summary>
public sealed class JoinRulesTests
{
    [Fact]
    public void M1_a_meeting_that_was_never_created_has_no_code()
    {
        var meeting = new TestMeeting(create: false);
        Assert.Equal(JoinRefusal.UnknownCode, meeting.JoinRefused());
        Assert.Equal(JoinRefusal.UnknownCode, Assert.IsType<JoinRefused>(meeting.Do(new ResumePlace("t")).Answer).Reason);
    }

    [Fact]
    public void M2_nobody_joins_or_resumes_what_is_over()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        meeting.Do(new EndMeeting());
        Assert.Equal(JoinRefusal.Ended, meeting.JoinRefused());
        Assert.Equal(JoinRefusal.Ended, meeting.JoinRefused(hostKey: TestMeeting.HostKey));
        Assert.Equal(JoinRefusal.Ended, Assert.IsType<JoinRefused>(meeting.Do(new ResumePlace(TestMeeting.TokenOf(ann))).Answer).Reason);
        Assert.Empty(meeting.State.Participants);
    }

    [Fact]
    public void M3_whoever_has_the_host_key_is_host_and_a_wrong_one_is_named()
    {
        var meeting = new TestMeeting();
        Assert.Equal(Role.Host, meeting[meeting.Join(host: true)].Role);
        Assert.Equal(Role.Host, meeting[meeting.Join(host: true)].Role);
        Assert.Equal(Role.Attendee, meeting[meeting.Join()].Role);
        Assert.Equal(JoinRefusal.WrongHostKey, meeting.JoinRefused(hostKey: "guess"));
        Assert.Equal(JoinRefusal.WrongHostKey, meeting.JoinRefused(hostKey: ""));
    }

    [Fact]
    public void M4_a_passcode_is_asked_of_everybody_but_hosts()
    {
        var meeting = new TestMeeting(passcode: "1234");
        Assert.Equal(JoinRefusal.WrongPasscode, meeting.JoinRefused());
        Assert.Equal(JoinRefusal.WrongPasscode, meeting.JoinRefused(passcode: "12345"));
        Assert.Equal(JoinRefusal.WrongPasscode, meeting.JoinRefused(passcode: new string('1', 10_000)));
        meeting.Join(passcode: "1234");
        meeting.Join(host: true);
    }

    [Fact]
    public void M5_a_name_has_to_be_valid() => Assert.Equal(JoinRefusal.InvalidDisplayName, new TestMeeting().JoinRefused("\u202Egnp.exe"));

    [Fact]
    public void M6_a_locked_meeting_lets_hosts_in_and_those_who_come_back()
    {
        var meeting = new TestMeeting();
        var (host, ann) = (meeting.Join(host: true), meeting.Join());
        meeting.Accept(host, id => new HostLock(id, true));
        Assert.Equal(JoinRefusal.Locked, meeting.JoinRefused());
        meeting.Join(host: true);
        TestMeeting.Done(meeting.Do(new ResumePlace(TestMeeting.TokenOf(ann))));
        meeting.Accept(host, id => new HostLock(id, false));
        meeting.Join();
    }

    [Fact]
    public void M7_without_join_before_host_a_host_has_to_be_there()
    {
        var meeting = new TestMeeting(new() { JoinBeforeHost = false });
        Assert.Equal(JoinRefusal.NotStarted, meeting.JoinRefused());
        var host = meeting.Join(host: true);
        meeting.Join();
        meeting.Accept(host, id => new Leave(id));
        Assert.Equal(JoinRefusal.NotStarted, meeting.JoinRefused());
    }

    [Fact]
    public void M8_the_limit_is_exact_and_counts_hosts_and_those_who_reconnect()
    {
        var meeting = new TestMeeting(new() { MaxParticipants = 2 });
        var ann = meeting.Join();
        meeting.Do(new CloseSession("s"), ann);
        meeting.Join(host: true);
        Assert.Equal(JoinRefusal.Full, meeting.JoinRefused());
        Assert.Equal(JoinRefusal.Full, meeting.JoinRefused(hostKey: TestMeeting.HostKey));
        meeting.Accept(ann, id => new Leave(id));
        meeting.Join();
    }

    [Fact]
    public void M9_the_lobby_takes_no_place_but_is_bounded()
    {
        var meeting = new TestMeeting(new() { Lobby = true, MaxParticipants = 1 }) { Rules = new MeetingRules { MaxLobby = 2 } };
        var host = meeting.Join(host: true);
        Assert.False(meeting[host].InLobby);
        var waiting = meeting.Join("Bob");
        Assert.True(meeting[waiting].InLobby);
        Assert.Null(meeting[waiting].PodId);
        meeting.Join("Cid");
        Assert.Equal(JoinRefusal.Full, meeting.JoinRefused());
        Assert.Equal(1, meeting.State.Places);
    }

    [Fact]
    public void M10_without_a_pod_nobody_joins()
    {
        var meeting = new TestMeeting { Placement = new PodPlacement(null, "R1") };
        Assert.Equal(JoinRefusal.NoPod, meeting.JoinRefused());
        Assert.Empty(meeting.State.Participants);
    }

    [Fact]
    public void M11_a_resume_token_finds_the_same_place_and_nobody_elses()
    {
        var meeting = new TestMeeting();
        var (ann, bob) = (meeting.Join("Ann"), meeting.Join("Bob"));
        Assert.Equal(ann, TestMeeting.Done(meeting.Do(new ResumePlace(TestMeeting.TokenOf(ann)))).Place);
        Assert.Equal(JoinRefusal.ResumeExpired, Resume(meeting, "guess"));
        meeting.Accept(bob, id => new Leave(id));
        Assert.Equal(JoinRefusal.ResumeExpired, Resume(meeting, TestMeeting.TokenOf(bob)));
    }

    [Fact]
    public void M11_resuming_with_the_host_key_makes_a_host_even_out_of_the_lobby()
    {
        var meeting = new TestMeeting(new() { Lobby = true });
        var ann = meeting.Join();
        Assert.Equal(JoinRefusal.WrongHostKey, Assert.IsType<JoinRefused>(meeting.Do(new ResumePlace(TestMeeting.TokenOf(ann), "guess")).Answer).Reason);
        TestMeeting.Done(meeting.Do(new ResumePlace(TestMeeting.TokenOf(ann), TestMeeting.HostKey)));
        Assert.Equal((Role.Host, false), (meeting[ann].Role, meeting[ann].InLobby));
    }

    [Fact]
    public void M12_whoever_was_removed_stays_out()
    {
        var meeting = new TestMeeting();
        var (host, ann) = (meeting.Join(host: true), meeting.Join());
        meeting.Accept(host, id => new HostRemove(id, ann));
        Assert.Equal(JoinRefusal.Removed, Resume(meeting, TestMeeting.TokenOf(ann)));
        Assert.Equal(CommandRefusal.NotInMeeting, TestMeeting.Refusal(meeting.Do(new OpenSession("s"), ann)));
        Assert.Equal(CommandRefusal.NotInMeeting, meeting.Refuse(ann, id => new ChatSend(id, "still here")));
    }

    [Theory]
    [InlineData("device", "Somebody else", false, true)]
    [InlineData("other", "  ann  B ", true, true)]
    [InlineData("other", "Ann B", false, false)]
    [InlineData(null, "Cho", true, false)]
    public void M12_the_browser_stays_out_and_the_name_where_hosts_say_so(string? device, string name, bool names, bool staysOut)
    {
        var meeting = new TestMeeting(new() { RemovedNamesStayOut = names });
        var (host, ann) = (meeting.Join(host: true), ParticipantId.Parse("ann"));
        TestMeeting.Done(meeting.Do(new TakePlace(ann, "Ann B", Secrets.Hash("t1"), DeviceHash: Secrets.Hash("device"))));
        meeting.Accept(host, id => new HostRemove(id, ann));
        var again = new TakePlace(ParticipantId.Parse("again"), name, Secrets.Hash("t2"), DeviceHash: device is null ? null : Secrets.Hash(device));
        Assert.Equal(staysOut ? JoinRefusal.Removed : null, (meeting.Do(again).Answer as JoinRefused)?.Reason);
        TestMeeting.Done(meeting.Do(again with { Newcomer = ParticipantId.Parse("host2"), HostKey = TestMeeting.HostKey, ResumeTokenHash = Secrets.Hash("t3") }));
    }

    [Fact]
    public void M68_a_host_lets_somebody_back_and_nobody_else_with_them()
    {
        var meeting = new TestMeeting(new() { RemovedNamesStayOut = true });
        var (host, ann, bob) = (meeting.Join(host: true), ParticipantId.Parse("ann"), ParticipantId.Parse("bob"));
        TestMeeting.Done(meeting.Do(new TakePlace(ann, "Ann", Secrets.Hash("t1"), DeviceHash: Secrets.Hash("shared"))));
        TestMeeting.Done(meeting.Do(new TakePlace(bob, "Bob", Secrets.Hash("t2"), DeviceHash: Secrets.Hash("shared"))));
        Assert.Equal(CommandRefusal.UnknownParticipant, meeting.Refuse(host, id => new HostLetBack(id, ann)));
        meeting.Accept(host, id => new HostRemove(id, ann));
        meeting.Accept(host, id => new HostRemove(id, bob));
        Assert.Equal(["Ann", "Bob"], meeting.State.ViewOf(meeting[host]).Removed!.Value.Select(p => p.DisplayName));

        Assert.IsType<ParticipantLetBack>(Assert.Single(meeting.Accept(host, id => new HostLetBack(id, ann))));
        Assert.Equal(["Bob"], meeting.State.ViewOf(meeting[host]).Removed!.Value.Select(p => p.DisplayName));
        // Bob's browser is the one that Ann had.
        TakePlace Again(string name, string device) => new(ParticipantId.Parse("again"), name, Secrets.Hash("t3"), DeviceHash: Secrets.Hash(device));
        Assert.Equal(JoinRefusal.Removed, (meeting.Do(Again("Ann", "shared")).Answer as JoinRefused)?.Reason);
        Assert.Equal(JoinRefusal.Removed, (meeting.Do(Again("Bob", "new")).Answer as JoinRefused)?.Reason);
        TestMeeting.Done(meeting.Do(Again("Ann", "new")));
        Assert.Null(meeting.State.ViewOf(meeting[ParticipantId.Parse("again")]).Removed);
        meeting.Accept(host, id => new HostLetBack(id, bob));
        TestMeeting.Done(meeting.Do(Again("Bob", "shared") with { Newcomer = ParticipantId.Parse("bob2"), ResumeTokenHash = Secrets.Hash("t4") }));
        Assert.Empty(meeting.State.ViewOf(meeting[host]).Removed!.Value);
    }

    private static JoinRefusal Resume(TestMeeting meeting, string token) => Assert.IsType<JoinRefused>(meeting.Do(new ResumePlace(token)).Answer).Reason;
}
