using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Conference.Hosting.Policies;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Tests.Support;

/// <summary>
/// A real Kubernetes API server: the one that <c>KUBECONFIG</c> names, or a control plane that the kit in <c>KUBE_KIT</c> starts (as root, in a folder of its own that keeps the
/// kit's tools for the next run). Every test works in a namespace of its own.
/// </summary>
public sealed class ApiServer : IAsyncLifetime
{
    private const string DefaultIndex = "11";

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "conference-operator-tests-kube");

    private readonly List<string> _namespaces = [];
    private readonly Lock _gate = new();
    private bool _started;
    private KubeClient? _client;

    private static string? GivenConfig => Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } path && File.Exists(path) ? path : null;

    private static string? Kit => Environment.GetEnvironmentVariable("KUBE_KIT") is { Length: > 0 } folder && File.Exists(Path.Combine(folder, "up")) ? folder : null;

    /// <summary>Why there is none, or null.</summary>
    public static string? Obstacle =>
        GivenConfig is not null ? null
        : Kit is null ? "no Kubernetes: KUBECONFIG names no file and KUBE_KIT no kit"
        : Environment.UserName != "root" ? "the kit in KUBE_KIT needs root"
        : null;

    /// <summary>Why the store of the server cannot be reached, or null: only the kit's own can, and a cluster of the kit that was started elsewhere is good too.</summary>
    public static string? KitObstacle => GivenConfig is { } given && !File.Exists(Path.Combine(Path.GetDirectoryName(given)!, "run", "index")) ? "the cluster of KUBECONFIG is not the kit's" : null;

    public string ConfigFile => GivenConfig ?? Path.Combine(Folder, "kubeconfig");

    /// <summary>A client with all rights.</summary>
    public KubeClient Client => _client!;

    public async Task InitializeAsync()
    {
        if (Obstacle is not null) return;
        if (GivenConfig is null)
        {
            await RunKitAsync("down");
            await RunKitAsync("install");
            _started = true;
            await RunKitAsync("up", "--control-plane-only");
        }
        _client = Connect(new KubeConfigFile(ConfigFile));
        await DefineWidgetsAsync();
    }

    public async Task DisposeAsync()
    {
        if (_client is null) return;
        if (_started) await RunKitAsync("down");
        else
        {
            foreach (var name in _namespaces) await Client.DeleteAsync(AnyObject.Namespaces, null, name, null, CancellationToken.None);
            await Client.DeleteAsync(AnyObject.Definitions, null, "widgets.test.conference.io", null, CancellationToken.None);
        }
        _client.Dispose();
    }

    /// <summary>A client with the configuration that <paramref name="source"/> gives.</summary>
    public static KubeClient Connect(IClusterConfigSource source) => new(source, new ServicePolicies(TimeProvider.System), TimeProvider.System);

    /// <summary>A namespace for one test.</summary>
    public async Task<string> NamespaceAsync()
    {
        var name = $"test-{Guid.NewGuid():n}"[..20];
        (await Client.CreateAsync(AnyObject.Namespaces, new AnyObject { Metadata = new ObjectMeta { Name = name } }, CancellationToken.None)).Require();
        lock (_gate) _namespaces.Add(name);
        return name;
    }

    /// <summary>An account in a namespace with a token, and with these rights there (a JSON list of RBAC rules).</summary>
    public async Task<(ClusterConfig Config, string TokenSecret)> AccountAsync(string ns, string name, string rules)
    {
        await CreateAsync("v1", "ServiceAccount", "serviceaccounts", ns, name, "{}");
        await CreateAsync("rbac.authorization.k8s.io/v1", "Role", "roles", ns, name, $$"""{"rules": {{rules}}}""");
        await CreateAsync("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", ns, name, $$"""
            {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "{{name}}"}, "subjects": [{"kind": "ServiceAccount", "name": "{{name}}", "namespace": "{{ns}}"}]}
            """);
        return await TokenAsync(ns, name);
    }

    /// <summary>One more token of an account; deleting the secret makes it void.</summary>
    public async Task<(ClusterConfig Config, string TokenSecret)> TokenAsync(string ns, string account)
    {
        var secret = $"{account}-{Guid.NewGuid():n}"[..(account.Length + 9)];
        var secrets = AnyObject.Type("v1", "Secret", "secrets");
        await Client.CreateAsync(secrets, AnyObject.Parse("""{"type": "kubernetes.io/service-account-token"}""") with
        {
            Metadata = new ObjectMeta { Name = secret, Namespace = ns, Annotations = new Dictionary<string, string> { ["kubernetes.io/service-account.name"] = account } },
        }, CancellationToken.None);
        string? token = null;
        await Conference.Support.Eventually.True(async () =>
        {
            var read = await Client.GetAsync(secrets, ns, secret, CancellationToken.None);
            if (read.Value?.Fields is { } fields && fields.TryGetValue("data", out var data) && data.TryGetProperty("token", out var text)) token = Encoding.UTF8.GetString(Convert.FromBase64String(text.GetString()!));
            return token is not null;
        }, "the account gets a token");
        var config = new KubeConfigFile(ConfigFile).Read();
        return (config with { ClientCertificatePem = null, ClientKeyPem = null, Token = token, Namespace = ns }, secret);
    }

    public async Task<AnyObject> CreateAsync(string apiVersion, string kind, string plural, string ns, string name, string json) =>
        (await Client.CreateAsync(AnyObject.Type(apiVersion, kind, plural), AnyObject.Parse(json) with { Metadata = new ObjectMeta { Name = name, Namespace = ns } }, CancellationToken.None)).Require();

    /// <summary>Makes the store forget everything before now, as happens every five minutes.</summary>
    public async Task CompactAsync()
    {
        var now = (await Client.ListAsync(AnyObject.Namespaces, new ListOptions(), CancellationToken.None)).Require().ResourceVersion;
        var index = (await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ConfigFile)!, "run", "index"))).Trim();
        await RunAsync("nsenter", $"--net=/run/netns/ktc{index}-node1", "--", "curl", "-sSf", "-m", "10", "-X", "POST", "http://127.0.0.1:2379/v3/kv/compaction", "-d", $$"""{"revision": {{now}}, "physical": true}""");
    }

    /// <summary>A kind of our own with a status, so that tests own every field.</summary>
    private async Task DefineWidgetsAsync()
    {
        var definition = AnyObject.Parse("""
            {"metadata": {"name": "widgets.test.conference.io"}, "spec": {"group": "test.conference.io", "scope": "Namespaced", "names": {"plural": "widgets", "singular": "widget", "kind": "Widget"},
             "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}}, "schema": {"openAPIV3Schema": {"type": "object", "properties": {
               "spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1, "maximum": 10}, "color": {"type": "string"}}},
               "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}}]}}
            """);
        var created = await Client.CreateAsync(AnyObject.Definitions, definition, CancellationToken.None);
        if (created.Reason is not (null or KubeReason.AlreadyExists)) created.Require();
        await Conference.Support.Eventually.True(async () => (await Client.ListAsync(AnyObject.Widgets, new ListOptions(), CancellationToken.None)).Ok, "widgets are served");
    }

    private static Task RunKitAsync(string command, params string[] arguments) => RunAsync(Path.Combine(Kit!, command), arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        start.Environment["CLUSTER_DIR"] = Folder;
        if (!start.Environment.ContainsKey("CLUSTER_INDEX")) start.Environment["CLUSTER_INDEX"] = DefaultIndex;
        using var process = Process.Start(start)!;
        // The cluster's processes outlive the kit's and keep its pipes: what counts is that the program ends.
        var output = new StringBuilder();
        process.ErrorDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!process.HasExited) await Task.Delay(50, bound.Token);
        if (process.ExitCode != 0) lock (output) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}: {output}"));
    }
}
