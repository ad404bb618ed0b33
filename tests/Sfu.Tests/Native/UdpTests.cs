using System.Net;
using System.Net.Sockets;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Sfu.Tests.Native;

/// <summary>Our batches against plain .NET sockets on loopback.</summary>
public sealed unsafe class UdpTests : IDisposable
{
    private readonly UdpSocket _socket = UdpSocket.Open(new UdpSocketOptions());
    private readonly ReceiveBatch _received = new();

    public static TheoryData<string> Loopbacks => ["127.0.0.1", "::1"];

    public void Dispose()
    {
        _received.Dispose();
        _socket.Dispose();
    }

    [Fact]
    public void The_socket_serves_both_families_and_says_what_buffers_it_got()
    {
        Assert.True(_socket.IsIPv6);
        Assert.NotEqual(0, _socket.LocalAddress.Port);
        Assert.InRange(_socket.ReceiveBufferBytes, 100_000, 64 << 20);
        Assert.InRange(_socket.SendBufferBytes, 100_000, 16 << 20);
    }

    [Theory, MemberData(nameof(Loopbacks))]
    public void A_datagram_comes_with_both_its_addresses(string loopback)
    {
        using var client = Client(loopback);
        client.SendTo([1, 2, 3], To(loopback));
        Receive(1);
        Assert.Equal([1, 2, 3], _received.Datagram(0).ToArray());
        Assert.Equal((IPEndPoint)client.LocalEndPoint!, _received.Path(0).Remote.ToEndPoint());
        Assert.Equal(To(loopback), _received.Path(0).Local.ToEndPoint());
        Assert.False(_received.IsTruncated(0));
    }

    /// <summary>All of 127/8 is loopback: a host with two addresses.</summary>
    [Fact]
    public void A_reply_leaves_from_the_address_that_the_client_used()
    {
        using var client = Client("127.0.0.1");
        client.SendTo([7], To("127.0.0.2"));
        Receive(1);
        Assert.Equal(To("127.0.0.2"), _received.Path(0).Local.ToEndPoint());
        using var batch = new SendBatch(_socket);
        Queue(batch, 10, 1, _received.Path(0));
        Queue(batch, 10, 2, _received.Path(0));
        Assert.True(batch.Flush());
        for (var i = 0; i < 2; i++)
        {
            ReceivePlain(client, out var from);
            Assert.Equal(To("127.0.0.2"), from);
        }
    }

    [Fact]
    public void An_IPv4_socket_does_the_same()
    {
        using var socket = UdpSocket.Open(new UdpSocketOptions { Address = IPAddress.Any });
        Assert.False(socket.IsIPv6);
        using var client = Client("127.0.0.1");
        client.SendTo([7], new IPEndPoint(IPAddress.Parse("127.0.0.3"), socket.LocalAddress.Port));
        Until(() => _received.Receive(socket) == 1);
        Assert.Equal((IPEndPoint)client.LocalEndPoint!, _received.Path(0).Remote.ToEndPoint());
        Assert.Equal("127.0.0.3", _received.Path(0).Local.ToAddress().ToString());
        using var batch = new SendBatch(socket);
        for (byte i = 0; i < 3; i++) Queue(batch, 500, i, _received.Path(0));
        Assert.True(batch.Flush());
        for (byte i = 0; i < 3; i++)
        {
            var datagram = ReceivePlain(client, out var from);
            Assert.Equal((500, i), (datagram.Length, datagram[0]));
            Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.3"), socket.LocalAddress.Port), from);
        }
        Assert.Equal(1, batch.Counters.SegmentedMessages);
    }

