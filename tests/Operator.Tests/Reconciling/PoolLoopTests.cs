using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Tests.Support;
using Conference.Support;
using Microsoft.AspNetCore.Builder;
using Xunit.Abstractions;

namespace Conference.Operator.Tests.Reconciling;

/// <summary>Whole operators on a real API server with its scheduler and controllers; nodes and silo are played.</summary>
[Collection(KubeCollection.Name)]
public sealed class PoolLoopTests(ApiServer server, ITestOutputHelper output)
{
    private const string Quick = """ "scaleDown": {"stabilizationSeconds": 1}, "capacity": {"participants": 100}, "buffer": {"participants": 20} """;

    [KubeFact]
    public async Task A_pool_gets_its_pods_and_says_so()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 2, "maxPods": 5, {{Quick}} }""");
        var status = await house.UntilAsync("media", s => s is { ReadyPods: 2, Phase: PoolPhase.Steady } && s.Conditions.Any(c => c is { Type: "LoadKnown", Status: ConditionStatus.True }));
        Assert.Equal((2, 2, 0, 0, "conference.io/pool=media"), (status.DesiredPods, status.Pods, status.DrainingPods, status.OutdatedPods, status.Selector));
        Assert.All(["Valid", "Ready", "LoadKnown", "Updated"], type => Assert.Equal(ConditionStatus.True, status.Conditions.Single(c => c.Type == type).Status));
        var pods = await house.PodsAsync();
        Assert.All(pods, p => Assert.Equal(("media", true, true), (p.Metadata.Label(PodNames.Pool), p.Metadata.HasFinalizer(PodNames.Finalizer), p.IsReady)));
        Assert.Equal(2, pods.Select(p => p.Metadata.Annotation(PodNames.Ports)).Distinct().Count());
        Assert.All(pods, p => Assert.Equal("10.9.0.1", p.Metadata.Annotation(PodNames.PublicAddress)));
        await Eventually.True(async () => (await house.EventsAsync()).Count(e => e.Contains("created", StringComparison.Ordinal) && e.Contains("(S3)", StringComparison.Ordinal)) == 2, () => house.DescribeAsync("media"));
    }

    [KubeFact]
    public async Task More_people_bring_a_pod_and_fewer_take_the_emptiest_away_when_it_is_empty()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1, Phase: PoolPhase.Steady });
        var first = (await house.PodsAsync()).Single().Metadata.Name;

        var clock = System.Diagnostics.Stopwatch.StartNew();
        house.Silo.Seat(first, 90);
        await house.UntilAsync("media", s => s is { ReadyPods: 2, DesiredPods: 2 });
        output.WriteLine($"from need to ready: {clock.Elapsed.TotalSeconds:0.0} s");
        var second = (await house.PodsAsync()).Single(p => p.Metadata.Name != first).Metadata.Name;
        house.Silo.Seat(second, 3);

        house.Silo.Seat(first, 10);
        await Eventually.True(async () => (await house.PodsAsync()).Any(p => p.Metadata.Name == second && p.Metadata.Annotation("conference.io/drain-since") is not null), () => house.DescribeAsync("media"));
        await Eventually.True(() => Task.FromResult(house.Silo.Orders.Contains($"POST {second} Wait")), () => house.DescribeAsync("media"));
        // A meeting that lasts keeps it.
        await Task.Delay(TimeSpan.FromSeconds(7));
        var draining = (await house.PodsAsync()).Single(p => p.Metadata.Name == second);
        Assert.Equal((false, "S11"), (draining.Metadata.IsDeleting, draining.Metadata.Annotation("conference.io/drain-reason")));
        house.Silo.Seat(second, 0);
        await Eventually.True(async () => (await house.PodsAsync()).All(p => p.Metadata.Name != second), () => house.DescribeAsync("media"));
        var status = await house.UntilAsync("media", s => s is { ReadyPods: 1, DrainingPods: 0, Phase: PoolPhase.Steady });
        Assert.Equal(10, status.Participants);
        Assert.Equal(first, (await house.PodsAsync()).Single().Metadata.Name);
    }

    [KubeFact]
    public async Task A_drain_is_taken_back_when_people_come_again()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1 });
        var first = (await house.PodsAsync()).Single().Metadata.Name;
        house.Silo.Seat(first, 90);
        await house.UntilAsync("media", s => s is { ReadyPods: 2 });
        var second = (await house.PodsAsync()).Single(p => p.Metadata.Name != first).Metadata.Name;
        house.Silo.Seat(second, 1);
        house.Silo.Seat(first, 10);
        await house.UntilAsync("media", s => s is { DrainingPods: 1 });
        house.Silo.Seat(first, 95);
        await house.UntilAsync("media", s => s is { DrainingPods: 0, ReadyPods: 2 });
        Assert.Contains(house.Silo.Orders, o => o == $"DELETE {second}");
        Assert.False(house.Silo.Pods[second].Draining);
        Assert.Equal(2, house.Nodes.Ran.Count); // nothing was started instead
    }

    [KubeFact]
    public async Task Without_a_silo_nothing_is_taken_away_but_what_is_lost_is_replaced()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 2, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 2 });
        house.Silo.Away = true;
        await house.UntilAsync("media", s => s.Conditions.Any(c => c is { Type: "LoadKnown", Status: ConditionStatus.False, Reason: "Unreachable" }), TimeSpan.FromSeconds(40));
        await house.PatchPoolAsync("media", """{"minPods": 1}""");
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Equal(2, (await house.PodsAsync()).Count(p => p.Metadata.Annotation("conference.io/drain-since") is null && !p.Metadata.IsDeleting));
        await house.PatchPoolAsync("media", """{"minPods": 3}""");
        await house.UntilAsync("media", s => s is { ReadyPods: 3 });
        house.Silo.Away = false;
        await house.PatchPoolAsync("media", """{"minPods": 1}""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1, Pods: 1 }, TimeSpan.FromSeconds(60));
    }

    [KubeFact]
    public async Task A_number_set_by_hand_holds_and_a_paused_pool_is_left_alone()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1 });
        var scale = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 3 } };
        (await server.Client.PatchAsync(OperatorHouse.AnyPools, house.Namespace, "media", scale, null, CancellationToken.None, "scale")).Require(); // as kubectl scale does
        await house.UntilAsync("media", s => s is { ReadyPods: 3, DesiredPods: 3 });
        await house.PatchPoolAsync("media", """{"paused": true}""");
        await house.UntilAsync("media", s => s.Phase == PoolPhase.Paused);
        await house.PatchPoolAsync("media", """{"replicas": 1}""");
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(3, (await house.PodsAsync()).Count(p => p.IsReady));
        await house.PatchPoolAsync("media", """{"paused": false}""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1, Pods: 1, Phase: PoolPhase.Steady }, TimeSpan.FromSeconds(60));
    }

    [KubeFact]
    public async Task A_pod_that_does_not_become_ready_is_replaced_with_pauses_and_reported()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        house.Nodes.Starts = _ => false;
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, "scaleUp": {"startDeadlineSeconds": 10}, {{Quick}} }""");
        await house.UntilAsync("media", s => s.Conditions.Any(c => c is { Type: "PodsFailing", Status: ConditionStatus.True }), TimeSpan.FromSeconds(40));
        await Eventually.True(async () => (await house.EventsAsync()).Any(e => e.StartsWith("Warning NotReadyInTime", StringComparison.Ordinal)), () => house.DescribeAsync("media"));
        house.Nodes.Starts = _ => true;
        await house.UntilAsync("media", s => s is { ReadyPods: 1, Phase: PoolPhase.Steady }, TimeSpan.FromSeconds(60));
        Assert.Single(await house.PodsAsync());
    }

    [KubeTheory]
    [InlineData("Failed", "Error", 137)]
    [InlineData("Succeeded", "Completed", 0)] // nobody asked it to end
    public async Task A_pod_whose_process_ends_is_replaced_and_counts_as_a_failed_start(string phase, string reason, int exitCode)
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1 });
        var pod = (await house.PodsAsync()).Single();
        await house.Nodes.EndAsync(pod, phase, reason, exitCode);
        await Eventually.True(async () => (await house.PodsAsync()) is [{ IsReady: true } other] && other.Metadata.Name != pod.Metadata.Name, () => house.DescribeAsync("media"));
        await house.UntilAsync("media", s => s is { ReadyPods: 1, Pods: 1 } && s.Conditions.Any(c => c is { Type: "PodsFailing", Status: ConditionStatus.True }));
    }

    [KubeFact]
    public async Task A_pod_deleted_by_hand_is_replaced_at_once_and_goes_when_it_is_empty()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, "drain": {"deadlineSeconds": 60}, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1 });
        var pod = (await house.PodsAsync()).Single().Metadata.Name;
        house.Silo.Seat(pod, 5);
        await server.Client.DeleteAsync(ResourceTypes.Pods, house.Namespace, pod, null, CancellationToken.None);
        await house.UntilAsync("media", s => s is { ReadyPods: 1, DrainingPods: 1 });
        Assert.Contains(await house.PodsAsync(), p => p.Metadata.Name == pod && p.Metadata.IsDeleting);
        await Eventually.True(() => Task.FromResult(house.Silo.Orders.Contains($"POST {pod} Wait")), () => house.DescribeAsync("media"));
        house.Silo.Seat(pod, 0);
        await Eventually.True(async () => (await house.PodsAsync()).All(p => p.Metadata.Name != pod), () => house.DescribeAsync("media"));
    }

    [KubeFact]
    public async Task A_node_that_vanishes_takes_no_pod_with_it_for_long()
    {
        await using var house = await OperatorHouse.BuildAsync(server, nodes: 2);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 2, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 2 });
        var lost = (await house.PodsAsync())[0].Spec.NodeName!;
        var there = (await house.PodsAsync()).Where(p => p.Spec.NodeName == lost).Select(p => p.Metadata.Name).ToArray();
        house.Nodes.Stop(lost);
        foreach (var pod in there) house.Silo.Remove(pod);
        await server.Client.DeleteAsync(ResourceTypes.Nodes, null, lost, null, CancellationToken.None); // as a cloud does with a machine that is gone
        await house.UntilAsync("media", s => s is { ReadyPods: 2, Pods: 2, DrainingPods: 0 }, TimeSpan.FromSeconds(60));
        await Eventually.True(async () => await house.PodsAsync() is { Count: 2 } pods && pods.All(p => p.Spec.NodeName is not null && p.Spec.NodeName != lost), () => house.DescribeAsync("media"));
    }

    [KubeFact]
    public async Task An_operator_that_is_cut_off_while_it_creates_pods_is_followed_by_one_that_creates_none_twice()
    {
        await using var house = await OperatorHouse.BuildAsync(server, nodes: 2);
        var good = new KubeConfigFile(server.ConfigFile).Read();
        var source = new FixedConfig(good);
        var first = await house.StartOperatorAsync("one", source);
        await house.CreatePoolAsync("media", $$"""{"minPods": 12, "maxPods": 20, {{Quick}} }""");
        await Eventually.True(async () => (await house.PodsAsync()).Count >= 2, "the first pods are there");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var stopping = first.StopAsync();
        var second = await house.StartOperatorAsync("second");
        await house.UntilAsync("media", s => s is { ReadyPods: 12, Pods: 12, Phase: PoolPhase.Steady }, TimeSpan.FromSeconds(60));
        output.WriteLine($"the successor was done after {clock.Elapsed.TotalSeconds:0.0} s");
        await stopping;
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.Equal(12, (await house.PodsAsync()).Count);
        Assert.Equal(12, house.Nodes.Ran.Count);
        using var http = new HttpClient { BaseAddress = new Uri(second.Urls.First()) };
        var figures = (await http.GetStringAsync("metrics")).Split('\n').Where(l => l.StartsWith("conference_operator_leader", StringComparison.Ordinal) || l.StartsWith("conference_operator_pool_ready", StringComparison.Ordinal));
        Assert.Equal(["conference_operator_leader 1", "conference_operator_pool_ready{pool=\"media\"} 12"], figures);
        Assert.True((await http.GetAsync("readyz")).IsSuccessStatusCode);
    }

    [KubeFact]
    public async Task A_new_template_replaces_the_pods_new_ones_first()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 2, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 2 });
        var old = (await house.PodsAsync()).Select(p => p.Metadata.Name).ToHashSet();
        await house.PatchPoolAsync("media", """{"image": "localhost/none:v2"}""");
        var fewest = int.MaxValue;
        await Eventually.True(async () =>
        {
            var pods = await house.PodsAsync();
            fewest = Math.Min(fewest, pods.Count(p => p.IsReady && p.Metadata.Annotation("conference.io/drain-since") is null));
            return pods.All(p => !old.Contains(p.Metadata.Name)) && pods.Count(p => p.IsReady) == 2;
        }, () => house.DescribeAsync("media"), TimeSpan.FromSeconds(60));
        Assert.True(fewest >= 2, $"once only {fewest} pods took meetings");
        await house.UntilAsync("media", s => s is { OutdatedPods: 0, Phase: PoolPhase.Steady });
    }

    [KubeFact]
    public async Task A_spec_that_contradicts_itself_is_said_and_nothing_is_done()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 1, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 1 });
        await house.PatchPoolAsync("media", """{"minPods": 7}""");
        var status = await house.UntilAsync("media", s => s.Phase == PoolPhase.Invalid);
        Assert.Contains("minPods (7) is larger than maxPods (5)", status.Conditions.Single(c => c.Type == "Valid").Message, StringComparison.Ordinal);
        Assert.Single(await house.PodsAsync());
        await house.PatchPoolAsync("media", """{"minPods": 2}""");
        await house.UntilAsync("media", s => s is { ReadyPods: 2, Phase: PoolPhase.Steady });
    }

    [KubeFact]
    public async Task A_pool_that_is_deleted_leaves_nothing_behind()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 2, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 2 });
        await server.Client.DeleteAsync(MediaPodPool.Type, house.Namespace, "media", null, CancellationToken.None);
        await Eventually.True(async () => (await house.PodsAsync()).Count == 0, () => house.DescribeAsync("media"), TimeSpan.FromSeconds(60));
    }

    [KubeFact]
    public async Task Removing_pools_leaves_nothing_that_waits_for_an_operator()
    {
        await using var house = await OperatorHouse.BuildAsync(server);
        var app = await house.StartOperatorAsync();
        await house.CreatePoolAsync("media", $$"""{"minPods": 2, "maxPods": 5, {{Quick}} }""");
        await house.UntilAsync("media", s => s is { ReadyPods: 2 });
        foreach (var pod in house.Silo.Pods.Keys) house.Silo.Seat(pod, 5); // nobody waits for them to leave
        await app.StopAsync();
        using var said = new StringWriter();
        await new PoolRemoval(server.Client, house.Namespace, TimeProvider.System).RunAsync(said, CancellationToken.None);
        Assert.Empty(await house.PodsAsync());
        Assert.Equal(KubeReason.NotFound, (await server.Client.GetAsync(MediaPodPool.Type, house.Namespace, "media", CancellationToken.None)).Reason);
        Assert.Contains("pool media is deleted", said.ToString(), StringComparison.Ordinal);
    }
}
