using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M50 to M68 of docs/meetings.md.</summary>
public sealed class HostRulesTests
{
    private static readonly ParticipantId Nobody = ParticipantId.Parse("nobody");
    private readonly TestMeeting _meeting = new();
    private readonly ParticipantId _host;
    private readonly ParticipantId _coHost;
    private readonly ParticipantId _ann;

    public HostRulesTests()
    {
        (_host, _coHost, _ann) = (_meeting.Join("Host", host: true), _meeting.Join("Co-host"), _meeting.Join("Ann"));
        _meeting.Accept(_host, id => new HostSetRole(id, _coHost, Role.CoHost));
    }

    public static TheoryData<ClientCommand> HostCommands() =>
    [
        new HostMute(CommandId.Parse("x"), MediaSource.Microphone), new HostAskUnmute(CommandId.Parse("x"), Nobody, MediaSource.Microphone),
        new HostRemove(CommandId.Parse("x"), Nobody), new HostAdmit(CommandId.Parse("x")), new HostDeny(CommandId.Parse("x"), Nobody),
        new HostSetRole(CommandId.Parse("x"), Nobody, Role.Host), new HostLock(CommandId.Parse("x"), true), new HostSettings(CommandId.Parse("x"), "T", new()),
        new MeetingEnd(CommandId.Parse("x")), new HostLowerHands(CommandId.Parse("x")), new HostSpotlight(CommandId.Parse("x"), []), new Rename(CommandId.Parse("x"), "Other", Nobody),
        new HostLetBack(CommandId.Parse("x"), Nobody),
    ];

