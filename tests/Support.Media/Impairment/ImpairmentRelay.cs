using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Support.Media.Impairment;

/// <summary>Where a relay stands.</summary>
/// <param name="Listen">The address that clients send to; a free port is taken.</param>
/// <param name="Server">Where their packets go.</param>
/// <param name="Seed">Of all chance.</param>
public sealed record RelayOptions(IPAddress Listen, IPEndPoint Server, int Seed)
{
    /// <summary>From clients to the server.</summary>
    public LinkConditions Up { get; init; } = LinkConditions.Perfect;

    /// <summary>From the server to clients.</summary>
    public LinkConditions Down { get; init; } = LinkConditions.Perfect;
}

/// <summary>
/// A UDP relay that impairs what passes: clients send to it instead of the server (a candidate in the answer is rewritten), and each client's packets leave from a port of their own, so that
/// the server sees it as a client behind a NAT. All clients of one relay share its link. One thread does all of it; <see cref="ImpairedLink"/> decides.
/// </summary>
public sealed unsafe class ImpairmentRelay : IDisposable
{
    private const ulong ListenToken = 0;
    private const long LongestWait = 2_000;

    private readonly UdpSocket _listen;
    private readonly SendBatch _toClients;
    private readonly Epoll _epoll = new();
    private readonly ReceiveBatch _batch = new();
    private readonly TransportAddress _server;
    private readonly ImpairedLink _up, _down;
    private readonly Dictionary<TransportAddress, Flow> _byClient = [];
    private readonly List<Flow> _flows = [];
    private readonly PriorityQueue<Held, (long At, long Order)> _held = new();
    private readonly ConcurrentQueue<Action> _mailbox = new();
    private readonly Thread _thread;
    private long _order;
    private volatile bool _stopping;

    private ImpairmentRelay(RelayOptions options)
    {
        _listen = UdpSocket.Open(new UdpSocketOptions { Address = options.Listen });
        Address = new IPEndPoint(options.Listen, _listen.LocalAddress.Port);
        _toClients = new SendBatch(_listen, new SendBatchOptions { SlabBytes = 1 << 17, Messages = 64 });
        _server = TransportAddress.From(options.Server);
        (_up, _down) = (new(options.Seed, options.Up), new(options.Seed ^ 0x5EED, options.Down));
        _epoll.Add(_listen.Descriptor, EpollEvents.Readable, ListenToken);
        _thread = new Thread(Run) { IsBackground = true, Name = "impairment" };
    }

    /// <summary>Where clients send to.</summary>
    public IPEndPoint Address { get; }

    /// <summary>From clients to the server.</summary>
    public LinkCounters Up { get; } = new();

    /// <summary>From the server to clients.</summary>
    public LinkCounters Down { get; } = new();

    /// <summary>Clients seen.</summary>
    public int Clients { get; private set; }

    /// <summary>Binds and starts.</summary>
    public static ImpairmentRelay Start(RelayOptions options)
    {
        var relay = new ImpairmentRelay(options);
        relay._thread.Start();
        return relay;
    }

