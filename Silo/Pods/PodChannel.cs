using System.Text.Json;
using System.Threading.Channels;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting.Sockets;
using Conference.Silo.Grains.Pods;

namespace Conference.Silo.Pods;

/// <summary>The sending side of one pod's socket. What does not fit is lost with the socket: the pod dials again and is told everything.</summary>
internal sealed class PodChannel(MessageSocket socket) : IPodChannel
{
    private const int QueueLength = 4096;
    private readonly Channel<byte[]> _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(QueueLength) { SingleReader = true });

    /// <inheritdoc/>
    public void Send(PodInstruction instruction) => Send(instruction.Message);

    public void Send(SiloToPod message)
    {
        if (!_queue.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.SiloToPod))) socket.Abort();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                if (!await socket.SendAsync(message, cancellation).ConfigureAwait(false)) return;
        }
        catch (OperationCanceledException)
        {
            // The socket is gone.
        }
    }
}
