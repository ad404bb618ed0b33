using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Conference.Hosting.Policies;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Cluster;

/// <summary>
/// The Kubernetes API, typed. Every method gives a result or a named error; only cancellation is thrown. Reads, applies and deletions are tried again
/// (<see cref="ServicePolicies.OperatorToKubernetes"/>), creations only when nothing was sent, evictions and lease updates never.
/// </summary>
/// <param name="source">Where the server is and who we are; read again as it changes.</param>
/// <param name="policies">Retries.</param>
/// <param name="time">The clock of timeouts.</param>
public sealed class KubeClient(IClusterConfigSource source, ServicePolicies policies, TimeProvider time) : IDisposable
{
    private const string ApplyPatch = "application/apply-patch+yaml"; // JSON is YAML
    private const string MergePatch = "application/merge-patch+json";

    private readonly KubeTransport _transport = new(source, policies, time);

    /// <summary>The namespace that the configuration names. Throws <see cref="ClusterConfigException"/>.</summary>
    public string Namespace => _transport.Namespace;

    /// <summary>One object; <see cref="KubeReason.NotFound"/> when there is none.</summary>
    public Task<KubeResult<T>> GetAsync<T>(ResourceType<T> type, string? ns, string name, CancellationToken cancellation) where T : KubeObject =>
        SendAsync(HttpMethod.Get, type.Path(ns, name), null, type.Json, Tries.Repeatable, cancellation);

    /// <summary>One page of a list; <see cref="KubeReason.Gone"/> when <paramref name="continueToken"/> is too old.</summary>
    public async Task<KubeResult<KubePage<T>>> ListPageAsync<T>(ResourceType<T> type, ListOptions options, string? continueToken, CancellationToken cancellation) where T : KubeObject
    {
        var query = Query(options);
        if (options.PageSize > 0) query.Append("&limit=").Append(options.PageSize.ToString(CultureInfo.InvariantCulture));
        if (continueToken is not null) query.Append("&continue=").Append(Uri.EscapeDataString(continueToken));
        var answer = await SendAsync(HttpMethod.Get, type.Path(options.Namespace) + query, null, KubeJson.Default.ResourceList, Tries.Repeatable, cancellation).ConfigureAwait(false);
        if (!answer.Ok) return answer.Error;
        try
        {
            var items = (answer.Value.Items ?? []).Select(item => item.Deserialize(type.Json) ?? throw new JsonException("an item is null")).ToList();
            var token = answer.Value.Metadata.Continue;
            return new KubePage<T>(items, answer.Value.Metadata.ResourceVersion ?? "", string.IsNullOrEmpty(token) ? null : token);
        }
        catch (JsonException e)
        {
            return Malformed(type.Path(options.Namespace), e);
        }
    }

    /// <summary>
    /// A whole list as of one moment, page by page, read from the store itself (not from a server's cache). When a page's token is too old it begins again,
    /// at most 3 times, the last time in one piece.
    /// </summary>
    public async Task<KubeResult<KubeList<T>>> ListAsync<T>(ResourceType<T> type, ListOptions options, CancellationToken cancellation) where T : KubeObject
    {
        for (var attempt = 1; ; attempt++)
        {
            var paged = attempt < 3 ? options : options with { PageSize = 0 };
            var items = new List<T>();
            string? token = null;
            while (true)
            {
                var page = await ListPageAsync(type, paged, token, cancellation).ConfigureAwait(false);
                if (!page.Ok)
                {
                    if (page.Reason == KubeReason.Gone && attempt < 3) break;
                    return page.Error;
                }
                items.AddRange(page.Value.Items);
                token = page.Value.Continue;
                if (token is null) return new KubeList<T>(items, page.Value.ResourceVersion);
            }
        }
    }

    /// <summary>Creates an object; <see cref="KubeReason.AlreadyExists"/> when its name is taken.</summary>
    public Task<KubeResult<T>> CreateAsync<T>(ResourceType<T> type, T value, CancellationToken cancellation) where T : KubeObject =>
        SendAsync(HttpMethod.Post, type.Path(value.Metadata.Namespace), Body(type, value), type.Json, Tries.Unsent, cancellation);

