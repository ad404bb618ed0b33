using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Cluster.Tests.Support;

/// <summary>
/// A real Kubernetes with two nodes that has the images of this checkout: started by the kit in KUBE_KIT, or the one of KUBECONFIG, whose nodes can pull
/// <c>CONFERENCE_REGISTRY</c>/conference-*:<c>CONFERENCE_TAG</c>.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private const string Tag = "test";

    private static readonly string Archives = Path.Combine(Checkout.Folder, "artifacts/images");

    private readonly Kit? _kit = Kit.Find();
    private readonly TemporaryFolder _folder = new();
    private readonly List<Person> _people = [];
    private readonly List<string> _namespaces = [];
    private IPlaywright? _playwright;

    /// <summary>Why there is no cluster to test on; null: there is one.</summary>
    public static string? Obstacle =>
        Helm.Obstacle is { } missing ? missing
        : !IsAskedFor ? "what needs a cluster runs with ./test --suite Cluster: it wants the machine for itself for about 15 minutes"
        : Kit.Find() is not null ? (Environment.UserName != "root" ? "the kit in KUBE_KIT needs root" : null)
        : GivenConfig is null ? "no Kubernetes: KUBE_KIT names no kit, KUBECONFIG no file"
        : GivenRegistry is null ? "CONFERENCE_REGISTRY does not say where the cluster finds the images"
        : null;

    // Set by ./test. A run from an editor or with dotnet test means it.
    private static bool IsAskedFor => Environment.GetEnvironmentVariable("CONFERENCE_CLUSTER_TESTS") != "skip";

    private static string? GivenConfig => Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } path && File.Exists(path) ? path : null;

    private static string? GivenRegistry => Environment.GetEnvironmentVariable("CONFERENCE_REGISTRY") is { Length: > 0 } text ? text : null;

    /// <summary>Whether nodes can be stopped here.</summary>
    internal static bool HasPowerSwitch => Kit.Find() is not null;

    internal string Kubeconfig => _kit?.Kubeconfig ?? GivenConfig!;

    internal string Folder => _folder.Path;

    internal string ImageTag => _kit is null ? Environment.GetEnvironmentVariable("CONFERENCE_TAG") ?? "0.1.0" : Tag;

    internal string Registry => _kit is null ? GivenRegistry! : "localhost";

    internal Kubectl Kubectl { get; private set; } = null!;

    /// <summary>What the tests of one run hand on to each other: they are one story.</summary>
    internal Story Story { get; } = new();

    public async Task InitializeAsync()
    {
        if (Obstacle is not null) return;
        Times.Begin();
        Kubectl = new Kubectl(_kit is null ? "kubectl" : Path.Combine(_kit.Programs, "kubectl"), Kubeconfig, "default");
        if (_kit is not null)
        {
            await _kit.InstallAsync();
            await Task.WhenAll(StartAsync(), BuildAsync());
        }
        if (_kit is not null) await Times.MeasureAsync("images loaded", LoadAsync);
        _playwright = await Playwright.CreateAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var person in _people) await person.DisposeAsync();
        _playwright?.Dispose();
        if (Obstacle is null && (_kit is null || _kit.IsShared))
        {
            foreach (var ns in _namespaces)
            {
                await HelmAsync(ns, ["uninstall", "conference"]);
                await Kubectl.TryAsync("delete", "namespace", ns, "--wait=false");
            }
        }
        if (Obstacle is null && _kit is not null) await _kit.DownAsync();
        _folder.Dispose();
    }

    /// <summary>A new namespace, which is removed at the end.</summary>
    internal async Task<Kubectl> NamespaceAsync(string name)
    {
        name = $"{name}-{Environment.ProcessId % 10000}";
        await Kubectl.RunAsync("create", "namespace", name);
        _namespaces.Add(name);
        return Kubectl.In(name);
    }

    /// <summary>helm install or upgrade, with the chart, the images of this run and values.</summary>
    internal async Task<CommandResult> DeployAsync(string action, string ns, params string[] arguments)
    {
        var values = Path.Combine(_folder.Path, $"values-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(values, Values);
        return await HelmAsync(ns, [action, "conference", Helm.Chart, "-f", values, "--set", $"image.registry={Registry},image.tag={ImageTag}", "--timeout", "3m", .. arguments], TimeSpan.FromMinutes(4));
    }

    internal Task<CommandResult> HelmAsync(string ns, IEnumerable<string> arguments, TimeSpan? bound = null) => Helm.RunAsync(["--namespace", ns, .. arguments], Kubeconfig, bound);

    /// <summary>Stops or starts a node; see <see cref="HasPowerSwitch"/>.</summary>
    internal Task NodeAsync(string action, string node) => _kit!.NodeAsync(action, node);

    /// <summary>A meeting, made through the Gateway.</summary>
    internal static async Task<CreateMeetingResponse> CreateMeetingAsync(Uri gateway, string title)
    {
        using var http = new HttpClient { BaseAddress = gateway };
        using var response = await http.PostAsJsonAsync("api/meetings", new CreateMeetingRequest(title), ContractsJson.Default.CreateMeetingRequest);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    /// <summary>Somebody with a browser that trusts the plain http of the node port.</summary>
    internal async Task<Person> InviteAsync(PersonSpec spec, Uri gateway)
    {
        var person = await Person.OpenAsync(_playwright!, spec with { TrustedOrigin = gateway.GetLeftPart(UriPartial.Authority) }, _folder.Path);
        _people.Add(person);
        return person;
    }

    /// <summary>The same images under another tag, on the nodes: what a new version looks like to Kubernetes.</summary>
    internal async Task<string> RetaggedAsync()
    {
        if (_kit is null) return ImageTag;
        const string next = "next";
        foreach (var name in (string[])["gateway", "silo", "mediapod", "operator", "load"])
        {
            var archive = Path.Combine(_folder.Path, $"{name}.tar");
            await ImageArchive.RetagAsync(Path.Combine(Archives, $"conference-{name}.tar"), archive, Tag, next);
            await _kit.LoadImageAsync(archive);
            File.Delete(archive);
        }
        return next;
    }

    private async Task StartAsync()
    {
        var clock = Stopwatch.StartNew();
        await _kit!.UpAsync(nodes: 2);
        Times.Note(_kit.IsShared ? "cluster was there" : "cluster up", clock.Elapsed);
    }

    private async Task BuildAsync()
    {
        // For runs again and again on the same images.
        if (Environment.GetEnvironmentVariable("CONFERENCE_IMAGES") == "keep" && File.Exists(Path.Combine(Archives, "conference-gateway.tar"))) return;
        await Times.MeasureAsync("images built", () => _kit!.BuildImagesAsync(Path.Combine(Checkout.Folder, "build/images"), Tag, Archives));
    }

    private async Task LoadAsync()
    {
        foreach (var archive in Directory.EnumerateFiles(Archives, "conference-*.tar").Where(a => !a.Contains("orleans", StringComparison.Ordinal))) await _kit!.LoadImageAsync(archive);
    }

    // Small pods, so that a few participants are load, and no patience.
    private const string Values = """
        gateway:
          replicas: 2
          region: local
          service: {type: NodePort}
          unlimited: [10.0.0.0/8]
          resources: {requests: {cpu: 10m, memory: 64Mi}}
        silo:
          openCreation: true
          resources: {requests: {cpu: 10m, memory: 64Mi}}
        operator:
          resources: {requests: {cpu: 10m, memory: 64Mi}}
        postgresql:
          enabled: true
          image: localhost/conference-postgres:test
          persistence: {enabled: false}
          nodeSelector: {kubernetes.io/hostname: node1}
          resources: {requests: {cpu: 10m, memory: 64Mi}}
        poolDefaults:
          minPods: 1
          maxPods: 4
          capacity: {participants: 20, egressMbps: 1000}
          buffer: {participants: 5}
          scaleUp: {windowSeconds: 5, maxPods: 2}
          scaleDown: {stabilizationSeconds: 5, maxPods: 1}
          drain: {mode: Wait, deadlineSeconds: 600}
          network: {mode: HostPort, workers: 1}
          # What the kernel gives a pod when processors are short is in proportion to this: a silo that starts takes nothing from media.
          template:
            resources: {requests: {cpu: 200m, memory: 64Mi}}
        pools:
          - {name: local, region: local}
        """;
}

/// <summary>What is there after a test for the next ones.</summary>
internal sealed class Story
{
    public Kubectl? Kubectl { get; set; }

    public Uri? Gateway { get; set; }

    public CreateMeetingResponse? Meeting { get; set; }

    public Person? Ann { get; set; }

    public Person? Bob { get; set; }
}

/// <summary>A test on a real cluster; skipped, with the reason, where there is none.</summary>
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute(bool needsPowerSwitch = false) =>
        Skip = ClusterFixture.Obstacle ?? (needsPowerSwitch && !ClusterFixture.HasPowerSwitch ? "nodes of this cluster cannot be stopped" : null);
}
