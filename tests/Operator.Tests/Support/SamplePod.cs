using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Tests.Support;

/// <summary>Pods that no kubelet runs: the test says what a kubelet would.</summary>
internal static class SamplePod
{
    public static Pod New(string ns, string name) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = ns, Labels = new Dictionary<string, string> { ["app"] = "sample" } },
        Spec = new PodSpec
        {
            AutomountServiceAccountToken = false,
            TerminationGracePeriodSeconds = 0,
            Containers =
            [
                new Container
                {
                    Name = "media",
                    Image = "localhost/none:v1",
                    Env = [new EnvironmentVariable { Name = "POD_IP", ValueFrom = new EnvironmentSource { FieldRef = new FieldReference { FieldPath = "status.podIP" } } }],
                    Ports = [new ContainerPort { Port = 40000, HostPort = 41000, Protocol = "UDP" }],
                    ReadinessProbe = new Probe { HttpGet = new HttpGetAction { Path = "/readyz", Port = 8081 } },
                    Resources = new ResourceRequirements { Requests = new Dictionary<string, string> { ["cpu"] = "500m" } },
                    SecurityContext = new SecurityContext { Capabilities = new Capabilities { Drop = ["ALL"] } },
                },
            ],
        },
    };

    /// <summary>What a kubelet reports of a pod that runs.</summary>
    public static async Task RunAsync(KubeClient client, string ns, string name, bool ready, string ip = "10.9.9.9")
    {
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = ip,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = ip }),
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = KubeTime.Format(TimeProvider.System.GetUtcNow()) },
                new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False", ["lastTransitionTime"] = KubeTime.Format(TimeProvider.System.GetUtcNow()) }),
        };
        (await client.PatchAsync(ResourceTypes.Pods, ns, name, new JsonObject { ["status"] = status }, null, CancellationToken.None, "status")).Require();
    }
}
