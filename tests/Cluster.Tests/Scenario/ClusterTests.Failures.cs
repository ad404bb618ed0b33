using System.Diagnostics;
using System.Globalization;
using Conference.Cluster.Tests.Support;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Cluster.Tests.Scenario;

public sealed partial class ClusterTests
{
    [ClusterFact]
    public async Task S4a_A_media_pod_deleted_with_force_is_replaced()
    {
        await Pool.PatchAsync("""{"minPods":2}""");
        await Pool.HasAsync(2);
        var lost = await TheirPodAsync();
        await LoseAsync("4: media pod deleted with force", lost, () => Kubectl.RunAsync("delete", "pod", lost, "--force", "--grace-period=0", "--wait=false"));
    }

    [ClusterFact]
    public async Task S4b_A_media_pod_whose_process_is_killed_is_replaced()
    {
        await Pool.HasAsync(2);
        var lost = await TheirPodAsync();
        var process = ProcessOf(lost);
        await LoseAsync("4: media pod's process killed", lost, () => Command.MustAsync("kill", ["-9", $"{process}"]));
    }

    [ClusterFact]
    public async Task S5a_An_operator_killed_while_it_scales_leaves_no_duplicates()
    {
        var before = await Kubectl.PodsAsync("operator");
        await Pool.PatchAsync("""{"minPods":4}""");
        await Eventually.True(async () => (await Pool.PodsAsync()).Length > 2, Kubectl.DescribeAsync);
        var clock = Stopwatch.StartNew();
        foreach (var pod in before) await Kubectl.RunAsync("delete", "pod", pod.Name, "--force", "--grace-period=0", "--wait=false");
        await Pool.HasAsync(4, TimeSpan.FromSeconds(120));
        Times.Note("5: operator killed while it scales, its successor is done after", clock.Elapsed);
        // A duplicate would show up as soon as both looked; the successor has looked by now, several times within this.
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(4, (await Pool.PodsAsync()).Length);
            await Task.Delay(500);
        }
        await Pool.PatchAsync("""{"minPods":2}""");
        await Pool.HasAsync(2, TimeSpan.FromSeconds(90));
    }

    [ClusterFact]
    public async Task S5b_Of_two_operators_one_leads_and_the_other_takes_over()
    {
        await Kubectl.RunAsync("scale", "deployment", "conference-operator", "--replicas=2");
        await Eventually.True(async () => (await Kubectl.PodsAsync("operator")).Count(p => p.IsReady) == 2, Kubectl.DescribeAsync, TimeSpan.FromSeconds(90));
        var operators = await Kubectl.PodsAsync("operator");
        var leader = await LeaderAsync();
        Assert.Single(operators, p => leader.Contains(p.Name, StringComparison.Ordinal));
        var clock = Stopwatch.StartNew();
        await Kubectl.RunAsync("delete", "pod", operators.First(p => leader.Contains(p.Name, StringComparison.Ordinal)).Name, "--force", "--grace-period=0", "--wait=false");
        await Eventually.True(async () => await LeaderAsync() is { Length: > 0 } now && now != leader, Kubectl.DescribeAsync, TimeSpan.FromSeconds(60));
        Times.Note("5: leader lost, another operator leads after", clock.Elapsed);
        await Kubectl.RunAsync("scale", "deployment", "conference-operator", "--replicas=1");
    }

    [ClusterFact(needsPowerSwitch: true)]
    public async Task S6_What_ran_on_a_lost_node_runs_on_the_other_and_nothing_is_left_over()
    {
        await Pool.SettlesAsync(2);
        var clock = Stopwatch.StartNew();
        await cluster.NodeAsync("stop", "node2");
        try
        {
            await Eventually.True(async () => (await Pool.PodsAsync()).Count(p => p is { IsReady: true, IsDraining: false, Node: "node1" }) >= 2, Kubectl.DescribeAsync, TimeSpan.FromSeconds(90));
            Times.Note("6: node stopped, all media pods on the other after", clock.Elapsed);
            foreach (var part in (string[])["gateway", "silo", "operator"])
                await Eventually.True(async () => (await Kubectl.PodsAsync(part)).Any(p => p is { IsReady: true, Node: "node1" }), Kubectl.DescribeAsync, TimeSpan.FromSeconds(90));
            Times.Note("6: and Gateway, silo and operator too", clock.Elapsed);
            await JoinsAtOnceAsync("6");
        }
        finally
        {
            await cluster.NodeAsync("start", "node2");
        }
        clock.Restart();
        await Pool.SettlesAsync(2);
        foreach (var part in (string[])["gateway", "silo", "operator"])
            await Eventually.True(async () => (await Kubectl.ListAsync("pods", "-l", $"app.kubernetes.io/name=conference-{part}")).All(p => new KubePod(p) is { IsReady: true, IsDeleted: false }), Kubectl.DescribeAsync, TimeSpan.FromSeconds(90));
        Times.Note("6: node back, nothing left over after", clock.Elapsed);
        await MeetAsync();
    }

    [ClusterFact]
    public async Task S7_A_silo_that_is_deleted_costs_no_media_and_no_chat()
    {
        await MeetAsync();
        await Ann.ChatAsync("before");
        await using var crowd = Crowd.Start(Gateway, meetings: 1, participants: 4, seconds: 30, publishers: 1, "--allow-disconnects");
        await Eventually.True(async () => (await Silo.PodsAsync()).Sum(p => p.Participants) >= 6, () => Task.FromResult(crowd.Output));

        var silo = Assert.Single(await Kubectl.PodsAsync("silo"));
        var (ann, bob) = (await FreezeWatch.BeginAsync(Ann), await FreezeWatch.BeginAsync(Bob));
        var clock = Stopwatch.StartNew();
        await Kubectl.RunAsync("delete", "pod", silo.Name, "--wait=false");
        await Eventually.True(async () => await SignalingAsync(Ann) != "open", () => Ann.DescribeAsync());
        await Bob.ChatAsync("while it is away");
        await Eventually.True(async () => (await Kubectl.TryAsync("get", "pod", silo.Name)).ExitCode != 0, Kubectl.DescribeAsync, TimeSpan.FromSeconds(60));
        Times.Note("7: silo deleted, its pod is gone after", clock.Elapsed);
        foreach (var person in (Person[])[Ann, Bob]) await Eventually.True(async () => await SignalingAsync(person) == "open", () => person.DescribeAsync(), TimeSpan.FromSeconds(60));
        var away = clock.Elapsed;
        Times.Note("7: silo deleted, signaling of both is back after", away);
        await Ann.ChatAsync("after");
        foreach (var person in (Person[])[Ann, Bob])
            await Eventually.True(async () => (await person.MessagesAsync()).TakeLast(3).Order().SequenceEqual(["after", "before", "while it is away"]),
                async () => $"{string.Join(" | ", await person.MessagesAsync())}\n{await person.DescribeAsync()}");
        Assert.Equal(await Ann.MessagesAsync(), await Bob.MessagesAsync());
        var (annSaw, bobSaw) = (await ann.EndAsync(), await bob.EndAsync());
        Times.Note($"7: meanwhile Ann saw {annSaw}");
        Times.Note($"7: meanwhile Bob saw {bobSaw}");
        // Sound tells: 20 ms that do not come are made up, and counted. How smooth pictures are is also a matter of two cores that carry the cluster and the browsers, and start a
        // silo meanwhile; that they do not wait for it shows.
        foreach (var saw in (FreezeReport[])[annSaw, bobSaw]) Assert.True(saw is { ConcealedMs: <= 100, Frames: > 20 } && saw.FreezeSeconds < away.TotalSeconds / 4, $"{saw}");
        var report = await crowd.ReportAsync();
        Times.Note($"7: meanwhile four of the load client: {report["packets"]!.ToJsonString()}, delay in ms {report["delayMs"]!.ToJsonString()}");
        Assert.Equal(0, (long)report["packets"]!["lost"]!);
        await MeetAsync();
    }

    /// <summary>Takes a pod away: the silo forgets it, joins succeed at once, another is there, and what the people on it see is told.</summary>
    private async Task LoseAsync(string what, string pod, Func<Task> lose)
    {
        var replaced = (await Pool.PodsAsync()).Single(p => p.Name == pod);
        var clock = Stopwatch.StartNew();
        await lose();
        await Eventually.True(async () => (await Silo.PodsAsync()).All(p => p.PodId.Value != pod), Kubectl.DescribeAsync);
        Times.Note($"{what}, the silo knows after", clock.Elapsed);
        await JoinsAtOnceAsync(what);
        var people = MeetAgainAsync();
        await Eventually.True(async () => (await Pool.PodsAsync()) is { } pods && pods.Count(p => p is { IsReady: true, IsDraining: false }) >= 2
            && pods.All(p => p.Uid != replaced.Uid || p.Restarts > replaced.Restarts), Kubectl.DescribeAsync, TimeSpan.FromSeconds(60));
        Times.Note($"{what}, its replacement is ready after", clock.Elapsed);
        await people;

        async Task MeetAgainAsync()
        {
            await MeetAsync();
            Times.Note($"{what}, its two people see and hear each other again after (nobody did anything)", clock.Elapsed);
        }
    }

    private async Task JoinsAtOnceAsync(string what)
    {
        var clock = Stopwatch.StartNew();
        var pod = await PlaceAsync("Newcomer");
        Times.Note($"{what}, a newcomer gets a place", clock.Elapsed);
        Assert.Contains((await Pool.PodsAsync()).Select(p => p.Name), name => name == pod);
    }

    private async Task<string> LeaderAsync() => (string?)(await Kubectl.GetAsync("lease", "conference-operator"))["spec"]!["holderIdentity"] ?? "";

    private static Task<string?> SignalingAsync(Person person) => person.AttributeAsync("meeting", "data-signaling");

    /// <summary>The process on this machine that is a media pod: the nodes of the kit share its processor table.</summary>
    private static int ProcessOf(string pod)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var program = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (program.StartsWith("/app/Conference.MediaPod", StringComparison.Ordinal) && File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains($"CONFERENCE_POD_ID={pod}")) return id;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        throw new InvalidOperationException($"no process of {pod} is on this machine");
    }
}
