using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.Support;

namespace Conference.Sfu.Tests.Transports;

public sealed class DtlsHandshakerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_handshakers_agree_and_the_server_has_its_keys_before_its_last_flight_leaves()
    {
        using var world = new World();
        var (client, server) = world.Connect();
        client.Transport.Start();
        var keys = await client.Sink.Established.WaitAsync(Patience);
        Assert.Equal((await server.Sink.Established.WaitAsync(Patience)).Profile, keys.Profile);
        // ServerHello to ServerHelloDone; then the keys together with ChangeCipherSpec and Finished, none of which went out before.
        Assert.Equal(["datagrams", "established+1"], server.Sink.Events);
        Assert.Equal("established+0", client.Sink.Events[^1]);
        Assert.Equal(0, world.Server.Handshakes);
    }

    [Fact]
    public async Task Closing_tells_the_other_side_and_every_sink_hears_one_end()
    {
        using var world = new World();
        var (client, server) = world.Connect();
        client.Transport.Start();
        await client.Sink.Established.WaitAsync(Patience);
        server.Transport.Close();
        server.Transport.Close();
        await Task.WhenAll(server.Sink.Ended, client.Sink.Ended).WaitAsync(Patience);
        Assert.Single(server.Sink.Events, e => e is "closed" or "failed");
        Assert.Equal("closed", client.Sink.Events[^1]);
        Assert.Equal(DropReason.DtlsUnknownTransport, server.Transport.Receive(new byte[20]));
    }

    [Fact]
    public async Task A_wrong_fingerprint_is_named()
    {
        using var world = new World();
        var (client, server) = world.Connect(promisedByClient: new CertificateFingerprint("sha-256", [.. new byte[32]]));
        client.Transport.Start();
        await server.Sink.Ended.WaitAsync(Patience);
        Assert.Equal(DtlsFailure.FingerprintMismatch, server.Sink.Failure);
        Assert.DoesNotContain(server.Sink.Events, e => e.StartsWith("established", StringComparison.Ordinal));
        Assert.Equal(0, world.Server.Sessions);
    }

    [Fact]
    public void Fingerprints_of_refused_hashes_are_named_at_once()
    {
        using var world = new World();
        var sink = new RecordingSink(_ => { });
        foreach (var hash in (string[])["sha-1", "md5"])
        {
            var failure = world.Server.TryOpen(DtlsRole.Server, [new CertificateFingerprint(hash, [1])], sink, out var transport);
            Assert.Equal(DtlsFailure.UnsupportedFingerprintHash, failure);
            Assert.Null(transport);
        }
        Assert.Equal(DtlsFailure.UnsupportedFingerprintHash, world.Server.TryOpen(DtlsRole.Server, [], sink, out _));
    }

    [Fact]
    public async Task A_client_that_falls_silent_is_given_up_after_the_handshake_timeout()
    {
        var time = new ManualTime();
        using var world = new World(new DtlsOptions { Time = time });
        var sink = new RecordingSink(_ => { });
        Assert.Equal(DtlsFailure.None, world.Client.TryOpen(DtlsRole.Client, [world.Server.Fingerprint], sink, out var transport));
        transport!.Start();
        await Until(() => sink.Events.Length > 1); // the first flight and a retransmission
        Assert.Equal(1, world.Client.Handshakes);
        Assert.False(sink.Ended.IsCompleted);
        time.Advance(new DtlsOptions().HandshakeTimeout);
        await sink.Ended.WaitAsync(Patience);
        Assert.Equal(DtlsFailure.HandshakeTimeout, sink.Failure);
    }

    [Fact]
    public async Task Handshakes_are_bounded_and_a_client_that_comes_again_is_served()
    {
        using var world = new World(new DtlsOptions { MaxHandshakesPerThread = 1 });
        var hold = true;
        var (first, _) = world.Connect(passToServer: _ => true, passToClient: _ => !hold);
        first.Transport.Start(); // never gets an answer: the server's only place stays taken
        await Until(() => world.Server.Handshakes == 1);
        using var secondClient = new DtlsHandshaker(DtlsCertificate.Generate(TimeProvider.System));
        var (second, secondServer) = world.Connect(clientSide: secondClient);
        second.Transport.Start();
        await Until(() => world.Server.Deferred > 0);
        Assert.False(secondServer.Sink.Established.IsCompleted);
        hold = false; // the first completes by retransmission, then the second
        await Task.WhenAll(first.Sink.Established, second.Sink.Established).WaitAsync(Patience);
    }

    [Fact]
    public async Task Our_own_handshakes_beyond_the_bound_are_refused()
    {
        using var world = new World(new DtlsOptions { MaxHandshakesPerThread = 1 });
        var (taken, over) = (new RecordingSink(_ => { }), new RecordingSink(_ => { }));
        world.Client.TryOpen(DtlsRole.Client, [world.Server.Fingerprint], taken, out var first);
        world.Client.TryOpen(DtlsRole.Client, [world.Server.Fingerprint], over, out var second);
        first!.Start();
        second!.Start();
        await over.Ended.WaitAsync(Patience);
        Assert.Equal(DtlsFailure.TooManyHandshakes, over.Failure);
        Assert.False(taken.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_flood_fills_one_transport_s_share_of_the_queue_only()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var world = new World(new DtlsOptions { QueueCapacity = 64, QueuePerTransport = 8 });
        var blocking = new RecordingSink(_ =>
        {
            entered.Set();
            release.Wait(Patience);
        });
        world.Client.TryOpen(DtlsRole.Client, [world.Server.Fingerprint], blocking, out var busy);
        busy!.Start(); // its sink now holds the thread
        Assert.True(entered.Wait(Patience));
        world.Client.TryOpen(DtlsRole.Server, [world.Server.Fingerprint], new RecordingSink(_ => { }), out var flooded);
        world.Client.TryOpen(DtlsRole.Server, [world.Server.Fingerprint], new RecordingSink(_ => { }), out var other);
        for (var i = 0; i < 8; i++) Assert.Equal(DropReason.None, flooded!.Receive(new byte[100]));
        Assert.Equal(DropReason.DtlsQueueFull, flooded!.Receive(new byte[100]));
        Assert.Equal(DropReason.None, other!.Receive(new byte[100]));
        release.Set();
        await Until(() => flooded.Receive(new byte[100]) == DropReason.None);
    }

    [Fact]
    public void Datagrams_of_impossible_length_are_refused()
    {
        using var world = new World();
        world.Server.TryOpen(DtlsRole.Server, [world.Client.Fingerprint], new RecordingSink(_ => { }), out var transport);
        Assert.Equal(DropReason.DtlsMalformed, transport!.Receive(new byte[12]));
        Assert.Equal(DropReason.DtlsMalformed, transport.Receive(new byte[DtlsTransport.MaxDatagram + 1]));
        Assert.Equal(DropReason.DtlsMalformed, transport.Receive([]));
    }

    [Fact]
    public async Task Stopping_ends_every_association()
    {
        var world = new World();
        var (client, server) = world.Connect();
        client.Transport.Start();
        await client.Sink.Established.WaitAsync(Patience);
        var silent = new RecordingSink(_ => { });
        world.Client.TryOpen(DtlsRole.Client, [world.Server.Fingerprint], silent, out var waiting);
        waiting!.Start();
        await Until(() => silent.Events.Length > 0);
        world.Dispose();
        await Task.WhenAll(client.Sink.Ended, server.Sink.Ended, silent.Ended).WaitAsync(Patience);
        Assert.Equal(DtlsFailure.Stopped, silent.Failure);
        Assert.Equal("closed", client.Sink.Events[^1]);
    }

    [Fact]
    public async Task Many_handshakes_at_once_all_succeed()
    {
        using var world = new World(new DtlsOptions { Threads = 2 });
        var all = Enumerable.Range(0, 60).Select(_ => world.Connect()).ToArray();
        foreach (var (client, _) in all) client.Transport.Start();
        await Task.WhenAll(all.SelectMany(p => new[] { p.Client.Sink.Established, p.Server.Sink.Established })).WaitAsync(Patience);
    }

    private static async Task Until(Func<bool> condition)
    {
        // Asked once each time: asking may itself send something.
        for (var i = 0; i < 3000; i++)
        {
            if (condition()) return;
            await Task.Delay(10);
        }
        Assert.Fail("it did not happen");
    }

    /// <summary>Two handshakers; what one's transport sends, the other's receives.</summary>
    private sealed class World(DtlsOptions? options = null) : IDisposable
    {
        public DtlsHandshaker Server { get; } = new(DtlsCertificate.Generate(TimeProvider.System), options);

        public DtlsHandshaker Client { get; } = new(DtlsCertificate.Generate(TimeProvider.System), options);

        public (End Client, End Server) Connect(CertificateFingerprint? promisedByClient = null, DtlsHandshaker? clientSide = null,
            Func<byte[], bool>? passToServer = null, Func<byte[], bool>? passToClient = null)
        {
            clientSide ??= Client;
            End? client = null, server = null;
            var clientSink = new RecordingSink(d => { if (passToServer?.Invoke(d) ?? true) server!.Transport.Receive(d); });
            var serverSink = new RecordingSink(d => { if (passToClient?.Invoke(d) ?? true) client!.Transport.Receive(d); });
            Assert.Equal(DtlsFailure.None, Server.TryOpen(DtlsRole.Server, [promisedByClient ?? clientSide.Fingerprint], serverSink, out var atServer));
            Assert.Equal(DtlsFailure.None, clientSide.TryOpen(DtlsRole.Client, [Server.Fingerprint], clientSink, out var atClient));
            (client, server) = (new End(atClient!, clientSink), new End(atServer!, serverSink));
            return (client, server);
        }

        public void Dispose()
        {
            Server.Dispose();
            Client.Dispose();
        }
    }

    private sealed record End(DtlsTransport Transport, RecordingSink Sink);
}
