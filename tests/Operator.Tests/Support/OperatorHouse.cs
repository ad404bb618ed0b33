using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conference.Hosting;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;
using Conference.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using YamlDotNet.Serialization;

namespace Conference.Operator.Tests.Support;

/// <summary>Operators as they are, on a real API server, with nodes and a silo that a test sets.</summary>
internal sealed class OperatorHouse : IAsyncDisposable
{
    private readonly List<WebApplication> _operators = [];

    private OperatorHouse(ApiServer server, string ns, FakeSilo silo, FakeNodes nodes) => (Server, Namespace, Silo, Nodes) = (server, ns, silo, nodes);

    public ApiServer Server { get; }

    public string Namespace { get; }

    public FakeSilo Silo { get; }

    public FakeNodes Nodes { get; }

    public LeaderTimes Times { get; set; } = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(250));

    public static async Task<OperatorHouse> BuildAsync(ApiServer server, int nodes = 1)
    {
        await DefineAsync(server);
        var ns = await server.NamespaceAsync();
        var silo = await FakeSilo.StartAsync();
        return new OperatorHouse(server, ns, silo, await FakeNodes.StartAsync(server.Client, silo, ns, nodes));
    }

    public async Task<WebApplication> StartOperatorAsync(string identity = "one", IClusterConfigSource? cluster = null)
    {
        var app = OperatorApp.Build(new OperatorOptions
        {
            Service = new ServiceOptions { Name = "operator", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false, LogLevel = LogLevel.Information },
            Cluster = cluster ?? new KubeConfigFile(Server.ConfigFile),
            Namespace = Namespace,
            SiloUrl = Silo.Url,
            Secret = Silo.Secret,
            Identity = identity,
            Times = Times,
            PodSilos = Silo.Url.AbsoluteUri,
            PodSecretName = "conference",
            Interval = TimeSpan.FromMilliseconds(500),
            Random = new Random(identity.Length),
        });
        await app.StartAsync();
        _operators.Add(app);
        return app;
    }

    /// <summary>Creates a pool of the house's nodes; <paramref name="spec"/> is JSON of a spec, whose image and node selector are set here.</summary>
    public async Task CreatePoolAsync(string name, string spec)
    {
        var value = JsonNode.Parse(spec)!.AsObject();
        value["image"] ??= "localhost/none:v1";
        value["region"] ??= "test";
        value["template"] ??= new JsonObject();
        value["template"]!["nodeSelector"] = new JsonObject { [Nodes.Label] = "true" };
        var pool = AnyObject.Parse(new JsonObject { ["spec"] = value }.ToJsonString()) with { Metadata = new ObjectMeta { Name = name, Namespace = Namespace } };
        (await Server.Client.CreateAsync(AnyPools, pool, CancellationToken.None)).Require();
    }

    public static ResourceType<AnyObject> AnyPools { get; } = AnyObject.Type(MediaPodPool.Type.ApiVersion, MediaPodPool.Type.Kind, MediaPodPool.Type.Plural);

    public async Task PatchPoolAsync(string name, string spec) =>
        (await Server.Client.PatchAsync(AnyPools, Namespace, name, new JsonObject { ["spec"] = JsonNode.Parse(spec) }, null, CancellationToken.None)).Require();

    public async Task<MediaPodPool> PoolAsync(string name) => (await Server.Client.GetAsync(MediaPodPool.Type, Namespace, name, CancellationToken.None)).Require();

    public async Task<IReadOnlyList<Pod>> PodsAsync() => await Nodes.PodsAsync();

    public async Task<string[]> EventsAsync() =>
        [.. (await Server.Client.ListAsync(ResourceTypes.Events, new ListOptions { Namespace = Namespace, FieldSelector = $"involvedObject.kind={MediaPodPool.Type.Kind}" }, CancellationToken.None)).Require().Items
            .OrderBy(e => e.FirstTimestamp).Select(e => $"{e.Type} {e.Reason}: {e.Message}")];

    /// <summary>Waits until the status of a pool is as wanted; says what it is when it never gets there.</summary>
    public async Task<MediaPodPoolStatus> UntilAsync(string pool, Func<MediaPodPoolStatus, bool> wanted, TimeSpan? bound = null)
    {
        MediaPodPoolStatus? status = null;
        await Eventually.True(async () => (status = (await PoolAsync(pool)).Status) is { } known && wanted(known), () => DescribeAsync(pool), bound);
        return status!;
    }

    public async Task<string> DescribeAsync(string pool)
    {
        var status = (await Server.Client.GetAsync(AnyPools, Namespace, pool, CancellationToken.None)).Value?.Fields is { } fields && fields.TryGetValue("status", out var found) ? found : default;
        var pods = (await PodsAsync()).Select(p => $"{p.Metadata.Name} {p.Status?.Phase} ready={p.IsReady} node={p.Spec.NodeName} deleting={p.Metadata.IsDeleting} [{string.Join(' ', p.Metadata.Finalizers ?? [])}] {JsonSerializer.Serialize(p.Metadata.Annotations)}");
        return $"{status}\n{string.Join('\n', pods)}\n{string.Join('\n', await EventsAsync())}\nsilo: {string.Join(", ", Silo.Orders)}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _operators)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        foreach (var pool in (await Server.Client.ListAsync(MediaPodPool.Type, new ListOptions { Namespace = Namespace }, CancellationToken.None)).Value?.Items ?? [])
            await Server.Client.DeleteAsync(MediaPodPool.Type, Namespace, pool.Metadata.Name, null, CancellationToken.None);
        await Nodes.DisposeAsync();
        await Silo.DisposeAsync();
    }

    /// <summary>Installs the definition that the chart installs.</summary>
    private static async Task DefineAsync(ApiServer server)
    {
        var file = Directory.EnumerateFiles(Path.Combine(Checkout.Folder, "charts"), "*.yaml", SearchOption.AllDirectories)
            .Single(f => File.ReadLines(f).Any(l => l.Trim() == "kind: CustomResourceDefinition"));
        var yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new StringReader(await File.ReadAllTextAsync(file)));
        var json = new SerializerBuilder().JsonCompatible().Build().Serialize(yaml);
        (await server.Client.ApplyAsync(AnyObject.Definitions, AnyObject.Parse(json), "operator-tests", true, CancellationToken.None)).Require();
        await Eventually.True(async () => (await server.Client.ListAsync(AnyPools, new ListOptions(), CancellationToken.None)).Ok, "pools are served");
    }
}
