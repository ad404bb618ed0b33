using Conference.Contracts.Media;

namespace Conference.MediaPod.Host.Channels;

/// <summary>
/// What waits to be sent over one channel. Every message states a whole (all slots, all speakers), so a newer one of the same kind takes the place of an
/// older one that still waits: a slow client gets fewer messages, never old ones, and memory stays bounded.
/// </summary>
internal sealed class ChannelOutbox
{
    private readonly Lock _gate = new();
    private readonly List<ChannelServerMessage> _waiting = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private bool _complete;

    /// <summary>Adds a message, or replaces the waiting one of its kind.</summary>
    public void Post(ChannelServerMessage message)
    {
        lock (_gate)
        {
            if (_complete) return;
            var index = _waiting.FindIndex(m => m.GetType() == message.GetType());
            if (index < 0) _waiting.Add(message);
            else _waiting[index] = message;
            Wake();
        }
    }

    /// <summary>Nothing more comes; what waits is dropped.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            Wake();
        }
    }

    /// <summary>Waits until something is there and takes all of it, in the order in which each kind was first posted. Null: nothing more comes.</summary>
    public async ValueTask<IReadOnlyList<ChannelServerMessage>?> TakeAsync(CancellationToken cancellation)
    {
        await _signal.WaitAsync(cancellation).ConfigureAwait(false);
        lock (_gate)
        {
            if (_complete) return null;
            var taken = _waiting.ToArray();
            _waiting.Clear();
            return taken;
        }
    }

    private void Wake()
    {
        if (_signal.CurrentCount == 0) _signal.Release();
    }
}
