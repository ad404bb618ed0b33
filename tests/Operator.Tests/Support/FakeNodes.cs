using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Tests.Support;

/// <summary>
/// Nodes without machines: the API server, the scheduler and the controllers are real, and this does what a kubelet and a media pod would: renews the node's lease, reports
/// pods as running, registers them at the silo, and ends deleted ones.
/// </summary>
internal sealed class FakeNodes : IAsyncDisposable
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    private readonly KubeClient _client;
    private readonly FakeSilo _silo;
    private readonly string _ns;
    private readonly ConcurrentDictionary<string, bool> _nodes = new();
    private readonly CancellationTokenSource _end = new();
    private Task _run = Task.CompletedTask;

    private FakeNodes(KubeClient client, FakeSilo silo, string ns) => (_client, _silo, _ns) = (client, silo, ns);

    /// <summary>The label that keeps a test's pods on its own nodes.</summary>
    public string Label => $"test-{_ns}";

    /// <summary>What a pod may carry, as it tells the silo.</summary>
    public int Capacity { get; set; } = 100;

    /// <summary>Whether pods become ready.</summary>
    public Func<Pod, bool> Starts { get; set; } = _ => true;

    /// <summary>Every pod that ever ran.</summary>
    public ConcurrentDictionary<string, string> Ran { get; } = new();

    public static async Task<FakeNodes> StartAsync(KubeClient client, FakeSilo silo, string ns, int count)
    {
        var nodes = new FakeNodes(client, silo, ns);
        for (var i = 1; i <= count; i++) await nodes.JoinAsync($"{ns}-{i}");
        nodes._run = Task.Run(nodes.RunAsync);
        return nodes;
    }

    /// <summary>The machine of a node loses its power.</summary>
    public void Stop(string node) => _nodes[node] = false;

    /// <summary>And gets it back: what ran there has ended.</summary>
    public async Task RestartAsync(string node)
    {
        foreach (var pod in await PodsAsync()) if (pod.Spec.NodeName == node) _silo.Remove(pod.Metadata.Name);
        _nodes[node] = true;
    }

    public async Task<IReadOnlyList<Pod>> PodsAsync() => (await _client.ListAsync(ResourceTypes.Pods, new ListOptions { Namespace = _ns }, CancellationToken.None)).Require().Items;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        foreach (var node in _nodes.Keys) await _client.DeleteAsync(ResourceTypes.Nodes, null, node, null, CancellationToken.None);
        foreach (var pod in await PodsAsync())
        {
            await _client.PatchAsync(ResourceTypes.Pods, _ns, pod.Metadata.Name, JsonNode.Parse("""{"metadata": {"finalizers": null}}""")!.AsObject(), null, CancellationToken.None);
            await _client.DeleteAsync(ResourceTypes.Pods, _ns, pod.Metadata.Name, null, CancellationToken.None, 0);
        }
        _end.Dispose();
    }

    private async Task JoinAsync(string name)
    {
        var node = AnyObject.Parse("""{"spec": {}}""") with { Metadata = new ObjectMeta { Name = name, Labels = new Dictionary<string, string> { [Label] = "true", ["kubernetes.io/hostname"] = name, ["topology.kubernetes.io/region"] = "test" } } };
        (await _client.CreateAsync(AnyObject.Type("v1", "Node", "nodes", false), node, CancellationToken.None)).Require();
        _nodes[name] = true;
        await BeatAsync(name);
    }

    private async Task RunAsync()
    {
        for (var round = 0; !_end.IsCancellationRequested; round++)
        {
            try
            {
                if (round % 5 == 0)
                    foreach (var (node, on) in _nodes) if (on) await BeatAsync(node);
                foreach (var pod in await PodsAsync())
                    if (pod.Spec.NodeName is { } node && _nodes.GetValueOrDefault(node)) await ServeAsync(pod);
                await Task.Delay(Round, _end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (KubeException)
            {
                // as a kubelet: again in the next round
            }
        }
    }

    private async Task BeatAsync(string node)
    {
        var now = TimeProvider.System.GetUtcNow();
        var time = JsonSerializer.Serialize(KubeTime.Format(now));
        var status = $$"""
            {"status": {"capacity": {"cpu": "64", "memory": "64Gi", "pods": "100"}, "allocatable": {"cpu": "64", "memory": "64Gi", "pods": "100"},
             "addresses": [{"type": "InternalIP", "address": "10.9.0.1"}],
             "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "fake", "lastHeartbeatTime": {{time}}, "lastTransitionTime": {{time}} } ] } }
            """;
        var read = await _client.GetAsync(ResourceTypes.Nodes, null, node, CancellationToken.None);
        if (!read.Ok) return;
        var patch = JsonNode.Parse(status)!.AsObject();
        if (read.Value.IsReady) patch["status"]!["conditions"]![0]!["lastTransitionTime"] = KubeTime.Format(read.Value.Status!.Conditions!.Single(c => c.Type == "Ready").LastTransitionTime!.Value);
        (await _client.PatchAsync(ResourceTypes.Nodes, null, node, patch, null, CancellationToken.None, "status")).Require();
    }

    private async Task ServeAsync(Pod pod)
    {
        var name = pod.Metadata.Name;
        if (pod.Metadata.IsDeleting)
        {
            if (pod.IsFinished || pod.Metadata.DeletionGracePeriodSeconds == 0) return;
            // SIGTERM: it leaves when it is empty, or when its grace period is over.
            var busy = _silo.Pods.TryGetValue(name, out var known) && known.Participants > 0;
            if (busy && TimeProvider.System.GetUtcNow() < pod.Metadata.DeletionTimestamp) return;
            await EndAsync(pod, "Succeeded", "Completed", 0);
            await _client.DeleteAsync(ResourceTypes.Pods, _ns, name, new Preconditions(pod.Metadata.Uid), CancellationToken.None, 0);
            return;
        }
        if (pod.IsReady || pod.IsFinished || !Starts(pod)) return;
        _silo.Register(name, Capacity);
        Ran[name] = pod.Spec.NodeName!;
        await SamplePod.RunAsync(_client, _ns, name, ready: true);
    }

    /// <summary>The process of a pod ends.</summary>
    public async Task EndAsync(Pod pod, string phase, string reason, int exitCode)
    {
        _silo.Remove(pod.Metadata.Name);
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "False", ["lastTransitionTime"] = KubeTime.Format(TimeProvider.System.GetUtcNow()) }),
            ["containerStatuses"] = new JsonArray(new JsonObject
            {
                ["name"] = pod.Spec.Containers[0].Name, ["image"] = "none", ["imageID"] = "", ["ready"] = false, ["restartCount"] = 0,
                ["state"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = exitCode, ["reason"] = reason } },
            }),
        };
        await _client.PatchAsync(ResourceTypes.Pods, _ns, pod.Metadata.Name, new JsonObject { ["status"] = status }, null, CancellationToken.None, "status");
    }
}
