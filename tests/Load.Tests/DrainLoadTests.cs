using Conference.Contracts.Pods;
using Conference.Load.Reports;
using Conference.Support;

namespace Conference.Load.Tests;

/// <summary>Drains under load: real media through real pods, ordered as the operator orders them.</summary>
public sealed class DrainLoadTests
{
    private static readonly LoadOptions Load = new() { Url = new Uri("http://unset"), Participants = 6, Publishers = 2, Duration = TimeSpan.FromSeconds(1), Threads = 1 };

    // Until it is told to end, however long a busy machine takes for what is to be seen meanwhile.
    private static readonly TimeSpan UntilTold = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_pod_that_waits_keeps_its_meeting_lets_others_in_there_and_gets_no_other_meeting()
    {
        await using var cluster = await SmallCluster.StartAsync("pod-1", "pod-2");
        using var end = new CancellationTokenSource();
        var here = Load with { Code = await cluster.CreateMeetingAsync(), Duration = UntilTold };
        var first = RunAsync(cluster, here, end.Token);
        var busy = await cluster.BusyPodAsync(6);
        await cluster.DrainAsync(busy.PodId, DrainMode.Wait);

        var elsewhere = RunAsync(cluster, Load with { Meetings = 3, Participants = 2, Publishers = 1, Duration = UntilTold }, end.Token);
        await Eventually.True(async () => (await cluster.PodsAsync()).Any(p => p.PodId != busy.PodId && p.Meetings == 3), "the other meetings are not on the other pod");
        Assert.Equal(1, (await cluster.PodsAsync()).Single(p => p.PodId == busy.PodId).Meetings);
        var late = await RunAsync(cluster, here with { Participants = 2, Publishers = 0, Duration = TimeSpan.FromSeconds(1) });
        Assert.True(late is { Ok: true, Packets.Received: > 0 }, late.ToString());
        await end.CancelAsync();
        foreach (var report in new[] { await elsewhere, await first })
        {
            Assert.True(report.Ok, report.ToString());
            Assert.Equal((0, 0L), (report.Moves, report.Packets.Lost));
        }

        // All have left: the pod is empty, and drains still.
        await Eventually.True(async () => (await cluster.PodsAsync()).FirstOrDefault(p => p.PodId == busy.PodId) is { Participants: 0, Draining: true }, async () => $"the pod does not get empty: {string.Join(", ", await cluster.PodsAsync())}");
    }

    [Fact]
    public async Task A_pod_that_migrates_gets_empty_while_its_meeting_goes_on_elsewhere()
    {
        await using var cluster = await SmallCluster.StartAsync("pod-1", "pod-2");
        using var end = new CancellationTokenSource();
        var running = RunAsync(cluster, Load with { Duration = UntilTold }, end.Token);
        var busy = await cluster.BusyPodAsync(6);
        await Eventually.True(async () => (await cluster.PodsAsync()).Any(p => p.EgressMbps > 0.5), "no media flows");
        await cluster.DrainAsync(busy.PodId, DrainMode.Migrate);
        await Eventually.True(async () => (await cluster.PodsAsync()).Any(p => p.PodId != busy.PodId && p is { Participants: 6, EgressMbps: > 0.5 }), "the meeting does not go on elsewhere");
        await end.CancelAsync();
        var report = await running;
        Assert.True(report.Ok, report.ToString());
        Assert.Equal((6, 0), (report.Moves, report.Disconnects));
    }

    [Fact]
    public async Task With_the_operators_secret_it_makes_a_key_for_its_meetings()
    {
        await using var cluster = await SmallCluster.StartAsync("pod-1");
        var options = Load with { Participants = 2, Publishers = 1, Duration = TimeSpan.FromSeconds(1), OperatorSecret = SmallCluster.OperatorSecret };
        var report = await RunAsync(cluster, options);
        Assert.True(report.Ok, report.ToString());
        await Assert.ThrowsAsync<LoadException>(() => RunAsync(cluster, options with { OperatorSecret = "not the operator's secret" }));
    }

    private static Task<LoadReport> RunAsync(SmallCluster cluster, LoadOptions options, CancellationToken end = default) =>
        new LoadRun(options with { Url = cluster.Url }, TimeProvider.System, new Random(1), _ => { }).RunAsync(end);
}
