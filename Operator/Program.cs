using System.Net;
using System.Security.Cryptography;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.Hosting.Policies;
using Conference.Hosting.Tracing;
using Conference.Operator;
using Conference.Operator.Cluster;
using Conference.Operator.Resources;

// Settings come from --name=value arguments or CONFERENCE_NAME variables; docs/operator.md lists them. The first argument may be a task
// that the chart runs by itself: "remove-pools" removes pools and their pods for good, "apply-definition" brings the custom resource definition up to date.
var task = args is [var first, ..] && !first.StartsWith('-') ? first : null;
var settings = new ConfigurationBuilder().AddEnvironmentVariables("CONFERENCE_").AddCommandLine(task is null ? args : args[1..]).Build();
try
{
    var cluster = Cluster();
    var ns = settings["namespace"] ?? cluster.Read().Namespace;
    if (task is not null) return await RunTaskAsync(task, cluster, ns);
    var options = new OperatorOptions
    {
        Service = new ServiceOptions
        {
            Name = "operator",
            Listen = IPEndPoint.Parse(settings["listen"] ?? "[::]:8082"),
            LogFormat = Enum.Parse<LogFormat>(settings["log_format"] ?? nameof(LogFormat.Text), ignoreCase: true),
        },
        Cluster = cluster,
        Namespace = ns,
        SiloUrl = new Uri(Required("silo_url")),
        Secret = new SharedSecret(Required("secret")),
        Identity = settings["pod_name"] ?? $"{Environment.MachineName}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
        LeaseName = settings["lease_name"] ?? "conference-operator",
        PodSilos = Required("pod_silos"),
        PodSecretName = Required("pod_secret_name"),
    };
    using var tracing = ServiceTracing.Start("operator", Environment.GetEnvironmentVariable);
    await using var app = OperatorApp.Build(options);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is ClusterConfigException or KubeException or FormatException or ArgumentException or IOException)
{
    await Console.Error.WriteLineAsync($"conference operator: {e.Message}");
    return 2;
}

string Required(string name) => settings[name] ?? throw new FormatException($"the setting '{name}' is missing");

static async Task<int> RunTaskAsync(string task, IClusterConfigSource cluster, string ns)
{
    using var client = new KubeClient(cluster, new ServicePolicies(TimeProvider.System), TimeProvider.System);
    switch (task)
    {
        case "remove-pools":
            await new PoolRemoval(client, ns, TimeProvider.System).RunAsync(Console.Out, CancellationToken.None);
            return 0;
        case "apply-definition":
            var (outcome, error) = await PoolDefinition.ApplyAsync(client, CancellationToken.None);
            await Console.Out.WriteLineAsync($"definition of pools: {outcome}{(error is null ? "" : $": {error}")}");
            return outcome == DefinitionOutcome.Failed ? 1 : 0;
        default:
            throw new FormatException($"'{task}' is no task; there are remove-pools and apply-definition");
    }
}

IClusterConfigSource Cluster()
{
    var pod = new InClusterConfig();
    if ((settings["kubeconfig"] ?? Environment.GetEnvironmentVariable("KUBECONFIG")) is { Length: > 0 } file) return new KubeConfigFile(file);
    return pod.IsPresent ? pod : throw new ClusterConfigException(ClusterConfigFault.NotConfigured, "neither a pod's service account nor KUBECONFIG is there");
}
