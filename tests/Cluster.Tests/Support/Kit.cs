namespace Conference.Cluster.Tests.Support;

/// <summary>The folder that KUBE_KIT names: scripts that start a Kubernetes of several nodes on this machine and make images for it.</summary>
internal sealed class Kit
{
    private const string OwnIndex = "12";

    private readonly string _folder = Environment.GetEnvironmentVariable("KUBE_KIT")!;
    private readonly Dictionary<string, string> _variables;

    private Kit()
    {
        // A cluster that is up already (CLUSTER_DIR) is used and left as it is; else one of its own is started and stopped.
        var given = Environment.GetEnvironmentVariable("CLUSTER_DIR");
        IsShared = given is { Length: > 0 } && File.Exists(Path.Combine(given, "run/up"));
        State = IsShared ? given! : Path.Combine(Path.GetTempPath(), "conference-cluster-tests-kube");
        _variables = new Dictionary<string, string> { ["CLUSTER_DIR"] = State };
        if (!IsShared) _variables["CLUSTER_INDEX"] = OwnIndex;
    }

    public string State { get; }

    public bool IsShared { get; }

    public string Kubeconfig => Path.Combine(State, "kubeconfig");

    public string Programs => Path.Combine(State, "bin");

    public static Kit? Find() => Environment.GetEnvironmentVariable("KUBE_KIT") is { Length: > 0 } folder && File.Exists(Path.Combine(folder, "up")) ? new Kit() : null;

    /// <summary>Installs its tools. To be done before anything else: it and the making of images both ask Debian's package manager.</summary>
    public Task InstallAsync() => IsShared ? Task.CompletedTask : RunAsync("install");

    public async Task UpAsync(int nodes)
    {
        if (IsShared) return;
        await RunAsync("down");
        await RunAsync("up", "--nodes", $"{nodes}");
    }

    public async Task DownAsync()
    {
        if (!IsShared) await RunAsync("down");
    }

    public Task LoadImageAsync(string archive) => RunAsync("load-image", archive);

    /// <summary>Power failure (<c>stop</c>) and return (<c>start</c>) of a node.</summary>
    public Task NodeAsync(string action, string node) => RunAsync("node", action, node);

    /// <summary>Makes the images; what did not change is fast.</summary>
    public Task BuildImagesAsync(string script, string tag, string to) =>
        Command.MustAsync(script, ["--kit", _folder, "--tag", tag, "--out", to], _variables, bound: TimeSpan.FromMinutes(7));

    private Task RunAsync(string script, params string[] arguments) =>
        Command.MustAsync(Path.Combine(_folder, script), arguments, _variables, bound: TimeSpan.FromMinutes(3));
}
