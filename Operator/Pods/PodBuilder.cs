using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conference.Contracts.Pods;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;

namespace Conference.Operator.Pods;

/// <summary>Makes the Kubernetes pod (and its service) of a pool: pure, the same for the same pool, name and port.</summary>
public static class PodBuilder
{
    /// <summary>The container's name.</summary>
    public const string ContainerName = "mediapod";

    private const int User = 1654;
    private const string Files = "/etc/conference/pod";

    /// <summary>To be raised when pods that are built otherwise have to replace the ones of the version before.</summary>
    private const int Format = 1;

    /// <summary>A name for a new pod: the pool's, shortened if need be, and five letters that do not spell words.</summary>
    /// <param name="pool">The pool's name.</param>
    /// <param name="random">Where chance comes from.</param>
    public static string NewName(string pool, Random random)
    {
        const string letters = "bcdfghjklmnpqrstvwxz2456789";
        Span<char> end = stackalloc char[5];
        for (var i = 0; i < end.Length; i++) end[i] = letters[random.Next(letters.Length)];
        // A label's value has at most 63 characters; a pod id takes no dots.
        var start = pool.Replace('.', '-');
        return string.Create(CultureInfo.InvariantCulture, $"{start[..Math.Min(start.Length, 57)].TrimEnd('-')}-{end}");
    }

    /// <summary>The hash of everything that makes pods of a pool what they are. Bounds, speed and drain are not part of it: to change them replaces nothing.</summary>
    public static string Revision(MediaPodPoolSpec spec, PodSurroundings surroundings)
    {
        var parts = new object?[] { Format, spec.Region, spec.Role, spec.Image, spec.ImagePullPolicy, spec.Capacity, spec.Network, spec.Template, surroundings };
        var json = JsonSerializer.SerializeToUtf8Bytes(parts, PoolJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(json))[..10];
    }