    [Theory, MemberData(nameof(Loopbacks))]
    public void Runs_of_one_size_become_one_message_and_arrive_as_they_were(string loopback)
    {
        using var client = Client(loopback);
        using var batch = new SendBatch(_socket);
        var path = Path(client, loopback);
        int[] sizes = [1200, 1200, 1200, 1199, 1200, 600, 600, 700, 50];
        for (byte i = 0; i < sizes.Length; i++) Queue(batch, sizes[i], i, path);
        Assert.True(batch.Flush());
        for (byte i = 0; i < sizes.Length; i++)
        {
            var datagram = ReceivePlain(client, out _);
            Assert.Equal(sizes[i], datagram.Length);
            Assert.All(datagram, b => Assert.Equal(i, b));
        }
        // 1200 x3 + 1199 | 1200 + 600 | 600 | 700 + 50: a shorter one ends a run, a longer one begins the next.
        Assert.Equal(9, batch.Counters.Datagrams);
        Assert.Equal(sizes.Sum(), batch.Counters.Bytes);
        Assert.Equal(1, batch.Counters.SystemCalls);
        Assert.Equal(3, batch.Counters.SegmentedMessages);
        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public void Another_path_begins_another_message()
    {
        using var first = Client("127.0.0.1");
        using var second = Client("::1");
        using var batch = new SendBatch(_socket);
        for (byte i = 0; i < 6; i++) Queue(batch, 100, i, i % 2 == 0 ? Path(first, "127.0.0.1") : Path(second, "::1"));
        Assert.True(batch.Flush());
        for (byte i = 0; i < 6; i++) Assert.Equal(i, ReceivePlain(i % 2 == 0 ? first : second, out _)[0]);
        Assert.Equal(0, batch.Counters.SegmentedMessages);
    }

    [Fact]
    public void More_than_the_kernel_segments_at_once_is_split()
    {
        using var client = Client("127.0.0.1");
        using var batch = new SendBatch(_socket);
        for (var i = 0; i < 200; i++) Queue(batch, 100, (byte)i, Path(client, "127.0.0.1"));
        for (var i = 0; i < 200; i++) Queue(batch, 1100, (byte)i, Path(client, "127.0.0.1"));
        Assert.True(batch.Flush());
        for (var i = 0; i < 400; i++) Assert.Equal((byte)(i % 200), ReceivePlain(client, out _)[0]);
        Assert.Equal(400, batch.Counters.Datagrams);
        Assert.Equal(0, batch.Counters.SegmentationFallbacks);
        Assert.InRange(batch.Counters.SegmentedMessages, 8, 9); // 64 + 64 + 64 + 8, and four of at most 59 (65,000 bytes)
    }

    [Fact]
    public void Without_segmentation_all_arrives_too()
    {
        using var client = Client("127.0.0.1");
        using var batch = new SendBatch(_socket, new SendBatchOptions { UseSegmentation = false });
        for (byte i = 0; i < 10; i++) Queue(batch, 300, i, Path(client, "127.0.0.1"));
        Assert.True(batch.Flush());
        for (byte i = 0; i < 10; i++) Assert.Equal(i, ReceivePlain(client, out _)[0]);
        Assert.Equal(0, batch.Counters.SegmentedMessages);
        Assert.False(batch.IsSegmenting);
    }

    [Fact]
    public void A_full_batch_refuses_and_takes_again_after_a_flush()
    {
        using var client = Client("127.0.0.1");
        using var bySize = new SendBatch(_socket, new SendBatchOptions { SlabBytes = 4096 });
        for (byte i = 0; i < 4; i++) Queue(bySize, 1000, i, Path(client, "127.0.0.1"));
        Assert.False(bySize.TryReserve(1000, out _));
        Assert.True(bySize.Flush());
        Assert.True(bySize.TryReserve(1000, out _));
        using var byCount = new SendBatch(_socket, new SendBatchOptions { Messages = 2 });
        Queue(byCount, 10, 1, Path(client, "127.0.0.1"));
        Queue(byCount, 20, 2, Path(client, "127.0.0.1"));
        Assert.False(byCount.TryReserve(10, out _));
        Assert.Equal(2, byCount.DropPending());
        Assert.True(byCount.TryReserve(10, out _));
        Assert.False(byCount.TryReserve(70_000, out _));
        Assert.False(byCount.TryReserve(-1, out _));
    }

    [Fact]
    public void A_reservation_without_a_commit_sends_nothing()
    {
        using var batch = new SendBatch(_socket);
        Assert.True(batch.TryReserve(100, out _));
        Assert.True(batch.IsEmpty);
        Assert.True(batch.Flush());
        Assert.Equal(0, batch.Counters.SystemCalls);
    }

    [Fact]
    public void A_local_address_that_is_not_ours_costs_only_its_own_datagrams()
    {
        using var client = Client("127.0.0.1");
        using var batch = new SendBatch(_socket);
        var good = Path(client, "127.0.0.1");
        var bad = new TransportPath(good.Remote, TransportAddress.From(IPAddress.Parse("198.51.100.77"), 1));
        Queue(batch, 100, 1, good);
        Queue(batch, 100, 2, bad);
        Queue(batch, 100, 3, bad);
        Queue(batch, 100, 4, good);
        Assert.True(batch.Flush());
        Assert.Equal(1, ReceivePlain(client, out _)[0]);
        Assert.Equal(4, ReceivePlain(client, out _)[0]);
        Assert.Equal(2, batch.Counters.Datagrams);
        Assert.Equal(2, Enum.GetValues<SendFailure>().Sum(f => batch.Counters[f]));
    }

    /// <summary>A socket without checksums cannot segment (EINVAL): it stands for a device that cannot.</summary>
    [Fact]
    public void Where_segmentation_is_refused_single_datagrams_go_out_and_after_a_while_it_is_not_tried_again()
    {
        using var socket = UdpSocket.Open(new UdpSocketOptions());
        using (var view = new Socket(new SafeSocketHandle(socket.Descriptor, ownsHandle: false)))
        {
            const int SolSocket = 1, SoNoCheck = 11;
            view.SetRawSocketOption(SolSocket, SoNoCheck, BitConverter.GetBytes(1));
        }
        using var client = Client("127.0.0.1");
        using var batch = new SendBatch(socket);
        var path = Path(client, "127.0.0.1");
        for (var round = 0; round < 20; round++)
        {
            for (byte i = 0; i < 5; i++) Queue(batch, 100 - i / 4, i, path); // the last is shorter
            Assert.True(batch.Flush());
            for (byte i = 0; i < 5; i++)
            {
                var datagram = ReceivePlain(client, out _);
                Assert.Equal((100 - i / 4, i), (datagram.Length, datagram[0]));
            }
        }
        Assert.Equal(100, batch.Counters.Datagrams);
        Assert.Equal(16, batch.Counters.SegmentationFallbacks);
        Assert.Equal(0, batch.Counters.SegmentedMessages);
        Assert.False(batch.IsSegmenting);
        Assert.Equal(0, Enum.GetValues<SendFailure>().Sum(f => batch.Counters[f]));
    }

    [Fact]
    public void A_datagram_longer_than_the_buffer_is_marked()
    {
        using var client = Client("127.0.0.1");
        client.SendTo(new byte[ReceiveBatch.BufferBytes + 1], To("127.0.0.1"));
        client.SendTo(new byte[ReceiveBatch.BufferBytes], To("127.0.0.1"));
        Receive(2);
        Assert.True(_received.IsTruncated(0));
        Assert.False(_received.IsTruncated(1));
        Assert.Equal(ReceiveBatch.BufferBytes, _received.Length(1));
    }

    [Fact]
    public void A_batch_takes_64_and_leaves_the_rest()
    {
        using var client = Client("127.0.0.1");
        for (var i = 0; i < 100; i++) client.SendTo([(byte)i], To("127.0.0.1"));
        var seen = new List<byte>();
        Until(() =>
        {
            var count = _received.Receive(_socket);
            Assert.InRange(count, 0, ReceiveBatch.Capacity);
            for (var i = 0; i < count; i++) seen.Add(_received.Datagram(i)[0]);
            return seen.Count == 100;
        });
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), seen);
        Assert.Equal(0, _received.Receive(_socket));
        Assert.Equal(0, _received.Errors);
    }

    [Fact]
    public void What_the_kernel_had_to_drop_is_counted()
    {
        using var small = UdpSocket.Open(new UdpSocketOptions { ReceiveBufferBytes = 4096 });
        using var client = Client("127.0.0.1");
        var to = new IPEndPoint(IPAddress.Loopback, small.LocalAddress.Port);
        for (var i = 0; i < 200; i++) client.SendTo(new byte[1000], to);
        while (_received.Receive(small) > 0)
        {
            // empty it
        }
        client.SendTo([1], to); // carries the count
        Until(() => _received.Receive(small) == 1);
        Assert.InRange(small.KernelDrops, 100, 200);
    }

    [Fact]
    public void Packets_allocate_nothing()
    {
        using var client = Client("127.0.0.1");
        using var batch = new SendBatch(_socket);
        var self = new TransportPath(TransportAddress.From(To("127.0.0.1")), TransportAddress.From(IPAddress.Loopback, 0));
        long Run(int rounds)
        {
            var total = 0L;
            for (var i = 0; i < rounds; i++)
            {
                for (var j = 0; j < 10; j++)
                {
                    batch.TryReserve(1200, out _);
                    batch.Commit(1200, self);
                }
                batch.Flush();
                total += _received.Receive(_socket);
            }
            return total;
        }
        Run(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var received = Run(200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000, received);
    }

    [Fact]
    public void A_taken_port_is_named()
    {
        var fault = Assert.Throws<NativeException>(() => UdpSocket.Open(new UdpSocketOptions { Port = _socket.LocalAddress.Port }));
        Assert.True(fault.IsAddressInUse);
        Assert.Contains(_socket.LocalAddress.Port.ToString(), fault.Message);
        Assert.Contains("already in use", fault.Message);
    }

    [Fact]
    public void An_address_of_another_machine_is_named() => Assert.Contains(
        "belongs to no interface", Assert.Throws<NativeException>(() => UdpSocket.Open(new UdpSocketOptions { Address = IPAddress.Parse("198.51.100.77") })).Message);

    private static Socket Client(string loopback)
    {
        var address = IPAddress.Parse(loopback);
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000, ReceiveBufferSize = 4 << 20 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static byte[] ReceivePlain(Socket client, out IPEndPoint from)
    {
        var buffer = new byte[65_536];
        EndPoint remote = new IPEndPoint(client.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var length = client.ReceiveFrom(buffer, ref remote);
        from = (IPEndPoint)remote;
        return buffer[..length];
    }

    private IPEndPoint To(string address) => new(IPAddress.Parse(address), _socket.LocalAddress.Port);

    private static TransportPath Path(Socket client, string local) =>
        new(TransportAddress.From((IPEndPoint)client.LocalEndPoint!), TransportAddress.From(IPAddress.Parse(local), 0));

    private static void Queue(SendBatch batch, int length, byte content, in TransportPath path)
    {
        Assert.True(batch.TryReserve(length + 20, out var destination));
        new Span<byte>(destination, length).Fill(content);
        batch.Commit(length, path);
    }

    private void Receive(int count) => Until(() => _received.Receive(_socket) == count);

    /// <summary>Loopback delivers at once; the bound is for a starved machine.</summary>
    private static void Until(Func<bool> condition)
    {
        using var pause = new ManualResetEventSlim();
        for (var i = 0; i < 2000; i++)
        {
            if (condition()) return;
            pause.Wait(1);
        }
        Assert.Fail("the condition did not come true");
    }
}
