using System.Net;
using System.Net.Sockets;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Sfu.Tests.Native;

public sealed class EpollTests
{
    private const long Patience = 5_000_000;

    [Fact]
    public void A_datagram_wakes_and_carries_its_token_until_it_is_taken()
    {
        using var epoll = new Epoll();
        using var socket = UdpSocket.Open(new UdpSocketOptions());
        using var batch = new ReceiveBatch();
        epoll.Add(socket.Descriptor, EpollEvents.Readable, 0xFEDC_BA98_7654_3210);
        Assert.Equal(0, epoll.Wait(0));
        Assert.Equal(0, epoll.Wait(200));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.SendTo([1], new IPEndPoint(IPAddress.Loopback, socket.LocalAddress.Port));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(1, epoll.Wait(Patience));
            Assert.Equal(0xFEDC_BA98_7654_3210, epoll.Token(0));
            Assert.Equal(EpollEvents.Readable, epoll.Events(0));
        }
        Assert.Equal(1, batch.Receive(socket));
        Assert.Equal(0, epoll.Wait(0));
        epoll.Modify(socket.Descriptor, EpollEvents.Writable, 5);
        Assert.Equal(1, epoll.Wait(Patience));
        Assert.Equal((5UL, EpollEvents.Writable), (epoll.Token(0), epoll.Events(0)));
        epoll.Remove(socket.Descriptor);
        Assert.Equal(0, epoll.Wait(0));
        Assert.Throws<NativeException>(() => epoll.Remove(socket.Descriptor));
    }

    [Fact]
    public void Several_descriptors_are_told_apart()
    {
        using var epoll = new Epoll();
        var wakes = Enumerable.Range(0, 3).Select(_ => new WakeUp()).ToArray();
        for (var i = 0; i < 3; i++) epoll.Add(wakes[i].Descriptor, EpollEvents.Readable, (ulong)i);
        wakes[0].Signal();
        wakes[2].Signal();
        Assert.Equal(2, epoll.Wait(Patience));
        Assert.Equal([0UL, 2UL], new[] { epoll.Token(0), epoll.Token(1) }.Order());
        foreach (var wake in wakes) wake.Dispose();
    }

    [Fact]
    public void Signals_before_the_look_wake_once_and_later_ones_again()
    {
        using var epoll = new Epoll();
        using var wake = new WakeUp();
        epoll.Add(wake.Descriptor, EpollEvents.Readable, 1);
        for (var i = 0; i < 10; i++) wake.Signal();
        Assert.Equal(1, epoll.Wait(Patience));
        wake.Reset();
        Assert.Equal(0, epoll.Wait(0));
        wake.Signal();
        Assert.Equal(1, epoll.Wait(Patience));
    }

    [Fact]
    public void Nothing_posted_from_other_threads_is_slept_through()
    {
        const int Posters = 3, Each = 20_000;
        using var epoll = new Epoll();
        using var wake = new WakeUp();
        epoll.Add(wake.Descriptor, EpollEvents.Readable, 1);
        var mailbox = new System.Collections.Concurrent.ConcurrentQueue<int>();
        var threads = Enumerable.Range(0, Posters).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                mailbox.Enqueue(i);
                wake.Signal();
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        var taken = 0;
        while (taken < Posters * Each)
        {
            Assert.Equal(1, epoll.Wait(Patience)); // 0 would mean: asleep with something in the mailbox
            wake.Reset();
            while (mailbox.TryDequeue(out _)) taken++;
        }
        foreach (var thread in threads) thread.Join();
    }
}
