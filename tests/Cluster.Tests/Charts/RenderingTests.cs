using System.Text.Json.Nodes;
using Conference.Cluster.Tests.Support;
using Conference.Support;

namespace Conference.Cluster.Tests.Charts;

/// <summary>What the chart makes of values, for the oldest Kubernetes it supports and for today's.</summary>
public sealed class RenderingTests
{
    private const string Old = "1.20.2", New = "1.33.1";

    private static readonly string[] NewKinds = ["policy/v1/PodDisruptionBudget", "monitoring.coreos.com/v1"];

    // Everything that can be switched on.
    private static readonly string[] Full =
    [
        "--is-upgrade", "--set", "database.url=postgres://u:p@db/conference,silo.flavour=orleans,silo.replicas=3,gateway.ingress.enabled=true,gateway.ingress.host=meet.example.org",
        "--set", "turn.coturn.enabled=true,turn.coturn.externalAddress=203.0.113.5,networkPolicy.enabled=true,serviceMonitor.enabled=true,dashboards.enabled=true,gateway.tls.secretName=cert",
        "--set", "pools[0].name=north,pools[0].region=north,pools[1].name=south,pools[1].region=south,pools[1].network.mode=HostNetwork,image.pullSecrets[0]=pull,publicUrl=https://meet.example.org",
        "--set", "signIn.issuer=https://login.example.org,signIn.clientId=conference,signIn.existingSecret=sign-in,signIn.emailDomains[0]=example.org",
    ];

    private static readonly string[] Trial = ["--set", "postgresql.enabled=true"];

    public static TheoryData<string, bool> Everything => new() { { Old, false }, { Old, true }, { New, false }, { New, true } };

