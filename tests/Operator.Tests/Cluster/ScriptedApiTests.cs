using System.Collections.Concurrent;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Tests.Support;
using Conference.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Operator.Tests.Cluster;

/// <summary>The client against answers that a real server gives too rarely to wait for.</summary>
public sealed class ScriptedApiTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ListOptions Here = new() { Namespace = "ns" };

    [Fact]
    public async Task A_read_is_tried_again_after_a_refusal_that_passes()
    {
        await using var api = await ScriptedApi.StartAsync((context, n) =>
        {
            if (n == 1) context.Response.Headers.RetryAfter = "1";
            return n switch
            {
                1 => ScriptedApi.StatusAsync(context, 429, "TooManyRequests"),
                2 => ScriptedApi.StatusAsync(context, 500, "InternalError"),
                3 => ScriptedApi.StatusAsync(context, 503, "ServiceUnavailable"),
                _ => ScriptedApi.ListAsync(context, 7, "a"),
            };
        });
        Assert.Equal("a", Assert.Single((await api.Client.ListAsync(ResourceTypes.Pods, Here, None)).Require().Items).Metadata.Name);
        Assert.Equal(4, api.Requests.Count);
    }

    [Fact]
    public async Task A_creation_that_may_have_happened_is_not_tried_again()
    {
        await using var api = await ScriptedApi.StartAsync((context, _) => ScriptedApi.StatusAsync(context, 500, "InternalError"));
        Assert.Equal(KubeReason.InternalError, (await api.Client.CreateAsync(ResourceTypes.Pods, SamplePod.New("ns", "p"), None)).Reason);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task An_eviction_is_asked_once_in_the_version_that_the_server_names()
    {
        await using var api = await ScriptedApi.StartAsync((context, n) => n == 1
            ? ScriptedApi.JsonAsync(context, """{"resources": [{"name": "pods"}, {"name": "pods/eviction", "group": "policy", "version": "v1", "kind": "Eviction"}]}""")
            : ScriptedApi.StatusAsync(context, 429, "TooManyRequests", """{"retryAfterSeconds": 10}"""));
        var refused = await api.Client.EvictAsync("ns", "p", new Preconditions("uid"), None);
        Assert.Equal((KubeReason.TooManyRequests, TimeSpan.FromSeconds(10)), (refused!.Reason, refused.RetryAfter!.Value));
        Assert.Equal(["GET /api/v1", "POST /api/v1/namespaces/ns/pods/p/eviction"], api.Requests);
    }

    [Theory]
    [InlineData(400, "BadRequest", KubeReason.BadRequest)]
    [InlineData(401, "Unauthorized", KubeReason.Unauthorized)]
    [InlineData(403, "Forbidden", KubeReason.Forbidden)]
    [InlineData(404, "NotFound", KubeReason.NotFound)]
    [InlineData(409, "Conflict", KubeReason.Conflict)]
    [InlineData(409, "AlreadyExists", KubeReason.AlreadyExists)]
    [InlineData(410, "Expired", KubeReason.Gone)]
    [InlineData(415, "UnsupportedMediaType", KubeReason.BadRequest)]
    [InlineData(422, "Invalid", KubeReason.Invalid)]
    [InlineData(418, "Teapot", KubeReason.Unknown)]
    public async Task Every_refusal_has_a_name(int status, string reason, KubeReason named)
    {
        await using var api = await ScriptedApi.StartAsync((context, _) => ScriptedApi.StatusAsync(context, status, reason));
        var answer = await api.Client.CreateAsync(ResourceTypes.Pods, SamplePod.New("ns", "p"), None);
        Assert.Equal((named, status, "as scripted"), (answer.Reason, answer.Error!.Status, answer.Error.Message));
    }

    [Theory]
    [InlineData("<html>bad gateway</html>", 404, KubeReason.NotFound)]
    [InlineData("", 403, KubeReason.Forbidden)]
    [InlineData("null", 200, KubeReason.Malformed)]
    [InlineData("<html>", 200, KubeReason.Malformed)]
    [InlineData("""{"metadata": {"resourceVersion": "1"}, "items": [{"metadata": 7}]}""", 200, KubeReason.Malformed)]
    [InlineData("""{"metadata": {"resourceVersion": "1"}, "items": [null]}""", 200, KubeReason.Malformed)]
    public async Task Answers_that_are_no_objects_are_named_too(string body, int status, KubeReason named)
    {
        await using var api = await ScriptedApi.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        Assert.Equal(named, (await api.Client.ListAsync(ResourceTypes.Pods, Here, None)).Reason);
    }

    [Fact]
    public async Task What_is_missing_in_an_object_is_empty_and_never_null()
    {
        await using var api = await ScriptedApi.StartAsync((context, _) => ScriptedApi.JsonAsync(context, "{}"));
        var pod = (await api.Client.GetAsync(ResourceTypes.Pods, "ns", "p", None)).Require();
        Assert.Equal(("", 0, false, false), (pod.Metadata.Name, pod.Spec.Containers.Count, pod.IsReady, pod.Metadata.IsDeleting));
        Assert.Null((await api.Client.GetAsync(ResourceTypes.Leases, "ns", "l", None)).Require().Spec.HolderIdentity);
    }

    [Fact]
    public async Task A_cache_that_is_told_410_in_the_middle_lists_again_and_notices_what_is_gone()
    {
        await using var api = await ScriptedApi.StartAsync(async (context, n) =>
        {
            if (!context.Request.Query.ContainsKey("watch")) await ScriptedApi.ListAsync(context, n == 1 ? 10 : 20, n == 1 ? ["stays", "goes"] : ["stays", "comes"]);
            else if (n == 2)
            {
                await ScriptedApi.LineAsync(context, """{"type":"ADDED","object":{"metadata":{"name":"late","namespace":"ns","uid":"late","resourceVersion":"11"}}}""" + "\n");
                await ScriptedApi.LineAsync(context, """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""" + "\n");
            }
            else await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
        });
        var changes = new ConcurrentQueue<string>();
        var cache = new ResourceCache<Pod>(api.Client, ResourceTypes.Pods, Here, c => changes.Enqueue($"{(c.Before is null ? "+" : c.After is null ? "-" : "~")}{c.Latest.Metadata.Name}"), TimeProvider.System, NullLogger.Instance);
        using var end = new CancellationTokenSource();
        var run = cache.RunAsync(end.Token);
        await Eventually.True(() => Task.FromResult(cache.Relists == 2), "listed again");
        Assert.Equal(["comes", "stays"], cache.Items.Select(p => p.Metadata.Name).Order());
        Assert.Equal(["+comes", "+goes", "+late", "+stays", "-goes", "-late"], changes.Order(StringComparer.Ordinal));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Contains(api.Requests, r => r.Contains("watch=true", StringComparison.Ordinal) && r.Contains("resourceVersion=20", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no json\n")]
    [InlineData("null\n")]
    [InlineData("{\"type\":\"RENAMED\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"ADDED\"}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":[]}\n")]
    [InlineData("{\"type\":\"BOOKMARK\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":7}}}\n")]
    public async Task A_line_that_is_no_event_ends_the_watch_by_name(string line)
    {
        await using var api = await ScriptedApi.StartAsync((context, _) => ScriptedApi.LineAsync(context, line));
        Assert.Equal(KubeReason.Malformed, Assert.Single(await WatchAsync(api)).Error!.Reason);
    }

    [Fact]
    public async Task A_line_without_an_end_is_not_collected_for_ever()
    {
        await using var api = await ScriptedApi.StartAsync(async (context, _) =>
        {
            var block = new string('x', 1 << 20);
            for (var i = 0; i < 32 && !context.RequestAborted.IsCancellationRequested; i++) await ScriptedApi.LineAsync(context, block);
        });
        Assert.Equal(KubeReason.Malformed, Assert.Single(await WatchAsync(api)).Error!.Reason);
    }

    [Fact]
    public async Task Lines_that_come_in_pieces_are_put_together_and_half_a_line_at_the_end_is_dropped()
    {
        const string text = """{"type":"MODIFIED","object":{"metadata":{"name":"p","resourceVersion":"5"}}}""";
        await using var api = await ScriptedApi.StartAsync(async (context, _) =>
        {
            foreach (var piece in (text + "\n" + text + "\n" + text[..20]).Chunk(7)) await ScriptedApi.LineAsync(context, new string(piece));
        });
        Assert.Equal([(WatchEventKind.Modified, "5"), (WatchEventKind.Modified, "5")], (await WatchAsync(api)).Select(e => (e.Kind, e.ResourceVersion!)));
    }

    [Fact]
    public async Task Whatever_bytes_a_watch_sends_nothing_is_thrown()
    {
        var random = new Random(7);
        const string good = """{"type":"ADDED","object":{"metadata":{"name":"p","namespace":"n","resourceVersion":"5","labels":{"a":"b"}},"spec":{"containers":[]}}}""";
        await using var api = await ScriptedApi.StartAsync(async (context, _) =>
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(good);
            for (var i = 0; i < 3; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await context.Response.Body.WriteAsync(bytes);
            await ScriptedApi.LineAsync(context, "\n");
        });
        for (var i = 0; i < 200; i++) Assert.InRange((await WatchAsync(api)).Count, 0, 4);
    }

    private static async Task<List<WatchEvent<Pod>>> WatchAsync(ScriptedApi api)
    {
        var events = new List<WatchEvent<Pod>>();
        await foreach (var happened in api.Client.WatchAsync(ResourceTypes.Pods, Here, new WatchOptions { ResourceVersion = "1" }, None)) events.Add(happened);
        return events;
    }
}