    /// <summary>
    /// Replaces an object as a whole, once, without retries. Only for kinds whose every field is modelled (leases): fields that the record does not know would be lost.
    /// With <see cref="ObjectMeta.ResourceVersion"/> set: <see cref="KubeReason.Conflict"/> when somebody was faster.
    /// </summary>
    public Task<KubeResult<T>> ReplaceAsync<T>(ResourceType<T> type, T value, CancellationToken cancellation) where T : KubeObject =>
        SendAsync(HttpMethod.Put, type.Path(value.Metadata.Namespace, value.Metadata.Name), Body(type, value), type.Json, Tries.Once, cancellation);

    /// <summary>
    /// Server-side apply: the object gets exactly the fields that <paramref name="value"/> sets, those that <paramref name="manager"/> applied before and now leaves out are
    /// removed, all others stay. It is created when absent.
    /// </summary>
    /// <param name="type">The kind.</param>
    /// <param name="value">The fields we own.</param>
    /// <param name="manager">Who owns them, as <c>conference-operator</c>.</param>
    /// <param name="force">Takes fields from other managers; otherwise <see cref="KubeReason.Conflict"/> with causes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="subresource">As <c>status</c>.</param>
    public Task<KubeResult<T>> ApplyAsync<T>(ResourceType<T> type, T value, string manager, bool force, CancellationToken cancellation, string? subresource = null) where T : KubeObject
    {
        var path = $"{type.Path(value.Metadata.Namespace, value.Metadata.Name, subresource)}?fieldManager={Uri.EscapeDataString(manager)}&force={(force ? "true" : "false")}";
        return SendAsync(HttpMethod.Patch, path, Body(type, value, ApplyPatch), type.Json, Tries.Repeatable, cancellation);
    }

    /// <summary>JSON merge patch (RFC 7396): null removes a field, lists are replaced. Preconditions go into <c>metadata</c> of the patch.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="name">The object.</param>
    /// <param name="patch">What changes.</param>
    /// <param name="only">What must be true of the object.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="subresource">As <c>status</c>.</param>
    public Task<KubeResult<T>> PatchAsync<T>(ResourceType<T> type, string? ns, string name, JsonObject patch, Preconditions? only, CancellationToken cancellation, string? subresource = null)
        where T : KubeObject
    {
        var sent = (JsonObject)patch.DeepClone();
        if (only is not null)
        {
            if (sent["metadata"] is not JsonObject metadata) sent["metadata"] = metadata = [];
            if (only.Uid is { } uid) metadata["uid"] = uid;
            if (only.ResourceVersion is { } version) metadata["resourceVersion"] = version;
        }
        var bytes = Encoding.UTF8.GetBytes(sent.ToJsonString());
        return SendAsync(HttpMethod.Patch, type.Path(ns, name, subresource), () => Json(bytes, MergePatch), type.Json, Tries.Repeatable, cancellation);
    }

    /// <summary>Deletes an object (its finalizers may keep it). Null: deleted, or being deleted; <see cref="KubeReason.NotFound"/> when it was gone already.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="name">The object.</param>
    /// <param name="only">What must be true of the object.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="graceSeconds">Seconds between SIGTERM and SIGKILL; 0 forgets the pod at once, whatever its node does; null: the pod's own.</param>
    public async Task<KubeError?> DeleteAsync<T>(ResourceType<T> type, string? ns, string name, Preconditions? only, CancellationToken cancellation, long? graceSeconds = null) where T : KubeObject
    {
        var body = Bytes(Options(only, graceSeconds), KubeJson.Default.DeleteOptions);
        var answer = await _transport.SendAsync(() => Request(HttpMethod.Delete, type.Path(ns, name), () => Json(body)), Tries.Repeatable, cancellation).ConfigureAwait(false);
        return answer.Error;
    }

    /// <summary>
    /// Evicts a pod: deletes it if its disruption budgets allow that now, else <see cref="KubeReason.TooManyRequests"/>. The version of the request
    /// (<c>policy/v1</c> or <c>policy/v1beta1</c>) is the one that the server names for the subresource.
    /// </summary>
    public async Task<KubeError?> EvictAsync(string ns, string name, Preconditions? only, CancellationToken cancellation)
    {
        var version = await EvictionVersionAsync(cancellation).ConfigureAwait(false);
        if (!version.Ok) return version.Error;
        var eviction = new Eviction { ApiVersion = version.Value, Metadata = new ObjectMeta { Name = name, Namespace = ns }, DeleteOptions = Options(only, null) };
        var body = Bytes(eviction, KubeJson.Default.Eviction);
        var answer = await _transport.SendAsync(() => Request(HttpMethod.Post, ResourceTypes.Pods.Path(ns, name, "eviction"), () => Json(body)), Tries.Once, cancellation).ConfigureAwait(false);
        return answer.Error;
    }

