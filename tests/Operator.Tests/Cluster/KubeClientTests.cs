using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Tests.Support;
using Conference.Support;

namespace Conference.Operator.Tests.Cluster;

/// <summary>The client against a real API server.</summary>
[Collection(KubeCollection.Name)]
public sealed class KubeClientTests(ApiServer server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [KubeFact]
    public async Task A_list_comes_in_pages_of_one_moment()
    {
        var ns = await server.NamespaceAsync();
        await FillAsync(ns, 25);
        var options = new ListOptions { Namespace = ns, PageSize = 10, LabelSelector = "test=pages" };
        var first = (await server.Client.ListPageAsync(AnyObject.ConfigMaps, options, null, None)).Require();
        Assert.Equal(10, first.Items.Count);
        await server.Client.CreateAsync(AnyObject.ConfigMaps, Labelled(ns, "item-late"), None); // after the moment of the list
        var second = (await server.Client.ListPageAsync(AnyObject.ConfigMaps, options, first.Continue, None)).Require();
        var third = (await server.Client.ListPageAsync(AnyObject.ConfigMaps, options, second.Continue, None)).Require();
        Assert.Equal((10, 5, (string?)null), (second.Items.Count, third.Items.Count, third.Continue));
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
        Assert.Equal(25, first.Items.Concat(second.Items).Concat(third.Items).Select(i => i.Metadata.Name).Distinct().Count());
        Assert.Equal(26, (await server.Client.ListAsync(AnyObject.ConfigMaps, options, None)).Require().Items.Count);
    }

    [KubeFact(needsKit: true)]
    public async Task A_page_of_a_moment_that_is_forgotten_is_gone_and_a_list_begins_again()
    {
        var ns = await server.NamespaceAsync();
        await FillAsync(ns, 25);
        var options = new ListOptions { Namespace = ns, PageSize = 10, LabelSelector = "test=pages" };
        var first = (await server.Client.ListPageAsync(AnyObject.ConfigMaps, options, null, None)).Require();
        await server.Client.CreateAsync(AnyObject.ConfigMaps, AnyObject.ConfigMap(ns, "other"), None);
        await server.CompactAsync();
        var second = await server.Client.ListPageAsync(AnyObject.ConfigMaps, options, first.Continue, None);
        Assert.Equal(KubeReason.Gone, second.Reason);
        Assert.Equal(25, (await server.Client.ListAsync(AnyObject.ConfigMaps, options, None)).Require().Items.Count);
    }

    [KubeFact]
    public async Task Create_get_and_delete_say_what_is_there()
    {
        var ns = await server.NamespaceAsync();
        var created = (await server.Client.CreateAsync(AnyObject.ConfigMaps, AnyObject.ConfigMap(ns, "a"), None)).Require();
        Assert.NotNull(created.Metadata.Uid);
        Assert.Equal(KubeReason.AlreadyExists, (await server.Client.CreateAsync(AnyObject.ConfigMaps, AnyObject.ConfigMap(ns, "a"), None)).Reason);
        Assert.Equal("1", (await server.Client.GetAsync(AnyObject.ConfigMaps, ns, "a", None)).Require().Field("data", "value").GetString());
        Assert.Null(await server.Client.DeleteAsync(AnyObject.ConfigMaps, ns, "a", null, None));
        Assert.Equal(KubeReason.NotFound, (await server.Client.GetAsync(AnyObject.ConfigMaps, ns, "a", None)).Reason);
        Assert.Equal(KubeReason.NotFound, (await server.Client.DeleteAsync(AnyObject.ConfigMaps, ns, "a", null, None))?.Reason);
    }

    [KubeFact]
    public async Task A_write_with_a_precondition_that_fails_changes_nothing()
    {
        var ns = await server.NamespaceAsync();
        var old = (await server.Client.CreateAsync(AnyObject.ConfigMaps, AnyObject.ConfigMap(ns, "a"), None)).Require();
        var patch = new JsonObject { ["data"] = new JsonObject { ["value"] = "2" } };
        var changed = (await server.Client.PatchAsync(AnyObject.ConfigMaps, ns, "a", patch, new Preconditions(old.Metadata.Uid, old.Metadata.ResourceVersion), None)).Require();
        Assert.Equal("2", changed.Field("data", "value").GetString());
        Assert.Equal(KubeReason.Conflict, (await server.Client.PatchAsync(AnyObject.ConfigMaps, ns, "a", patch, new Preconditions(null, old.Metadata.ResourceVersion), None)).Reason);
        Assert.Equal(KubeReason.Conflict, (await server.Client.DeleteAsync(AnyObject.ConfigMaps, ns, "a", new Preconditions(Guid.NewGuid().ToString()), None))?.Reason);
        Assert.Equal(KubeReason.Conflict, (await server.Client.DeleteAsync(AnyObject.ConfigMaps, ns, "a", new Preconditions(null, old.Metadata.ResourceVersion), None))?.Reason);
        Assert.Null(await server.Client.DeleteAsync(AnyObject.ConfigMaps, ns, "a", new Preconditions(changed.Metadata.Uid, changed.Metadata.ResourceVersion), None));
    }

    [KubeFact]
    public async Task Field_managers_that_want_different_things_are_told_who_owns_what()
    {
        var ns = await server.NamespaceAsync();
        (await server.Client.ApplyAsync(AnyObject.Widgets, Widget(ns, """{"size": 3, "color": "red"}"""), "one", false, None)).Require();
        var refused = await server.Client.ApplyAsync(AnyObject.Widgets, Widget(ns, """{"size": 5}"""), "two", false, None);
        Assert.Equal(KubeReason.Conflict, refused.Reason);
        Assert.Contains(refused.Error!.Causes, c => c.Reason == "FieldManagerConflict" && c.Field == ".spec.size" && c.Message!.Contains("one", StringComparison.Ordinal));
        var forced = (await server.Client.ApplyAsync(AnyObject.Widgets, Widget(ns, """{"size": 5}"""), "two", true, None)).Require();
        Assert.Equal((5, "red"), (forced.Field("spec", "size").GetInt32(), forced.Field("spec", "color").GetString()));
        var without = (await server.Client.ApplyAsync(AnyObject.Widgets, Widget(ns, "{}"), "one", false, None)).Require(); // gives up what it owned
        Assert.False(without.Field("spec").TryGetProperty("color", out _));
        Assert.Equal(5, without.Field("spec", "size").GetInt32());
    }

    [KubeFact]
    public async Task The_status_is_apart_from_the_spec()
    {
        var ns = await server.NamespaceAsync();
        var created = (await server.Client.CreateAsync(AnyObject.Widgets, Widget(ns, """{"size": 3}"""), None)).Require();
        var status = AnyObject.Parse("""{"spec": {"size": 9}, "status": {"phase": "Well"}}""") with { Metadata = new ObjectMeta { Name = "w", Namespace = ns } };
        var applied = (await server.Client.ApplyAsync(AnyObject.Widgets, status, "one", true, None, "status")).Require();
        Assert.Equal((3, "Well", created.Metadata.Generation), (applied.Field("spec", "size").GetInt32(), applied.Field("status", "phase").GetString(), applied.Metadata.Generation));
        var patched = (await server.Client.PatchAsync(AnyObject.Widgets, ns, "w", new JsonObject { ["status"] = new JsonObject { ["phase"] = "Ill" } }, null, None, "status")).Require();
        Assert.Equal("Ill", patched.Field("status", "phase").GetString());
    }

    [KubeFact]
    public async Task What_breaks_the_schema_is_invalid_and_says_which_field()
    {
        var ns = await server.NamespaceAsync();
        var refused = await server.Client.CreateAsync(AnyObject.Widgets, Widget(ns, """{"size": 99}"""), None);
        Assert.Equal(KubeReason.Invalid, refused.Reason);
        Assert.Contains(refused.Error!.Causes, c => c.Field == "spec.size");
    }

    [KubeFact]
    public async Task An_account_gets_what_it_may_have_and_403_beyond()
    {
        var ns = await server.NamespaceAsync();
        var (config, _) = await server.AccountAsync(ns, "reader", """[{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list"]}]""");
        using var client = ApiServer.Connect(new FixedConfig(config));
        Assert.True((await client.ListAsync(AnyObject.ConfigMaps, new ListOptions { Namespace = ns }, None)).Ok);
        var refused = await client.CreateAsync(AnyObject.ConfigMaps, AnyObject.ConfigMap(ns, "a"), None);
        Assert.Equal((KubeReason.Forbidden, 403), (refused.Reason, refused.Error!.Status));
        Assert.Contains("reader", refused.Error.Message, StringComparison.Ordinal);
        Assert.Equal(KubeReason.Forbidden, (await client.ListAsync(AnyObject.ConfigMaps, new ListOptions { Namespace = "default" }, None)).Reason);
        Assert.Equal(KubeReason.Unauthorized, (await ApiServer.Connect(new FixedConfig(config with { Token = "no-such-token" })).ListAsync(AnyObject.ConfigMaps, new ListOptions { Namespace = ns }, None)).Reason);
    }

    [KubeFact]
    public async Task A_token_that_was_replaced_is_read_again_at_once()
    {
        var ns = await server.NamespaceAsync();
        var (config, secret) = await server.AccountAsync(ns, "rotated", """[{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]}]""");
        using var folder = new TemporaryFolder();
        foreach (var (name, text) in new[] { ("token", config.Token), ("ca.crt", config.AuthorityPem), ("namespace", ns) }) await File.WriteAllTextAsync(Path.Combine(folder.Path, name), text);
        using var client = ApiServer.Connect(new InClusterConfig(folder.Path, name => name == "KUBERNETES_SERVICE_HOST" ? config.Server.Host : $"{config.Server.Port}"));
        Assert.Equal(ns, client.Namespace);
        Assert.True((await client.ListAsync(AnyObject.ConfigMaps, new ListOptions { Namespace = ns }, None)).Ok);
        var next = await server.TokenAsync(ns, "rotated");
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "token"), next.Config.Token);
        await server.Client.DeleteAsync(AnyObject.Type("v1", "Secret", "secrets"), ns, secret, null, None); // the old one is void now
        Assert.True((await client.ListAsync(AnyObject.ConfigMaps, new ListOptions { Namespace = ns }, None)).Ok);
    }

    [KubeFact]
    public async Task A_kubeconfig_that_changes_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "config");
        var good = await File.ReadAllTextAsync(server.ConfigFile);
        var config = new KubeConfigFile(server.ConfigFile).Read();
        await File.WriteAllTextAsync(file, $$$"""
            clusters: [{name: c, cluster: {server: "{{{config.Server.AbsoluteUri}}}", certificate-authority-data: {{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(config.AuthorityPem!))}}}}}]
            users: [{name: u, user: {token: no-such-token}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
        using var client = ApiServer.Connect(new KubeConfigFile(file));
        Assert.Equal(KubeReason.Unauthorized, (await client.GetAsync(AnyObject.Namespaces, null, "default", None)).Reason);
        await File.WriteAllTextAsync(file, good);
        Assert.True((await client.GetAsync(AnyObject.Namespaces, null, "default", None)).Ok); // on a connection with the new certificate
        await File.WriteAllTextAsync(file, "half wri");
        Assert.True((await client.GetAsync(AnyObject.Namespaces, null, "default", None)).Ok); // what was good stays until the file is whole
    }

    [KubeFact]
    public async Task A_server_whose_certificate_leads_elsewhere_is_not_trusted()
    {
        var config = new KubeConfigFile(server.ConfigFile).Read();
        using var key = System.Security.Cryptography.ECDsa.Create();
        var authority = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=other", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var client = ApiServer.Connect(new FixedConfig(config with { AuthorityPem = authority.ExportCertificatePem() }));
        Assert.Equal(KubeReason.Unreachable, (await client.GetAsync(AnyObject.Namespaces, null, "default", None)).Reason);
    }

    [KubeFact]
    public async Task An_eviction_asks_the_disruption_budget()
    {
        var ns = await server.NamespaceAsync();
        (await server.Client.CreateAsync(ResourceTypes.Pods, SamplePod.New(ns, "p"), None)).Require();
        await SamplePod.RunAsync(server.Client, ns, "p", ready: true);
        var budgets = (await server.Client.ListAsync(AnyObject.Type("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"), new ListOptions { Namespace = ns }, None)).Ok ? "policy/v1" : "policy/v1beta1";
        var type = AnyObject.Type(budgets, "PodDisruptionBudget", "poddisruptionbudgets");
        await server.CreateAsync(budgets, "PodDisruptionBudget", "poddisruptionbudgets", ns, "all", """{"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "sample"}}}}""");
        await Eventually.True(async () => (await server.Client.GetAsync(type, ns, "all", None)).Require().Fields!.TryGetValue("status", out var s) && s.TryGetProperty("currentHealthy", out var n) && n.GetInt32() == 1, "the budget is counted");
        Assert.Equal(KubeReason.TooManyRequests, (await server.Client.EvictAsync(ns, "p", null, None))?.Reason);
        await server.Client.DeleteAsync(type, ns, "all", null, None);
        Assert.Null(await server.Client.EvictAsync(ns, "p", null, None));
        Assert.True((await server.Client.GetAsync(ResourceTypes.Pods, ns, "p", None)).Value?.Metadata.IsDeleting ?? true);
        Assert.Equal(KubeReason.NotFound, (await server.Client.EvictAsync(ns, "none", null, None))?.Reason);
    }

    [KubeFact]
    public async Task A_pod_comes_back_as_it_was_written()
    {
        var ns = await server.NamespaceAsync();
        var written = SamplePod.New(ns, "p");
        var read = (await server.Client.CreateAsync(ResourceTypes.Pods, written, None)).Require();
        var container = Assert.Single(read.Spec.Containers);
        Assert.Equal((40000, 41000, "UDP"), (container.Ports![0].Port, container.Ports[0].HostPort, container.Ports[0].Protocol));
        Assert.Equal("status.podIP", container.Env!.Single(e => e.Name == "POD_IP").ValueFrom?.FieldRef?.FieldPath);
        Assert.Equal(8081, container.ReadinessProbe?.HttpGet?.Port?.Number);
        Assert.Equal("500m", container.Resources?.Requests?["cpu"]);
        Assert.Equal(written.Spec.Containers[0].SecurityContext?.Capabilities?.Drop, container.SecurityContext?.Capabilities?.Drop);
        Assert.False(read.IsReady);
        await SamplePod.RunAsync(server.Client, ns, "p", ready: true);
        Assert.True((await server.Client.GetAsync(ResourceTypes.Pods, ns, "p", None)).Require().IsReady);
    }

    [KubeFact]
    public async Task The_same_event_is_counted_up()
    {
        var ns = await server.NamespaceAsync();
        var about = (await server.Client.CreateAsync(AnyObject.Widgets, Widget(ns, """{"size": 1}"""), None)).Require().Reference(AnyObject.Widgets);
        var recorder = new EventRecorder(server.Client, new EventReporter("conference-operator", "test"), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<EventRecorder>.Instance);
        for (var i = 0; i < 3; i++) recorder.Record(about, EventLevel.Normal, "ScaledUp", "two pods more (S3)");
        recorder.Record(about, EventLevel.Warning, "Frozen", "no silo answers");
        using var end = new CancellationTokenSource();
        await end.CancelAsync();
        await recorder.RunAsync(end.Token); // writes what waits
        var events = (await server.Client.ListAsync(ResourceTypes.Events, new ListOptions { Namespace = ns, FieldSelector = "involvedObject.name=w" }, None)).Require().Items.OrderBy(e => e.Reason).ToArray();
        Assert.Equal([("Frozen", "Warning", 1), ("ScaledUp", "Normal", 3)], events.Select(e => (e.Reason!, e.Type!, e.Count ?? 0)));
        Assert.Equal(about.Uid, events[0].InvolvedObject.Uid);
    }

    private async Task FillAsync(string ns, int count)
    {
        for (var i = 0; i < count; i++) (await server.Client.CreateAsync(AnyObject.ConfigMaps, Labelled(ns, $"item-{i:00}"), None)).Require();
    }

    private static AnyObject Labelled(string ns, string name)
    {
        var value = AnyObject.ConfigMap(ns, name);
        return value with { Metadata = value.Metadata with { Labels = new Dictionary<string, string> { ["test"] = "pages" } } };
    }

    private static AnyObject Widget(string ns, string spec) => AnyObject.Parse($$"""{"spec": {{spec}}}""") with { Metadata = new ObjectMeta { Name = "w", Namespace = ns } };
}
