using System.Collections.Concurrent;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Load.Media;

/// <summary>
/// One thread that carries many peers: sends what is due, sleeps on all of their sockets, and does what it is asked to between. Nothing of its peers is touched by another thread
/// before it has ended.
/// </summary>
public sealed class MediaThread : IDisposable
{
    private const long TickEvery = 50_000;
    private const long LongestWait = 5_000; // what is posted waits no longer

    private readonly MonotonicClock _clock;
    private readonly Epoll _epoll = new();
    private readonly ReceiveBatch _batch = new();
    private readonly byte[] _scratch = new byte[ReceiveBatch.BufferBytes];
    private readonly ConcurrentQueue<Action> _mailbox = new();
    private readonly Dictionary<ulong, MediaPeer> _peers = [];
    private readonly PriorityQueue<Published, long> _due = new();
    private readonly Thread _thread;
    private ulong _nextToken;
    private volatile bool _stopping;

    public MediaThread(MonotonicClock clock, string name)
    {
        _clock = clock;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Has something done by the thread, within 5 ms.</summary>
    public void Post(Action work) => _mailbox.Enqueue(work);

    /// <summary>As <see cref="Post"/>; completes when it is done.</summary>
    public async Task<T> AskAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => done.SetResult(work()));
        return await done.Task.ConfigureAwait(false);
    }

    /// <summary>Carries a peer from now on.</summary>
    public void Add(MediaPeer peer) => Post(() =>
    {
        var token = _nextToken++;
        _peers.Add(token, peer);
        _epoll.Add(peer.Descriptor, EpollEvents.Readable, token);
    });

    /// <summary>Carries it no more, and frees it.</summary>
    public void Remove(MediaPeer peer) => Post(() =>
    {
        foreach (var (token, _) in _peers.Where(p => p.Value == peer).ToList())
        {
            _peers.Remove(token);
            _epoll.Remove(peer.Descriptor);
        }
        peer.Dispose();
    });

    /// <summary>Sends a source over a peer from now on.</summary>
    public void Publish(Published published) => Post(() => _due.Enqueue(published, published.Source.DueMicroseconds));

    /// <summary>Ends some sources; completes when their last packet has left.</summary>
    public Task StopAsync(IReadOnlyCollection<PacketSource> sources) => AskAsync(() =>
    {
        var others = _due.UnorderedItems.Where(d => !sources.Contains(d.Element.Source)).ToList();
        _due.Clear();
        foreach (var (published, due) in others) _due.Enqueue(published, due);
        return true;
    });

    /// <summary>Ends all sources; completes when the last packet has left.</summary>
    public Task StopSourcesAsync() => AskAsync(() =>
    {
        _due.Clear();
        return true;
    });

    /// <summary>Ends the thread; then its peers may be looked at by the caller.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _thread.Join();
        foreach (var peer in _peers.Values) peer.Dispose();
        _epoll.Dispose();
        _batch.Dispose();
    }

    private void Run()
    {
        var tickAt = 0L;
        while (!_stopping)
        {
            while (_mailbox.TryDequeue(out var work)) work();
            var now = _clock.Microseconds;
            RunSources();
            if (now >= tickAt)
            {
                tickAt = now + TickEvery;
                foreach (var peer in _peers.Values) peer.Tick(now, _clock);
            }
            var next = _due.TryPeek(out _, out var due) ? due : long.MaxValue;
            Receive(Math.Clamp(next - _clock.Microseconds, 0, LongestWait));
        }
    }

    private void RunSources()
    {
        // The time of each by itself: what is written before it is the delay of this program, and of nobody who is measured.
        for (var now = _clock.Microseconds; _due.TryPeek(out var published, out var due) && due <= now; now = _clock.Microseconds)
        {
            _due.Dequeue();
            published.Source.Run(now, published.Peer);
            published.Peer.Flush();
            _due.Enqueue(published, published.Source.DueMicroseconds);
        }
    }

    private void Receive(long wait)
    {
        var ready = _epoll.Wait(wait);
        for (var i = 0; i < ready; i++)
            if (_peers.TryGetValue(_epoll.Token(i), out var peer)) peer.Receive(_batch, _scratch, _clock);
    }
}

/// <summary>A source and the peer that sends it now; a move changes the peer.</summary>
/// <param name="source">What is sent.</param>
/// <param name="peer">Over which transport.</param>
public sealed class Published(PacketSource source, MediaPeer peer)
{
    public PacketSource Source { get; } = source;

    /// <summary>Belongs to the peer's thread.</summary>
    public MediaPeer Peer { get; set; } = peer;
}
