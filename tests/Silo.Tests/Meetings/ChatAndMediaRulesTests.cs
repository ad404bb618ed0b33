using System.Collections.Immutable;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M40 to M47 of docs/meetings.md, and what makes commands safe to resend.</summary>
public sealed class ChatAndMediaRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("bell\a")]
    public void M40_a_message_is_visible_text(string text) => Assert.Equal(CommandRefusal.InvalidText, InMeeting((m, ann) => m.Refuse(ann, id => new ChatSend(id, text))));

    [Fact]
    public void M40_half_a_surrogate_is_no_text() => Assert.Equal(CommandRefusal.InvalidText, InMeeting((m, ann) => m.Refuse(ann, id => new ChatSend(id, "half \ud800 surrogate"))));

    [Fact]
    public void M40_a_message_has_at_most_4000_characters()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        meeting.Accept(ann, id => new ChatSend(id, new string('x', 4000)));
        Assert.Equal(CommandRefusal.InvalidText, meeting.Refuse(ann, id => new ChatSend(id, new string('x', 4001))));
    }

    [Fact]
    public void M41_markup_and_lines_are_text_like_any_other()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        const string text = "<script>alert(1)</script>\n\ttwo lines";
        Assert.Equal(text, Assert.IsType<ChatSent>(meeting.Accept(ann, id => new ChatSend(id, text))[0]).Text);
    }

    [Fact]
    public void M42_a_private_message_goes_to_people_who_are_there()
    {
        var meeting = new TestMeeting(new() { Lobby = true });
        var (ann, bob, cid) = (meeting.Join("Ann", host: true), meeting.Join("Bob", host: true), meeting.Join("Cid"));
        Assert.Equal([bob], Assert.IsType<ChatSent>(meeting.Accept(ann, id => new ChatSend(id, "psst", [bob, bob]))[0]).To);
        Assert.Equal(CommandRefusal.UnknownParticipant, meeting.Refuse(ann, id => new ChatSend(id, "psst", [ParticipantId.Parse("nobody")])));
        Assert.Equal(CommandRefusal.UnknownParticipant, meeting.Refuse(ann, id => new ChatSend(id, "psst", [cid])));
        Assert.Equal(CommandRefusal.Malformed, meeting.Refuse(ann, id => new ChatSend(id, "psst", ImmutableArray<ParticipantId>.Empty)));
        Assert.Equal(CommandRefusal.Malformed, meeting.Refuse(ann, id => new ChatSend(id, "psst", [.. Enumerable.Repeat(bob, 51)])));
    }

    [Fact]
    public void M42_a_view_has_private_messages_of_its_viewer_only()
    {
        var meeting = new TestMeeting();
        var (ann, bob, cid) = (meeting.Join("Ann"), meeting.Join("Bob"), meeting.Join("Cid"));
        meeting.Accept(ann, id => new ChatSend(id, "psst", [bob]));
        Assert.Single(meeting.State.ViewOf(meeting[ann]).Chat);
        Assert.Single(meeting.State.ViewOf(meeting[bob]).Chat);
        Assert.Empty(meeting.State.ViewOf(meeting[cid]).Chat);
    }

    /// <summary>Who may write to whom: to everybody, to the hosts, to one host, to one other.</summary>
    [Theory]
    [InlineData(true, true, true, "everybody hosts host other")]
    [InlineData(true, true, false, "everybody hosts host")]
    [InlineData(true, false, true, "hosts host")]
    [InlineData(true, false, false, "")]
    [InlineData(false, true, true, "")]
    public void M43_hosts_decide_to_whom_others_may_write(bool chat, bool forAll, bool privately, string allowed)
    {
        var meeting = new TestMeeting(new() { Chat = chat, ChatForAll = forAll, PrivateChat = privately });
        var (host, ann, bob) = (meeting.Join(host: true), meeting.Join(), meeting.Join());
        var sends = new Dictionary<string, Func<ParticipantId, CommandId, ChatSend>>
        {
            ["everybody"] = (_, id) => new ChatSend(id, "hello"), ["hosts"] = (_, id) => new ChatSend(id, "hello", ToHosts: true),
            ["host"] = (_, id) => new ChatSend(id, "hello", [host]), ["other"] = (_, id) => new ChatSend(id, "hello", [bob]),
        };
        var accepted = sends.Where(s => !meeting.Do(new FromClient(s.Value(ann, meeting.NewId())), ann).IsRefused).Select(s => s.Key);
        Assert.Equal(allowed, string.Join(' ', accepted));
        foreach (var send in sends.Values)
        {
            if (chat) meeting.Accept(host, id => send(host, id));
            else Assert.Equal(CommandRefusal.SwitchedOff, meeting.Refuse(host, id => send(host, id)));
        }
    }

    [Fact]
    public void M42_what_is_for_hosts_is_seen_by_whoever_is_host_and_by_its_writer()
    {
        var meeting = new TestMeeting();
        var (host, ann, bob) = (meeting.Join(host: true), meeting.Join(), meeting.Join());
        var before = meeting.State;
        meeting.Accept(ann, id => new ChatSend(id, "for hosts", ToHosts: true));
        var published = Publication.Of(before, meeting.Events[^1]);
        Assert.Equal((EventAudience.Hosts, ann), (published.Audience, Assert.Single(published.Also)));
        Assert.Equal([1, 1, 0], new[] { host, ann, bob }.Select(id => meeting.State.ViewOf(meeting[id]).Chat.Length));
        meeting.Accept(host, id => new HostSetRole(id, bob, Role.CoHost));
        Assert.Single(meeting.State.ViewOf(meeting[bob]).Chat);
        Assert.Equal(CommandRefusal.Malformed, meeting.Refuse(ann, id => new ChatSend(id, "both", [bob], ToHosts: true)));
    }

    [Fact]
    public void M43_a_view_begins_with_200_messages_and_says_that_there_are_more()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        for (var i = 0; i < 200; i++) meeting.Accept(ann, id => new ChatSend(id, $"{i}"));
        Assert.False(meeting.State.ViewOf(meeting[ann]).ChatTruncated);
        meeting.Accept(ann, id => new ChatSend(id, "last"));
        var view = meeting.State.ViewOf(meeting[ann]);
        Assert.Equal((200, "1", "last", true), (view.Chat.Length, view.Chat[0].Text, view.Chat[^1].Text, view.ChatTruncated));
    }

    [Fact]
    public void M48_writers_change_their_own_messages()
    {
        var meeting = new TestMeeting();
        var (host, ann, bob) = (meeting.Join(host: true), meeting.Join(), meeting.Join());
        meeting.Accept(ann, id => new ChatSend(id, "helo", [bob]));
        var (before, seq) = (meeting.State, meeting.State.Seq);
        Assert.Equal(CommandRefusal.NotAllowed, meeting.Refuse(bob, id => new ChatEdit(id, seq, "forged")));
        Assert.Equal(CommandRefusal.UnknownMessage, meeting.Refuse(host, id => new ChatEdit(id, seq, "forged")));
        Assert.Equal(CommandRefusal.InvalidText, meeting.Refuse(ann, id => new ChatEdit(id, seq, " ")));
        meeting.Accept(ann, id => new ChatEdit(id, seq, "hello"));
        Assert.Empty(meeting.Accept(ann, id => new ChatEdit(id, seq, "hello")));
        Assert.Equal(("hello", meeting.Now), meeting.State.Chat.Peek() is var m ? (m.Text, m.EditedAt!.Value) : default);
        Assert.Equal([bob, ann], Publication.Of(before, meeting.Events[^1]).Also.AsEnumerable());
        meeting.Accept(host, id => new HostSettings(id, "T", new() { PrivateChat = false }));
        Assert.Equal(CommandRefusal.SwitchedOff, meeting.Refuse(ann, id => new ChatEdit(id, seq, "switched off")));
    }

    [Fact]
    public void M49_writers_delete_their_own_messages_and_hosts_what_they_see()
    {
        var meeting = new TestMeeting();
        var (host, ann, bob) = (meeting.Join(host: true), meeting.Join(), meeting.Join());
        meeting.Accept(ann, id => new ChatSend(id, "public"));
        var open = meeting.State.Seq;
        meeting.Accept(ann, id => new ChatSend(id, "private", [bob]));
        var secret = meeting.State.Seq;
        Assert.Equal(CommandRefusal.NotAllowed, meeting.Refuse(bob, id => new ChatDelete(id, open)));
        Assert.Equal(CommandRefusal.NotAllowed, meeting.Refuse(bob, id => new ChatDelete(id, secret)));
        Assert.Equal(CommandRefusal.UnknownMessage, meeting.Refuse(host, id => new ChatDelete(id, secret)));
        meeting.Accept(host, id => new ChatDelete(id, open));
        meeting.Accept(host, id => new HostSettings(id, "T", new() { Chat = false }));
        meeting.Accept(ann, id => new ChatDelete(id, secret));
        Assert.All(meeting.State.Chat, m => Assert.Equal(("", true), (m.Text, m.Deleted)));
        Assert.Equal(CommandRefusal.UnknownMessage, meeting.Refuse(ann, id => new ChatDelete(id, open)));
    }

    [Fact]
    public void M49_what_is_not_in_the_state_is_looked_up()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        for (var i = 0; i < 201; i++) meeting.Accept(ann, id => new ChatSend(id, $"{i}"));
        var oldest = meeting.State.Chat.Peek().Seq - 1;
        var command = new CommandEnvelope(new FromClient(new ChatDelete(meeting.NewId(), oldest)), ann);
        Assert.Equal(oldest, MeetingMachine.Decide(meeting.State, command, meeting.Now, meeting.Rules).NeedsMessage);
        var found = new MessageLookup(new ChatMessage(oldest, meeting.Now, ann, "Ann", "0"));
        Assert.IsType<ChatDeleted>(Assert.Single(MeetingMachine.Decide(meeting.State, command, meeting.Now, meeting.Rules, lookup: found).Events));
        Assert.Equal(CommandRefusal.UnknownMessage, TestMeeting.Refusal(MeetingMachine.Decide(meeting.State, command, meeting.Now, meeting.Rules, lookup: new(null))));
    }

    [Fact]
    public void M44_what_somebody_sends_is_what_they_say()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        Assert.Empty(meeting.Accept(ann, id => new MediaSetMuted(id, MediaSource.Camera, Muted: true)));
        meeting.Accept(ann, id => new MediaSetMuted(id, MediaSource.Camera, Muted: false));
        Assert.Equal(SourceSet.Of(MediaSource.Camera), meeting[ann].Sending);
        Assert.False(meeting[ann].Muted.Has(MediaSource.Camera));
        Assert.True(meeting[ann].Muted.Has(MediaSource.Microphone));
    }

    [Fact]
    public void M45_sharing_can_be_for_hosts_and_what_is_forbidden_ends()
    {
        var meeting = new TestMeeting();
        var (host, ann) = (meeting.Join(host: true), meeting.Join());
        meeting.Accept(ann, id => new MediaSetMuted(id, MediaSource.Screen, Muted: false));
        meeting.Accept(host, id => new MediaSetMuted(id, MediaSource.Screen, Muted: false));
        var events = meeting.Accept(host, id => new HostSettings(id, "Test", new() { ShareForAll = false }));
        Assert.Equal((ann, MediaSource.Screen, true), Assert.IsType<ParticipantMediaChanged>(events[1]) is var e ? (e.ParticipantId, e.Source, e.Muted) : default);
        Assert.Equal(CommandRefusal.SwitchedOff, meeting.Refuse(ann, id => new MediaSetMuted(id, MediaSource.Screen, Muted: false)));
        Assert.True(meeting[host].Sending.Has(MediaSource.Screen));
        meeting.Accept(ann, id => new MediaSetMuted(id, MediaSource.Camera, Muted: false));
    }

    [Fact]
    public void M46_hands_are_ordered_by_when_they_went_up()
    {
        var meeting = new TestMeeting();
        var (ann, bob) = (meeting.Join("Ann"), meeting.Join("Bob"));
        meeting.Accept(bob, id => new HandRaise(id, true));
        meeting.Accept(ann, id => new HandRaise(id, true));
        Assert.Empty(meeting.Accept(bob, id => new HandRaise(id, true)));
        Assert.True(meeting[bob].HandRaisedSeq < meeting[ann].HandRaisedSeq);
        meeting.Accept(bob, id => new HandRaise(id, false));
        Assert.Null(meeting[bob].HandRaisedSeq);
    }

    [Fact]
    public void M47_reactions_are_shown_and_kept_nowhere()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        var shown = TestMeeting.Done(meeting.Do(new ShowReaction("👍"), ann));
        Assert.Empty(shown.Events);
        Assert.Equal(new ReactionShown(ann, "👍"), Assert.Single(shown.Shown).Message);
        Assert.Equal(CommandRefusal.InvalidText, TestMeeting.Refusal(meeting.Do(new ShowReaction(""), ann)));
        Assert.Equal(CommandRefusal.InvalidText, TestMeeting.Refusal(meeting.Do(new ShowReaction(new string('x', 17)), ann)));
        Assert.Equal(CommandRefusal.NotInMeeting, TestMeeting.Refusal(meeting.Do(new ShowReaction("👍"), ParticipantId.Parse("nobody"))));
    }

    [Fact]
    public void A_command_that_comes_again_is_acknowledged_and_not_repeated()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        var command = new FromClient(new ChatSend(CommandId.Parse("once"), "hello"));
        TestMeeting.Done(meeting.Do(command, ann));
        var seq = meeting.State.Seq;
        var again = meeting.Do(command, ann);
        Assert.Empty(again.Events);
        Assert.Equal(new Done(seq), again.Answer);
        Assert.Equal(seq, meeting.State.Seq);
    }

    [Fact]
    public void The_last_1024_commands_of_each_participant_are_known_in_snapshots_too()
    {
        var meeting = new TestMeeting();
        var (ann, bob) = (meeting.Join("Ann"), meeting.Join("Bob"));
        for (var i = 0; i < 3000; i++) meeting.Do(new FromClient(new ChatSend(CommandId.Parse($"a{i}"), "x")), ann);
        meeting.Do(new FromClient(new ChatSend(CommandId.Parse("a1"), "x")), bob);
        meeting.State = JournalWords.ToState(JournalWords.ToSnapshot(meeting.State));
        for (var i = 3000 - CommandHistory.Kept; i < 3000; i++) Assert.IsType<Done>(meeting.Do(new FromClient(new ChatSend(CommandId.Parse($"a{i}"), "x")), ann).Answer);
        Assert.IsType<Done>(meeting.Do(new FromClient(new ChatSend(CommandId.Parse("a1"), "x")), bob).Answer);
        Assert.InRange(meeting[ann].Commands.Newer.Count + meeting[ann].Commands.Older.Count, CommandHistory.Kept, 2 * CommandHistory.Kept);
    }

    [Fact]
    public void In_the_lobby_one_can_only_leave()
    {
        var meeting = new TestMeeting(new() { Lobby = true });
        var bob = meeting.Join("Bob");
        Assert.Equal(CommandRefusal.InLobby, meeting.Refuse(bob, id => new ChatSend(id, "let me in")));
        Assert.Equal(CommandRefusal.InLobby, meeting.Refuse(bob, id => new MediaSetMuted(id, MediaSource.Camera, false)));
        Assert.Equal(CommandRefusal.InLobby, TestMeeting.Refusal(meeting.Do(new ShowReaction("x"), bob)));
        meeting.Accept(bob, id => new Leave(id));
    }

    [Fact]
    public void After_the_end_every_command_is_refused_by_that_name()
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join(host: true);
        meeting.Accept(ann, id => new MeetingEnd(id));
        Assert.Equal(CommandRefusal.Ended, meeting.Refuse(ann, id => new ChatSend(id, "x")));
        Assert.Equal(CommandRefusal.Ended, TestMeeting.Refusal(meeting.Do(new OpenSession("s"), ann)));
        Assert.Equal(CommandRefusal.Ended, TestMeeting.Refusal(meeting.Do(new ShowReaction("x"), ann)));
    }

    private static T InMeeting<T>(Func<TestMeeting, ParticipantId, T> what)
    {
        var meeting = new TestMeeting();
        return what(meeting, meeting.Join());
    }
}
