using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>One worker's ends of the ways to and from the others, and the publications that go over them. Used on its thread alone.</summary>
internal sealed class WorkerCrossings
{
    /// <summary>So many are taken from each of the others in one turn, so that the worker's own socket is looked at in between.</summary>
    private const int MostAtOnce = 256;

    private readonly ImmutableArray<MediaWorker> _workers;
    private readonly Crossing?[] _out;
    private readonly Crossing?[] _in;
    private readonly List<Crossing> _used = [];
    private readonly List<Crossing> _dirty = [];

    /// <param name="index">The worker's own.</param>
    /// <param name="workers">All of them.</param>
    /// <param name="ways">By the index of who takes; null for itself.</param>
    /// <param name="from">By the index of who sends; null for itself.</param>
    public WorkerCrossings(int index, ImmutableArray<MediaWorker> workers, Crossing?[] ways, Crossing?[] from) => (Index, _workers, _out, _in) = (index, workers, ways, from);

    public int Index { get; }

    /// <summary>Publications that go to other workers, and those that come from there, by their number.</summary>
    public Dictionary<int, Publication> Publications { get; } = [];

    /// <summary>Packets that are lent to other workers.</summary>
    public int Lent
    {
        get
        {
            var lent = 0;
            foreach (var crossing in _used) lent += crossing.Lent;
            return lent;
        }
    }

    /// <summary>The way to another worker.</summary>
    public Crossing To(int worker) => _out[worker]!;

    /// <summary>The ways that are in use into this worker.</summary>
    public List<Crossing> Incoming => _used;

    /// <summary>From now on something may come from another worker.</summary>
    public void Expect(int worker, PacketPool pool)
    {
        var crossing = _in[worker]!;
        if (_used.Contains(crossing)) return;
        crossing.Lend(pool);
        _used.Add(crossing);
    }

    /// <summary>Puts a message into another worker's mailbox; for what is seldom said and must not be lost.</summary>
    public void Post(int worker, Action<MediaWorker> message) => _workers[worker].Post(message);

    /// <summary>Something was put on a way.</summary>
    public void MarkDirty(Crossing crossing)
    {
        if (crossing.IsDirty) return;
        crossing.IsDirty = true;
        _dirty.Add(crossing);
    }

    /// <summary>Sends a message.</summary>
    public void Send(Crossing crossing, in CrossingEntry message, WorkerTally tally)
    {
        tally.Drop(crossing.Send(message));
        MarkDirty(crossing);
    }

    /// <summary>Shows the others what was sent, and wakes who may sleep: once for all that came together.</summary>
    public void Flush()
    {
        if (_dirty.Count == 0) return;
        foreach (var crossing in _dirty)
        {
            crossing.IsDirty = false;
            if (crossing.Publish()) _workers[crossing.To].Wake?.Invoke();
        }
        _dirty.Clear();
    }

    /// <summary>Notes what has come; before the mailbox is looked at.</summary>
    public void Note()
    {
        foreach (var crossing in _used) crossing.Note(MostAtOnce);
    }

    /// <summary>More has come, or was left.</summary>
    public bool HasMore
    {
        get
        {
            foreach (var crossing in _used)
            {
                if (crossing.HasMore) return true;
            }
            return false;
        }
    }
}
