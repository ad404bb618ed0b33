using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Conference.Hosting.Sockets;

/// <summary>
/// A WebSocket of whole text messages with a bound, for every socket of the project. One reader and any number of senders at a time; memory grows to
/// the largest message seen, never past the bound.
/// </summary>
/// <param name="socket">An open WebSocket; disposed with this.</param>
/// <param name="maxBytes">The largest message to accept, in bytes.</param>
/// <param name="cut">Cuts the connection below the socket, for a server: a send to somebody who does not read ends only with the connection.</param>
public sealed class MessageSocket(WebSocket socket, int maxBytes, Action? cut = null) : IDisposable
{
    private const int Idle = 0;
    private const int Receiving = 1;
    private const int Disposed = 2;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private int _state;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(maxBytes, 2048));

    /// <summary>Waits for the next message. Its bytes are valid until the next call, or until this is disposed. Afterwards: <see cref="SocketEnd.Lost"/>.</summary>
    /// <exception cref="InvalidOperationException">A call before has not ended yet.</exception>
    public async ValueTask<SocketMessage> ReceiveAsync(CancellationToken cancellation)
    {
        var before = Interlocked.CompareExchange(ref _state, Receiving, Idle);
        if (before == Disposed) return new(SocketEnd.Lost);
        if (before == Receiving) throw new InvalidOperationException("one reader at a time");
        var message = new SocketMessage(SocketEnd.Lost);
        try
        {
            message = await ReceiveWholeAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            // Disposed meanwhile: the buffer was left to us, because the socket may write into it until its receive has ended.
            if (Interlocked.CompareExchange(ref _state, Idle, Receiving) == Disposed)
            {
                ReturnBuffer();
                message = new(SocketEnd.Lost);
            }
        }
        return message;
    }

    private async ValueTask<SocketMessage> ReceiveWholeAsync(CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length && !Grow()) return new(SocketEnd.TooLarge);
            ValueWebSocketReceiveResult result;
            try
            {
                result = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (IsLoss(e, cancellation))
            {
                return new(SocketEnd.Lost);
            }
            if (result.MessageType == WebSocketMessageType.Close) return new(socket.CloseStatus == WebSocketCloseStatus.EndpointUnavailable ? SocketEnd.GoingAway : SocketEnd.Closed);
            if (result.MessageType != WebSocketMessageType.Text) return new(SocketEnd.NotText);
            length += result.Count;
            if (length > maxBytes) return new(SocketEnd.TooLarge);
            if (result.EndOfMessage) return new(_buffer.AsMemory(0, length));
        }
    }

    /// <summary>Sends one message; false when the socket is gone.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the socket is unusable from then on.</exception>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (socket.State != WebSocketState.Open && socket.State != WebSocketState.CloseReceived) return false;
            await using var cutting = CutOn(cancellation);
            await socket.SendAsync(utf8, WebSocketMessageType.Text, endOfMessage: true, cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException || IsLoss(e, cancellation))
        {
            // However the connection went after the cancellation, the cancellation is why.
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    // A socket that its own keep-alive gave up ends with a cancellation that nobody asked for.
    private static bool IsLoss(Exception failure, CancellationToken cancellation) =>
        failure is WebSocketException or IOException or ObjectDisposedException || failure is OperationCanceledException && !cancellation.IsCancellationRequested;

    /// <summary>Says goodbye with a reason of at most 123 bytes, waiting at most as long as the token allows; a socket that is already gone is fine.</summary>
    public async ValueTask CloseAsync(WebSocketCloseStatus status, string reason, CancellationToken cancellation)
    {
        try
        {
            await _sending.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                await using var cutting = CutOn(cancellation);
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(status, reason, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            Abort();
        }
    }

    /// <summary>Cuts the connection at once.</summary>
    public void Abort()
    {
        socket.Abort();
        cut?.Invoke();
    }

    private CancellationTokenRegistration CutOn(CancellationToken cancellation) =>
        cut is null ? default : cancellation.UnsafeRegister(static action => ((Action)action!)(), cut);

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        if (Interlocked.Exchange(ref _state, Disposed) == Idle) ReturnBuffer();
    }

    private void ReturnBuffer() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Grow()
    {
        // One byte above the bound is enough to see that it is broken.
        if (_buffer.Length > maxBytes) return false;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, maxBytes + 1));
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        return true;
    }
}

/// <summary>What came: a message, or the end.</summary>
public readonly record struct SocketMessage
{
    internal SocketMessage(ReadOnlyMemory<byte> utf8) => Utf8 = utf8;

    internal SocketMessage(SocketEnd end) => End = end;

    /// <summary>The message's bytes; empty at the end.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Why nothing more will come; null for a message.</summary>
    public SocketEnd? End { get; }

    /// <summary>The message as JSON of this type; null when it is something else.</summary>
    public T? Read<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Utf8.Span, type);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>Why a socket gives no more messages.</summary>
public enum SocketEnd
{
    /// <summary>The other side closed it.</summary>
    Closed,

    /// <summary>The other side closed it because it goes away (code 1001): browsers say so, and scripts cannot, when a page is closed, left or loaded again.</summary>
    GoingAway,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>A message was larger than the bound.</summary>
    TooLarge,

    /// <summary>A binary message, which no protocol of ours has.</summary>
    NotText,
}
