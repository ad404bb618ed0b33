using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;

namespace Conference.Operator.Tests.Pods;

/// <summary>What a media pod looks like to Kubernetes.</summary>
public sealed class PodBuilderTests
{
    private static readonly PodSurroundings Surroundings = new("http://conference-silo:8090", "conference");

    [Fact]
    public void A_pod_belongs_to_its_pool_and_says_what_it_is()
    {
        var pod = Build(new() { Image = "m:1", Region = "eu", Role = PodRole.Recorder, Template = new() { Labels = Map(("team", "media"), (PodNames.Pool, "stolen")) } });
        Assert.Equal(("pool-abcde", "meet", "eu"), (pod.Metadata.Name, pod.Metadata.Namespace, pod.Metadata.Label(PodNames.Region)));
        Assert.Equal(("pool", "recorder", "media"), (pod.Metadata.Label(PodNames.Pool), pod.Metadata.Label(PodNames.Role), pod.Metadata.Label("team")));
        Assert.Equal((PodNames.App, PodNames.ManagedBy), (pod.Metadata.Label("app.kubernetes.io/name"), pod.Metadata.Label("app.kubernetes.io/managed-by")));
        var owner = Assert.Single(pod.Metadata.OwnerReferences!);
        Assert.Equal(("MediaPodPool", "conference.io/v1alpha1", "pool", "uid-1", true), (owner.Kind, owner.ApiVersion, owner.Name, owner.Uid, owner.Controller));
        Assert.True(pod.Metadata.HasFinalizer(PodNames.Finalizer));
        Assert.Equal("false", pod.Metadata.Annotation("cluster-autoscaler.kubernetes.io/safe-to-evict"));
    }

    [Fact]
    public void The_program_is_told_everything_by_variables()
    {
        var env = Variables(Build(new() { Image = "m:1", Region = "eu", Network = new() { Workers = 3, Advertise = "PodIP" }, Drain = new() { DeadlineSeconds = 90, Mode = DrainMode.Migrate } }));
        Assert.Equal("http://$(POD_IP):8081", env["CONFERENCE_HTTP_URL"].Value);
        Assert.Equal(["POD_IP", "CONFERENCE_POD_ID"], env.Keys.Take(2)); // what later ones use comes first
        Assert.Equal(("status.podIP", "metadata.name"), (env["POD_IP"].ValueFrom!.FieldRef!.FieldPath, env["CONFERENCE_POD_ID"].ValueFrom!.FieldRef!.FieldPath));
        Assert.Equal(("eu", "media", "http://conference-silo:8090"), (env["CONFERENCE_REGION"].Value, env["CONFERENCE_ROLE"].Value, env["CONFERENCE_SILOS"].Value));
        Assert.Equal(("40010", "3", "500", "1000"), (env["CONFERENCE_MEDIA_PORT"].Value, env["CONFERENCE_WORKERS"].Value, env["CONFERENCE_CAPACITY_PARTICIPANTS"].Value, env["CONFERENCE_CAPACITY_MBPS"].Value));
        Assert.Equal(("90", "migrate", "json"), (env["CONFERENCE_DRAIN_SECONDS"].Value, env["CONFERENCE_DRAIN_MODE"].Value, env["CONFERENCE_LOG_FORMAT"].Value));
        Assert.Equal(("conference", "secret"), (env["CONFERENCE_SECRET"].ValueFrom!.SecretKeyRef!.Name, env["CONFERENCE_SECRET"].ValueFrom!.SecretKeyRef!.Key));
        Assert.Null(env["CONFERENCE_SECRET"].Value);
    }

    [Fact]
    public void Nothing_in_the_template_overrides_what_the_operator_sets()
    {
        var env = Build(new() { Image = "m:1", Template = new() { Env = [new() { Name = "CONFERENCE_POD_ID", Value = "x" }, new() { Name = "MORE", Value = "y" }] } }).Spec.Containers[0].Env!;
        Assert.Equal(env.Count, env.DistinctBy(e => e.Name).Count());
        Assert.Equal("y", env.Single(e => e.Name == "MORE").Value);
    }

