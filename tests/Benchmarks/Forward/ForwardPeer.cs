using System.Net;
using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using Conference.Support.Media;

namespace Conference.Benchmarks.Forward;

/// <summary>
/// The other process: the publisher's and the receivers' sockets. Obeys lines on its standard input: <c>check PORTS</c> makes the connectivity checks, the sockets taking turns with the ports,
/// <c>run PORT master|session BURSTS</c> sends bursts, the next when the last receiver got all of the one before.
/// </summary>
internal sealed unsafe class ForwardPeer : IDisposable
{
    public const int Burst = 8;
    private const int PayloadBytes = 1150;
    private const uint Ssrc = 4242;
    private const byte PayloadType = 96;
    private const byte MidId = 4;

    private readonly UdpSocket[] _sockets;
    private readonly Epoll _epoll = new();
    private readonly ReceiveBatch _batch = new();
    private readonly SendBatch _send;
    private readonly SrtpSender _master = new(ForwardKeys.Master);
    private readonly SrtpSender _session = new(ForwardKeys.Session);
    private ulong _masterIndex;

    private ForwardPeer(int receivers)
    {
        _sockets = [.. Enumerable.Range(0, receivers + 1).Select(_ => UdpSocket.Open(new UdpSocketOptions { Address = IPAddress.Loopback }))];
        for (var i = 0; i < _sockets.Length; i++) _epoll.Add(_sockets[i].Descriptor, EpollEvents.Readable, (ulong)i);
        _send = new SendBatch(_sockets[0]);
    }

    public static int Run(int receivers)
    {
        using var peer = new ForwardPeer(receivers);
        Console.WriteLine(string.Join(' ', peer._sockets.Select(s => s.LocalAddress.Port)));
        while (Console.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            TransportAddress[] servers = [.. words[1].Split(',').Select(port => TransportAddress.From(IPAddress.Loopback, int.Parse(port)))];
            if (words[0] == "check") peer.Check(servers);
            else Console.WriteLine($"done {peer.Publish(servers[0], words[2] == "master", int.Parse(words[3]))}");
        }
        return 0;
    }

    public void Dispose()
    {
        _send.Dispose();
        _batch.Dispose();
        _epoll.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
    }

    private void Check(TransportAddress[] servers)
    {
        for (var i = 0; i < _sockets.Length; i++)
        {
            using var send = new SendBatch(_sockets[i], new SendBatchOptions { Messages = 1 });
            if (!send.TryReserve(ConnectivityCheck.MaxLength, out var bytes)) throw new InvalidOperationException("no room for a check");
            var credentials = new IceParameters(ForwardKeys.Ufrag(i), ForwardKeys.Password(i));
            var transaction = RandomNumberGenerator.GetBytes(ConnectivityCheck.TransactionLength);
            var length = ConnectivityCheck.Write(new Span<byte>(bytes, ConnectivityCheck.MaxLength), credentials, "peer", transaction);
            send.Commit(length, new TransportPath(servers[i % servers.Length], default));
            send.Flush();
        }
        Console.WriteLine("checked");
    }

    /// <summary>Sends the bursts. Returns how many packets all receivers got.</summary>
    private long Publish(TransportAddress server, bool master, int bursts)
    {
        var path = new TransportPath(server, default);
        var (sequence, received) = (master ? _masterIndex : 0UL, 0L);
        for (var burst = 0; burst < bursts; burst++)
        {
            for (var i = 0; i < Burst; i++) Put(path, master ? _master : _session, sequence++, burst, first: i == 0, last: i == Burst - 1);
            _send.Flush();
            received += Drain((_sockets.Length - 1) * Burst);
        }
        if (master) _masterIndex = sequence;
        return received;
    }

    private void Put(in TransportPath path, SrtpSender srtp, ulong index, int picture, bool first, bool last)
    {
        if (!_send.TryReserve(1500, out var packet)) throw new InvalidOperationException("no room for a packet");
        var span = new Span<byte>(packet, 1500);
        RtpHeader.Write(span, last, PayloadType, (ushort)index, (uint)(picture * 3000), Ssrc);
        var extension = new HeaderExtensionWriter(span);
        extension.TryAdd(MidId, "0"u8);
        var head = extension.Complete();
        // VP8 with a 15-bit picture id; the very first packet begins a key frame.
        var key = index == 0 || (first && picture % 1000 == 0);
        ReadOnlySpan<byte> descriptor = [(byte)(0x80 | (first ? 0x10 : 0)), 0x80, (byte)(0x80 | (picture >> 8 & 0x7F)), (byte)picture, (byte)(key ? 0x10 : 0x11)];
        descriptor.CopyTo(span[head..]);
        span.Slice(head + descriptor.Length, PayloadBytes - descriptor.Length).Fill((byte)index);
        if (srtp.Protect(packet, head, packet + head, PayloadBytes, index, out var length) != SrtpResult.Ok) throw new InvalidOperationException("protect");
        _send.Commit(length, path);
    }

    // Gives up on a burst after 50 ms: a receiver's buffer may have been full.
    private long Drain(int wanted)
    {
        var received = 0L;
        while (received < wanted)
        {
            var ready = _epoll.Wait(50_000);
            if (ready == 0) break;
            for (var i = 0; i < ready; i++)
            {
                var count = _batch.Receive(_sockets[(int)_epoll.Token(i)]);
                for (var d = 0; d < count; d++) received += PacketKind.Classify(_batch.Datagram(d)) == PacketKind.Rtp ? 1 : 0;
            }
        }
        return received;
    }
}
