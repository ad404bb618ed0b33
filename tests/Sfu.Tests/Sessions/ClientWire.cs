using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>What a client's datagrams travel by.</summary>
internal abstract class ClientWire : IDisposable
{
    /// <summary>Where the server is.</summary>
    public IPEndPoint Server { get; private set; } = null!;

    public virtual void Open(IPEndPoint server) => Server = server;

    public abstract void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Waits for one. Throws when the wire is closed.</summary>
    public abstract int Receive(Span<byte> buffer);

    public abstract void Dispose();
}

/// <summary>UDP.</summary>
internal sealed class UdpWire : ClientWire
{
    private volatile Socket _socket = Bound();

    /// <summary>From now on packets leave from another port, and what comes to the old one is lost: what a NAT does that forgot the client, or a new network.</summary>
    public void Move()
    {
        var old = _socket;
        _socket = Bound();
        old.Dispose();
    }

    public override void Send(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, Server);

    public override int Receive(Span<byte> buffer)
    {
        while (true)
        {
            var socket = _socket;
            try
            {
                return socket.Receive(buffer);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException && socket != _socket)
            {
                // it moved
            }
        }
    }

    public override void Dispose() => _socket.Dispose();

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}

/// <summary>TCP with the frames of RFC 4571.</summary>
internal sealed class TcpWire : ClientWire
{
    private readonly Lock _sending = new();
    private Socket _socket = Connecting();
    private readonly ManualResetEventSlim _reads = new(initialState: true);

    public override void Open(IPEndPoint server)
    {
        base.Open(server);
        _socket.Connect(server);
    }

    /// <summary>Breaks the connection and makes another.</summary>
    public void Reconnect()
    {
        lock (_sending)
        {
            var old = _socket;
            var made = Connecting();
            made.Connect(Server);
            _socket = made;
            old.Dispose();
        }
    }

    /// <summary>Reads nothing any more, though the connection stays.</summary>
    public void StopReading() => _reads.Reset();

    public override void Send(ReadOnlySpan<byte> datagram)
    {
        Span<byte> frame = stackalloc byte[2 + datagram.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)datagram.Length);
        datagram.CopyTo(frame[2..]);
        // Handshake threads send too, and frames must not mix.
        lock (_sending) _socket.Send(frame);
    }

    public override int Receive(Span<byte> buffer)
    {
        while (true)
        {
            var socket = _socket;
            try
            {
                _reads.Wait();
                Span<byte> length = stackalloc byte[2];
                Fill(socket, length);
                var frame = buffer[..BinaryPrimitives.ReadUInt16BigEndian(length)];
                Fill(socket, frame);
                return frame.Length;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException && socket != _socket)
            {
                // another connection took its place
            }
        }
    }

    public override void Dispose()
    {
        _socket.Dispose();
        _reads.Set();
    }

    private static void Fill(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var read = socket.Receive(bytes);
            if (read == 0) throw new SocketException((int)SocketError.ConnectionReset);
            bytes = bytes[read..];
        }
    }

    private static Socket Connecting() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}

/// <summary>A client with two ways to the server, UDP and TCP, that sends by one and hears by both.</summary>
internal sealed class EitherWire(IPEndPoint tcpServer) : ClientWire
{
    private readonly UdpWire _udp = new();
    private readonly TcpWire _tcp = new();
    private readonly System.Collections.Concurrent.BlockingCollection<byte[]> _received = [];

    /// <summary>Which way it sends.</summary>
    public bool ByTcp { get; set; }

    /// <summary>By which way the last packet came.</summary>
    public bool ReceivedByTcp { get; private set; }

    public override void Open(IPEndPoint server)
    {
        base.Open(server);
        _udp.Open(server);
        _tcp.Open(tcpServer);
        foreach (var wire in (ClientWire[])[_udp, _tcp]) new Thread(() => Pump(wire)) { IsBackground = true }.Start();
    }

    public override void Send(ReadOnlySpan<byte> datagram)
    {
        if (ByTcp) _tcp.Send(datagram);
        else _udp.Send(datagram);
    }

    public override int Receive(Span<byte> buffer)
    {
        var datagram = _received.Take();
        if (datagram.Length == 0) throw new SocketException((int)SocketError.OperationAborted);
        datagram.CopyTo(buffer);
        return datagram.Length;
    }

    public override void Dispose()
    {
        _received.Add([]);
        _udp.Dispose();
        _tcp.Dispose();
    }

    private void Pump(ClientWire wire)
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = wire.Receive(buffer);
                if (length > 1 && buffer[0] >= 128) ReceivedByTcp = wire is TcpWire;
                _received.Add(buffer[..length]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the wire is closed
        }
    }
}
