using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Tests.Support;
using Conference.Support;

namespace Conference.Operator.Tests.Resources;

/// <summary>The definition of pools, and what is built from a pool, on a real API server.</summary>
[Collection(KubeCollection.Name)]
public sealed class DefinitionOnServerTests(ApiServer server)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ResourceType<AnyObject> Pools = AnyObject.Type("conference.io/v1alpha1", "MediaPodPool", "mediapodpools");

    [KubeFact]
    public async Task The_server_fills_in_the_same_defaults_as_the_types()
    {
        var ns = await PrepareAsync();
        var made = (await CreateAsync(ns, """{"image": "m:1", "replicas": 3}""")).Require();
        var read = (await server.Client.GetAsync(MediaPodPool.Type, ns, made.Metadata.Name, None)).Require();
        Assert.Equal(PodBuilder.Revision(new() { Image = "m:1" }, new("http://silo", "s")), PodBuilder.Revision(read.Spec, new("http://silo", "s")));
        var expected = new MediaPodPoolSpec { Image = "m:1" };
        Assert.Equal((3, expected.MinPods, expected.MaxPods, expected.Paused), (read.Spec.Replicas, read.Spec.MinPods, read.Spec.MaxPods, read.Spec.Paused));
        Assert.Equal((expected.Buffer, expected.ScaleUp, expected.ScaleDown, expected.Drain), (read.Spec.Buffer, read.Spec.ScaleUp, read.Spec.ScaleDown, read.Spec.Drain));
    }

    [KubeTheory]
    [InlineData("""{"image": "m:1", "minPods": -1}""", "spec.minPods")]
    [InlineData("""{"image": "m:1", "maxPods": 0}""", "greater than or equal to 1")]
    [InlineData("""{"image": "m:1", "role": "Singer"}""", "supported values: \"Media\", \"Recorder\"")]
    [InlineData("""{"image": "m:1", "region": "EU west"}""", "spec.region")]
    [InlineData("""{"image": "m:1", "network": {"mode": "Pigeon"}}""", "supported values: \"HostPort\", \"HostNetwork\", \"NodePort\", \"LoadBalancer\"")]
    [InlineData("""{"image": "m:1", "network": {"udpPortRange": {"first": 80}}}""", "greater than or equal to 1024")]
    [InlineData("""{"image": "m:1", "drain": {"deadlineSeconds": "soon"}}""", "must be of type integer")]
    [InlineData("""{"image": "m:1", "template": {"resources": {"requests": {"cpu": "two"}}}}""", "spec.template.resources.requests.cpu")]
    [InlineData("""{"minPods": 1}""", "spec.image")]
    public async Task Nonsense_is_refused_in_words_that_name_the_field(string spec, string message)
    {
        var ns = await PrepareAsync();
        var refused = await CreateAsync(ns, spec);
        Assert.False(refused.Ok);
        Assert.Equal(KubeReason.Invalid, refused.Reason);
        Assert.Contains(message, refused.Error.Message, StringComparison.Ordinal);
    }

    [KubeFact]
    public async Task The_scale_subresource_sets_the_number_and_clearing_it_hands_back_to_the_load()
    {
        var ns = await PrepareAsync();
        var name = (await CreateAsync(ns, """{"image": "m:1"}""")).Require().Metadata.Name;
        await server.Client.PatchAsync(Pools, ns, name, (JsonObject)JsonNode.Parse("""{"spec": {"replicas": 4}}""")!, null, None, "scale");
        Assert.Equal(4, (await server.Client.GetAsync(MediaPodPool.Type, ns, name, None)).Require().Spec.Replicas);
        await server.Client.PatchAsync(Pools, ns, name, (JsonObject)JsonNode.Parse("""{"spec": {"replicas": null}}""")!, null, None);
        Assert.Null((await server.Client.GetAsync(MediaPodPool.Type, ns, name, None)).Require().Spec.Replicas);
    }

    [KubeFact]
    public async Task A_definition_of_a_newer_operator_is_left_alone()
    {
        await PrepareAsync();
        Assert.Equal((DefinitionOutcome.Applied, (string?)null), await PoolDefinition.ApplyAsync(server.Client, None));
        await MarkAsync("1000");
        Assert.Equal((DefinitionOutcome.LeftNewer, (string?)null), await PoolDefinition.ApplyAsync(server.Client, None));
        await MarkAsync("0");
        Assert.Equal((DefinitionOutcome.Applied, (string?)null), await PoolDefinition.ApplyAsync(server.Client, None));
        var now = (await server.Client.GetAsync(AnyObject.Definitions, null, "mediapodpools.conference.io", None)).Require();
        Assert.Equal(PoolDefinition.Version.ToString(), now.Metadata.Annotation(PoolDefinition.VersionAnnotation));
    }

    [KubeTheory]
    [InlineData(NetworkMode.HostPort)]
    [InlineData(NetworkMode.HostNetwork)]
    [InlineData(NetworkMode.NodePort)]
    [InlineData(NetworkMode.LoadBalancer)]
    public async Task What_is_built_from_a_pool_is_what_the_server_takes(NetworkMode mode)
    {
        var ns = await PrepareAsync();
        await CreateAccountAsync(ns);
        var made = (await CreateAsync(ns, $$$$"""
            {"image": "m:1", "network": {"mode": "{{{{mode}}}}", "workers": 3}, "template": {
              "resources": {"requests": {"cpu": 2, "memory": "1Gi"}}, "nodeSelector": {"a": "b"}, "tolerations": [{"key": "media", "operator": "Exists"}],
              "env": [{"name": "EXTRA", "value": "1"}], "imagePullSecrets": [{"name": "registry"}], "labels": {"team": "media"}, "annotations": {"note": "x"}}}
            """)).Require();
        var pool = (await server.Client.GetAsync(MediaPodPool.Type, ns, made.Metadata.Name, None)).Require();
        var first = PortBlocks.Choose(pool.Spec.Network, [], [], new Random(Environment.TickCount))!.Value;
        var pod = (await server.Client.CreateAsync(ResourceTypes.Pods, PodBuilder.Build(new(pool, PodBuilder.NewName("eu", new Random(1)), first), new("http://silo:8090", "secret")), None)).Require();
        Assert.Equal(3, pod.Spec.Containers[0].Ports!.Count(p => p.Protocol == "UDP"));
        Assert.Equal(new PortUse(pod.Spec.NodeName, first, 3), Assert.Single(PortBlocks.UsedBy([pod])));
        if (PodBuilder.Service(pod) is { } service)
        {
            var there = (await server.Client.CreateAsync(ResourceTypes.Services, service, None)).Require();
            // A load balancer takes one protocol.
            string[] protocols = mode == NetworkMode.NodePort ? ["TCP", "TCP", "TCP", "UDP", "UDP", "UDP"] : ["UDP", "UDP", "UDP"];
            var ports = there.Spec!.Ports!;
            Assert.Equal(protocols, ports.Select(p => p.Protocol).Order());
            if (mode == NetworkMode.NodePort) Assert.All(ports, p => Assert.Equal(p.Number, p.NodePort));
        }
        else Assert.True(mode is NetworkMode.HostPort or NetworkMode.HostNetwork);
    }

    private async Task<string> PrepareAsync()
    {
        Assert.Equal((DefinitionOutcome.Applied, (string?)null), await PoolDefinition.ApplyAsync(server.Client, None));
        var ns = await server.NamespaceAsync();
        await Eventually.True(async () => (await server.Client.ListAsync(Pools, new ListOptions { Namespace = ns }, None)).Ok, "pools can be listed");
        return ns;
    }

    private async Task CreateAccountAsync(string ns)
    {
        var accounts = AnyObject.Type("v1", "ServiceAccount", "serviceaccounts");
        // Without controllers nobody makes the default account, and admission wants it.
        await server.Client.CreateAsync(accounts, new AnyObject { Metadata = new ObjectMeta { Name = "default", Namespace = ns } }, None);
    }

    private async Task<KubeResult<AnyObject>> CreateAsync(string ns, string spec) =>
        await server.Client.CreateAsync(Pools, AnyObject.Parse($$"""{"spec": {{spec}}}""") with { Metadata = new ObjectMeta { Name = $"p-{Guid.NewGuid():n}"[..12], Namespace = ns } }, None);

    private async Task MarkAsync(string version) =>
        await server.Client.PatchAsync(AnyObject.Definitions, null, "mediapodpools.conference.io", new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [PoolDefinition.VersionAnnotation] = version } },
        }, null, None);
}
