using System.IO.Pipelines;
using System.Net;
using Conference.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Conference.MediaPod.Tests.Support;

/// <summary>A network behind the pod's HTTP side that takes nothing more from it when a test says so, as if the other end did not read.</summary>
internal sealed class StuckNetwork
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Output? _newest;

    /// <summary>Completes when something waits to be sent.</summary>
    public Task Reached => _reached.Task;

    /// <summary>The connection that was opened last takes nothing any more.</summary>
    public void Stick() => _newest!.IsStuck = true;

    /// <summary>The service with this network in front.</summary>
    public ServiceOptions Behind(ServiceOptions service) => service with
    {
        Listen = null,
        ConfigureServer = server => server.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
        {
            _newest = new Output(this, connection.Transport.Output, connection.ConnectionClosed);
            connection.Transport = new Duplex(connection.Transport.Input, _newest);
            return next(connection);
        })),
    };

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Output(StuckNetwork network, PipeWriter inner, CancellationToken closed) : PipeWriter
    {
        public volatile bool IsStuck;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (!IsStuck) return await inner.FlushAsync(cancellationToken);
            // As with a full socket buffer: it ends with the connection, and for nothing else.
            network._reached.TrySetResult();
            var gone = new TaskCompletionSource();
            await using var registration = closed.UnsafeRegister(static o => ((TaskCompletionSource)o!).TrySetResult(), gone);
            await gone.Task;
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }
}
