using System.Diagnostics;
using Conference.Cluster.Tests.Support;
using Conference.Support;

namespace Conference.Cluster.Tests.Scenario;

public sealed partial class ClusterTests
{
    public static readonly (string Spec, string Message)[] Nonsense =
    [
        ("image: x, minPods: -1", "spec.minPods: Invalid value: -1: spec.minPods in body should be greater than or equal to 0"),
        ("image: x, maxPods: 0", "spec.maxPods: Invalid value: 0: spec.maxPods in body should be greater than or equal to 1"),
        ("minPods: 1", "spec.image: Required value"),
        ("image: x, role: Singer", "spec.role: Unsupported value: \"Singer\": supported values: \"Media\", \"Recorder\""),
        ("image: x, drain: {mode: Now}", "spec.drain.mode: Unsupported value: \"Now\""),
        ("image: x, network: {mode: Bridge}", "spec.network.mode: Unsupported value: \"Bridge\""),
        ("image: x, network: {workers: 65}", "spec.network.workers: Invalid value: 65: spec.network.workers in body should be less than or equal to 64"),
        ("image: x, region: North", "spec.region: Invalid value: \"North\""),
        ("image: x, minPods: many", "spec.minPods: Invalid value: \"string\": spec.minPods in body must be of type integer"),
    ];

    [ClusterFact]
    public async Task S8a_The_definition_refuses_nonsense_in_words()
    {
        foreach (var (spec, message) in Nonsense)
        {
            var refused = await Kubectl.ApplyAsync($"apiVersion: conference.io/v1alpha1\nkind: MediaPodPool\nmetadata: {{name: nonsense}}\nspec: {{{spec}}}\n");
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains(message, refused.Errors);
        }
    }

    [ClusterFact]
    public async Task S8b_A_pool_changed_by_hand_while_the_operator_works_converges()
    {
        // Faster than anybody can follow: what counts is what it says in the end.
        foreach (var pods in (int[])[3, 1, 4, 2, 3]) await Pool.PatchAsync($$"""{"minPods":{{pods}},"maxPods":{{pods}}}""");
        await Pool.SettlesAsync(3);
        await Kubectl.RunAsync("delete", "pod", await EmptyPodAsync(), "--wait=false");
        await Pool.PatchAsync("""{"minPods":2,"maxPods":4}""");
        await Pool.SettlesAsync(2);
    }

    [ClusterFact]
    public async Task S8c_Releases_in_two_namespaces_do_not_touch_each_other()
    {
        var before = (await Pool.PodsAsync()).Select(p => p.Uid).Order().ToArray();
        var other = await cluster.NamespaceAsync("other");
        var installed = await Times.MeasureAsync("8: a second release installed beside the first", () =>
            cluster.DeployAsync("install", other.Namespace, "--wait", "--set", "gateway.replicas=1,poolDefaults.network.udpPortRange.first=42000,poolDefaults.network.udpPortRange.last=42999"));
        Assert.True(installed.ExitCode == 0, $"{installed.Errors}\n{await other.DescribeAsync()}");
        await new Pool(other).HasAsync(1);
        Assert.Equal(before, (await Pool.PodsAsync()).Select(p => p.Uid).Order());
        var beside = await cluster.HelmAsync(other.Namespace, ["install", "second", Helm.Chart, "--set", "postgresql.enabled=true"]);
        Assert.NotEqual(0, beside.ExitCode);
        Assert.Contains("Use another namespace", beside.Errors);

        var removed = await cluster.HelmAsync(other.Namespace, ["uninstall", "conference", "--wait"], TimeSpan.FromMinutes(3));
        Assert.True(removed.ExitCode == 0, $"{removed.Errors}\n{await other.DescribeAsync()}");
        Assert.Equal(before, (await Pool.PodsAsync()).Select(p => p.Uid).Order());
        Assert.Equal(0, (await Kubectl.TryAsync("get", "crd", "mediapodpools.conference.io")).ExitCode);
        await MeetAsync();
    }

    [ClusterFact]
    public async Task S8d_The_operators_account_is_refused_what_it_does_not_need()
    {
        var account = $"system:serviceaccount:{Kubectl.Namespace}:conference-operator";
        Assert.Equal("yes", (await Kubectl.TryAsync("auth", "can-i", "create", "pods", "--as", account)).Output.Trim());
        Assert.Equal("yes", (await Kubectl.TryAsync("auth", "can-i", "list", "nodes", "--as", account)).Output.Trim());
        (string[] What, string Namespace)[] refused =
        [
            (["get", "secrets"], Kubectl.Namespace), (["get", "configmaps"], Kubectl.Namespace), (["get", "deployments"], Kubectl.Namespace), (["get", "pods"], "kube-system"), (["get", "pods"], "default"),
            (["get", "mediapodpools", "--all-namespaces"], Kubectl.Namespace), (["get", "crd"], Kubectl.Namespace), (["get", "clusterroles"], Kubectl.Namespace),
            (["delete", "node", "node2"], Kubectl.Namespace), (["delete", "lease", "conference-operator"], Kubectl.Namespace), (["delete", "mediapodpool", "local"], Kubectl.Namespace),
        ];
        foreach (var (what, ns) in refused)
        {
            var result = await Kubectl.In(ns).TryAsync([.. what, "--as", account]);
            Assert.True(result.ExitCode != 0, string.Join(' ', what));
            Assert.Contains("Forbidden", result.Errors);
        }
    }

