using System.Net;
using System.Net.Sockets;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Workers;
using Conference.Support;

namespace Conference.Sfu.Tests.Workers;

/// <summary>The TCP port by itself, with real sockets and a clock of ours: what frames become, and how each kind of misuse ends.</summary>
public sealed class StreamPortTests : IDisposable
{
    private static readonly byte[] Check = [0, 1, 0, 0, 33, 18, 164, 66, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly StreamPort _port = StreamPort.Open(IPAddress.Loopback, 0, isIPv6: false, new StreamPortLimits { Connections = 8, Unproven = 4 });
    private readonly WorkerTally _tally = new();
    private readonly List<Socket> _clients = [];
    private readonly List<byte[]> _frames = [];
    private TransportPath _path;
    private long _now = 1_000_000;

    public void Dispose()
    {
        _clients.ForEach(c => c.Dispose());
        _port.Dispose();
    }

    [Fact]
    public async Task Frames_arrive_whole_however_they_were_cut()
    {
        var client = Connect();
        byte[] second = [.. Enumerable.Range(0, 1200).Select(i => (byte)i)];
        byte[] stream = [.. Frame(Check), 0, 0, .. Frame(second), .. Frame([2, 1])];
        foreach (var piece in stream.Chunk(7)) client.Send(piece);
        await ReceivedAsync(3);
        Assert.Equal([Check, second, [2, 1]], _frames);
        Assert.True(_path.IsStream);
        Assert.Equal(((IPEndPoint)client.LocalEndPoint!).Port, _path.Remote.Port);
        Assert.Equal(_port.LocalAddress.Port, _path.Local.Port);
    }

    [Fact]
    public void A_port_that_somebody_has_is_told_as_such()
    {
        var taken = Assert.Throws<NativeException>(() => StreamPort.Open(IPAddress.Loopback, _port.LocalAddress.Port, isIPv6: false, new StreamPortLimits()));
        Assert.True(taken.IsAddressInUse, taken.Message);
        // Somebody's connection that has just begun there keeps a listener out as well.
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Connect(_port.LocalAddress.ToEndPoint());
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        taken = Assert.Throws<NativeException>(() => StreamPort.Open(IPAddress.Loopback, port, isIPv6: false, new StreamPortLimits()));
        Assert.True(taken.IsAddressInUse, taken.Message);
    }

    [Fact]
    public async Task More_frames_than_one_call_takes_wait_for_the_next()
    {
        var client = Connect();
        await ProveAsync(client);
        client.Send([.. Enumerable.Range(0, 500).SelectMany(i => Frame([128, 96, (byte)(i >> 8), (byte)i]))]);
        await ReceivedAsync(501);
        Assert.Equal(Enumerable.Range(0, 500), _frames.Skip(1).Select(f => f[2] << 8 | f[3]));
    }

    [Fact]
    public async Task What_is_sent_is_framed_and_several_connections_do_not_mix()
    {
        var (ann, bob) = (Connect(), Connect());
        var toAnn = await ProveAsync(ann);
        var toBob = await ProveAsync(bob);
        Send([1, 2, 3], toAnn);
        Send([4], toBob);
        Send([5, 6], toAnn);
        _port.Flush();
        Assert.Equal([0, 3, 1, 2, 3, 0, 2, 5, 6], Read(ann, 9));
        Assert.Equal([0, 1, 4], Read(bob, 3));
        Assert.Equal((3, 6), _port.Sent);
    }

    [Theory]
    [InlineData(new byte[] { 0, 4, 128, 96, 0, 1 })]
    [InlineData(new byte[] { 0, 3, 22, 254, 253 })]
    [InlineData(new byte[] { 71, 69, 84, 32, 47, 32, 72, 84, 84, 80 })] // GET / HTTP
    public async Task A_first_frame_that_is_no_check_ends_the_connection(byte[] stream)
    {
        var client = Connect();
        client.Send(stream);
        await DroppedAsync(stream[0] == 71 ? DropReason.TcpFrameTooLarge : DropReason.TcpBeforeIce);
        Assert.Empty(_frames);
        Assert.Equal(0, _port.Connections);
        AssertClosed(client);
    }

    [Fact]
    public async Task A_check_that_nobody_finds_valid_ends_the_connection()
    {
        var client = Connect();
        client.Send(Frame(Check));
        await ReceivedAsync(1);
        _port.Checked(_path, valid: false);
        await DroppedAsync(DropReason.TcpBeforeIce);
        AssertClosed(client);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 20, 0, 1, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0 })]
    public async Task A_connection_that_never_gets_to_a_check_ends_in_time(byte[] stream)
    {
        var client = Connect();
        if (stream.Length > 0) client.Send(stream);
        await ConnectedAsync(1);
        Assert.Equal(_now + 5_000_000, _port.DueAt);
        _now += 4_999_999;
        Turn();
        Assert.Equal(1, _port.Connections);
        _now++;
        await DroppedAsync(DropReason.TcpNoCheck);
        Assert.Equal(long.MaxValue, _port.DueAt);
        AssertClosed(client);
    }

    [Fact]
    public async Task A_proven_connection_ends_with_a_frame_that_is_too_long_and_that_is_news()
    {
        var client = Connect();
        var path = await ProveAsync(client);
        client.Send([8, 1]); // 2049 bytes are announced
        await DroppedAsync(DropReason.TcpFrameTooLarge);
        Assert.True(_port.TryTakeEnded(out var ended));
        Assert.Equal(path, ended);
        Send([1], path);
        await DroppedAsync(DropReason.TcpGone);
    }

    [Fact]
    public async Task Who_has_most_unproven_connections_makes_room_for_others_and_proven_ones_stay()
    {
        var ann = Connect();
        var path = await ProveAsync(ann);
        var flood = Enumerable.Range(0, 20).Select(_ => Connect()).ToList();
        await DroppedAsync(DropReason.TcpTooMany, 16);
        Assert.Equal(5, _port.Connections);
        Send([9], path);
        _port.Flush();
        Assert.Equal([0, 1, 9], Read(ann, 3));
        // The newest of the flood are still there and can prove themselves.
        await ProveAsync(flood[^1]);
    }

    [Fact]
    public async Task Proven_connections_are_bounded_too()
    {
        for (var i = 0; i < 8; i++) await ProveAsync(Connect());
        var late = Connect();
        await DroppedAsync(DropReason.TcpTooMany);
        AssertClosed(late);
        Assert.Equal(8, _port.Connections);
    }

    [Fact]
    public async Task A_reader_that_reads_nothing_loses_packets_and_small_ones_last()
    {
        var slow = Connect();
        var path = await ProveAsync(slow);
        var (video, sound) = (new byte[1200], new byte[100]);
        while (_tally[DropReason.TcpQueueFull] == 0)
        {
            Send(video, path);
            Turn();
        }
        var queued = _port.Sent.Frames;
        Send(sound, path);
        Turn();
        Assert.Equal(queued + 1, _port.Sent.Frames);
        // It reads again: everything that was taken arrives in order, nothing of what was dropped.
        var expected = _port.Sent.Bytes + 2 * _port.Sent.Frames;
        long read = 0;
        var buffer = new byte[1 << 16];
        slow.ReceiveTimeout = 100;
        await Eventually.True(() =>
        {
            Turn();
            if (slow.Available > 0) read += slow.Receive(buffer);
            return Task.FromResult(read == expected);
        }, $"not everything arrived of {expected}");
    }

    [Fact]
    public async Task A_released_connection_can_say_a_last_word_and_closes()
    {
        var client = Connect();
        var path = await ProveAsync(client);
        _port.Release(path);
        Send([7], path);
        Turn();
        Assert.Equal([0, 1, 7], Read(client, 3));
        _now += 1_000_000;
        Turn();
        Assert.Equal(0, _port.Connections);
        Assert.False(_port.TryTakeEnded(out _));
        Assert.Equal(0, _tally[DropReason.TcpNoCheck]);
        AssertClosed(client);
    }

    [Fact]
    public async Task A_client_that_goes_is_news_once()
    {
        var client = Connect();
        var path = await ProveAsync(client);
        client.Dispose();
        await Eventually.True(() =>
        {
            Turn();
            return Task.FromResult(_port.TryTakeEnded(out var ended) && ended == path);
        }, "the end is not told");
        Turn();
        Assert.False(_port.TryTakeEnded(out _));
        Assert.Equal(0, _port.Connections);
    }

    private static byte[] Frame(byte[] packet) => [(byte)(packet.Length >> 8), (byte)packet.Length, .. packet];

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_port.LocalAddress.ToEndPoint());
        _clients.Add(socket);
        return socket;
    }

    private async Task<TransportPath> ProveAsync(Socket client)
    {
        client.Send(Frame(Check));
        await ReceivedAsync(_frames.Count + 1);
        _port.Checked(_path, valid: true);
        return _path;
    }

    private unsafe void Send(byte[] packet, TransportPath path)
    {
        fixed (byte* bytes = packet) _port.Add(bytes, packet.Length, path);
    }

    private void Turn()
    {
        _port.Tick(_now);
        _port.MarkReady();
        var count = _port.Receive();
        for (var i = 0; i < count; i++) _frames.Add(_port.Frame(i, out _path).ToArray());
        _port.Flush();
        _port.MoveDrops(_tally);
    }

    private Task ReceivedAsync(int frames) => UntilAsync(() => _frames.Count >= frames, () => $"{_frames.Count} frames, not {frames}");

    private Task ConnectedAsync(int connections) => UntilAsync(() => _port.Connections == connections, () => $"{_port.Connections} connections");

    private Task DroppedAsync(DropReason reason, int times = 1) => UntilAsync(() => _tally[reason] >= times, () => $"{reason}: {_tally[reason]} times, not {times}");

    private Task UntilAsync(Func<bool> condition, Func<string> what) => Eventually.True(
        () =>
        {
            Turn();
            return Task.FromResult(condition());
        },
        () => Task.FromResult(what()));

    private static byte[] Read(Socket client, int length)
    {
        client.ReceiveTimeout = 10_000;
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var read = client.Receive(bytes, at, length - at, SocketFlags.None);
            Assert.NotEqual(0, read);
            at += read;
        }
        return bytes;
    }

    private static void AssertClosed(Socket client)
    {
        client.ReceiveTimeout = 10_000;
        try
        {
            Assert.Equal(0, client.Receive(new byte[1]));
        }
        catch (SocketException e)
        {
            // Closed with something unread.
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }
}
