using System.Net.WebSockets;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Signaling;

/// <summary>Lost sockets, second sockets, and a silo that was killed.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task Who_returns_is_the_same_and_gets_what_was_missed()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        var last = (await bob.SayAsync("before")).Seq!.Value;
        await ann.Client.NextEventAsync<ChatSent>();
        ann.Client.Abort();
        await bob.Client.NextEventAsync<ParticipantDisconnected>(e => e.ParticipantId == ann.Id);
        await bob.SayAsync("while away");

        var again = await meeting.ResumeAsync(ann.Join, last);
        Assert.Equal((ann.Id, null, last), (again.Id, again.Welcome.Snapshot, again.Welcome.Seq));
        await again.Client.NextEventAsync<ChatSent>(m => m.Text == "while away");
        var seqs = again.Client.Seen.OfType<EventMessage>().Select(e => e.Seq).ToList();
        Assert.Equal(seqs.Order().Distinct(), seqs);
        Assert.All(seqs, seq => Assert.True(seq > last));
        await bob.Client.NextEventAsync<ParticipantConnected>(e => e.ParticipantId == ann.Id);
    }

    [Fact]
    public async Task A_socket_that_goes_away_is_a_page_that_was_closed_and_any_other_end_is_not()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob, cho) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"), await meeting.EnterAsync("Cho"));
        await ann.Client.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await bob.Client.NextEventAsync<ParticipantDisconnected>(e => e.ParticipantId == ann.Id && e.PageClosed);
        await cho.Client.CloseAsync(WebSocketCloseStatus.NormalClosure);
        await bob.Client.NextEventAsync<ParticipantDisconnected>(e => e.ParticipantId == cho.Id && !e.PageClosed);
        // Ann's page was only loaded again.
        Assert.Equal(ann.Id, (await meeting.ResumeAsync(ann.Join)).Id);
        await bob.Client.NextEventAsync<ParticipantConnected>(e => e.ParticipantId == ann.Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(-5)]
    public async Task A_sequence_that_cannot_be_continued_gets_a_view(long after)
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        var again = await meeting.ResumeAsync(ann.Join, after);
        Assert.NotNull(again.Welcome.Snapshot);
    }

    [Fact]
    public async Task A_second_session_replaces_the_first_and_nobody_sees_a_disconnect()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        var second = await meeting.ResumeAsync(ann.Join);
        Assert.Equal(GoAwayReason.Replaced, await ann.Client.GoneAsync());
        await second.SayAsync("here");
        await bob.Client.NextEventAsync<ChatSent>();
        Assert.DoesNotContain(bob.Client.Seen.OfType<EventMessage>(), e => e.Event is ParticipantDisconnected d && d.ParticipantId == ann.Id);
    }

    [Fact]
    public async Task After_a_crash_everybody_comes_back_and_a_resent_command_is_not_repeated()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        var command = new ChatSend(CommandId.Parse("once"), "survives");
        var ack = await ann.Client.AckAsync(command);
        await bob.Client.NextEventAsync<ChatSent>();

        await meeting.Silo.RestartAsync();
        await ann.Client.ClosedAsync();
        meeting.Pod.Forget();
        await meeting.Pod.KillAsync();
        await meeting.Pod.DialAsync();

        var again = await meeting.ResumeAsync(ann.Join, ack.Seq);
        var bobAgain = await meeting.ResumeAsync(bob.Join);
        Assert.Equal(ack.Seq, (await again.Client.AckAsync(command)).Seq);
        Assert.Equal(["survives"], bobAgain.Welcome.Snapshot!.Chat.Select(m => m.Text));
        Assert.Equal(2, bobAgain.Welcome.Snapshot.Participants.Length);
        await again.SayAsync("back");
        await bobAgain.Client.NextEventAsync<ChatSent>(m => m.Text == "back");
    }

    [Fact]
    public async Task A_silo_that_stops_says_so()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        var gone = ann.Client.GoneAsync();
        await meeting.Silo.RestartAsync(gracefully: true);
        Assert.Equal(GoAwayReason.Restarting, await gone);
        Assert.NotNull(ann.Client.Seen.OfType<GoAway>().Single().RetryAfterMs);
    }

    [Fact]
    public async Task A_reload_an_hour_later_is_out_of_grace_and_joins_anew()
    {
        var rules = new Silo.Meetings.MeetingRules { ReconnectGrace = TimeSpan.FromMilliseconds(300) };
        await using var meeting = await OpenMeeting.StartAsync(null, o => o with { Meetings = o.Meetings with { Rules = rules } });
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        ann.Client.Abort();
        await bob.Client.NextEventAsync<ParticipantLeft>(e => e.ParticipantId == ann.Id && e.Reason == LeaveReason.ConnectionLost);
        using var again = await meeting.Silo.PostAsync($"/api/join/{meeting.Meeting.Code}", new Conference.Contracts.Api.JoinRequest(ResumeToken: ann.Join.ResumeToken), ContractsJson.Default.JoinRequest);
        Assert.Equal("ResumeExpired", (await SiloFixture.ProblemAsync(again)).Reason);
    }
}
