using System.Collections.Immutable;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M70 to M77 of docs/meetings.md.</summary>
public sealed class PollRulesTests
{
    private static readonly ImmutableArray<string> Fruit = ["Apple", "Pear", "Fig"];
    private readonly TestMeeting _meeting = new();
    private readonly ParticipantId _host;
    private readonly ParticipantId _ann;
    private readonly ParticipantId _bob;

    public PollRulesTests() => (_host, _ann, _bob) = (_meeting.Join("Host", host: true), _meeting.Join("Ann"), _meeting.Join("Bob"));

    [Theory]
    [InlineData("Q", "a|b", null)]
    [InlineData("", "a|b", CommandRefusal.InvalidText)]
    [InlineData("Q", "a| a ", CommandRefusal.InvalidText)]
    [InlineData("Q", "a|\u200B", CommandRefusal.InvalidText)]
    [InlineData("Q", "a", CommandRefusal.Malformed)]
    [InlineData("Q", "1|2|3|4|5|6|7|8|9|10|11", CommandRefusal.Malformed)]
    public void M70_hosts_ask_with_2_to_10_different_answers(string question, string options, CommandRefusal? refusal)
    {
        var asked = new PollOpen(_meeting.NewId(), question, [.. options.Split('|')]);
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_ann, _ => asked));
        Assert.Equal(refusal, (_meeting.Do(new FromClient(asked), _host).Answer as Silo.Grains.Meetings.Refused)?.Reason);
    }

    [Fact]
    public void M70_a_meeting_has_at_most_50_polls()
    {
        for (var i = 0; i < 50; i++) Open();
        Assert.Equal(CommandRefusal.TooMany, _meeting.Refuse(_host, id => new PollOpen(id, "Q", Fruit)));
    }

    [Theory]
    [InlineData(false, "0", null)]
    [InlineData(false, "0,1", CommandRefusal.Malformed)]
    [InlineData(true, "2,0,2", null)]
    [InlineData(true, "", CommandRefusal.Malformed)]
    [InlineData(true, "3", CommandRefusal.Malformed)]
    [InlineData(true, "-1", CommandRefusal.Malformed)]
    [InlineData(true, "0,1,2,0", CommandRefusal.Malformed)]
    public void M71_a_vote_names_one_answer_or_several(bool multiple, string choices, CommandRefusal? refusal)
    {
        var poll = Open(multiple: multiple);
        ImmutableArray<int> chosen = [.. choices.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        Assert.Equal(refusal, (_meeting.Do(new FromClient(new PollVoteCast(_meeting.NewId(), poll, chosen)), _ann).Answer as Silo.Grains.Meetings.Refused)?.Reason);
    }

    [Fact]
    public void M71_a_vote_can_be_changed_until_the_poll_ends_and_counts_once()
    {
        var poll = Open(multiple: true);
        Vote(_ann, poll, 0, 1);
        Vote(_bob, poll, 1);
        Assert.Empty(_meeting.Accept(_ann, id => new PollVoteCast(id, poll, [1, 0])));
        Vote(_ann, poll, 2);
        Assert.Equal([0, 1, 1], _meeting.State.Polls[0].Counts.AsEnumerable());
        _meeting.Accept(_bob, id => new Leave(id));
        Assert.Equal(2, _meeting.State.Polls[0].Votes.Count);
        _meeting.Accept(_host, id => new PollClose(id, poll));
        Assert.Equal(CommandRefusal.PollClosed, _meeting.Refuse(_ann, id => new PollVoteCast(id, poll, [0])));
        Assert.Equal(CommandRefusal.UnknownPoll, _meeting.Refuse(_ann, id => new PollVoteCast(id, poll + 1, [0])));
    }

    /// <summary>Who sees a vote of Ann: what herself, a host, and Bob are told.</summary>
    [Theory]
    [InlineData(true, true, "mine counts", "counts", "counts")]
    [InlineData(true, false, "mine", "counts", "nothing")]
    [InlineData(false, true, "mine counts", "who counts", "counts")]
    [InlineData(false, false, "mine", "who counts", "nothing")]
    public void M72_everybody_learns_no_more_than_the_poll_says(bool anonymous, bool toAll, string own, string host, string other)
    {
        var poll = Open(anonymous: anonymous, toAll: toAll);
        var before = _meeting.State;
        Vote(_ann, poll, 1);
        var e = Publication.Of(before, _meeting.Events[^1]);
        Assert.Equal([_ann], e.Also.AsEnumerable());
        Assert.Equal(own, Told(e.Event, _ann));
        Assert.Equal(host, Told(e.ForHosts ?? e.Event, _host));
        Assert.Equal(other, e.Audience == EventAudience.Everyone ? Told(e.ForOthers ?? e.Event, _bob) : "nothing");

        var views = new[] { _ann, _host, _bob }.Select(id => _meeting.State.ViewOf(_meeting[id]).Polls[0]).ToList();
        Assert.Equal([own.Contains("counts", StringComparison.Ordinal), true, other == "counts"], views.Select(v => v.Counts is not null));
        Assert.Equal([false, !anonymous, false], views.Select(v => v.Named is not null));
        Assert.Equal([true, false, false], views.Select(v => v.Mine is not null));
    }

    [Fact]
    public void M73_hosts_share_the_results_when_the_poll_ends_or_later()
    {
        var poll = Open(toAll: false);
        Vote(_ann, poll, 1);
        var before = _meeting.State;
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_ann, id => new PollClose(id, poll)));
        _meeting.Accept(_host, id => new PollClose(id, poll));
        var e = Publication.Of(before, _meeting.Events[^1]);
        Assert.Null(((PollClosed)e.ForOthers!.Body).Counts);
        Assert.Equal([0, 1, 0], ((PollClosed)e.Event.Body).Counts!.Value.AsEnumerable());
        Assert.Empty(_meeting.Accept(_host, id => new PollClose(id, poll)));
        before = _meeting.State;
        _meeting.Accept(_host, id => new PollClose(id, poll, Share: true));
        Assert.Null(Publication.Of(before, _meeting.Events[^1]).ForOthers);
        Assert.NotNull(_meeting.State.ViewOf(_meeting[_bob]).Polls[0].Counts);
        Assert.Empty(_meeting.Accept(_host, id => new PollClose(id, poll)));
    }

    [Fact]
    public void M74_everybody_asks_with_or_without_a_name()
    {
        var before = _meeting.State;
        _meeting.Accept(_ann, id => new QuestionAsk(id, "Why?", Anonymous: true));
        var e = Publication.Of(before, _meeting.Events[^1]);
        foreach (var form in new[] { e.ForHosts!, e.ForOthers! })
            Assert.Equal((null, null, null), ((QuestionAsked)form.Body) is var b ? (form.Actor, b.From, b.DisplayName) : default);
        Assert.Equal([(true, null), (false, null)], new[] { _ann, _host }.Select(id => _meeting.State.ViewOf(_meeting[id]).Questions[0]).Select(q => (q.Own, q.DisplayName)));
        _meeting.Accept(_bob, id => new QuestionAsk(id, "How?"));
        Assert.Equal("Bob", _meeting.State.ViewOf(_meeting[_ann]).Questions[1].DisplayName);
        Assert.Equal(CommandRefusal.InvalidText, _meeting.Refuse(_ann, id => new QuestionAsk(id, new string('x', 1001))));
        for (var i = 0; i < 19; i++) _meeting.Accept(_ann, id => new QuestionAsk(id, "More?"));
        Assert.Equal(CommandRefusal.TooMany, _meeting.Refuse(_ann, id => new QuestionAsk(id, "Even more?")));
        _meeting.Accept(_host, id => new HostSettings(id, "T", new() { Questions = false }));
        Assert.Equal(CommandRefusal.SwitchedOff, _meeting.Refuse(_bob, id => new QuestionAsk(id, "Still?")));
    }

    [Fact]
    public void M75_others_want_the_answer_too_and_nobody_learns_who()
    {
        _meeting.Accept(_ann, id => new QuestionAsk(id, "Why?"));
        var (question, before) = (_meeting.State.Seq, _meeting.State);
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_ann, id => new QuestionUpvote(id, question, true)));
        _meeting.Accept(_bob, id => new QuestionUpvote(id, question, true));
        Assert.Equal((null, null, 1), Publication.Of(before, _meeting.Events[^1]).ForHosts is { Body: QuestionVoted v } f ? (f.Actor, v.From, v.Votes!.Value) : default);
        Assert.Empty(_meeting.Accept(_bob, id => new QuestionUpvote(id, question, true)));
        _meeting.Accept(_bob, id => new QuestionUpvote(id, question, false));
        Assert.Equal(0, _meeting.State.ViewOf(_meeting[_bob]).Questions[0].Votes);
        Assert.Equal(CommandRefusal.UnknownQuestion, _meeting.Refuse(_bob, id => new QuestionUpvote(id, question + 9, true)));
    }

    [Fact]
    public void M76_M77_hosts_answer_and_put_aside()
    {
        _meeting.Accept(_ann, id => new QuestionAsk(id, "Why?"));
        var question = _meeting.State.Seq;
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_bob, id => new QuestionAnswer(id, question, "Because")));
        Assert.Equal(CommandRefusal.NotAllowed, _meeting.Refuse(_bob, id => new QuestionDismiss(id, question)));
        Assert.Equal(CommandRefusal.InvalidText, _meeting.Refuse(_host, id => new QuestionAnswer(id, question, " ")));
        _meeting.Accept(_host, id => new QuestionAnswer(id, question));
        _meeting.Accept(_host, id => new QuestionAnswer(id, question, "Because"));
        Assert.Equal((true, "Because", "Host"), _meeting.State.ViewOf(_meeting[_bob]).Questions[0] is var q ? (q.Answered, q.Answer, q.AnsweredBy) : default);
        _meeting.Accept(_host, id => new QuestionDismiss(id, question));
        Assert.Empty(_meeting.State.Questions);
        Assert.Equal(CommandRefusal.UnknownQuestion, _meeting.Refuse(_host, id => new QuestionAnswer(id, question)));
        Assert.Equal(CommandRefusal.UnknownQuestion, _meeting.Refuse(_host, id => new QuestionDismiss(id, question)));
    }

    private long Open(bool multiple = false, bool anonymous = false, bool toAll = true)
    {
        _meeting.Accept(_host, id => new PollOpen(id, "Which?", Fruit, multiple, anonymous, toAll));
        return _meeting.State.Seq;
    }

    private void Vote(ParticipantId who, long poll, params int[] choices) => _meeting.Accept(who, id => new PollVoteCast(id, poll, [.. choices]));

    private static string Told(MeetingEvent e, ParticipantId reader)
    {
        var b = (PollVoted)e.Body;
        Assert.Equal(b.From, e.Actor);
        string?[] told = [b.Choices is null ? null : b.From == reader ? "mine" : "who", b.Counts is null ? null : "counts"];
        return string.Join(' ', told.Where(t => t is not null));
    }
}
