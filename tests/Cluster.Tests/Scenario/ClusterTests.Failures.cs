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
        var process = ProcessOf("/app/Conference.MediaPod", "CONFERENCE_POD_ID", lost);
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
    public async Task S7a_A_silo_that_is_deleted_costs_no_media_and_no_chat() =>
        await LoseSiloAsync("7: silo deleted", silo => Kubectl.RunAsync("delete", "pod", silo.Name, "--wait=false"));

    [ClusterFact]
    public async Task S7b_Nor_does_one_whose_process_is_killed() =>
        await LoseSiloAsync("7: silo's process killed", silo => Command.MustAsync("kill", ["-9", $"{ProcessOf("/app/Conference.Silo", "CONFERENCE_SILO_NAME", silo.Name)}"]));

    /// <summary>How often the cluster is looked at while media is watched on the same processors.</summary>
    private static readonly TimeSpan Looking = TimeSpan.FromMilliseconds(500);

    // A page that lacks a processor at the one moment and not at the other freezes a little; what the loss of a silo did to media would do it every time.
    private async Task LoseSiloAsync(string what, Func<KubePod, Task> lose)
    {
        string? froze = null;
        for (var round = 1; round <= 3; round++)
        {
            froze = await LoseSiloOnceAsync(round == 1 ? what : $"{what}, round {round}", lose);
            if (froze is null) return;
            Times.Note(froze);
        }
        Assert.Fail(froze!);
    }

    /// <summary>Null, or what media did that the machine's load alone does not do to it.</summary>
    private async Task<string?> LoseSiloOnceAsync(string what, Func<KubePod, Task> lose)
    {
        await Eventually.True(async () => (await Kubectl.PodsAsync("silo")).Count(p => p.IsReady) == 2, Kubectl.DescribeAsync, TimeSpan.FromSeconds(90));
        await MeetAsync();
        await Ann.ChatAsync($"{what}: before");
        var clock = new Stopwatch();
        var (silo, away) = (await Silo.ServingAsync(), TimeSpan.Zero);
        // The same happens to the silo that only stands by: what ending and starting a pod takes from two browsers and the load client on the same few processors.
        var idle = (await Kubectl.PodsAsync("silo")).Single(p => p.Name != silo!.Name);
        var other = await WatchAsync("of the one that stands by", async () =>
        {
            await lose(idle);
            await Eventually.True(async () => !await StandByAsync(idle), Kubectl.DescribeAsync, every: Looking);
            await Eventually.True(async () => (await Kubectl.PodsAsync("silo")).Count(p => p.IsReady) == 2, Kubectl.DescribeAsync, TimeSpan.FromSeconds(60), Looking);
        });
        var lost = await WatchAsync("of the one that serves", async () =>
        {
            var (ann, bob) = (await SignalingWatch.BeginAsync(Ann), await SignalingWatch.BeginAsync(Bob));
            clock.Start();
            await lose(silo!);
            await Eventually.True(async () => (await ann.ReadAsync()).WasAway, () => Ann.DescribeAsync());
            await Bob.ChatAsync($"{what}: while it is away");
            foreach (var watch in (SignalingWatch[])[ann, bob]) await Eventually.True(async () => await watch.ReadAsync() is { WasAway: true, IsOpen: true }, () => Ann.DescribeAsync(), TimeSpan.FromSeconds(60));
            away = TimeSpan.FromMilliseconds(Math.Max((await ann.ReadAsync()).LongestMs, (await bob.ReadAsync()).LongestMs));
            Times.Note($"{what}, signaling was away for (the longer of two)", away);
            await Ann.ChatAsync($"{what}: after");
            await Eventually.True(async () => await Silo.ServingAsync() is { } now && now.Name != silo!.Name, Kubectl.DescribeAsync, every: Looking);
            await Eventually.True(async () => (await Kubectl.PodsAsync("silo")).Count(p => p.IsReady) == 2, Kubectl.DescribeAsync, TimeSpan.FromSeconds(60), Looking);
            Times.Note($"{what}, another stands by after", clock.Elapsed);
        });
        foreach (var person in (Person[])[Ann, Bob])
            await Eventually.True(async () => (await person.MessagesAsync()).TakeLast(3).Order().SequenceEqual([$"{what}: after", $"{what}: before", $"{what}: while it is away"]),
                async () => $"{string.Join(" | ", await person.MessagesAsync())}\n{await person.DescribeAsync()}");
        Assert.Equal(await Ann.MessagesAsync(), await Bob.MessagesAsync());
        Assert.True(away < TimeSpan.FromSeconds(5), $"signaling was away for {away.TotalSeconds:0.0} s");
        Assert.Equal(0, lost.PacketsLost);
        await MeetAsync();

        // No freeze and no gap above 100 ms that the machine's load alone does not make: of packets through the pod, of sound, of pictures.
        if (lost.LongestDelayMs > other.LongestDelayMs + 100) return $"packets were {lost.LongestDelayMs:0} ms on their way, {other.LongestDelayMs:0} ms with the silo that stands by";
        foreach (var (saw, before) in lost.Saw.Zip(other.Saw))
        {
            Assert.True(saw.Frames > 20, saw.ToString());
            if (saw.ConcealedMs > before.ConcealedMs + 100 || saw.FreezeSeconds > before.FreezeSeconds + 0.1) return $"{saw}; with the silo that stands by: {before}";
        }
        return null;

        async Task<bool> StandByAsync(KubePod then) => (await Kubectl.PodsAsync("silo")).Any(p => p.Uid == then.Uid && p.Restarts == then.Restarts && p.IsReady);

        async Task<(FreezeReport[] Saw, double LongestDelayMs, long PacketsLost)> WatchAsync(string when, Func<Task> meanwhile)
        {
            await using var crowd = Crowd.Start(Gateway, meetings: 1, participants: 4, seconds: Lasting, publishers: 1, "--allow-disconnects");
            await Eventually.True(async () => (await Silo.PodsAsync()).Sum(p => p.Participants) >= 6, () => Task.FromResult(crowd.Output));
            // Until their pictures have begun.
            await Task.Delay(TimeSpan.FromSeconds(3));
            FreezeWatch[] watches = [await FreezeWatch.BeginAsync(Ann), await FreezeWatch.BeginAsync(Bob)];
            await meanwhile();
            FreezeReport[] saw = [await watches[0].EndAsync(), await watches[1].EndAsync()];
            await crowd.LeaveAsync();
            var report = await crowd.ReportAsync();
            Times.Note($"{what}, {when}: Ann saw {saw[0]}; Bob saw {saw[1]}");
            Times.Note($"{what}, {when}: four of the load client: {report["packets"]!.ToJsonString()}, delay in ms {report["delayMs"]!.ToJsonString()}");
            return (saw, (double)report["delayMs"]!["max"]!, (long)report["packets"]!["lost"]!);
        }
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

    /// <summary>The process on this machine that is a pod's, by its program and a variable: the nodes of the kit share its process table.</summary>
    private static int ProcessOf(string program, string variable, string pod)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (command.StartsWith(program, StringComparison.Ordinal) && File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').Contains($"{variable}={pod}")) return id;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        throw new InvalidOperationException($"no process of {pod} is on this machine");
    }
}
