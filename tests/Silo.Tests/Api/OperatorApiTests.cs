using System.Net;
using System.Net.Http.Json;
using System.Text;
using Conference.Contracts.Api;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Api;

/// <summary>What the operator asks and orders: loads of regions, drains and their end.</summary>
public sealed class OperatorApiTests
{
    [Fact]
    public async Task Nobody_asks_or_orders_without_the_secret()
    {
        await using var silo = await SiloFixture.StartAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/internal/regions"), (HttpMethod.Post, "/internal/pods/pod-1/drain"), (HttpMethod.Delete, "/internal/pods/pod-1/drain") })
        {
            using var response = await silo.SendAsync(method, path);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Without_pods_there_are_no_regions()
    {
        await using var silo = await SiloFixture.StartAsync();
        Assert.Empty((await RegionsAsync(silo)).Regions);
    }

    [Fact]
    public async Task A_region_tells_who_is_there_what_is_sent_and_who_came()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        await using var far = await TestPod.ConnectAsync(meeting.Silo, "pod-far", "far");
        await meeting.EnterAsync("Ann");
        await meeting.EnterAsync("Bob");
        (meeting.Pod.EgressBitsPerSecond, far.Sessions) = (12.5e6, 3);
        RegionLoads regions = new([]);
        await Bound.UntilAsync(async () =>
        {
            regions = await RegionsAsync(meeting.Silo);
            return regions.Regions is [{ Participants: 3 }, { Participants: 2, EgressMbps: 12.5 }];
        }, "both regions' loads");

        var local = regions.Regions[1];
        Assert.Equal(("local", 1, 2.0), (local.Region, local.Meetings, local.JoinsPerMinute));
        Assert.True(local.TrendPerMinute > 0);
        Assert.Equal(
            new RegionPod(meeting.Pod.Id, PodRole.Media, "local", "http://pod-1:8081", "1.0.0", new PodCapacity(500, 1000), 2, 1, 12.5, 0.1, false),
            Assert.Single(local.Pods));
        Assert.Equal(("far", 3, 0), (regions.Regions[0].Region, regions.Regions[0].Pods[0].Participants, regions.Regions[0].JoinsPerMinute));
    }

    [Fact]
    public async Task D1_meetings_stay_on_a_pod_that_waits_and_new_ones_go_elsewhere()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"wait"}""");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"Wait"}""");
        await Bound.UntilAsync(() => meeting.Pod.Drain == DrainMode.Wait, "the order at the pod");
        Assert.Equal((true, DrainMode.Wait), await StateAsync(meeting.Silo, meeting.Pod));

        Assert.Equal(meeting.Pod.Id, (await meeting.EnterAsync("Bob")).Join.Media!.PodId);
        for (var i = 0; i < 5; i++)
        {
            var other = await meeting.Silo.CreateAsync();
            Assert.Equal(second.Id, (await meeting.Silo.JoinAsync(other.Code, "Cleo")).Media!.PodId);
        }
        Assert.DoesNotContain(ann.Client.Seen, m => m is MediaMove);
    }

    [Fact]
    public async Task D2_meetings_leave_a_pod_that_migrates()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"migrate"}""");
        Assert.Equal(second.Id, (await ann.Client.NextAsync<MediaMove>()).Media.PodId);
        await Bound.UntilAsync(() => meeting.Pod.Drain == DrainMode.Migrate, "the order at the pod");
        // Make before break: the old session may live on for a while.
        Assert.NotNull(meeting.Pod.Planned(meeting.Meeting.Id, ann.Id));
        Assert.Equal(second.Id, (await meeting.Silo.JoinAsync(meeting.Meeting.Code, "Bob")).Media!.PodId);
        // A move is no join.
        RegionLoad region = null!;
        await Bound.UntilAsync(async () =>
        {
            region = Assert.Single((await RegionsAsync(meeting.Silo)).Regions);
            return region.Pods.Single(p => p.PodId == second.Id).Participants == 2;
        }, "both on the second pod");
        Assert.Equal(2, region.JoinsPerMinute);
    }

    [Fact]
    public async Task D2_a_pod_that_waits_can_be_told_to_migrate()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"wait"}""");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"migrate"}""");
        Assert.Equal(second.Id, (await ann.Client.NextAsync<MediaMove>()).Media.PodId);
    }

    [Fact]
    public async Task D3_a_drain_that_is_taken_back_lets_meetings_return()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"migrate"}""");
        await ann.Client.NextAsync<MediaMove>();
        await TakeBackAsync(meeting.Silo, meeting.Pod);
        await TakeBackAsync(meeting.Silo, meeting.Pod);
        await Bound.UntilAsync(() => meeting.Pod.Drain is null, "the end of the drain at the pod");
        Assert.Equal((false, null), await StateAsync(meeting.Silo, meeting.Pod));

        // It left this pod once, and may come back, to stay.
        await DrainAsync(meeting.Silo, second, """{"mode":"migrate"}""");
        Assert.Equal(meeting.Pod.Id, (await ann.Client.NextAsync<MediaMove>()).Media.PodId);
        await ann.SayAsync("here again");
        Assert.Equal(meeting.Pod.Id, (await meeting.EnterAsync("Bob")).Join.Media!.PodId);
        Assert.Equal(2, ann.Client.Seen.Count(m => m is MediaMove));
    }

    [Fact]
    public async Task D4_a_pod_that_leaves_by_itself_goes_on_leaving_and_is_forgotten_when_it_is_gone()
    {
        await using var meeting = await OpenMeeting.StartAsync(null, o => o with { Pods = o.Pods with { ReturnGrace = TimeSpan.FromMinutes(10), StartGrace = TimeSpan.FromMinutes(10), ReportTimeout = TimeSpan.FromMinutes(10) } });
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        (meeting.Pod.IsLeaving, meeting.Pod.Drain) = (true, DrainMode.Wait);
        await Bound.UntilAsync(async () => await StateAsync(meeting.Silo, meeting.Pod) == (true, DrainMode.Wait), "the drain at the silo");
        await TakeBackAsync(meeting.Silo, meeting.Pod);
        Assert.Equal((true, DrainMode.Wait), await StateAsync(meeting.Silo, meeting.Pod));
        Assert.DoesNotContain(ann.Client.Seen, m => m is MediaMove);

        await meeting.Pod.KillAsync();
        Assert.Equal(second.Id, (await ann.Client.NextAsync<MediaMove>()).Media.PodId);
        Assert.DoesNotContain(Assert.Single((await RegionsAsync(meeting.Silo)).Regions).Pods, p => p.PodId == meeting.Pod.Id);
    }

    [Fact]
    public async Task D4_a_pod_that_leaves_and_migrates_is_left()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        await using var second = await TestPod.ConnectAsync(meeting.Silo, "pod-2");
        (meeting.Pod.IsLeaving, meeting.Pod.Drain) = (true, DrainMode.Migrate);
        Assert.Equal(second.Id, (await ann.Client.NextAsync<MediaMove>()).Media.PodId);
    }

    [Fact]
    public async Task D5_a_drain_outlives_the_silo()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        await meeting.EnterAsync("Ann");
        await DrainAsync(meeting.Silo, meeting.Pod, """{"mode":"wait"}""");
        await Bound.UntilAsync(() => meeting.Pod.Drain == DrainMode.Wait, "the order at the pod");
        await meeting.Silo.RestartAsync();
        await meeting.Pod.KillAsync();
        await meeting.Pod.DialAsync();
        await Bound.UntilAsync(async () => (await RegionsAsync(meeting.Silo)).Regions.Any(r => r.Pods.Any(p => p.PodId == meeting.Pod.Id)), "the pod at the new silo");
        await Bound.UntilAsync(async () => await StateAsync(meeting.Silo, meeting.Pod) == (true, DrainMode.Wait), "the drain at the new silo");
        await TakeBackAsync(meeting.Silo, meeting.Pod);
        await Bound.UntilAsync(() => meeting.Pod.Drain is null, "the end of the drain at the pod");
    }

    [Fact]
    public async Task An_order_that_got_lost_on_its_way_is_given_again()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        pod.DeafTo = 1;
        await DrainAsync(silo, pod, """{"mode":"wait"}""");
        await Bound.UntilAsync(() => pod.Drain == DrainMode.Wait, "the order at the pod");
        Assert.Equal(2, pod.Received.OfType<DrainPod>().Count());
    }

    [Fact]
    public async Task Pods_that_are_not_there_and_orders_that_are_none_are_refused_by_name()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        foreach (var id in new[] { "pod-2", "p%20d", new string('x', 300) })
        {
            Assert.Equal((404, "UnknownPod"), await RefusedAsync(silo, HttpMethod.Post, id, """{"mode":"wait"}"""));
            Assert.Equal((404, "UnknownPod"), await RefusedAsync(silo, HttpMethod.Delete, id));
        }
        foreach (var body in new[] { "{}", """{"mode":null}""", """{"mode":"fast"}""", """{"mode":1}""", "x" })
            Assert.Equal((400, "Malformed"), await RefusedAsync(silo, HttpMethod.Post, "pod-1", body));
        Assert.Equal((false, null), await StateAsync(silo, pod));
    }

    private static async Task<RegionLoads> RegionsAsync(SiloFixture silo)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, "/internal/regions", bearer: silo.Secret.Value);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.RegionLoads))!;
    }

    private static async Task<(bool Draining, DrainMode? Mode)> StateAsync(SiloFixture silo, TestPod pod)
    {
        var found = (await RegionsAsync(silo)).Regions.SelectMany(r => r.Pods).Single(p => p.PodId == pod.Id);
        return (found.Draining, found.DrainMode);
    }

    private static async Task DrainAsync(SiloFixture silo, TestPod pod, string body)
    {
        using var response = await OrderAsync(silo, HttpMethod.Post, pod.Id.Value, body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static async Task TakeBackAsync(SiloFixture silo, TestPod pod)
    {
        using var response = await OrderAsync(silo, HttpMethod.Delete, pod.Id.Value);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static async Task<(int Status, string Reason)> RefusedAsync(SiloFixture silo, HttpMethod method, string pod, string? body = null)
    {
        using var response = await OrderAsync(silo, method, pod, body);
        var problem = await SiloFixture.ProblemAsync(response);
        return (problem.Status, problem.Reason);
    }

    private static Task<HttpResponseMessage> OrderAsync(SiloFixture silo, HttpMethod method, string pod, string? body = null) =>
        silo.SendAsync(method, $"/internal/pods/{pod}/drain", body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), silo.Secret.Value);
}