    /// <summary>
    /// Changes after <see cref="WatchOptions.ResourceVersion"/>, in order, until the server ends the answer (about <see cref="WatchOptions.Timeout"/>), or it breaks: then the
    /// last event is <see cref="WatchEventKind.Failed"/>. Bookmarks tell only how far it is.
    /// </summary>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(ResourceType<T> type, ListOptions list, WatchOptions options, CancellationToken cancellation) where T : KubeObject
    {
        var query = Query(list).Append("&watch=true&allowWatchBookmarks=true&resourceVersion=").Append(Uri.EscapeDataString(options.ResourceVersion))
            .Append("&timeoutSeconds=").Append(((int)options.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        var path = type.Path(list.Namespace) + query;
        return new WatchReader<T>(type, options, time).ReadAsync(token => _transport.OpenAsync(() => Request(HttpMethod.Get, path, null), token), cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    /// <summary>Builds the query; it begins with a parameter that changes nothing, so that all others can begin with an ampersand.</summary>
    private static StringBuilder Query(ListOptions options)
    {
        var query = new StringBuilder("?pretty=false");
        if (options.LabelSelector is { } labels) query.Append("&labelSelector=").Append(Uri.EscapeDataString(labels));
        if (options.FieldSelector is { } fields) query.Append("&fieldSelector=").Append(Uri.EscapeDataString(fields));
        return query;
    }

    private async Task<KubeResult<string>> EvictionVersionAsync(CancellationToken cancellation)
    {
        var core = await SendAsync(HttpMethod.Get, "api/v1", null, KubeJson.Default.ResourceNames, Tries.Repeatable, cancellation).ConfigureAwait(false);
        if (!core.Ok) return core.Error;
        var named = core.Value.Resources?.FirstOrDefault(r => r.Name == "pods/eviction");
        return named is { Group: { Length: > 0 } group, Version: { Length: > 0 } version }
            ? $"{group}/{version}"
            : new KubeError(KubeReason.NotFound, 404, "the server has no pods/eviction");
    }

    private async Task<KubeResult<T>> SendAsync<T>(HttpMethod method, string path, Func<HttpContent>? content, JsonTypeInfo<T> json, Tries tries, CancellationToken cancellation) where T : class
    {
        var answer = await _transport.SendAsync(() => Request(method, path, content), tries, cancellation).ConfigureAwait(false);
        if (!answer.Ok) return answer.Error;
        try
        {
            return JsonSerializer.Deserialize(answer.Value, json) is { } value ? value : new KubeError(KubeReason.Malformed, 200, $"{path}: the answer is null");
        }
        catch (JsonException e)
        {
            return Malformed(path, e);
        }
    }

    private static KubeError Malformed(string path, JsonException e) => new(KubeReason.Malformed, 200, $"{path}: {e.Message}");

    private static HttpRequestMessage Request(HttpMethod method, string path, Func<HttpContent>? content)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content?.Invoke() };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("conference-operator", "1.0"));
        return request;
    }

    private static DeleteOptions Options(Preconditions? only, long? graceSeconds) => new()
    {
        GracePeriodSeconds = graceSeconds,
        PropagationPolicy = graceSeconds is null ? null : "Background",
        Preconditions = only is null ? null : new DeletePreconditions { Uid = only.Uid, ResourceVersion = only.ResourceVersion },
    };

    private static Func<HttpContent> Body<T>(ResourceType<T> type, T value, string mediaType = "application/json") where T : KubeObject
    {
        var bytes = Bytes(value with { ApiVersion = type.ApiVersion, Kind = type.Kind }, type.Json);
        return () => Json(bytes, mediaType);
    }

    private static byte[] Bytes<T>(T value, JsonTypeInfo<T> json) => JsonSerializer.SerializeToUtf8Bytes(value, json);

    private static ByteArrayContent Json(byte[] bytes, string mediaType = "application/json")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }
}
