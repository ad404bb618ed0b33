using System.Collections.Immutable;
using Conference.Silo.Grains.Meetings;

namespace Conference.Silo.Meetings;

/// <summary>What a meeting's grain tells the silos' sockets: durable events as they come, and the tail from which a socket can go on. Lives in the grain.</summary>
internal sealed class EventFeed(int tailLength, TimeSpan lifetime, TimeProvider time)
{
    private readonly Dictionary<IMeetingObserver, DateTimeOffset> _observers = [];
    private readonly List<PublishedEvent> _tail = [];

    /// <summary>Names this activation.</summary>
    public string Epoch { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Takes over what was read from the journal.</summary>
    public void Begin(IEnumerable<PublishedEvent> tail) => Keep(tail);

    public void Subscribe(IMeetingObserver observer) => _observers[observer] = time.GetUtcNow() + lifetime;

    public void Unsubscribe(IMeetingObserver observer) => _observers.Remove(observer);

    public void Publish(long fromSeq, long toSeq, List<PublishedEvent> events)
    {
        Keep(events);
        if (_observers.Count == 0) return;
        var batch = new EventBatch(Epoch, fromSeq, toSeq, [.. events]);
        Tell(observer => observer.Published(batch));
    }

    public void Show(Ephemeral ephemeral)
    {
        if (_observers.Count > 0) Tell(observer => observer.Shown(ephemeral));
    }

    /// <summary>Every event after a sequence up to the last; null when the tail does not reach so far.</summary>
    public EventBatch? After(long seq, long lastSeq)
    {
        if (seq == lastSeq) return new(Epoch, seq, lastSeq, []);
        if (seq > lastSeq || _tail.Count == 0 || _tail[0].Event.Seq > seq + 1) return null;
        var skip = (int)(seq + 1 - _tail[0].Event.Seq);
        return new(Epoch, seq, lastSeq, _tail[skip..].ToImmutableArray());
    }

    private void Keep(IEnumerable<PublishedEvent> events)
    {
        _tail.AddRange(events);
        // Cut rarely: removing from the front moves the rest.
        if (_tail.Count > tailLength * 2) _tail.RemoveRange(0, _tail.Count - tailLength);
    }

    private void Tell(Action<IMeetingObserver> tell)
    {
        var now = time.GetUtcNow();
        List<IMeetingObserver>? gone = null;
        foreach (var (observer, until) in _observers)
        {
            if (until > now) tell(observer);
            else (gone ??= []).Add(observer);
        }
        gone?.ForEach(observer => _observers.Remove(observer));
    }
}
