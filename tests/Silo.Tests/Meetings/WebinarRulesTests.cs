using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M90 to M93 of docs/meetings.md.</summary>
public sealed class WebinarRulesTests
{
    private readonly TestMeeting _meeting = new(new() { Webinar = true });
    private readonly ParticipantId _host;
    private readonly ParticipantId _ann;
    private readonly ParticipantId _bob;

    public WebinarRulesTests() => (_host, _ann, _bob) = (_meeting.Join("Host", host: true), _meeting.Join("Ann"), _meeting.Join("Bob"));

    [Fact]
    public void M90_whoever_joins_watches_and_takes_a_place()
    {
        Assert.Equal((Role.Viewer, Role.Host, 3, 2), (_meeting[_ann].Role, _meeting[_host].Role, _meeting.State.Places, _meeting.State.Viewers));
        foreach (var source in Enum.GetValues<MediaSource>()) Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_ann, id => new MediaSetMuted(id, source, false)));
        Assert.Empty(_meeting[_ann].MayPublish(_meeting.State.Settings).ToArray());
        _meeting.Accept(_ann, id => new ChatSend(id, "hello"));
        _meeting.Accept(_ann, id => new QuestionAsk(id, "Why?"));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_ann, id => new HostLock(id, true)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new HostSpotlight(id, [_ann])));
    }

    [Fact]
    public void M91_viewers_are_counted_and_listed_for_hosts_only()
    {
        Assert.Equal([_host, _bob], Seen(_bob));
        Assert.Equal([_host, _ann, _bob], Seen(_host));
        Assert.Equal(2, _meeting.State.ViewOf(_meeting[_bob]).Viewers);
        foreach (var command in new Func<CommandId, ClientCommand>[] { id => new HandRaise(id, true), id => new Rename(id, "Anna"), id => new Leave(id) })
        {
            var before = _meeting.State;
            _meeting.Accept(_ann, command);
            Assert.Equal((EventAudience.Hosts, _ann), Publication.Of(before, _meeting.Events[^1]) is var e ? (e.Audience, e.Also.Single()) : default);
        }
        Assert.Equal(1, _meeting.State.Viewers);
    }

    [Fact]
    public void M92_who_may_speak_joins_for_the_others_and_who_may_not_any_more_leaves()
    {
        var before = _meeting.State;
        _meeting.Accept(_host, id => new HostSetRole(id, _ann, Role.Attendee));
        var up = Publication.Of(before, _meeting.Events[^1]);
        Assert.Equal((EventAudience.Everyone, _ann), (up.Audience, Assert.IsType<ParticipantJoined>(up.ForOthers!.Body).ParticipantId));
        Assert.Equal([_host, _ann, _bob], Seen(_bob));
        _meeting.Accept(_ann, id => new MediaSetMuted(id, MediaSource.Microphone, false));
        _meeting.Accept(_host, id => new HostSpotlight(id, [_ann]));

        before = _meeting.State;
        var events = _meeting.Accept(_host, id => new HostSetRole(id, _ann, Role.Viewer));
        var down = Publication.Of(before, _meeting.Events[^events.Count]);
        Assert.Equal(_ann, Assert.IsType<ParticipantLeft>(down.ForOthers!.Body).ParticipantId);
        Assert.Equal((default, 0, 2), (_meeting[_ann].Sending, _meeting.State.Spotlight.Length, _meeting.State.Viewers));
        Assert.Equal([_host, _bob], Seen(_bob));
    }

    [Fact]
    public void M93_there_are_viewers_only_in_webinars_and_who_is_there_stays_what_they_are()
    {
        _meeting.Accept(_host, id => new HostSettings(id, "T", new()));
        Assert.Equal(Role.Viewer, _meeting[_ann].Role);
        var cho = _meeting.Join("Cho");
        Assert.Equal(Role.Attendee, _meeting[cho].Role);
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_host, id => new HostSetRole(id, cho, Role.Viewer)));
        _meeting.Accept(_host, id => new HostSetRole(id, _ann, Role.Attendee));
    }

    private IEnumerable<ParticipantId> Seen(ParticipantId viewer) => _meeting.State.ViewOf(_meeting[viewer]).Participants.Select(p => p.Id);
}
