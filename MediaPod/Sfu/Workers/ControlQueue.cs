using System.Threading.Channels;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Carries what workers have to tell out to the host, in order, on one reader of its own, so that no listener ever runs on a worker.</summary>
public sealed class ControlQueue : IAsyncDisposable
{
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _reader;

    /// <summary>Starts reading.</summary>
    public ControlQueue() => _reader = Task.Run(ReadAsync);

    /// <summary>Listeners that threw; each went on with the next.</summary>
    public long Failures { get; private set; }

    /// <summary>Queues a call; from any thread. After disposal it is forgotten.</summary>
    public void Post(Action call) => _queue.Writer.TryWrite(call);

    /// <summary>Makes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _reader;
    }

    private async Task ReadAsync()
    {
        await foreach (var call in _queue.Reader.ReadAllAsync())
        {
            try
            {
                call();
            }
            catch (Exception)
            {
                // A listener's fault must not silence the others; the host logs its own.
                Failures++;
            }
        }
    }
}
