using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Conference.Contracts;
using Conference.Contracts.Api;

namespace Conference.Gateway.Routing;

/// <summary>The live pods as the silos last told: an immutable snapshot, swapped by one write. Requests in flight keep what they have read.</summary>
internal sealed class PodTable
{
    private volatile FrozenDictionary<PodId, PodRoute> _current = FrozenDictionary<PodId, PodRoute>.Empty;

    /// <summary>Takes over what a silo told; false when it is what we have. The pods themselves are compared: versions of two silos say nothing about each other.</summary>
    public bool Replace(PodRoutes routes)
    {
        var pods = routes.Pods.Where(pod => IsHttp(pod.HttpUrl)).DistinctBy(pod => pod.PodId).ToFrozenDictionary(pod => pod.PodId);
        var current = _current;
        if (pods.Count == current.Count && pods.Values.All(pod => current.TryGetValue(pod.PodId, out var known) && known == pod)) return false;
        _current = pods;
        return true;
    }

    public bool TryFind(string? id, [NotNullWhen(true)] out PodRoute? pod)
    {
        pod = null;
        return StringId.TryParse<PodId>(id, out var podId) && _current.TryGetValue(podId, out pod);
    }

    public int Count => _current.Count;

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