    [ClusterFact]
    public async Task S8e_Helm_upgrade_to_another_image_and_other_values()
    {
        var secret = (await Kubectl.GetAsync("secret", "conference"))["data"]!.ToJsonString();
        var old = await Pool.PodsAsync();
        var (ann, bob) = (await FreezeWatch.BeginAsync(Ann), await FreezeWatch.BeginAsync(Bob));
        // A definition that lacks something, as that of an older chart would.
        await Kubectl.RunAsync("patch", "crd", "mediapodpools.conference.io", "--type=json", "-p", """[{"op":"remove","path":"/spec/versions/0/additionalPrinterColumns"}]""");
        var tag = await cluster.RetaggedAsync();
        var clock = Stopwatch.StartNew();
        var upgraded = await cluster.DeployAsync("upgrade", Kubectl.Namespace, "--wait", "--set", $"image.tag={tag},gateway.replicas=1,poolDefaults.minPods=2");
        Assert.True(upgraded.ExitCode == 0, $"{upgraded.Errors}\n{await Kubectl.DescribeAsync()}");
        Times.Note("8: helm upgrade --wait to another image and other values", clock.Elapsed);
        await Eventually.True(async () => (await Pool.PodsAsync()).Count(p => p is { IsReady: true, IsDraining: false } && p.Image.EndsWith($":{tag}", StringComparison.Ordinal)) == 2, Kubectl.DescribeAsync, TimeSpan.FromSeconds(90));
        Times.Note("8: and media pods of the new image are ready", clock.Elapsed);
        Assert.Single(await Kubectl.PodsAsync("gateway"));
        Assert.NotEmpty((await Kubectl.GetAsync("crd", "mediapodpools.conference.io"))["spec"]!["versions"]![0]!["additionalPrinterColumns"]!.AsArray());
        Assert.Equal(secret, (await Kubectl.GetAsync("secret", "conference"))["data"]!.ToJsonString());
        Assert.NotEmpty(old);
        // Ann's and Bob's meeting lasts, so its pod waits for it.
        await MeetAsync();
        Times.Note($"8: meanwhile Ann saw {await ann.EndAsync()}");
        Times.Note($"8: meanwhile Bob saw {await bob.EndAsync()}");
        Assert.Contains(await PlaceAsync("Newcomer"), (await Pool.PodsAsync()).Where(p => !p.IsDraining).Select(p => p.Name));
    }

    [ClusterFact]
    public async Task S8f_Helm_uninstall_leaves_what_the_page_says()
    {
        await Times.MeasureAsync("8: helm uninstall", async () =>
        {
            var removed = await cluster.HelmAsync(Kubectl.Namespace, ["uninstall", "conference", "--wait"], TimeSpan.FromMinutes(3));
            Assert.True(removed.ExitCode == 0, $"{removed.Errors}\n{await Kubectl.DescribeAsync()}");
        });
        await Eventually.True(async () => (await LeftAsync()).Length == 0, async () => string.Join('\n', await LeftAsync()));
        // docs/kubernetes.md, "Uninstall": the definition stays.
        Assert.Equal(0, (await Kubectl.TryAsync("get", "crd", "mediapodpools.conference.io")).ExitCode);
        foreach (var kind in (string[])["clusterrole", "clusterrolebinding"])
            Assert.DoesNotContain(Kubectl.Namespace, await Kubectl.RunAsync("get", kind, "-o", "name"));
    }

    private async Task<string> EmptyPodAsync()
    {
        var empty = (await Silo.PodsAsync()).Where(p => p.Participants == 0).Select(p => p.PodId.Value).ToArray();
        return (await Pool.PodsAsync()).First(p => empty.Contains(p.Name)).Name;
    }

    /// <summary>Everything in the namespace but what Kubernetes itself puts there.</summary>
    private async Task<string[]> LeftAsync()
    {
        const string kinds = "pods,deployments,statefulsets,jobs,services,secrets,configmaps,serviceaccounts,roles,rolebindings,leases,poddisruptionbudgets,networkpolicies,mediapodpools,persistentvolumeclaims,ingresses";
        var names = await Kubectl.RunAsync("get", kinds, "-o", "name");
        return [.. names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(n => n is not ("configmap/kube-root-ca.crt" or "serviceaccount/default") && !n.StartsWith("secret/default-token-", StringComparison.Ordinal))];
    }
}
