using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>
/// The ways between all workers of a server, one for each ordered pair: how the parts of a room that lives on several workers reach each other (docs/workers.md).
/// </summary>
public sealed class CrossingSet : IDisposable
{
    private readonly List<Crossing> _all = [];

    /// <summary>Connects workers before they run. Each must have been made with its place in the list as <see cref="MediaWorkerOptions.Index"/>.</summary>
    public CrossingSet(ImmutableArray<MediaWorker> workers)
    {
        var ways = new Crossing?[workers.Length, workers.Length];
        for (var from = 0; from < workers.Length; from++)
        {
            for (var to = 0; to < workers.Length; to++)
            {
                if (from == to) continue;
                _all.Add(ways[from, to] = new Crossing(to));
            }
        }
        for (var i = 0; i < workers.Length; i++)
        {
            var own = i;
            workers[i].Context.Crossings = new WorkerCrossings(
                i, workers, [.. Enumerable.Range(0, workers.Length).Select(other => ways[own, other])], [.. Enumerable.Range(0, workers.Length).Select(other => ways[other, own])]);
        }
    }

    /// <summary>Frees the rings, when none of the workers runs any more.</summary>
    public void Dispose()
    {
        foreach (var crossing in _all) crossing.Dispose();
        _all.Clear();
    }
}
