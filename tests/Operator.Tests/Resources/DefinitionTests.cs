using System.Text.Json;
using Conference.Contracts.Pods;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;
using Conference.Support;

namespace Conference.Operator.Tests.Resources;

/// <summary>The custom resource definition says what the C# types say.</summary>
public sealed class DefinitionTests
{
    private static string File => Path.Combine(Checkout.Folder, "charts/conference/crds/mediapodpools.yaml");

    [Fact]
    public void The_charts_definition_is_what_the_types_make()
    {
        var text = DefinitionWriter.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") System.IO.File.WriteAllText(File, text);
        Assert.Equal(System.IO.File.ReadAllText(File), text);
    }

    [Fact]
    public void The_operator_carries_the_charts_definition() => Assert.Equal(System.IO.File.ReadAllText(File), PoolDefinition.Yaml());

    [Fact]
    public void What_a_pool_leaves_out_has_the_defaults_of_the_types()
    {
        var pool = Read("""{"metadata": {"name": "a"}, "spec": {"image": "m:1", "network": {"mode": "NodePort"}}}""");
        Assert.Equal((1, 10, false, (int?)null), (pool.Spec.MinPods, pool.Spec.MaxPods, pool.Spec.Paused, pool.Spec.Replicas));
        Assert.Equal((PodRole.Media, DrainMode.Wait, 3600), (pool.Spec.Role, pool.Spec.Drain.Mode, pool.Spec.Drain.DeadlineSeconds));
        Assert.Equal((2, 31000, 31999), (pool.Spec.Network.Workers, pool.Spec.Network.Ports.First, pool.Spec.Network.Ports.Last));
        Assert.Empty(pool.Spec.Template.Tolerations);
        Assert.Empty(PoolCheck.Faults(pool.Spec));
    }

    [Fact]
    public void Quantities_are_numbers_or_texts()
    {
        var pool = Read("""{"metadata": {"name": "a"}, "spec": {"image": "m:1", "template": {"resources": {"requests": {"cpu": 2, "memory": "1Gi"}}}}}""");
        Assert.Equal(["2", "1Gi"], pool.Spec.Template.Resources.Requests.Values.Select(v => v.ToString()));
    }

    [Theory]
    [InlineData("""{"metadata": {"name": "a"}}""")]
    [InlineData("""{"metadata": {"name": "a"}, "spec": {}}""")]
    [InlineData("""{"metadata": {"name": "a"}, "spec": {"image": "m:1", "role": 1}}""")]
    [InlineData("""{"metadata": {"name": "a"}, "spec": {"image": null}}""")]
    public void What_no_api_server_would_have_let_through_is_not_read(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void A_status_is_written_as_Kubernetes_writes()
    {
        var status = new MediaPodPoolStatus
        {
            Phase = PoolPhase.ScalingUp,
            Recommendation = new() { Pods = 2, Case = "S7", Reason = "why" },
            Conditions = [new() { Type = "Ready", Status = ConditionStatus.False, Reason = "PodsMissing", Message = "m", LastTransitionTime = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero) }],
        };
        var json = JsonSerializer.Serialize(new MediaPodPool { Metadata = new() { Name = "a" }, Spec = new() { Image = "m" }, Status = status }, MediaPodPool.Type.Json);
        Assert.Contains("\"phase\":\"ScalingUp\"", json, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"False\",\"reason\":\"PodsMissing\",\"message\":\"m\",\"lastTransitionTime\":\"2030-01-01T12:00:00Z\"", json, StringComparison.Ordinal);
    }

    private static MediaPodPool Read(string json) => JsonSerializer.Deserialize(json, MediaPodPool.Type.Json)!;
}