    [Theory]
    [MemberData(nameof(HostCommands))]
    public void M50_attendees_may_do_none_of_it(ClientCommand command) => Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_ann, _ => command));

    [Fact]
    public void M50_whom_a_command_is_about_has_to_be_there()
    {
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostMute(id, MediaSource.Microphone, Nobody)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostAskUnmute(id, Nobody, MediaSource.Microphone)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostRemove(id, Nobody)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostAdmit(id, _ann)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostDeny(id, _ann)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostSetRole(id, Nobody, Role.CoHost)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new Rename(id, "Other", Nobody)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostLowerHands(id, Nobody)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostSpotlight(id, [_ann, Nobody])));
    }

    [Fact]
    public void M51_a_co_host_does_what_a_host_does_but_not_to_a_host()
    {
        _meeting.Accept(_host, id => new MediaSetMuted(id, MediaSource.Microphone, false));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_coHost, id => new HostMute(id, MediaSource.Microphone, _host)));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_coHost, id => new HostRemove(id, _host)));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_coHost, id => new HostSetRole(id, _host, Role.Attendee)));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_coHost, id => new HostSetRole(id, _ann, Role.Host)));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_coHost, id => new Rename(id, "Other", _host)));
        _meeting.Accept(_coHost, id => new HostSetRole(id, _ann, Role.CoHost));
        _meeting.Accept(_coHost, id => new HostSetRole(id, _coHost, Role.Attendee));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_coHost, id => new HostLock(id, true)));
    }

    [Fact]
    public void M52_muting_everybody_leaves_hosts_alone()
    {
        foreach (var id in new[] { _host, _coHost, _ann }) _meeting.Accept(id, c => new MediaSetMuted(c, MediaSource.Microphone, false));
        var events = _meeting.Accept(_coHost, id => new HostMute(id, MediaSource.Microphone));
        Assert.Equal(_ann, Assert.IsType<ParticipantMediaChanged>(Assert.Single(events)).ParticipantId);
        Assert.Equal(_coHost, _meeting.Events[^1].Actor);
        _meeting.Accept(_ann, c => new MediaSetMuted(c, MediaSource.Microphone, false));
        Assert.True(_meeting[_ann].Sending.Has(MediaSource.Microphone));
    }

    [Fact]
    public void M52_a_screen_is_stopped_with_its_sound()
    {
        foreach (var source in new[] { MediaSource.Screen, MediaSource.ScreenAudio, MediaSource.Camera }) _meeting.Accept(_ann, c => new MediaSetMuted(c, source, false));
        _meeting.Accept(_host, id => new HostMute(id, MediaSource.Screen, _ann));
        Assert.Equal(SourceSet.Of(MediaSource.Camera), _meeting[_ann].Sending);
        Assert.True(_meeting[_ann].HostMuted.Has(MediaSource.ScreenAudio));
    }

    [Theory]
    [InlineData(MediaSource.Microphone)]
    [InlineData(MediaSource.Camera)]
    public void M63_hosts_keep_unmuting_to_themselves_with_the_same_append(MediaSource source)
    {
        foreach (var id in new[] { _coHost, _ann }) _meeting.Accept(id, c => new MediaSetMuted(c, source, false));
        var events = _meeting.Accept(_host, id => new HostMute(id, source, MayUnmute: false));
        Assert.IsType<MeetingSettingsChanged>(events[0]);
        Assert.Equal(_ann, Assert.IsType<ParticipantMediaChanged>(Assert.Single(events.Skip(1))).ParticipantId);
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_ann, c => new MediaSetMuted(c, source, false)));
        _meeting.Accept(_coHost, c => new MediaSetMuted(c, source, true));
        _meeting.Accept(_coHost, c => new MediaSetMuted(c, source, false));
        _meeting.Accept(_host, id => new HostMute(id, source, MayUnmute: true));
        _meeting.Accept(_ann, c => new MediaSetMuted(c, source, false));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new HostMute(id, source, _ann, MayUnmute: true)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new HostMute(id, MediaSource.Screen, MayUnmute: true)));
    }

    [Fact]
    public void M64_whom_a_host_asks_may_unmute_until_a_host_mutes_them()
    {
        _meeting.Accept(_host, id => new HostMute(id, MediaSource.Microphone, MayUnmute: false));
        var asked = TestMeeting.Done(_meeting.Do(new FromClient(new HostAskUnmute(_meeting.NewId(), _ann, MediaSource.Microphone)), _host));
        Assert.IsType<ParticipantUnmuteAllowed>(Assert.Single(asked.Events));
        Assert.Equal(_ann, Assert.Single(asked.Shown).To);
        foreach (var muted in new[] { false, true, false }) _meeting.Accept(_ann, c => new MediaSetMuted(c, MediaSource.Microphone, muted));
        _meeting.Accept(_host, id => new HostMute(id, MediaSource.Microphone, _ann));
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_ann, c => new MediaSetMuted(c, MediaSource.Microphone, false)));

        _meeting.Accept(_host, id => new HostAskUnmute(id, _ann, MediaSource.Microphone));
        _meeting.Accept(_host, id => new HostSettings(id, "T", _meeting.State.Settings with { UnmuteForAll = true }));
        _meeting.Accept(_host, id => new HostSettings(id, "T", _meeting.State.Settings with { UnmuteForAll = false }));
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_ann, c => new MediaSetMuted(c, MediaSource.Microphone, false)));
    }

    [Fact]
    public void M65_hands_are_lowered_one_by_one_or_all()
    {
        foreach (var id in new[] { _host, _coHost, _ann }) _meeting.Accept(id, c => new HandRaise(c, true));
        Assert.Equal([_ann], _meeting.Accept(_coHost, id => new HostLowerHands(id, _ann)).Cast<ParticipantHandChanged>().Select(e => e.ParticipantId));
        Assert.Equal([_host, _coHost], _meeting.Accept(_coHost, id => new HostLowerHands(id)).Cast<ParticipantHandChanged>().Select(e => e.ParticipantId));
        Assert.Empty(_meeting.Accept(_coHost, id => new HostLowerHands(id)));
    }

    [Fact]
    public void M66_the_spotlight_is_an_ordered_list_of_those_who_are_there()
    {
        _meeting.Accept(_coHost, id => new HostSpotlight(id, [_ann, _host, _ann]));
        Assert.Equal([_ann, _host], _meeting.State.Spotlight.AsEnumerable());
        Assert.Empty(_meeting.Accept(_coHost, id => new HostSpotlight(id, [_ann, _host])));
        _meeting.Accept(_ann, id => new Leave(id));
        Assert.Equal([_host], _meeting.State.Spotlight.AsEnumerable());
        _meeting.Accept(_host, id => new HostSpotlight(id, []));
        Assert.Empty(_meeting.State.ViewOf(_meeting[_host]).Spotlight);
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new HostSpotlight(id, default)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new HostSpotlight(id, [.. Enumerable.Range(0, 10).Select(i => ParticipantId.Parse($"x{i}"))])));
    }

    [Fact]
    public void M67_names_can_be_for_hosts_to_change()
    {
        _meeting.Accept(_host, id => new HostSettings(id, "T", new() { RenameForAll = false }));
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_ann, id => new Rename(id, "Other")));
        _meeting.Accept(_coHost, id => new Rename(id, "Other"));
        _meeting.Accept(_coHost, id => new Rename(id, "Anna", _ann));
    }

    [Fact]
    public void M53_unmuting_can_only_be_asked_for()
    {
        var asked = _meeting.Do(new FromClient(new HostAskUnmute(_meeting.NewId(), _ann, MediaSource.Microphone)), _host);
        Assert.Empty(TestMeeting.Done(asked).Events);
        Assert.Equal((_ann, new UnmuteAsked(_host, MediaSource.Microphone)), (Assert.Single(asked.Shown).To!.Value, asked.Shown[0].Message));
        Assert.Equal(default, _meeting[_ann].Sending);
    }

    [Fact]
    public void M54_a_host_removes_others_not_oneself()
    {
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_host, id => new HostRemove(id, _host)));
        _meeting.Accept(_coHost, id => new HostRemove(id, _ann));
        Assert.Null(_meeting.State.Find(_ann));
    }

    [Fact]
    public void M55_admitting_respects_the_limit_and_the_order_of_coming()
    {
        var meeting = new TestMeeting(new() { Lobby = true, MaxParticipants = 3 });
        var host = meeting.Join(host: true);
        var waiting = Enumerable.Range(0, 4).Select(i => meeting.Join($"W{i}")).ToList();
        var admitted = meeting.Accept(host, id => new HostAdmit(id));
        Assert.Equal(waiting.Take(2), admitted.Cast<ParticipantAdmitted>().Select(a => a.ParticipantId));
        Assert.Equal(3, meeting.State.Places);
        Assert.Equal(CommandRefusal.Full, meeting.Refuse(host, id => new HostAdmit(id, waiting[2])));
        Assert.Equal(CommandRefusal.Full, meeting.Refuse(host, id => new HostAdmit(id)));
        meeting.Accept(waiting[0], id => new Leave(id));
        meeting.Accept(host, id => new HostAdmit(id, waiting[3]));
    }

    [Fact]
    public void M56_who_is_denied_leaves_the_lobby()
    {
        var meeting = new TestMeeting(new() { Lobby = true });
        var (host, bob) = (meeting.Join(host: true), meeting.Join("Bob"));
        Assert.Equal(LeaveReason.Denied, Assert.IsType<ParticipantLeft>(Assert.Single(meeting.Accept(host, id => new HostDeny(id, bob)))).Reason);
        var waiting = Enumerable.Range(0, 3).Select(i => meeting.Join($"W{i}")).ToList();
        Assert.Equal(waiting, meeting.Accept(host, id => new HostDeny(id)).Cast<ParticipantLeft>().Select(e => e.ParticipantId));
        Assert.Empty(meeting.Accept(host, id => new HostDeny(id)));
    }

    [Fact]
    public void M57_only_a_host_makes_and_unmakes_hosts()
    {
        _meeting.Accept(_host, id => new HostSetRole(id, _ann, Role.Host));
        _meeting.Accept(_ann, id => new HostSetRole(id, _host, Role.Attendee));
        Assert.Equal((Role.Attendee, Role.Host), (_meeting[_host].Role, _meeting[_ann].Role));
        Assert.Empty(_meeting.Accept(_ann, id => new HostSetRole(id, _coHost, Role.CoHost)));
    }

    [Fact]
    public void M58_who_loses_a_role_stops_what_it_allowed()
    {
        var meeting = new TestMeeting(new() { ShareForAll = false });
        var (host, co) = (meeting.Join(host: true), meeting.Join());
        meeting.Accept(host, id => new HostSetRole(id, co, Role.CoHost));
        meeting.Accept(co, id => new MediaSetMuted(id, MediaSource.Screen, false));
        Assert.Equal(2, meeting.Accept(host, id => new HostSetRole(id, co, Role.Attendee)).Count);
        Assert.Equal(default, meeting[co].Sending);
    }

    [Fact]
    public void M59_settings_and_title_change_together()
    {
        var next = new MeetingSettings { Lobby = true, MaxParticipants = 5 };
        _meeting.Accept(_coHost, id => new HostSettings(id, "  New title ", next));
        Assert.Equal(("New title", next), (_meeting.State.Title, _meeting.State.Settings));
        Assert.Equal(CommandRefusal.InvalidText, _meeting.Refuse(_host, id => new HostSettings(id, "", next)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new HostSettings(id, "T", next with { MaxParticipants = 0 })));
        Assert.Empty(_meeting.Accept(_host, id => new HostSettings(id, "New title", next)));
    }

    [Fact]
    public void M59_the_time_changes_with_title_and_settings()
    {
        var schedule = new MeetingSchedule(_meeting.Now.AddDays(1), _meeting.Now.AddDays(1).AddHours(1), "Europe/Berlin", Recurrence.Weekly);
        Assert.IsType<MeetingScheduled>(Assert.Single(_meeting.Accept(_host, id => new HostSettings(id, _meeting.State.Title, _meeting.State.Settings, schedule))));
        Assert.Equal(schedule, _meeting.State.Schedule);
        Assert.Empty(_meeting.Accept(_host, id => new HostSettings(id, _meeting.State.Title, _meeting.State.Settings, schedule)));
        Assert.Empty(_meeting.Accept(_host, id => new HostSettings(id, _meeting.State.Title, _meeting.State.Settings)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new HostSettings(id, "T", new(), schedule with { End = schedule.Start })));
    }

    [Fact]
    public void M60_names_change_for_oneself_and_by_hosts_for_others()
    {
        _meeting.Accept(_ann, id => new Rename(id, " Anna "));
        Assert.Equal("Anna", _meeting[_ann].DisplayName);
        _meeting.Accept(_coHost, id => new Rename(id, "Annabel", _ann));
        Assert.Equal("Annabel", _meeting[_ann].DisplayName);
        Assert.Equal(CommandRefusal.InvalidDisplayName, _meeting.Refuse(_ann, id => new Rename(id, "\u2066")));
        Assert.Empty(_meeting.Accept(_ann, id => new Rename(id, "Annabel")));
    }

    [Fact]
    public void M61_locking_twice_is_one_event()
    {
        Assert.Single(_meeting.Accept(_host, id => new HostLock(id, true)));
        Assert.Empty(_meeting.Accept(_host, id => new HostLock(id, true)));
    }

    [Fact]
    public void M62_the_end_is_the_end_for_all()
    {
        _meeting.Accept(_coHost, id => new MeetingEnd(id));
        Assert.Equal((MeetingEndReason.EndedByHost, 0, 0), (_meeting.State.Ended!.Value, _meeting.State.Participants.Count, _meeting.State.Places));
    }
}
