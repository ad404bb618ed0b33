using System.Collections.Immutable;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M94 to M99 of docs/meetings.md.</summary>
public sealed class BreakoutRulesTests
{
    private static readonly ImmutableArray<string> Two = ["Room 1", "Room 2"];
    private readonly TestMeeting _meeting = new();
    private readonly ParticipantId _host;
    private readonly ImmutableArray<ParticipantId> _people;

    public BreakoutRulesTests() => (_host, _people) = (_meeting.Join("Host", host: true), [.. Enumerable.Range(0, 5).Select(i => _meeting.Join($"P{i}"))]);

    [Fact]
    public void M94_people_are_split_evenly_and_hosts_stay()
    {
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_people[0], id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new BreakoutsOpen(id, [], BreakoutAssignment.Automatic)));
        Assert.Equal(CommandRefusal.InvalidText, _meeting.Refuse(_host, id => new BreakoutsOpen(id, [" "], BreakoutAssignment.Automatic)));
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic));
        Assert.Equal([0, 1, 0, 1, 0], _people.Select(p => _meeting[p].Room!.Value));
        Assert.Null(_meeting[_host].Room);
        Assert.Equal(Two, _meeting.State.ViewOf(_meeting[_people[0]]).Breakouts!.Rooms.AsEnumerable());
    }

    [Fact]
    public void M95_a_host_says_who_comes_where_and_opens_anew()
    {
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Manual, [new(_people[0], 1), new(_host, 0)]));
        Assert.Equal((1, 0, null), (_meeting[_people[0]].Room, _meeting[_host].Room, _meeting[_people[1]].Room));
        foreach (var places in (ImmutableArray<BreakoutPlace>[])[[new(_people[0], 2)], [new(_people[0], -1)], [new(_people[0], 0), new(_people[0], 1)]])
            Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Manual, places)));
        Assert.Equal(CommandRefusal.UnknownParticipant, _meeting.Refuse(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Manual, [new(ParticipantId.Parse("nobody"), 0)])));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic, [])));
        Assert.IsType<BreakoutsClosed>(_meeting.Accept(_host, id => new BreakoutsOpen(id, ["One"], BreakoutAssignment.SelfChosen))[0]);
        Assert.All(_people.Add(_host), p => Assert.Null(_meeting[p].Room));
    }

    [Fact]
    public void M96_everybody_chooses_where_they_may_and_goes_back_at_any_time()
    {
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_people[0], id => new BreakoutMove(id, 0)));
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.SelfChosen));
        _meeting.Accept(_people[0], id => new BreakoutMove(id, 1));
        Assert.Empty(_meeting.Accept(_people[0], id => new BreakoutMove(id, 1)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_people[0], id => new BreakoutMove(id, 2)));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_people[0], id => new BreakoutMove(id, 1, _people[1])));
        _meeting.Accept(_host, id => new BreakoutMove(id, 1, _people[1]));
        _meeting.Accept(_people[0], id => new BreakoutMove(id));
        Assert.Equal((null, 1), (_meeting[_people[0]].Room, _meeting[_people[1]].Room));
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_people[0], id => new BreakoutMove(id, 1)));
        _meeting.Accept(_people[0], id => new BreakoutMove(id));
    }

    [Fact]
    public void M97_what_is_said_to_everybody_in_a_room_stays_in_it()
    {
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic));
        var sent = Assert.IsType<ChatSent>(Assert.Single(_meeting.Accept(_people[0], id => new ChatSend(id, "among us"))));
        Assert.Equal(("Room 1", 3), (sent.Room, sent.To!.Value.Length));
        Assert.Equal([1, 0, 1, 0, 1, 0], _people.Add(_host).Select(p => _meeting.State.ViewOf(_meeting[p]).Chat.Length));
        _meeting.Accept(_people[0], id => new ChatSend(id, "help", ToHosts: true));
        Assert.Single(_meeting.State.ViewOf(_meeting[_host]).Chat);
        var shown = TestMeeting.Done(_meeting.Do(new FromClient(new BreakoutsBroadcast(_meeting.NewId(), "Five more minutes")), _host));
        Assert.Equal((null, "Five more minutes"), Assert.Single(shown.Shown) is { Message: BroadcastShown b } e ? (e.To, b.Text) : default);
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_people[0], id => new BreakoutsBroadcast(id, "me too")));
    }

    [Fact]
    public void M98_everybody_is_called_back_with_a_countdown_or_at_once()
    {
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_people[0], id => new BreakoutsClose(id)));
        Assert.Equal(CommandRefusal.Malformed, _meeting.Refuse(_host, id => new BreakoutsClose(id, 601)));
        _meeting.Accept(_host, id => new BreakoutsClose(id, 60));
        Assert.Equal(_meeting.Now.AddSeconds(60), _meeting.State.Breakouts!.ClosesAt);
        _meeting.Now += TimeSpan.FromSeconds(59);
        Assert.Empty(_meeting.Do(new SweepMeeting()).Events);
        _meeting.Now += TimeSpan.FromSeconds(1);
        _meeting.Do(new SweepMeeting());
        Assert.Null(_meeting.State.Breakouts);
        Assert.All(_people, p => Assert.Null(_meeting[p].Room));
        Assert.Empty(_meeting.Accept(_host, id => new BreakoutsClose(id)));
        _meeting.Accept(_host, id => new BreakoutsOpen(id, Two, BreakoutAssignment.Automatic));
        _meeting.Accept(_host, id => new BreakoutsClose(id));
        Assert.Null(_meeting.State.Breakouts);
    }
}
