using System.Text.Json.Nodes;

namespace Conference.Cluster.Tests.Support;

/// <summary>kubectl against one cluster, in one namespace.</summary>
internal sealed class Kubectl(string program, string kubeconfig, string ns)
{
    private readonly Dictionary<string, string> _variables = new() { ["KUBECONFIG"] = kubeconfig };

    public string Namespace => ns;

    public Kubectl In(string other) => new(program, kubeconfig, other);

    /// <summary>What it prints; fails where it fails.</summary>
    public Task<string> RunAsync(params string[] arguments) => Command.MustAsync(program, ["--namespace", ns, .. arguments], _variables);

    /// <summary>Its end, whatever it is.</summary>
    public Task<CommandResult> TryAsync(params string[] arguments) => Command.RunAsync(program, ["--namespace", ns, .. arguments], _variables);

    /// <summary>Applies it as it is: what refuses it is the API server.</summary>
    public Task<CommandResult> ApplyAsync(string yaml) => Command.RunAsync(program, ["--namespace", ns, "apply", "--validate=false", "-f", "-"], _variables, yaml);

    /// <summary>Looks. A look every few milliseconds would take a processor from what is looked at, so it stands back for everything else.</summary>
    public async Task<JsonNode> GetAsync(params string[] what) =>
        JsonNode.Parse(await Command.MustAsync("nice", ["-n", "19", program, "--namespace", ns, "get", .. what, "-o", "json"], _variables))!;

    public async Task<JsonNode[]> ListAsync(params string[] what) => [.. (await GetAsync(what))["items"]!.AsArray().Select(i => i!)];

    /// <summary>Live pods of a part (<c>silo</c>, <c>gateway</c>, <c>operator</c>, <c>mediapod</c>): those that are not being deleted.</summary>
    public async Task<KubePod[]> PodsAsync(string part) =>
        [.. (await ListAsync("pods", "-l", $"app.kubernetes.io/name=conference-{part}")).Select(p => new KubePod(p)).Where(p => !p.IsDeleted)];

    /// <summary>The objects of a namespace that matter when something does not come about.</summary>
    public async Task<string> DescribeAsync()
    {
        var all = await TryAsync("get", "pods,mediapodpools,jobs", "-o", "wide");
        var events = await TryAsync("get", "events", "--sort-by=.lastTimestamp");
        return $"{all.Output}{all.Errors}\n{string.Join('\n', events.Output.Split('\n').TakeLast(25))}";
    }
}

/// <summary>A pod as the API server shows it.</summary>
internal sealed record KubePod(JsonNode Json)
{
    public string Name => (string)Json["metadata"]!["name"]!;

    public string Uid => (string)Json["metadata"]!["uid"]!;

    public bool IsDeleted => Json["metadata"]!["deletionTimestamp"] is not null;

    public string? Ip => (string?)Json["status"]?["podIP"];

    public string? Node => (string?)Json["spec"]!["nodeName"];

    public string Image => (string)Json["spec"]!["containers"]![0]!["image"]!;

    public bool IsReady => Json["status"]?["conditions"]?.AsArray().Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true;

    public bool IsDraining => Json["metadata"]!["annotations"]?["conference.io/drain-since"] is not null;

    public int Restarts => Json["status"]?["containerStatuses"]?.AsArray().Sum(c => (int)c!["restartCount"]!) ?? 0;

    public DateTimeOffset Created => DateTimeOffset.Parse((string)Json["metadata"]!["creationTimestamp"]!, System.Globalization.CultureInfo.InvariantCulture);
}
