namespace Conference.Operator.Cluster.Model;

/// <summary>A pod (core <c>v1</c>).</summary>
public sealed record Pod : KubeObject
{
    /// <summary>What should run.</summary>
    public PodSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>What the kubelet reports; never written by us.</summary>
    public PodStatus? Status { get; init; }

    /// <summary>Whether the pod's <c>Ready</c> condition is true and no deletion is under way.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => !Metadata.IsDeleting && (Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false);

    /// <summary>Whether the pod will never run again (<c>Succeeded</c> or <c>Failed</c>).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFinished => Status?.Phase is "Succeeded" or "Failed";
}

/// <summary>What a pod should be. Sizes and limits as Kubernetes writes them.</summary>
public sealed record PodSpec
{
    /// <summary>The containers.</summary>
    public IReadOnlyList<Container> Containers { get; init => field = value ?? []; } = [];

    /// <summary>The node it runs on; set by the scheduler.</summary>
    public string? NodeName { get; init; }

    /// <summary>Labels that the node must have.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Taints that it bears.</summary>
    public IReadOnlyList<Toleration>? Tolerations { get; init; }

    /// <summary>Scheduling rules (core <c>v1 Affinity</c>), passed through as they are.</summary>
    public System.Text.Json.JsonElement? Affinity { get; init; }

    /// <summary>Whether it uses the node's network itself.</summary>
    public bool? HostNetwork { get; init; }

    /// <summary><c>Always</c>, <c>OnFailure</c> or <c>Never</c>.</summary>
    public string? RestartPolicy { get; init; }

    /// <summary>How names are resolved, as <c>ClusterFirstWithHostNet</c>.</summary>
    public string? DnsPolicy { get; init; }

    /// <summary>How long it may take to end after SIGTERM, in seconds.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>The account whose token it could get.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>Whether that token is mounted.</summary>
    public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>Whether variables with the addresses of all services are set.</summary>
    public bool? EnableServiceLinks { get; init; }

    /// <summary>Its importance when a node is short of resources.</summary>
    public string? PriorityClassName { get; init; }

    /// <summary>Secrets to pull images with.</summary>
    public IReadOnlyList<LocalReference>? ImagePullSecrets { get; init; }

    /// <summary>Users and groups of all containers.</summary>
    public PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Volumes that containers mount.</summary>
    public IReadOnlyList<Volume>? Volumes { get; init; }
}

/// <summary>One container of a pod.</summary>
public sealed record Container
{
    /// <summary>Its name in the pod.</summary>
    public required string Name { get; init; }

    /// <summary>Its image.</summary>
    public string? Image { get; init; }

    /// <summary><c>Always</c>, <c>IfNotPresent</c> or <c>Never</c>.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>The program; null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The program's arguments; null: the image's.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Environment variables; later ones may use earlier ones as <c>$(NAME)</c>.</summary>
    public IReadOnlyList<EnvironmentVariable>? Env { get; init; }

    /// <summary>Ports, of the pod and of the node.</summary>
    public IReadOnlyList<ContainerPort>? Ports { get; init; }

    /// <summary>Requests and limits.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>Whether traffic may be sent to it.</summary>
    public Probe? ReadinessProbe { get; init; }

    /// <summary>Whether it must be restarted.</summary>
    public Probe? LivenessProbe { get; init; }

    /// <summary>Whether it has started; the other probes wait for it.</summary>
    public Probe? StartupProbe { get; init; }

    /// <summary>What it may do.</summary>
    public SecurityContext? SecurityContext { get; init; }

    /// <summary>Where volumes appear.</summary>
    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }
}

/// <summary>A variable: a value, or where it comes from.</summary>
public sealed record EnvironmentVariable
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public string? Value { get; init; }

    /// <summary>Where its value comes from.</summary>
    public EnvironmentSource? ValueFrom { get; init; }
}

/// <summary>Where a variable's value comes from: exactly one is set.</summary>
public sealed record EnvironmentSource
{
    /// <summary>A field of the pod, as <c>status.podIP</c>.</summary>
    public FieldReference? FieldRef { get; init; }

    /// <summary>A key of a Secret.</summary>
    public KeyReference? SecretKeyRef { get; init; }

    /// <summary>A key of a ConfigMap.</summary>
    public KeyReference? ConfigMapKeyRef { get; init; }
}

/// <summary>A field of the pod itself (downward API).</summary>
public sealed record FieldReference
{
    /// <summary>Its path, as <c>status.hostIP</c>.</summary>
    public required string FieldPath { get; init; }
}

/// <summary>A key of a Secret or ConfigMap in the pod's namespace.</summary>
public sealed record KeyReference
{
    /// <summary>The object's name.</summary>
    public required string Name { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>Whether the pod starts without it.</summary>
    public bool? Optional { get; init; }
}

/// <summary>An object in the same namespace, by name.</summary>
public sealed record LocalReference
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
}

