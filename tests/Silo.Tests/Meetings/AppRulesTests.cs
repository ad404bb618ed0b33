using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tests.Meetings;

/// <summary>M80 to M82 of docs/meetings.md.</summary>
public sealed class AppRulesTests
{
    [Theory]
    [InlineData("board.draw-1_a", 8192, null)]
    [InlineData("t", 0, null)]
    [InlineData("", 1, CommandRefusal.Malformed)]
    [InlineData("has space", 1, CommandRefusal.Malformed)]
    [InlineData("t\n", 1, CommandRefusal.Malformed)]
    [InlineData("t", 8193, CommandRefusal.TooLarge)]
    public void M80_a_programs_message_has_a_topic_and_a_size(string topic, int length, CommandRefusal? refusal)
    {
        var meeting = new TestMeeting();
        var ann = meeting.Join();
        var answer = meeting.Do(new FromClient(new AppDataSend(meeting.NewId(), topic, new string('\u0000', length))), ann).Answer;
        Assert.Equal(refusal, (answer as Silo.Grains.Meetings.Refused)?.Reason);
    }

    [Fact]
    public void M81_it_goes_to_everybody_or_to_some_once()
    {
        var meeting = new TestMeeting();
        var (ann, bob, cho) = (meeting.Join(), meeting.Join(), meeting.Join());
        var command = new FromClient(new AppDataSend(meeting.NewId(), "t", "1", [bob, bob]));
        meeting.Do(command, ann);
        Assert.Equal([bob, ann], Publication.Of(meeting.State, meeting.Events[^1]).Also.AsEnumerable());
        Assert.Empty(meeting.Do(command, ann).Events);
        Assert.Equal(CommandRefusal.UnknownParticipant, meeting.Refuse(ann, id => new AppDataSend(id, "t", "1", [cho, ParticipantId.Parse("nobody")])));
        Assert.Equal(CommandRefusal.Malformed, meeting.Refuse(ann, id => new AppDataSend(id, "t", "1", [])));
        meeting.Accept(ann, id => new AppDataSend(id, "t", "1"));
        Assert.Equal(EventAudience.Everyone, Publication.Of(meeting.State, meeting.Events[^1]).Audience);
    }

    [Fact]
    public void M82_captions_are_shown_and_kept_nowhere()
    {
        var meeting = new TestMeeting(new() { Lobby = true });
        var (host, waiting) = (meeting.Join("Host", host: true), meeting.Join("Waiting"));
        var shown = TestMeeting.Done(meeting.Do(new ShowCaption(new CaptionRequest("Good morn", Final: false, Speaker: host, Language: "en-GB"))));
        Assert.Empty(shown.Events);
        Assert.Equal(new CaptionShown("Good morn", false, host, "Host", "en-GB"), Assert.Single(shown.Shown).Message);
        CaptionRequest[] wrong = [new(" "), new(new string('x', 501)), new("x", Speaker: waiting), new("x", Speaker: ParticipantId.Parse("nobody")), new("x", Language: "<b>")];
        foreach (var caption in wrong) Assert.Equal(MeetingRefusal.InvalidCaption, Assert.IsType<MeetingRefused>(meeting.Do(new ShowCaption(caption)).Answer).Reason);
        meeting.Do(new EndMeeting());
        Assert.Equal(MeetingRefusal.Ended, Assert.IsType<MeetingRefused>(meeting.Do(new ShowCaption(new("x"))).Answer).Reason);
    }
}
