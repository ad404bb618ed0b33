using System.Text.Json;
using Conference.Cluster.Tests.Support;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Cluster.Tests.Scenario;

public sealed partial class ClusterTests
{
    [ClusterFact]
    public async Task S1a_Helm_install_makes_everything_ready()
    {
        var kubectl = await cluster.NamespaceAsync("meet");
        var installed = await Times.MeasureAsync("1: helm install --wait", () => cluster.DeployAsync("install", kubectl.Namespace, "--wait"));
        Assert.True(installed.ExitCode == 0, $"{installed.Errors}\n{await kubectl.DescribeAsync()}");
        cluster.Story.Kubectl = kubectl;
        Times.Note("1: media pod ready after that", await Pool.HasAsync(1));
        cluster.Story.Gateway = await GatewayOfAsync(kubectl);
        Assert.Contains("<address of a node>", installed.Output);
        foreach (var part in (string[])["gateway", "silo", "operator", "postgresql", "mediapod"])
            Assert.All(await kubectl.PodsAsync(part), pod => Assert.True(pod.IsReady, $"{pod.Name} is not ready"));
    }

    [ClusterFact]
    public async Task S1b_Helm_test_passes_media_through_a_meeting()
    {
        var test = await Times.MeasureAsync("1: helm test", () => cluster.HelmAsync(Kubectl.Namespace, ["test", "conference", "--timeout", "2m"], TimeSpan.FromMinutes(3)));
        Assert.True(test.ExitCode == 0, $"{test.Output}{test.Errors}{(await Kubectl.TryAsync("logs", "conference-test")).Output}");
    }

    [ClusterFact]
    public async Task S1c_Two_browsers_meet_through_the_node_port_and_the_host_port()
    {
        var meeting = cluster.Story.Meeting = await ClusterFixture.CreateMeetingAsync(Gateway, "Cluster");
        cluster.Story.Ann = await cluster.InviteAsync(AnnSpec, Gateway);
        cluster.Story.Bob = await cluster.InviteAsync(BobSpec, Gateway);
        await Times.MeasureAsync("1: two browsers in the meeting, seen and heard", async () =>
        {
            await Task.WhenAll(Ann.JoinAsync(LinkOf(meeting)), Bob.JoinAsync(LinkOf(meeting)));
            await MeetAsync();
        });
        // What is painted arrived from the address and port of a node that the pod has a block of.
        var nodes = (await Kubectl.ListAsync("nodes")).SelectMany(n => n["status"]!["addresses"]!.AsArray()).Select(a => (string)a!["address"]!).ToArray();
        var used = (await Ann.ProbeAsync<JsonElement[]>("stats('remote-candidate')")).Select(c => (Address: c.GetProperty("address").GetString(), Port: c.GetProperty("port").GetInt32())).ToArray();
        Assert.NotEmpty(used);
        Assert.All(used, candidate =>
        {
            Assert.Contains(candidate.Address, nodes);
            Assert.InRange(candidate.Port, 40000, 40999);
        });
    }
}
