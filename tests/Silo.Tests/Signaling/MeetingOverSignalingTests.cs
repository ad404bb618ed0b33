using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Signaling;

/// <summary>Who sees what over real sockets.</summary>
public sealed class MeetingOverSignalingTests
{
    [Fact]
    public async Task Chat_comes_in_one_order_to_all_and_as_history_to_the_late()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        await Task.WhenAll(SayManyAsync(ann, "a"), SayManyAsync(bob, "b"));
        var late = await meeting.EnterAsync("Late");
        Assert.Equal(40, late.Welcome.Snapshot!.Chat.Length);
        await Bound.UntilAsync(() => Chat(ann).Count == 40 && Chat(bob).Count == 40, "all messages");
        Assert.Equal(Chat(ann), Chat(bob));
        Assert.Equal(Chat(ann), late.Welcome.Snapshot.Chat.Select(m => m.Text));
    }

    [Fact]
    public async Task A_private_message_reaches_its_people_and_no_gap_shows_to_the_others()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob, cid) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"), await meeting.EnterAsync("Cid"));
        await ann.SayAsync("psst", bob.Id);
        await ann.SayAsync("hello");
        await cid.Client.NextEventAsync<ChatSent>(m => m.Text == "hello");
        Assert.Equal(["hello"], Chat(cid));
        await bob.Client.NextEventAsync<ChatSent>(m => m.Text == "hello");
        Assert.Equal(["psst", "hello"], Chat(bob));
        Assert.Equal(["psst", "hello"], Chat(ann));
    }

    [Fact]
    public async Task Secrets_never_leave_the_journal()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await meeting.EnterAsync("Bob");
        var joined = await ann.Client.NextEventAsync<ParticipantJoined>(e => e.DisplayName == "Bob");
        Assert.Null(((ParticipantJoined)joined.Event).ResumeTokenHash);
        Assert.DoesNotContain(ann.Client.Seen.OfType<EventMessage>(), e => e.Event is ParticipantMoved or StreamKeyCreated);
    }

    [Fact]
    public async Task The_lobby_is_seen_by_hosts_and_sees_nothing()
    {
        await using var meeting = await OpenMeeting.StartAsync(new() { Lobby = true });
        var host = await meeting.EnterAsync("Host", host: true);
        var first = await meeting.EnterAsync("First");
        Assert.Equal(Conference.Contracts.Api.JoinState.Lobby, first.Join.State);
        Assert.Null(first.Join.Media);
        Assert.Equal((null, first.Id), (first.Welcome.Media, Assert.Single(first.Welcome.Snapshot!.Participants).Id));
        await host.Client.NextEventAsync<ParticipantJoined>(e => e.ParticipantId == first.Id && e.InLobby);

        await host.Client.AckAsync(new HostAdmit(host.Client.NewCommand(), first.Id));
        var admitted = await first.Client.NextAsync<Welcome>();
        Assert.Equal(["Host", "First"], admitted.Snapshot!.Participants.Select(p => p.DisplayName));
        if (admitted.Media is null) await first.Client.NextAsync<MediaMove>();

        var second = await meeting.EnterAsync("Second");
        await host.SayAsync("about you");
        await host.Client.AckAsync(new HostAdmit(host.Client.NewCommand(), second.Id));
        // Who could not see the lobby sees somebody join.
        var seen = await first.Client.NextEventAsync<ParticipantJoined>(e => e.ParticipantId == second.Id);
        Assert.False(((ParticipantJoined)seen.Event).InLobby);
        Assert.DoesNotContain(first.Client.Seen.OfType<EventMessage>(), e => e.Event is ParticipantAdmitted a && a.ParticipantId == second.Id);
        await second.Client.NextAsync<Welcome>();
        Assert.DoesNotContain(second.Client.Seen.OfType<EventMessage>(), e => e.Event is ChatSent);
    }

    [Fact]
    public async Task Who_is_denied_is_told_and_goes()
    {
        await using var meeting = await OpenMeeting.StartAsync(new() { Lobby = true });
        var (host, bob) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Bob"));
        await host.Client.AckAsync(new HostDeny(host.Client.NewCommand(), bob.Id));
        await bob.Client.NextEventAsync<ParticipantLeft>(e => e.Reason == LeaveReason.Denied);
        Assert.Equal(GoAwayReason.NotInMeeting, await bob.Client.GoneAsync());
    }

    [Fact]
    public async Task A_new_host_sees_the_lobby()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (host, ann) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"));
        await host.Client.AckAsync(new HostSettings(host.Client.NewCommand(), "Test", new() { Lobby = true }));
        await meeting.EnterAsync("Bob");
        await host.Client.AckAsync(new HostSetRole(host.Client.NewCommand(), ann.Id, Role.CoHost));
        var view = await ann.Client.NextAsync<Welcome>();
        Assert.Contains(view.Snapshot!.Participants, p => p is { DisplayName: "Bob", Presence: Presence.Lobby });
    }

    [Fact]
    public async Task Reactions_go_to_all_and_asking_to_unmute_to_one()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (host, ann, bob) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        await ann.Client.SendAsync(new ReactionSend("🎉"));
        Assert.Equal(new ReactionShown(ann.Id, "🎉"), await bob.Client.NextAsync<ReactionShown>());
        await host.Client.AckAsync(new HostAskUnmute(host.Client.NewCommand(), ann.Id, MediaSource.Microphone));
        Assert.Equal(new UnmuteAsked(host.Id, MediaSource.Microphone), await ann.Client.NextAsync<UnmuteAsked>());
        await bob.SayAsync("done");
        Assert.DoesNotContain(bob.Client.Seen, m => m is UnmuteAsked);
    }

    [Fact]
    public async Task Leaving_is_acknowledged_and_seen_at_once()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        await ann.Client.AckAsync(new Leave(ann.Client.NewCommand()));
        Assert.Equal(GoAwayReason.NotInMeeting, await ann.Client.GoneAsync());
        await bob.Client.NextEventAsync<ParticipantLeft>(e => e.ParticipantId == ann.Id && e.Reason == LeaveReason.Left);
        await Bound.UntilAsync(() => meeting.Pod.Planned(meeting.Meeting.Id, ann.Id) is null, "Ann out of the plan");
    }

    [Fact]
    public async Task The_removed_are_told_and_stay_out()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (host, ann) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"));
        await host.Client.AckAsync(new HostRemove(host.Client.NewCommand(), ann.Id));
        await ann.Client.NextEventAsync<ParticipantLeft>(e => e.Reason == LeaveReason.Removed);
        Assert.Equal(GoAwayReason.NotInMeeting, await ann.Client.GoneAsync());
        using var again = await meeting.Silo.PostAsync($"/api/join/{meeting.Meeting.Code}", new Conference.Contracts.Api.JoinRequest(ResumeToken: ann.Join.ResumeToken), ContractsJson.Default.JoinRequest);
        Assert.Equal("Removed", (await SiloFixture.ProblemAsync(again)).Reason);
    }

    [Fact]
    public async Task The_end_reaches_everybody_and_the_pod()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (host, ann) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"));
        await Bound.UntilAsync(() => meeting.Pod.HasRoom(meeting.Meeting.Id), "the room");
        await host.Client.AckAsync(new MeetingEnd(host.Client.NewCommand()));
        Assert.Equal(GoAwayReason.Ended, await ann.Client.GoneAsync());
        Assert.Equal(GoAwayReason.Ended, await host.Client.GoneAsync());
        await Bound.UntilAsync(() => !meeting.Pod.HasRoom(meeting.Meeting.Id), "the room is closed");
    }

    [Fact]
    public async Task A_media_ticket_is_renewed_on_demand()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await ann.Client.SendAsync(new RenewMediaTicket());
        Assert.NotEmpty((await ann.Client.NextAsync<MediaTicketRenewed>()).MediaTicket);
        await ann.Client.SendAsync(new Ping());
        await ann.Client.NextAsync<Pong>();
    }

    private static async Task SayManyAsync(Person person, string text)
    {
        for (var i = 0; i < 20; i++) await person.SayAsync($"{text}{i}");
    }

    private static List<string> Chat(Person person) => [.. person.Client.Seen.OfType<EventMessage>().Select(e => e.Event).OfType<ChatSent>().Select(c => c.Text)];

    [Fact]
    public async Task How_long_a_join_took_is_taken_down_once_and_nonsense_is_refused()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await ann.Client.SendAsync(new JoinTimes(-1));
        Assert.Equal(new Refused(CommandRefusal.Malformed), await ann.Client.NextAsync<Refused>());
        await ann.Client.SendAsync(new JoinTimes(20, Signaling: 100, FirstFrame: 250));
        await ann.Client.SendAsync(new JoinTimes(9000, FirstFrame: 9000));
        await ann.SayAsync("after it");
        var metrics = await meeting.Silo.Http.GetStringAsync("/metrics");
        Assert.Contains("conference_silo_join_duration_seconds_count{step=\"first-frame\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("conference_silo_join_duration_seconds_sum{step=\"first-frame\"} 0.25", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("step=\"dtls\"", metrics, StringComparison.Ordinal);
    }
}
