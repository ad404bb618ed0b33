using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.Hosting.Http;

/// <summary>
/// Connects to a silo that serves. One address may lead to several silos (a Service): the one that has the database, one that stands by to take over, one that is just
/// ending, and one on a node that is gone and that nobody has noticed yet. So a new connection is asked first (<see cref="Path"/>), over itself; one that is answered 503, or not
/// soon, is given up for another. While none serves, which is short when one stands by, the caller waits here instead of failing. Hand <see cref="ConnectAsync"/> to a
/// <see cref="SocketsHttpHandler"/> as its <see cref="SocketsHttpHandler.ConnectCallback"/>. Connections with TLS, or to a proxy, are made without a question.
/// </summary>
/// <param name="time">The clock of pauses and patience.</param>
public sealed class ServingConnection(TimeProvider time)
{
    /// <summary>Answers 503 (or nothing) on a silo that does not serve, anything else on one that does. A HEAD request costs it nothing.</summary>
    public const string Path = "/healthz/serving";

    /// <summary>How long somebody waits for a silo that serves. Not when there has been none for <see cref="Memory"/>: then each silo gets one try.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How long the last silo that served counts.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(15);

    private const int AtOneTime = 4;
    private const int MostBytes = 8192;
    // On a machine that is short of processors a good silo may take long: a try that waits costs nothing, because the next begins beside it.
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan NextAfter = TimeSpan.FromMilliseconds(150);

    private long _servedAt;

    /// <summary>A connection to a silo that has just said that it serves.</summary>
    /// <exception cref="SocketException">None can be reached.</exception>
    /// <exception cref="IOException">Those that can be reached do not serve.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var endpoint = context.DnsEndPoint;
        var asked = context.InitialRequestMessage.RequestUri;
        var isPlain = asked is { Scheme: "http" or "ws" } && string.Equals(asked.IdnHost, endpoint.Host, StringComparison.OrdinalIgnoreCase) && asked.Port == endpoint.Port;
        if (!isPlain) return await OpenAsync(await AddressAsync(endpoint, 0, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);

        var served = Volatile.Read(ref _servedAt);
        var patience = served != 0 && time.GetElapsedTime(served) < Memory ? Patience : TimeSpan.Zero;
        var stream = await SearchAsync(endpoint, patience, cancellation).ConfigureAwait(false);
        Volatile.Write(ref _servedAt, time.GetTimestamp());
        return stream;
    }

    private async Task<Stream> SearchAsync(DnsEndPoint endpoint, TimeSpan patience, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (began, tries, found) = (time.GetTimestamp(), new List<Task<Stream>>(), default(Task<Stream>));
        try
        {
            for (var number = 0; ; number++)
            {
                if (tries.Count < AtOneTime) tries.Add(TryAsync(endpoint, number, ending.Token));
                // One that does not answer is not waited for before the next is asked; one that refused is asked again after a moment.
                await Task.WhenAny([.. tries, Task.Delay(NextAfter, time, cancellation)]).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                found = tries.Find(t => t.IsCompletedSuccessfully);
                if (found is not null) return await found.ConfigureAwait(false);
                if (tries.Find(t => t.IsCompleted) is not { } failed) continue;
                if (number + 1 >= AtOneTime && time.GetElapsedTime(began) >= patience) return await failed.ConfigureAwait(false);
                tries.Remove(failed);
                _ = LeaveAsync(failed);
                await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            foreach (var other in tries.Where(t => t != found)) _ = LeaveAsync(other);
        }
    }

    private async Task<Stream> TryAsync(DnsEndPoint endpoint, int number, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(OneTry, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        try
        {
            var address = await AddressAsync(endpoint, number, either.Token).ConfigureAwait(false);
            var stream = await OpenAsync(address, either.Token).ConfigureAwait(false);
            try
            {
                var (serves, stays) = await AskAsync(stream, endpoint, either.Token).ConfigureAwait(false);
                if (!serves) throw new IOException($"the silo at {address} does not serve now");
                if (stays) return stream;
            }
            catch
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                throw;
            }
            await stream.DisposeAsync().ConfigureAwait(false);
            return await OpenAsync(address, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{endpoint.Host}:{endpoint.Port} does not answer");
        }
    }

    /// <summary>Whether it serves, and whether the connection can be used further. A silo that does not know the question serves.</summary>
    private static async Task<(bool Serves, bool Stays)> AskAsync(Stream stream, DnsEndPoint endpoint, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HEAD {Path} HTTP/1.1\r\nHost: {endpoint.Host}:{endpoint.Port}\r\n\r\n"), cancellation).ConfigureAwait(false);
        var buffer = new byte[MostBytes];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) break;
            length += read;
            var head = Encoding.ASCII.GetString(buffer, 0, length);
            if (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)) continue;
            if (!head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)) break;
            return (!head.StartsWith("HTTP/1.1 503", StringComparison.Ordinal), !head.Contains("\r\nConnection: close\r\n", StringComparison.OrdinalIgnoreCase));
        }
        throw new IOException($"{endpoint.Host}:{endpoint.Port} gave no answer");
    }

    private static async Task<IPEndPoint> AddressAsync(DnsEndPoint endpoint, int number, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellation).ConfigureAwait(false);
        return addresses.Length == 0 ? throw new SocketException((int)SocketError.HostNotFound) : new IPEndPoint(addresses[number % addresses.Length], endpoint.Port);
    }

    private static async Task<Stream> OpenAsync(IPEndPoint address, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task LeaveAsync(Task<Stream> task)
    {
        try
        {
            await (await task.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It has found nothing, or was told to stop.
        }
    }
}
