using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Conference.Contracts.Api;
using Conference.Contracts.Media;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Hosting.Tickets;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Pods;

/// <summary>Plan and report over the control channel, and what a lost pod costs.</summary>
public sealed class PodChannelTests
{
    [Fact]
    public async Task Nobody_connects_without_the_secret()
    {
        await using var silo = await SiloFixture.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer guess-guess-guess-guess");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(silo.Socket("/pods/connect"), CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, (await silo.SendAsync(HttpMethod.Get, "/internal/pods")).StatusCode);
    }

    [Fact]
    public async Task A_silo_that_stops_lets_its_pods_go_and_they_are_not_lost()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await meeting.Silo.RestartAsync(gracefully: true);
        Assert.Equal("Restarting", meeting.Pod.CloseReason);
        await meeting.Pod.KillAsync();
        await meeting.Pod.DialAsync();
        await Bound.UntilAsync(() => meeting.Pod.Planned(meeting.Meeting.Id, ann.Id) is not null, "Ann in the plan of the pod that she was on");
    }

    [Fact]
    public async Task A_pod_gets_keys_that_check_its_tickets_and_the_rights_of_everybody()
    {
        await using var meeting = await OpenMeeting.StartAsync(new() { ShareForAll = false });
        var (host, ann) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"));
        var verifier = new TicketVerifier(TimeProvider.System);
        Assert.True(verifier.TryReplaceKeys(meeting.Pod.Received.OfType<PodRegistered>().First().TicketKeys));
        var check = await verifier.CheckMediaAsync(ann.Welcome.Media!.MediaTicket, meeting.Pod.Id);
        Assert.Equal((meeting.Meeting.Id, ann.Id), (check.Claims!.MeetingId, check.Claims.ParticipantId));
        await Bound.UntilAsync(() => meeting.Pod.Planned(meeting.Meeting.Id, ann.Id) is not null, "Ann in the plan");
        Assert.Equal([MediaSource.Microphone, MediaSource.Camera], meeting.Pod.Planned(meeting.Meeting.Id, ann.Id)!.MayPublish.AsEnumerable());
        Assert.Contains(MediaSource.Screen, meeting.Pod.Planned(meeting.Meeting.Id, host.Id)!.MayPublish);
    }

    [Fact]
    public async Task Who_is_removed_is_removed_in_the_plan_with_the_reason()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (host, ann) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"));
        await host.Client.AckAsync(new HostRemove(host.Client.NewCommand(), ann.Id));
        await Bound.UntilAsync(() => Removals(meeting.Pod).Any(r => r.ParticipantId == ann.Id && r.Reason == SessionEndReason.Removed), "the removal");
        Assert.True(Removals(meeting.Pod).First(r => r.ParticipantId == ann.Id).Until > DateTimeOffset.UnixEpoch.AddYears(50));
    }

    [Fact]
    public async Task A_pod_with_another_revision_gets_the_whole_plan()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await Bound.UntilAsync(() => meeting.Pod.Planned(meeting.Meeting.Id, ann.Id) is not null, "Ann in the plan");
        meeting.Pod.Forget();
        await Bound.UntilAsync(() => meeting.Pod.Planned(meeting.Meeting.Id, ann.Id) is not null, "Ann in the plan again");
        Assert.Contains(meeting.Pod.Received.OfType<PodPlan>(), p => p.BaseRevision == 0);
    }

    [Fact]
    public async Task A_room_that_the_silo_does_not_know_is_asked_for()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        pod.Rooms = [new RoomReport(MeetingId.Parse("m1"), "h1", [])];
        pod.HashesOnly = [new RoomHash(MeetingId.Parse("m2"), "h2")];
        await Bound.UntilAsync(() => pod.Received.OfType<RequestRooms>().Any(r => r.Rooms.Contains(MeetingId.Parse("m2"))), "a request for the room");
    }

    [Fact]
    public async Task A_silo_that_restarts_tells_the_pod_the_same_plan_and_closes_nothing()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await ann.Client.AckAsync(new MediaSetMuted(ann.Client.NewCommand(), MediaSource.Camera, Muted: false));
        await Bound.UntilAsync(() => meeting.Pod.Planned(meeting.Meeting.Id, ann.Id)?.Muted.Contains(MediaSource.Camera) is false, "Ann's camera in the plan");
        meeting.Pod.Rooms = [new RoomReport(meeting.Meeting.Id, "h1", [new ParticipantReport(ann.Id, 1, true, [MediaSource.Camera])])];

        await meeting.Silo.RestartAsync();
        await meeting.Pod.KillAsync();
        var before = meeting.Pod.Received.Count;
        await meeting.Pod.DialAsync();
        await Bound.UntilAsync(() => meeting.Pod.Received.Skip(before).OfType<PodPlan>().Any(), "a plan from the new silo");
        var plan = meeting.Pod.Received.Skip(before).OfType<PodPlan>().First();
        Assert.Equal(0, plan.BaseRevision);
        var planned = Assert.Single(Assert.Single(plan.Rooms).Participants);
        Assert.Equal((ann.Id, false), (planned.ParticipantId, planned.Muted.Contains(MediaSource.Camera)));
        Assert.Equal(meeting.Pod.Id, (await meeting.ResumeAsync(ann.Join)).Welcome.Media!.PodId);
    }

    [Fact]
    public async Task A_pod_that_dies_costs_a_move_to_another()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        await meeting.Pod.KillAsync();
        foreach (var person in new[] { ann, bob })
        {
            var move = await person.Client.NextAsync<MediaMove>();
            Assert.Equal((second.Id, $"/media/{second.Id}/sessions"), (move.Media.PodId, move.Media.Url));
            await Bound.UntilAsync(() => second.Planned(meeting.Meeting.Id, person.Id) is not null, "in the second pod's plan");
        }
    }

    [Fact]
    public async Task A_channel_that_is_back_in_time_costs_nothing()
    {
        await using var meeting = await OpenMeeting.StartAsync(null, o => o with { Pods = o.Pods with { ReturnGrace = TimeSpan.FromSeconds(10), StartGrace = TimeSpan.FromSeconds(10) } });
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        await meeting.Pod.KillAsync();
        await meeting.Pod.DialAsync();
        await ann.SayAsync("still here");
        Assert.DoesNotContain(ann.Client.Seen, m => m is MediaMove);
    }

    [Fact]
    public async Task A_new_process_at_the_same_address_means_that_the_old_one_is_gone()
    {
        await using var meeting = await OpenMeeting.StartAsync(null, o => o with { Pods = o.Pods with { ReturnGrace = TimeSpan.FromMinutes(10), StartGrace = TimeSpan.FromMinutes(10), ReportTimeout = TimeSpan.FromMinutes(10) } });
        var ann = await meeting.EnterAsync("Ann");
        await meeting.Pod.KillAsync();
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2", url: meeting.Pod.Register.HttpUrl);
        Assert.Equal(second.Id, (await ann.Client.NextAsync<MediaMove>()).Media.PodId);
    }

    [Fact]
    public async Task After_a_restart_of_everything_participants_find_the_new_pod()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await meeting.Pod.KillAsync();
        await meeting.Silo.RestartAsync();
        var again = await meeting.ResumeAsync(ann.Join);
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        Assert.Equal(second.Id, (await again.Client.NextAsync<MediaMove>()).Media.PodId);
    }

    [Fact]
    public async Task Without_a_pod_and_with_a_full_one_the_refusal_is_named()
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync();
        Assert.Equal("NoPod", (await RefusedAsync(silo, meeting.Code)).Reason);
        await using var pod = await TestPod.ConnectAsync(silo, capacity: 1);
        var ann = await silo.JoinAsync(meeting.Code);
        await Bound.UntilAsync(() => pod.Planned(meeting.Id, ann.ParticipantId) is not null, "Ann in the plan");
        Assert.Equal("NoPod", (await RefusedAsync(silo, meeting.Code)).Reason);
    }

    [Fact]
    public async Task Gateways_learn_the_live_pods_and_clients_the_regions()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var local = await TestPod.ConnectAsync(silo);
        await using var far = await TestPod.ConnectAsync(silo, "pod-far", "far");
        var before = await RoutesAsync(silo);
        Assert.Equal([("pod-far", "far"), ("pod-1", "local")], before.Pods.Select(p => (p.PodId.Value, p.Region)));
        var regions = await silo.Http.GetFromJsonAsync("/api/regions", ContractsJson.Default.RegionList);
        Assert.Equal([("far", true), ("local", true)], regions!.Regions.Select(r => (r.Name, r.Available)));
        Assert.Equal(HttpStatusCode.NoContent, (await silo.SendAsync(HttpMethod.Get, regions.Regions[0].ProbeUrl)).StatusCode);

        await far.KillAsync();
        await Bound.UntilAsync(async () => (await RoutesAsync(silo)).Pods.Length == 1, "the far pod is gone");
        Assert.True((await RoutesAsync(silo)).Version > before.Version);
    }

    [Fact]
    public async Task A_meeting_goes_where_its_first_participant_is_nearest_or_elsewhere()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var local = await TestPod.ConnectAsync(silo);
        await using var far = await TestPod.ConnectAsync(silo, "pod-far", "far");
        var (first, second) = (await silo.CreateAsync(), await silo.CreateAsync());
        Assert.Equal(far.Id, (await silo.JoinAsync(first.Code, new JoinRequest("Ann", Region: "far"))).Media!.PodId);
        Assert.Equal(far.Id, (await silo.JoinAsync(first.Code, new JoinRequest("Bob", Region: "local"))).Media!.PodId);
        Assert.NotNull((await silo.JoinAsync(second.Code, new JoinRequest("Ann", Region: "nowhere"))).Media);
    }

    private static IEnumerable<RemovedParticipant> Removals(TestPod pod) => pod.Received.OfType<PodPlan>().SelectMany(p => p.Rooms).SelectMany(r => r.Removed);

    private static async Task<PodRoutes> RoutesAsync(SiloFixture silo)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, "/internal/pods", bearer: silo.Secret.Value);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.PodRoutes))!;
    }

    private static async Task<ApiProblem> RefusedAsync(SiloFixture silo, string code)
    {
        using var response = await silo.PostAsync($"/api/join/{code}", new JoinRequest("Bob"), ContractsJson.Default.JoinRequest);
        Assert.NotNull(response.Headers.RetryAfter);
        return await SiloFixture.ProblemAsync(response);
    }
}