/// <summary>A port of a container.</summary>
public sealed record ContainerPort
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>The port in the pod, 1 to 65535. The writer of a pod always sets it.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("containerPort")]
    public int Port { get; init; }

    /// <summary>The port of the node, or null.</summary>
    public int? HostPort { get; init; }

    /// <summary><c>TCP</c> or <c>UDP</c>.</summary>
    public string? Protocol { get; init; }
}

/// <summary>Requests and limits: resource name (<c>cpu</c>, <c>memory</c>) to quantity (<c>500m</c>, <c>1Gi</c>).</summary>
public sealed record ResourceRequirements
{
    /// <summary>What the scheduler sets aside.</summary>
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    /// <summary>What is never exceeded.</summary>
    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}

/// <summary>How the kubelet looks at a container. Times in seconds.</summary>
public sealed record Probe
{
    /// <summary>The request to make.</summary>
    public HttpGetAction? HttpGet { get; init; }

    /// <summary>Wait before the first.</summary>
    public int? InitialDelaySeconds { get; init; }

    /// <summary>Between two.</summary>
    public int? PeriodSeconds { get; init; }

    /// <summary>The longest one may take.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Failures in a row that count.</summary>
    public int? FailureThreshold { get; init; }

    /// <summary>Successes in a row that count.</summary>
    public int? SuccessThreshold { get; init; }
}

/// <summary>An HTTP request of a probe; any status from 200 to 399 is a success.</summary>
public sealed record HttpGetAction
{
    /// <summary>The path.</summary>
    public string? Path { get; init; }

    /// <summary>The port, by number or name.</summary>
    public IntOrString? Port { get; init; }
}

/// <summary>A taint that a pod bears.</summary>
public sealed record Toleration
{
    /// <summary>The taint's key; null: all.</summary>
    public string? Key { get; init; }

    /// <summary><c>Exists</c> or <c>Equal</c>.</summary>
    public string? Operator { get; init; }

    /// <summary>The taint's value for <c>Equal</c>.</summary>
    public string? Value { get; init; }

    /// <summary><c>NoSchedule</c>, <c>PreferNoSchedule</c>, <c>NoExecute</c>; null: all.</summary>
    public string? Effect { get; init; }

    /// <summary>For <c>NoExecute</c>: how long it is borne, in seconds; null: for ever.</summary>
    public long? TolerationSeconds { get; init; }
}

/// <summary>Users and groups of a pod.</summary>
public sealed record PodSecurityContext
{
    /// <summary>Refuses to run as user 0.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>The user's number.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>The group's number.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>The group of volumes.</summary>
    public long? FsGroup { get; init; }

    /// <summary>Which system calls are allowed.</summary>
    public SeccompProfile? SeccompProfile { get; init; }
}

/// <summary>Which system calls are allowed.</summary>
public sealed record SeccompProfile
{
    /// <summary><c>RuntimeDefault</c>, <c>Unconfined</c> or <c>Localhost</c>.</summary>
    public required string Type { get; init; }
}

/// <summary>What a container may do.</summary>
public sealed record SecurityContext
{
    /// <summary>Refuses to run as user 0.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>The user's number.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Whether its file system cannot be written.</summary>
    public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>Whether it may gain more rights than it started with.</summary>
    public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>Linux capabilities.</summary>
    public Capabilities? Capabilities { get; init; }
}

/// <summary>Linux capabilities of a container.</summary>
public sealed record Capabilities
{
    /// <summary>Given.</summary>
    public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Taken; <c>ALL</c> takes all.</summary>
    public IReadOnlyList<string>? Drop { get; init; }
}

/// <summary>A volume; of its sources we write empty folders and files about the pod itself.</summary>
public sealed record Volume
{
    /// <summary>Its name in the pod.</summary>
    public required string Name { get; init; }

    /// <summary>An empty folder that lives as long as the pod.</summary>
    public EmptyDirectory? EmptyDir { get; init; }

    /// <summary>Files about the pod itself.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("downwardAPI")]
    public DownwardFiles? DownwardApi { get; init; }
}

/// <summary>An empty folder.</summary>
public sealed record EmptyDirectory
{
    /// <summary><c>Memory</c>, or null for the node's disk.</summary>
    public string? Medium { get; init; }

    /// <summary>Its bound, as <c>64Mi</c>.</summary>
    public string? SizeLimit { get; init; }
}

/// <summary>Where a volume appears.</summary>
public sealed record VolumeMount
{
    /// <summary>The volume's name.</summary>
    public required string Name { get; init; }

    /// <summary>The path in the container.</summary>
    public required string MountPath { get; init; }

    /// <summary>Whether it cannot be written there.</summary>
    public bool? ReadOnly { get; init; }
}