    [Fact]
    public void A_pod_has_no_rights_that_it_does_not_need()
    {
        var pod = Build(new() { Image = "m:1" });
        var container = pod.Spec.Containers.Single();
        Assert.Equal((true, 1654L, "RuntimeDefault"), (pod.Spec.SecurityContext!.RunAsNonRoot, pod.Spec.SecurityContext.RunAsUser, pod.Spec.SecurityContext.SeccompProfile!.Type));
        Assert.Equal((true, false), (container.SecurityContext!.ReadOnlyRootFilesystem, container.SecurityContext.AllowPrivilegeEscalation));
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities!.Drop);
        Assert.Null(container.SecurityContext.Capabilities.Add);
        Assert.False(pod.Spec.AutomountServiceAccountToken);
    }

    [Fact]
    public void It_has_the_time_to_drain_and_is_never_started_again_in_its_place()
    {
        var pod = Build(new() { Image = "m:1", Drain = new() { DeadlineSeconds = 100 }, ScaleUp = new() { StartDeadlineSeconds = 77 } });
        Assert.Equal((130L, "Never"), (pod.Spec.TerminationGracePeriodSeconds, pod.Spec.RestartPolicy));
        var container = pod.Spec.Containers[0];
        Assert.Equal(("/healthz", "/readyz", "/healthz"), (container.LivenessProbe!.HttpGet!.Path, container.ReadinessProbe!.HttpGet!.Path, container.StartupProbe!.HttpGet!.Path));
        Assert.Equal((1, 77), (container.StartupProbe.PeriodSeconds, container.StartupProbe.FailureThreshold));
        Assert.Contains(pod.Spec.Tolerations!, t => t is { Key: "node.kubernetes.io/unreachable", Effect: "NoExecute", TolerationSeconds: null });
    }

    [Theory]
    [InlineData(NetworkMode.HostPort, true, false, 8081)]
    [InlineData(NetworkMode.HostNetwork, true, true, 40010)]
    [InlineData(NetworkMode.NodePort, false, false, 8081)]
    [InlineData(NetworkMode.LoadBalancer, false, false, 8081)]
    public void Each_mode_opens_its_ports(NetworkMode mode, bool hostPorts, bool hostNetwork, int http)
    {
        var pod = Build(new() { Image = "m:1", Network = new() { Mode = mode, Workers = 2 } });
        var ports = pod.Spec.Containers[0].Ports!;
        Assert.Equal([40010, 40011], ports.Where(p => p.Protocol == "UDP").Select(p => p.Port));
        Assert.All(ports.Where(p => p.Protocol == "UDP"), p => Assert.Equal(hostPorts ? p.Port : null, p.HostPort));
        var hasTcp = mode is NetworkMode.HostPort or NetworkMode.NodePort;
        Assert.Equal(hasTcp ? [40010, 40011] : [], ports.Where(p => p.Protocol == "TCP" && p.Name != "http").Select(p => p.Port));
        Assert.All(ports.Where(p => p.Protocol == "TCP" && p.Name != "http"), p => Assert.Equal(hostPorts ? p.Port : null, p.HostPort));
        Assert.Equal(hasTcp ? null : "off", Variables(pod).GetValueOrDefault("CONFERENCE_MEDIA_TCP_PORT")?.Value);
        Assert.Equal((hostNetwork, hostNetwork ? "ClusterFirstWithHostNet" : null), (pod.Spec.HostNetwork ?? false, pod.Spec.DnsPolicy));
        Assert.Equal((http, hostNetwork ? http : null), (ports[0].Port, ports[0].HostPort));
        Assert.Equal(hostNetwork ? $"[::]:{http}" : null, Variables(pod).GetValueOrDefault("CONFERENCE_LISTEN")?.Value);
        Assert.Equal($"http://$(POD_IP):{http}", Variables(pod)["CONFERENCE_HTTP_URL"].Value);
        Assert.All([pod.Spec.Containers[0].ReadinessProbe, pod.Spec.Containers[0].LivenessProbe], p => Assert.Equal(http, p!.HttpGet!.Port!.Number));
    }

    [Fact]
    public void A_pool_may_do_without_tcp()
    {
        var pod = Build(new() { Image = "m:1", Network = new() { Tcp = false } });
        Assert.DoesNotContain(pod.Spec.Containers[0].Ports!, p => p.Protocol == "TCP" && p.Name != "http");
        Assert.Equal("off", Variables(pod)["CONFERENCE_MEDIA_TCP_PORT"].Value);
    }

    [Theory]
    [InlineData(NetworkMode.HostPort, null)]
    [InlineData(NetworkMode.HostNetwork, null)]
    [InlineData(NetworkMode.NodePort, 40010)]
    [InlineData(NetworkMode.LoadBalancer, null)]
    public void Each_pod_has_a_service_where_it_needs_one(NetworkMode mode, int? nodePort)
    {
        var spec = new MediaPodPoolSpec { Image = "m:1", Network = new() { Mode = mode } };
        var pod = Build(spec);
        var service = PodBuilder.Service(pod with { Metadata = pod.Metadata with { Uid = "uid-2" } });
        if (mode is NetworkMode.HostPort or NetworkMode.HostNetwork)
        {
            Assert.Null(service);
            return;
        }
        Assert.Equal((mode.ToString(), "Local", true), (service!.Spec!.Type, service.Spec.ExternalTrafficPolicy, service.Spec.PublishNotReadyAddresses));
        Assert.Equal(pod.Metadata.Label(PodNames.Pod), service.Spec.Selector![PodNames.Pod]);
        Assert.Equal(("Pod", "uid-2"), (service.Metadata.OwnerReferences![0].Kind, service.Metadata.OwnerReferences[0].Uid));
        Assert.Equal((40010, nodePort), (service.Spec.Ports![0].Number, service.Spec.Ports[0].NodePort));
        Assert.Equal(mode == NetworkMode.NodePort ? ["UDP", "UDP", "TCP", "TCP"] : ["UDP", "UDP"], service.Spec.Ports.Select(p => p.Protocol));
        Assert.Equal(service.Spec.Ports.Count, service.Spec.Ports.Select(p => p.Name).Distinct().Count());
    }

    [Fact]
    public void What_makes_other_pods_makes_another_revision_and_nothing_else_does()
    {
        var spec = new MediaPodPoolSpec { Image = "m:1" };
        var revision = PodBuilder.Revision(spec, Surroundings);
        MediaPodPoolSpec[] same = [spec with { MinPods = 3 }, spec with { Paused = true, Replicas = 2 }, spec with { Drain = new() { DeadlineSeconds = 1 } }, spec with { Buffer = new() { Percent = 3 } }, spec with { ScaleUp = new() { MaxPods = 9 } }];
        MediaPodPoolSpec[] other =
        [
            spec with { Image = "m:2" }, spec with { Region = "eu" }, spec with { Capacity = new() { Participants = 501 } }, spec with { Network = new() { Workers = 3 } },
            spec with { Template = new() { Annotations = Map(("a", "b")) } }, spec with { ImagePullPolicy = ImagePullPolicy.Always },
        ];
        Assert.All(same, s => Assert.Equal(revision, PodBuilder.Revision(s, Surroundings)));
        var revisions = other.Select(s => PodBuilder.Revision(s, Surroundings)).Append(PodBuilder.Revision(spec, Surroundings with { Silos = "http://other" })).Append(revision).ToArray();
        Assert.Equal(revisions.Length, revisions.Distinct().Count());
        Assert.Equal(revision, Build(spec).Metadata.Label(PodNames.Revision));
    }

    [Theory]
    [InlineData("eu")]
    [InlineData("a.name-with.dots")]
    [InlineData("a-very-long-name-of-a-pool-that-takes-all-the-letters-a-label-may-have-0")]
    public void A_new_name_is_a_pod_id_and_a_labels_value(string pool)
    {
        var random = new Random(3);
        var names = Enumerable.Range(0, 100).Select(_ => PodBuilder.NewName(pool, random)).ToArray();
        Assert.All(names, n => Assert.True(n.Length <= 63 && StringId.IsValid(n) && n == n.ToLowerInvariant(), n));
        Assert.True(names.Distinct().Count() > 98);
    }

    internal static Pod Build(MediaPodPoolSpec spec) =>
        PodBuilder.Build(new(new() { Metadata = new() { Name = "pool", Namespace = "meet", Uid = "uid-1" }, Spec = spec }, "pool-abcde", 40010), Surroundings);

    private static Dictionary<string, EnvironmentVariable> Variables(Pod pod) => pod.Spec.Containers[0].Env!.ToDictionary(e => e.Name);

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(pairs.Select(p => KeyValuePair.Create(p.Key, p.Value)));
}