    /// <summary>The pod.</summary>
    public static Pod Build(PodRequest request, PodSurroundings surroundings)
    {
        var spec = request.Pool.Spec;
        return new Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new ObjectMeta
            {
                Name = request.Name,
                Namespace = request.Pool.Metadata.Namespace,
                Labels = Labels(request, Revision(spec, surroundings)),
                Annotations = Annotations(request),
                Finalizers = [PodNames.Finalizer],
                OwnerReferences = [Owner(MediaPodPool.Type.ApiVersion, MediaPodPool.Type.Kind, request.Pool.Metadata)],
            },
            Spec = Spec(request, surroundings),
        };
    }

    /// <summary>The pod's own service, which the pod owns; null where the network that it was made for needs none.</summary>
    /// <param name="pod">The pod, as the API server has it (with uid).</param>
    /// <remarks>
    /// It sends to the pod whether it is ready or not: a pod that drains is not ready, and its participants' media must go on. Its node ports are the pod's own port
    /// numbers, because the pod advertises the port that it is bound to.
    /// </remarks>
    public static Service? Service(Pod pod)
    {
        if (!Enum.TryParse<NetworkMode>(pod.Metadata.Annotation(PodNames.Network), out var mode) || mode is not (NetworkMode.NodePort or NetworkMode.LoadBalancer)) return null;
        var ports = pod.Spec.Containers.SelectMany(c => c.Ports ?? []).Where(p => p.Name?.StartsWith("media-", StringComparison.Ordinal) ?? false);
        return new Service
        {
            ApiVersion = "v1",
            Kind = "Service",
            Metadata = new ObjectMeta
            {
                Name = pod.Metadata.Name,
                Namespace = pod.Metadata.Namespace,
                Labels = new Dictionary<string, string>
                {
                    ["app.kubernetes.io/name"] = PodNames.App, ["app.kubernetes.io/managed-by"] = PodNames.ManagedBy, [PodNames.Pool] = pod.Metadata.Label(PodNames.Pool) ?? "",
                },
                OwnerReferences = [Owner("v1", "Pod", pod.Metadata)],
            },
            Spec = new ServiceSpec
            {
                Type = mode.ToString(),
                Selector = new Dictionary<string, string> { [PodNames.Pod] = pod.Metadata.Name },
                ExternalTrafficPolicy = "Local",
                PublishNotReadyAddresses = true,
                Ports =
                [
                    .. ports.Select(p => new ServicePort
                    {
                        Name = MediaPort(p.Protocol, p.Port), Protocol = p.Protocol, Number = p.Port, TargetPort = p.Port, NodePort = mode == NetworkMode.NodePort ? p.Port : null,
                    }),
                ],
            },
        };
    }

    private static OwnerReference Owner(string apiVersion, string kind, ObjectMeta owner) => new()
    {
        ApiVersion = apiVersion,
        Kind = kind,
        Name = owner.Name,
        Uid = owner.Uid ?? throw new ArgumentException("an owner needs its uid", nameof(owner)),
        Controller = true,
        BlockOwnerDeletion = true,
    };

    private static SortedDictionary<string, string> Labels(PodRequest request, string revision)
    {
        var spec = request.Pool.Spec;
        var labels = new SortedDictionary<string, string>(spec.Template.Labels, StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = PodNames.App,
            ["app.kubernetes.io/managed-by"] = PodNames.ManagedBy,
            [PodNames.Pool] = request.Pool.Metadata.Name,
            [PodNames.Pod] = request.Name,
            [PodNames.Role] = spec.Role.ToString().ToLowerInvariant(),
            [PodNames.Revision] = revision,
        };
        if (spec.Region is { } region) labels[PodNames.Region] = region;
        return labels;
    }

    private static SortedDictionary<string, string> Annotations(PodRequest request)
    {
        var annotations = new SortedDictionary<string, string>(request.Pool.Spec.Template.Annotations, StringComparer.Ordinal)
        {
            [PodNames.Network] = request.Pool.Spec.Network.Mode.ToString(),
            [PodNames.Ports] = request.FirstPort.ToString(CultureInfo.InvariantCulture),
            // Only the operator knows whether anybody is on it.
            ["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false",
        };
        if (PodAddress.Configured(request.Pool.Spec.Network) is { } address) annotations[PodNames.PublicAddress] = address;
        return annotations;
    }

    private static PodSpec Spec(PodRequest request, PodSurroundings surroundings)
    {
        var spec = request.Pool.Spec;
        var template = spec.Template;
        var host = spec.Network.Mode == NetworkMode.HostNetwork;
        return new PodSpec
        {
            Containers = [Container(request, surroundings)],
            // A pod id names one process (docs/scaling.md).
            RestartPolicy = "Never",
            TerminationGracePeriodSeconds = spec.Drain.DeadlineSeconds + 30,
            ServiceAccountName = template.ServiceAccountName,
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            PriorityClassName = template.PriorityClassName,
            ImagePullSecrets = template.ImagePullSecrets.IsEmpty ? null : template.ImagePullSecrets,
            NodeSelector = template.NodeSelector.IsEmpty ? null : template.NodeSelector,
            // A pod on a node that is away may still carry media: the operator decides, docs/scaling.md D11.
            Tolerations = [.. template.Tolerations, Bears("node.kubernetes.io/not-ready"), Bears("node.kubernetes.io/unreachable")],
            Affinity = template.Affinity ?? Apart(request.Pool.Metadata.Name),
            HostNetwork = host ? true : null,
            DnsPolicy = host ? "ClusterFirstWithHostNet" : null,
            SecurityContext = new() { RunAsNonRoot = true, RunAsUser = User, RunAsGroup = User, FsGroup = User, SeccompProfile = new() { Type = "RuntimeDefault" } },
            Volumes =
            [
                new() { Name = "tmp", EmptyDir = new() { SizeLimit = "64Mi" } },
                new()
                {
                    Name = "pod",
                    DownwardApi = new()
                    {
                        Items =
                        [
                            new() { Path = "public-address", FieldRef = new() { FieldPath = $"metadata.annotations['{PodNames.PublicAddress}']" } },
                            new() { Path = "region", FieldRef = new() { FieldPath = $"metadata.annotations['{PodNames.NodeRegion}']" } },
                        ],
                    },
                },
            ],
        };
    }

    private static Toleration Bears(string taint) => new() { Key = taint, Operator = "Exists", Effect = "NoExecute" };

    private static JsonElement Apart(string pool) => JsonSerializer.SerializeToElement(new
    {
        podAntiAffinity = new
        {
            preferredDuringSchedulingIgnoredDuringExecution = new[]
            {
                new { weight = 100, podAffinityTerm = new { topologyKey = "kubernetes.io/hostname", labelSelector = new { matchLabels = new Dictionary<string, string> { [PodNames.Pool] = pool } } } },
            },
        },
    });

    private static Container Container(PodRequest request, PodSurroundings surroundings)
    {
        var spec = request.Pool.Spec;
        var http = HttpPort(request);
        return new Container
        {
            Name = ContainerName,
            Image = spec.Image,
            ImagePullPolicy = spec.ImagePullPolicy?.ToString(),
            Env = PodEnvironment.Of(request, surroundings, http, Files),
            Ports = Ports(request, http),
            Resources = Resources(spec.Template.Resources),
            // The program answers as soon as it knows its address; until then only this probe looks.
            StartupProbe = Probe("/healthz", http, period: 1, failures: spec.ScaleUp.StartDeadlineSeconds),
            ReadinessProbe = Probe("/readyz", http, period: 1, failures: 2),
            LivenessProbe = Probe("/healthz", http, period: 5, failures: 6),
            SecurityContext = new() { RunAsNonRoot = true, ReadOnlyRootFilesystem = true, AllowPrivilegeEscalation = false, Capabilities = new() { Drop = ["ALL"] } },
            VolumeMounts = [new() { Name = "tmp", MountPath = "/tmp" }, new() { Name = "pod", MountPath = Files, ReadOnly = true }],
        };
    }

    // In the node's network two pods of one node cannot share a port, so each listens on the first number of its block, which is free for TCP as well.
    private static int HttpPort(PodRequest request) => request.Pool.Spec.Network.Mode == NetworkMode.HostNetwork ? request.FirstPort : PoolPorts.Http;

    private static List<ContainerPort> Ports(PodRequest request, int http)
    {
        var network = request.Pool.Spec.Network;
        var ofHost = network.Mode is NetworkMode.HostPort or NetworkMode.HostNetwork;
        var ports = new List<ContainerPort> { new() { Name = "http", Port = http, Protocol = "TCP", HostPort = network.Mode == NetworkMode.HostNetwork ? http : null } };
        foreach (var protocol in network.HasTcp ? (string[])["UDP", "TCP"] : ["UDP"])
            for (var i = 0; i < network.Workers; i++)
                ports.Add(new() { Name = MediaPort(protocol, i), Port = request.FirstPort + i, Protocol = protocol, HostPort = ofHost ? request.FirstPort + i : null });
        return ports;
    }

    private static string MediaPort(string? protocol, int number) => protocol == "TCP" ? $"media-tcp-{number}" : $"media-{number}";

    private static ResourceRequirements? Resources(PoolResources resources) => resources.Requests.IsEmpty && resources.Limits.IsEmpty
        ? null
        : new() { Requests = resources.Requests.ToDictionary(r => r.Key, r => r.Value.ToString()), Limits = resources.Limits.ToDictionary(r => r.Key, r => r.Value.ToString()) };

    private static Probe Probe(string path, int port, int period, int failures) =>
        new() { HttpGet = new() { Path = path, Port = port }, PeriodSeconds = period, TimeoutSeconds = 3, FailureThreshold = failures, SuccessThreshold = 1 };
}
