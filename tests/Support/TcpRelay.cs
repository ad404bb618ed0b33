using System.Net;
using System.Net.Sockets;

namespace Conference.Support;

/// <summary>Stands between a client and a server on this machine, and loses what it is told to lose.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly int _server;
    private readonly Task _accepting;
    private volatile byte[]? _fatal;
    private volatile bool _losesRequest;

    /// <summary>A relay to a port of 127.0.0.1.</summary>
    public TcpRelay(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>New connections are closed at once.</summary>
    public bool IsRefusing { get; set; }

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>The next request that holds these bytes reaches the server, which answers; the answer is lost, and with it the connection.</summary>
    public void LoseAnswerTo(ReadOnlySpan<byte> bytes) => (_losesRequest, _fatal) = (false, bytes.ToArray());

    /// <summary>The next request that holds these bytes does not reach the server; the connection is lost.</summary>
    public void LoseRequest(ReadOnlySpan<byte> bytes) => (_losesRequest, _fatal) = (true, bytes.ToArray());

    /// <summary>Every connection is lost.</summary>
    public void CutAll()
    {
        lock (_gate)
        {
            foreach (var client in _open) client.Close();
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptTcpClientAsync(_ended.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The relay ends.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            if (IsRefusing) return;
            await server.ConnectAsync(IPAddress.Loopback, _server, _ended.Token);
            lock (_gate) _open.AddRange([client, server]);
            var link = new Link(client, server);
            await Task.WhenAny(RequestsAsync(link), AnswersAsync(link));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either end is gone.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task RequestsAsync(Link link)
    {
        var buffer = new byte[256 * 1024];
        while (await link.Client.GetStream().ReadAsync(buffer, _ended.Token) is var length and > 0)
        {
            if (_fatal is { } fatal && buffer.AsSpan(0, length).IndexOf(fatal) >= 0)
            {
                _fatal = null;
                Cuts++;
                if (_losesRequest) return;
                link.LosesAnswer = true;
            }
            await link.Server.GetStream().WriteAsync(buffer.AsMemory(0, length), _ended.Token);
        }
    }

    private async Task AnswersAsync(Link link)
    {
        var buffer = new byte[256 * 1024];
        while (await link.Server.GetStream().ReadAsync(buffer, _ended.Token) is var length and > 0)
        {
            if (link.LosesAnswer) return;
            await link.Client.GetStream().WriteAsync(buffer.AsMemory(0, length), _ended.Token);
        }
    }

    private sealed class Link(TcpClient client, TcpClient server)
    {
        public TcpClient Client => client;

        public TcpClient Server => server;

        public bool LosesAnswer { get; set; }
    }
}