    [HelmTheory]
    [MemberData(nameof(Everything))]
    public async Task Every_kind_is_one_that_this_kubernetes_serves(string kubernetes, bool full)
    {
        var served = new HashSet<string>
        {
            "v1", "apps/v1", "batch/v1", "rbac.authorization.k8s.io/v1", "networking.k8s.io/v1", "apiextensions.k8s.io/v1", "conference.io/v1alpha1", "coordination.k8s.io/v1", kubernetes == Old ? "policy/v1beta1" : "policy/v1",
        };
        if (kubernetes == New) served.Add("monitoring.coreos.com/v1");
        var documents = await RenderAsync(kubernetes, full ? Full : Trial);
        Assert.Empty(documents.Select(d => (string)d["apiVersion"]!).Except(served));
        Assert.Equal(kubernetes == New && full, documents.Any(d => (string)d["kind"]! == "PodMonitor"));
        // Two documents of one name would overwrite each other.
        Assert.Empty(documents.GroupBy(d => (d["kind"]!.ToString(), d["metadata"]!["name"]!.ToString())).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [HelmTheory]
    [MemberData(nameof(Everything))]
    public async Task No_pod_has_privileges_and_only_those_who_need_it_have_a_token(string kubernetes, bool full)
    {
        foreach (var (name, pod) in Pods(await RenderAsync(kubernetes, full ? Full : Trial)))
        {
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!, name);
            Assert.Equal("RuntimeDefault", (string)pod["securityContext"]!["seccompProfile"]!["type"]!);
            foreach (var container in pod["containers"]!.AsArray().Concat(pod["initContainers"]?.AsArray() ?? []))
            {
                var security = container!["securityContext"]!;
                Assert.True((bool)security["readOnlyRootFilesystem"]!, name);
                Assert.False((bool)security["allowPrivilegeEscalation"]!, name);
                Assert.Equal("ALL", (string)security["capabilities"]!["drop"]![0]!);
            }
            var talksToKubernetes = name.Contains("operator") || name.EndsWith("-crd") || name.EndsWith("-uninstall");
            Assert.Equal(talksToKubernetes, pod["automountServiceAccountToken"] is null);
        }
    }

    [HelmFact]
    public async Task The_operator_may_do_little_and_outside_its_namespace_only_read_nodes()
    {
        var documents = await RenderAsync(New, Trial);
        var cluster = Assert.Single(documents, d => (string)d["kind"]! == "ClusterRole");
        var nodes = Assert.Single(cluster["rules"]!.AsArray())!;
        Assert.Equal("""[["nodes"],["get","list","watch"]]""", new JsonArray(nodes["resources"]!.DeepClone(), nodes["verbs"]!.DeepClone()).ToJsonString());
        var roles = documents.Where(d => (string)d["kind"]! == "Role").SelectMany(d => d["rules"]!.AsArray()).ToArray();
        Assert.NotEmpty(roles);
        foreach (var rule in roles)
        {
            Assert.DoesNotContain("secrets", rule!["resources"]!.AsArray().Select(r => (string)r!));
            Assert.DoesNotContain("*", rule["resources"]!.AsArray().Concat(rule["verbs"]!.AsArray()).Concat(rule["apiGroups"]!.AsArray()).Select(r => (string)r!));
        }
    }

    [HelmFact]
    public async Task Pools_take_what_they_do_not_say_from_the_defaults()
    {
        var pools = (await RenderAsync(New, Full)).Where(d => (string)d["kind"]! == "MediaPodPool").ToDictionary(d => (string)d["metadata"]!["name"]!, d => d["spec"]!);
        Assert.Equal(["north", "south"], pools.Keys.Order());
        Assert.Equal("HostPort", (string)pools["north"]["network"]!["mode"]!);
        Assert.Equal("HostNetwork", (string)pools["south"]["network"]!["mode"]!);
        Assert.Equal(2, (long)pools["south"]["network"]!["workers"]!);
        Assert.EndsWith("/conference-mediapod:0.1.0", (string)pools["south"]["image"]!);
        Assert.Equal("pull", (string)pools["south"]["template"]!["imagePullSecrets"]![0]!["name"]!);
    }

    [HelmFact]
    public async Task Traces_are_sent_by_every_service_and_pool_once_a_collector_is_named()
    {
        static bool Traces(JsonNode? env) => env?.AsArray().Any(e => (string)e!["name"]! == "OTEL_EXPORTER_OTLP_ENDPOINT" && (string)e["value"]! == "http://collector:4317") ?? false;
        string[] services = ["meet-conference-gateway", "meet-conference-operator", "meet-conference-silo"];
        foreach (var (values, traced) in ((string[], bool)[])[(Trial, false), ([.. Trial, "--set", "tracing.endpoint=http://collector:4317,pools[0].name=a,pools[0].region=a,pools[0].template.env[0].name=MINE"], true)])
        {
            var documents = await RenderAsync(New, values);
            Assert.Equal(traced ? services : [], Pods(documents).Where(p => Traces(p.Pod["containers"]![0]!["env"])).Select(p => p.Name).Order());
            Assert.Equal(traced, Traces(Assert.Single(documents, d => (string)d["kind"]! == "MediaPodPool")["spec"]!["template"]!["env"]));
        }
    }

    [HelmFact]
    public async Task Coturn_and_silo_share_a_secret_that_no_argument_or_variable_holds()
    {
        var documents = await RenderAsync(New, [.. Trial, "--set", "turn.coturn.enabled=true,turn.coturn.externalAddress=203.0.113.5,turn.coturn.tls.secretName=cert,turn.coturn.tls.host=turn.example.org,turn.coturn.tls.port=443"]);
        var coturn = Pods(documents).Single(p => p.Name == "meet-conference-coturn").Pod;
        var arguments = coturn["containers"]![0]!["args"]!.AsArray().Select(a => (string)a!).ToList();
        Assert.Contains("--use-auth-secret", arguments);
        Assert.Contains("--static-auth-secret=$(TURN_SECRET)", arguments);
        Assert.Contains("--tls-listening-port=443", arguments);
        Assert.Equal(0, (long)coturn["securityContext"]!["runAsUser"]!);
        Assert.Equal(["NET_BIND_SERVICE"], coturn["containers"]![0]!["securityContext"]!["capabilities"]!["add"]!.AsArray().Select(c => (string)c!));

        var silo = Pods(documents).Single(p => p.Name == "meet-conference-silo").Pod["containers"]![0]!["env"]!.AsArray().ToDictionary(e => (string)e!["name"]!, e => e!);
        Assert.Equal("turn:203.0.113.5:3478?transport=udp,turn:203.0.113.5:3478?transport=tcp,turns:turn.example.org:443?transport=tcp", (string)silo["CONFERENCE_TURN_URLS"]["value"]!);
        var secret = silo["CONFERENCE_TURN_SECRET"]["valueFrom"]!["secretKeyRef"]!;
        Assert.Equal(("meet-conference", "turnSecret"), ((string)secret["name"]!, (string)secret["key"]!));
        Assert.Equal(secret.ToJsonString(), coturn["containers"]![0]!["env"]![0]!["valueFrom"]!["secretKeyRef"]!.ToJsonString());
        Assert.NotNull(documents.Single(d => (string)d["kind"]! == "Secret" && (string)d["metadata"]!["name"]! == "meet-conference")["data"]!["turnSecret"]);
    }

    [HelmFact]
    public async Task Where_hosts_sign_in_is_told_to_the_silo_alone_and_the_clients_secret_by_a_secret()
    {
        var documents = await RenderAsync(New, Full);
        var told = Pods(documents).Where(p => p.Pod["containers"]![0]!["env"]?.AsArray().Any(e => ((string)e!["name"]!).StartsWith("CONFERENCE_OIDC_", StringComparison.Ordinal)) ?? false).ToArray();
        var (name, pod) = Assert.Single(told);
        Assert.Equal("meet-conference-silo", name);
        var silo = pod["containers"]![0]!["env"]!.AsArray().ToDictionary(e => (string)e!["name"]!, e => e!);
        Assert.Equal(("https://login.example.org", "conference", "openid profile email", "example.org"),
            ((string)silo["CONFERENCE_OIDC_ISSUER"]["value"]!, (string)silo["CONFERENCE_OIDC_CLIENT_ID"]["value"]!, (string)silo["CONFERENCE_OIDC_SCOPES"]["value"]!, (string)silo["CONFERENCE_OIDC_EMAIL_DOMAINS"]["value"]!));
        var secret = silo["CONFERENCE_OIDC_CLIENT_SECRET"]["valueFrom"]!["secretKeyRef"]!;
        Assert.Equal(("sign-in", "clientSecret"), ((string)secret["name"]!, (string)secret["key"]!));
        Assert.DoesNotContain("CONFERENCE_OIDC_TENANT", silo.Keys);
    }

    [HelmFact]
    public async Task A_first_install_migrates_in_the_silo_and_an_upgrade_before_it()
    {
        var install = await RenderAsync(New, Trial);
        Assert.DoesNotContain(install, d => d["metadata"]!["annotations"]?["helm.sh/hook"]?.ToString() == "pre-upgrade");
        var silo = Pods(install).Single(p => p.Name == "meet-conference-silo").Pod;
        Assert.Equal("migrate", (string)silo["initContainers"]![0]!["args"]![0]!);
        var upgrade = await RenderAsync(New, [.. Trial, "--is-upgrade"]);
        var job = Assert.Single(upgrade, d => (string)d["metadata"]!["name"]! == "meet-conference-migrate");
        Assert.Equal("pre-upgrade", (string)job["metadata"]!["annotations"]!["helm.sh/hook"]!);
    }

    [HelmTheory]
    [InlineData("silo.standby=true", 2)]
    [InlineData("silo.standby=false", 1)]
    public async Task An_embedded_silo_is_relieved_by_one_that_stands_by_and_is_ready_for_that(string values, int pods)
    {
        var documents = await RenderAsync(New, [.. Trial, "--set", values]);
        var silo = documents.Single(d => (string)d["kind"]! == "Deployment" && (string)d["metadata"]!["name"]! == "meet-conference-silo")["spec"]!;
        Assert.Equal(pods, (long)silo["replicas"]!);
        Assert.Equal("""{"maxUnavailable":0,"maxSurge":1}""", silo["strategy"]!["rollingUpdate"]!.ToJsonString());
        var container = silo["template"]!["spec"]!["containers"]![0]!;
        Assert.Equal("true", (string)container["env"]!.AsArray().Single(e => (string)e!["name"]! == "CONFERENCE_STANDBY")!["value"]!);
        Assert.Equal("/readyz/pod", (string)container["readinessProbe"]!["httpGet"]!["path"]!);
        Assert.Equal(pods > 1, documents.Any(d => (string)d["kind"]! == "PodDisruptionBudget" && (string)d["metadata"]!["name"]! == "meet-conference-silo"));
    }

    [HelmFact]
    public async Task Silos_of_a_cluster_do_not_stand_by_and_a_fast_stop_of_the_database_waits_for_nobody()
    {
        var silo = Pods(await RenderAsync(New, Full)).Single(p => p.Name == "meet-conference-silo").Pod;
        Assert.DoesNotContain(silo["containers"]![0]!["env"]!.AsArray(), e => (string)e!["name"]! == "CONFERENCE_STANDBY");
        var database = Pods(await RenderAsync(New, Trial)).Single(p => p.Name == "meet-conference-postgresql").Pod;
        Assert.Contains("fast", database["containers"]![0]!["lifecycle"]!["preStop"]!["exec"]!["command"]!.AsArray().Select(c => (string)c!));
    }

    [HelmTheory]
    [InlineData("postgresql.enabled=true,silo.replicas=2", "silo.replicas is 2, but the embedded flavour is one process that holds every meeting: set silo.replicas to 1, or silo.flavour to orleans")]
    [InlineData("silo.replicas=1", "no database: set database.url or database.existingSecret to your PostgreSQL, or postgresql.enabled=true for a trial")]
    [InlineData("postgresql.enabled=true,database.url=postgres://a/b", "more than one database: set only one of")]
    [InlineData("postgresql.enabled=true,gateway.ingress.enabled=true", "gateway.ingress.enabled needs gateway.ingress.host")]
    [InlineData("postgresql.enabled=true,turn.coturn.enabled=true", "turn.coturn.enabled needs turn.coturn.externalAddress")]
    [InlineData("postgresql.enabled=true,turn.urls[0]=turn:t.example.org", "turn.urls needs turn.existingSecret")]
    [InlineData("postgresql.enabled=true,pools[0].name=a,pools[1].name=a", "two pools are called 'a'")]
    public async Task What_contradicts_itself_is_refused_with_what_to_do(string values, string message) =>
        Assert.Contains(message, await RefusalAsync(values));

    [HelmTheory]
    [InlineData("gateway.replcas=3", "gateway: Additional property replcas is not allowed")]
    [InlineData("gateway.service.type=Nodeport", "gateway.service.type must be one of the following: \"ClusterIP\", \"NodePort\", \"LoadBalancer\"")]
    [InlineData("silo.replicas=none", "silo.replicas: Invalid type. Expected: integer, given: string")]
    [InlineData("silo.flavour=akka", "silo.flavour must be one of the following: \"embedded\", \"orleans\"")]
    [InlineData("database.url=mysql://a/b", "database.url: Does not match pattern")]
    [InlineData("pools[0].region=x", "pools.0: name is required")]
    [InlineData("pools[0].name=a,pools[0].minPods=-1", "pools.0.minPods: Must be greater than or equal to 0")]
    [InlineData("pools[0].name=a,pools[0].network.mode=Bridge", "pools.0.network.mode must be one of the following")]
    [InlineData("turn.servers[0].urls[0]=http://x", "turn.servers.0.urls.0: Does not match pattern")]
    [InlineData("tracing.share=2", "tracing.share: Must be less than or equal to 1")]
    public async Task What_the_schema_forbids_is_named_with_its_place(string values, string message) =>
        Assert.Contains(message, await RefusalAsync($"postgresql.enabled=true,{values}"));

    [HelmFact]
    public async Task Every_image_of_the_chart_is_built_both_ways()
    {
        var images = Pods(await RenderAsync(New, Full)).SelectMany(p => p.Pod["containers"]!.AsArray()).Select(c => (string)c!["image"]!)
            .Where(i => i.StartsWith("localhost/conference-", StringComparison.Ordinal)).Select(i => i["localhost/conference-".Length..].Split(':')[0]).Append("mediapod").Append("silo").Distinct();
        var script = await File.ReadAllTextAsync(Path.Combine(Checkout.Folder, "build/images"));
        var dockerfile = await File.ReadAllTextAsync(Path.Combine(Checkout.Folder, "deploy/images/Dockerfile"));
        foreach (var image in images)
        {
            Assert.Contains($"[{image}]=", script);
            Assert.Contains($" AS {image.Replace("-orleans", "")}\n", dockerfile);
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> RenderAsync(string kubernetes, string[] arguments)
    {
        var result = await Helm.TemplateAsync(kubernetes, kubernetes == New ? NewKinds : [], arguments);
        Assert.True(result.ExitCode == 0, result.Errors);
        return Yaml.Documents(result.Output);
    }

    private static async Task<string> RefusalAsync(string values)
    {
        var result = await Helm.TemplateAsync(New, [], "--set", values);
        Assert.NotEqual(0, result.ExitCode);
        return result.Errors;
    }

    private static IEnumerable<(string Name, JsonNode Pod)> Pods(IEnumerable<JsonObject> documents) =>
        documents.Where(d => (string)d["kind"]! is "Deployment" or "StatefulSet" or "Job" or "DaemonSet" or "Pod")
            .Select(d => ((string)d["metadata"]!["name"]!, (string)d["kind"]! == "Pod" ? d["spec"]! : d["spec"]!["template"]!["spec"]!));
}
