using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Tests.Support;
using Conference.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Operator.Tests.Cluster;

/// <summary>Watches and caches against a real API server.</summary>
[Collection(KubeCollection.Name)]
public sealed class WatchTests(ApiServer server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [KubeFact]
    public async Task A_watch_tells_what_happens_from_a_list_on_and_bookmarks_how_far_it_is()
    {
        var ns = await server.NamespaceAsync();
        var list = new ListOptions { Namespace = ns, LabelSelector = "test=watch" };
        var from = (await server.Client.ListAsync(AnyObject.ConfigMaps, list, None)).Require().ResourceVersion;
        await CreateAsync(ns, "w", "1");
        await server.Client.PatchAsync(AnyObject.ConfigMaps, ns, "w", new JsonObject { ["data"] = new JsonObject { ["value"] = "2" } }, null, None);
        await server.Client.DeleteAsync(AnyObject.ConfigMaps, ns, "w", null, None);

        var seen = new List<WatchEvent<AnyObject>>();
        await foreach (var happened in server.Client.WatchAsync(AnyObject.ConfigMaps, list, new WatchOptions { ResourceVersion = from, Timeout = TimeSpan.FromSeconds(8) }, None))
        {
            seen.Add(happened);
            if (seen.Count == 3) await server.Client.CreateAsync(AnyObject.ConfigMaps, AnyObject.ConfigMap(ns, "unlabelled"), None);
        }
        Assert.Equal([WatchEventKind.Added, WatchEventKind.Modified, WatchEventKind.Deleted], seen.Take(3).Select(e => e.Kind));
        Assert.Equal(["1", "2", "2"], seen.Take(3).Select(e => e.Object!.Field("data", "value").GetString()));
        var bookmark = seen[^1];
        Assert.Equal(WatchEventKind.Bookmark, bookmark.Kind);
        Assert.NotEqual(seen[2].ResourceVersion, bookmark.ResourceVersion); // it is past what does not match

        await CreateAsync(ns, "next", "3");
        await foreach (var happened in server.Client.WatchAsync(AnyObject.ConfigMaps, list, new WatchOptions { ResourceVersion = bookmark.ResourceVersion! }, None))
        {
            Assert.Equal((WatchEventKind.Added, "next"), (happened.Kind, happened.Object?.Metadata.Name));
            break;
        }
    }

    [KubeFact]
    public async Task A_watch_from_a_version_that_is_forgotten_is_gone()
    {
        var ns = await server.NamespaceAsync();
        var events = new List<WatchEvent<AnyObject>>();
        await foreach (var happened in server.Client.WatchAsync(AnyObject.Widgets, new ListOptions { Namespace = ns }, new WatchOptions { ResourceVersion = "1", Timeout = TimeSpan.FromSeconds(5) }, None)) events.Add(happened);
        var failed = Assert.Single(events);
        Assert.Equal((WatchEventKind.Failed, KubeReason.Gone), (failed.Kind, failed.Error!.Reason));
    }

    [KubeFact]
    public async Task A_watch_that_stays_silent_is_given_up()
    {
        var ns = await server.NamespaceAsync();
        var from = (await server.Client.ListAsync(AnyObject.Widgets, new ListOptions { Namespace = ns }, None)).Require().ResourceVersion;
        var options = new WatchOptions { ResourceVersion = from, Timeout = TimeSpan.FromSeconds(60), IdleTimeout = TimeSpan.FromMilliseconds(300) };
        var events = new List<WatchEvent<AnyObject>>();
        await foreach (var happened in server.Client.WatchAsync(AnyObject.Widgets, new ListOptions { Namespace = ns }, options, None)) events.Add(happened);
        Assert.Equal(KubeReason.Timeout, Assert.Single(events).Error!.Reason);
    }

    [KubeFact]
    public async Task A_cache_follows_and_resumes_without_listing_again()
    {
        var ns = await server.NamespaceAsync();
        await server.CreateAsync(AnyObject.Widgets.ApiVersion, "Widget", "widgets", ns, "before", """{"spec": {"size": 1}}""");
        var changes = new ConcurrentQueue<ResourceChange<AnyObject>>();
        // Short watches, so that several are resumed within the test.
        var cache = Cache(ns, AnyObject.Widgets, changes.Enqueue, TimeSpan.FromSeconds(2));
        using var end = new CancellationTokenSource();
        var run = cache.RunAsync(end.Token);
        await cache.Synced;
        Assert.Equal("before", Assert.Single(cache.Items).Metadata.Name);
        for (var i = 0; i < 5; i++)
        {
            var watches = cache.Watches;
            await server.CreateAsync(AnyObject.Widgets.ApiVersion, "Widget", "widgets", ns, $"w{i}", """{"spec": {"size": 1}}""");
            await Eventually.True(() => Task.FromResult(cache.Find(ns, $"w{i}") is not null), $"w{i} is known");
            await server.Client.DeleteAsync(AnyObject.Widgets, ns, $"w{i}", null, None);
            await Eventually.True(() => Task.FromResult(cache.Find(ns, $"w{i}") is null), $"w{i} is gone");
            await Eventually.True(() => Task.FromResult(cache.Watches > watches), "the watch was resumed");
        }
        Assert.Equal(1, cache.Relists);
        Assert.Equal(11, changes.Count);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [KubeFact(needsKit: true)]
    public async Task A_cache_lists_again_when_its_place_is_forgotten_and_misses_nothing()
    {
        var ns = await server.NamespaceAsync();
        var events = ResourceTypes.Events; // not kept in the server's memory: its store decides what is forgotten
        await server.Client.CreateAsync(events, Event(ns, "stays"), None);
        await server.Client.CreateAsync(events, Event(ns, "goes"), None);
        var changes = new ConcurrentQueue<ResourceChange<KubeEvent>>();
        // The watch ends long before the compaction, and a dead address keeps it from being resumed meanwhile.
        var good = new KubeConfigFile(server.ConfigFile).Read();
        var source = new FixedConfig(good);
        var time = new ManualTime();
        using var client = new KubeClient(source, new Conference.Hosting.Policies.ServicePolicies(TimeProvider.System), time);
        var cache = new ResourceCache<KubeEvent>(client, events, new ListOptions { Namespace = ns }, changes.Enqueue, TimeProvider.System, NullLogger.Instance) { Watch = new WatchOptions { ResourceVersion = "", Timeout = TimeSpan.FromSeconds(3) } };
        using var end = new CancellationTokenSource();
        var run = cache.RunAsync(end.Token);
        await cache.Synced;
        source.Config = good with { Server = new Uri("https://127.0.0.1:9") };
        time.Advance(TimeSpan.FromMinutes(1)); // the client reads its configuration again
        var watches = cache.Watches;
        await Eventually.True(() => Task.FromResult(run.IsCompleted || cache.Watches > watches), "the server has ended the watch, and it could not be resumed");
        await server.Client.DeleteAsync(events, ns, "goes", null, None);
        await server.Client.CreateAsync(events, Event(ns, "comes"), None);
        await server.CompactAsync();
        source.Config = good;
        time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.True(() => Task.FromResult(cache.Relists == 2 && cache.Find(ns, "comes") is not null), "listed again");
        Assert.Equal(["comes", "stays"], cache.Items.Select(e => e.Metadata.Name).Order());
        Assert.Contains(changes, c => c is { After: null, Before.Metadata.Name: "goes" });
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private async Task CreateAsync(string ns, string name, string value)
    {
        var made = AnyObject.ConfigMap(ns, name, value);
        (await server.Client.CreateAsync(AnyObject.ConfigMaps, made with { Metadata = made.Metadata with { Labels = new Dictionary<string, string> { ["test"] = "watch" } } }, None)).Require();
    }

    private ResourceCache<T> Cache<T>(string ns, ResourceType<T> type, Action<ResourceChange<T>> changed, TimeSpan watch) where T : KubeObject =>
        new(server.Client, type, new ListOptions { Namespace = ns }, changed, TimeProvider.System, NullLogger.Instance) { Watch = new WatchOptions { ResourceVersion = "", Timeout = watch } };

    private static KubeEvent Event(string ns, string name) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = ns },
        InvolvedObject = new ObjectReference { Kind = "Pod", Name = "p", Namespace = ns },
        Reason = "Test",
        Type = "Normal",
    };
}