    /// <summary>Changes what a direction does, within 2 ms; null: that direction stays as it is.</summary>
    public void Change(LinkConditions? up = null, LinkConditions? down = null) => _mailbox.Enqueue(() =>
    {
        if (up is not null) _up.Change(up, Now());
        if (down is not null) _down.Change(down, Now());
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _thread.Join();
        foreach (var flow in _flows) flow.Dispose();
        _toClients.Dispose();
        _listen.Dispose();
        _epoll.Dispose();
        _batch.Dispose();
    }

    private static long Now() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    private void Run()
    {
        while (!_stopping)
        {
            while (_mailbox.TryDequeue(out var change)) change();
            Release();
            var wait = _held.TryPeek(out _, out var next) ? Math.Clamp(next.At - Now(), 0, LongestWait) : LongestWait;
            var ready = _epoll.Wait(wait);
            for (var i = 0; i < ready; i++)
            {
                var token = _epoll.Token(i);
                if (token == ListenToken) ReceiveFromClients();
                else ReceiveFromServer(_flows[(int)token - 1]);
            }
        }
    }

    private void ReceiveFromClients()
    {
        for (var count = _batch.Receive(_listen); count > 0; count = _batch.Receive(_listen))
        {
            var now = Now();
            for (var i = 0; i < count; i++) Decide(_up, Up, FlowOf(_batch.Path(i).Remote), towardsServer: true, _batch.Datagram(i), now);
        }
    }

    private void ReceiveFromServer(Flow flow)
    {
        for (var count = _batch.Receive(flow.Socket); count > 0; count = _batch.Receive(flow.Socket))
        {
            var now = Now();
            for (var i = 0; i < count; i++) Decide(_down, Down, flow, towardsServer: false, _batch.Datagram(i), now);
        }
    }

    private void Decide(ImpairedLink link, LinkCounters counters, Flow flow, bool towardsServer, ReadOnlySpan<byte> datagram, long now)
    {
        var decision = link.Decide(now, datagram.Length);
        counters.Count(datagram.Length, decision, link.QueueMicroseconds(now));
        if (decision.Fate != LinkFate.Delivered) return;
        Hold(flow, towardsServer, datagram, decision.DeliverAt);
        if (decision.CopyAt >= 0) Hold(flow, towardsServer, datagram, decision.CopyAt);
    }

    private void Hold(Flow flow, bool towardsServer, ReadOnlySpan<byte> datagram, long at)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(datagram.Length);
        datagram.CopyTo(bytes);
        _held.Enqueue(new Held(flow, towardsServer, bytes, datagram.Length), (at, _order++));
    }

    private void Release()
    {
        var now = Now();
        while (_held.TryPeek(out var held, out var at) && at.At <= now)
        {
            _held.Dequeue();
            var (batch, counters, remote) = held.TowardsServer ? (held.Flow.ToServer, Up, _server) : (_toClients, Down, held.Flow.Client);
            if (TryReserve(batch, held.Length, out var destination))
            {
                held.Bytes.AsSpan(0, held.Length).CopyTo(new Span<byte>(destination, held.Length));
                batch.Commit(held.Length, new TransportPath(remote, default));
                counters.CountLeft(held.Length);
            }
            ArrayPool<byte>.Shared.Return(held.Bytes);
            // One by one towards the server, so that no two packets that a link would keep apart leave as one.
            if (held.TowardsServer) batch.Flush();
        }
        _toClients.Flush();
    }

    private static bool TryReserve(SendBatch batch, int bytes, out byte* destination) =>
        batch.TryReserve(bytes, out destination) || (batch.Flush() && batch.TryReserve(bytes, out destination));

    private Flow FlowOf(TransportAddress client)
    {
        if (_byClient.TryGetValue(client, out var flow)) return flow;
        flow = new Flow(client);
        _byClient.Add(client, flow);
        _flows.Add(flow);
        _epoll.Add(flow.Socket.Descriptor, EpollEvents.Readable, (ulong)_flows.Count);
        Clients = _flows.Count;
        return flow;
    }

    private sealed record Held(Flow Flow, bool TowardsServer, byte[] Bytes, int Length);

    private sealed class Flow : IDisposable
    {
        public Flow(TransportAddress client)
        {
            Client = client;
            Socket = UdpSocket.Open(new UdpSocketOptions { ReceiveBufferBytes = 1 << 20, SendBufferBytes = 1 << 20 });
            ToServer = new SendBatch(Socket, new SendBatchOptions { SlabBytes = 1 << 15, Messages = 8 });
        }

        public TransportAddress Client { get; }
        public UdpSocket Socket { get; }
        public SendBatch ToServer { get; }

        public void Dispose()
        {
            ToServer.Dispose();
            Socket.Dispose();
        }
    }
}
