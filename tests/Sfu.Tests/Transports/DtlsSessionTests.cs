using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Sfu.Tests.Transports;

public sealed unsafe class DtlsSessionTests
{
    private const int RecordHeader = 13;
    private const int HandshakeHeader = 12;

    [Theory]
    [InlineData(DtlsContext.DefaultSrtpProfiles, SrtpProfile.AeadAes128Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM", SrtpProfile.AeadAes256Gcm)]
    [InlineData("SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1Tag80)]
    public void Both_ends_get_keys_that_fit(string offered, SrtpProfile agreed)
    {
        using var pair = new DtlsPair(clientProfiles: offered);
        pair.RunUntilBothEstablished();
        Assert.Equal(agreed, pair.Server.Keys!.Profile);
        AssertKeysFit(pair);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void Loss_reordering_and_doubling_are_survived(int seed)
    {
        using var pair = new DtlsPair(troubleSeed: seed);
        pair.RunUntilBothEstablished();
        AssertKeysFit(pair);
    }

    [Theory]
    [InlineData(11), InlineData(12), InlineData(13)]
    public void Loss_is_survived_with_small_datagrams_too(int seed)
    {
        var options = new DtlsSessionOptions { Mtu = 400, FirstRetransmission = TimeSpan.FromMilliseconds(20) };
        using var pair = new DtlsPair(troubleSeed: seed, options: options) { LossPercent = 8 };
        pair.RunUntilBothEstablished();
        AssertKeysFit(pair);
        Assert.All(pair.ClientSizes, size => Assert.InRange(size, 1, 400 - 28));
    }

    /// <summary>Chromium's ClientHello is 1.4 kB and comes in two datagrams, which the network may swap.</summary>
    [Theory]
    [InlineData(2, false), InlineData(2, true), InlineData(5, false), InlineData(5, true)]
    public void A_fragmented_ClientHello_is_put_together(int pieces, bool reversed)
    {
        using var pair = new DtlsPair();
        pair.Client.Start();
        var hello = Assert.Single(pair.Client.TakeDatagrams());
        var fragments = Fragment(hello, pieces);
        if (reversed) fragments.Reverse();
        foreach (var fragment in fragments)
        {
            Assert.Empty(pair.Server.TakeDatagrams());
            pair.Server.Receive(fragment);
        }
        pair.RunUntilBothEstablished();
        AssertKeysFit(pair);
    }

    [Fact]
    public void A_last_flight_that_is_lost_is_sent_again_when_the_client_asks_again()
    {
        using var pair = new DtlsPair();
        var lost = 0;
        pair.OnArrival = (to, datagram) =>
        {
            // The server's last flight begins with ChangeCipherSpec (20); spoil its first copies on the way.
            if (to == pair.Client && lost < 2 && pair.Server.State == DtlsSessionState.Established)
            {
                lost++;
                datagram.AsSpan().Clear();
            }
        };
        pair.RunUntilBothEstablished();
        Assert.Equal(2, lost);
        AssertKeysFit(pair);
    }

    [Fact]
    public void A_client_with_another_certificate_than_promised_gets_no_last_flight()
    {
        var promised = new CertificateFingerprint("sha-256", [.. RandomNumberGenerator.GetBytes(32)]);
        using var pair = new DtlsPair(promisedByClient: promised);
        pair.RunUntilOneEnds();
        Assert.Equal(DtlsSessionState.Failed, pair.Server.State);
        Assert.Equal(DtlsFailure.FingerprintMismatch, pair.Server.Failure);
        Assert.Null(pair.Server.Keys);
        Assert.Empty(pair.Server.TakeDatagrams());
        Assert.Equal(DtlsSessionState.Handshaking, pair.Client.State);
    }

    [Fact]
    public void A_server_with_another_certificate_than_promised_is_refused()
    {
        using var pair = new DtlsPair(promisedByServer: new CertificateFingerprint("sha-256", [.. new byte[32]]));
        pair.RunUntilOneEnds();
        Assert.Equal(DtlsFailure.FingerprintMismatch, pair.Client.Failure);
    }

    [Theory]
    [InlineData("sha-256", true), InlineData("sha-384", true), InlineData("sha-512", true), InlineData("sha-1", false), InlineData("md5", false)]
    public void Fingerprints_of_every_good_hash_match_and_of_bad_ones_never(string algorithm, bool accepted)
    {
        byte[] der = [1, 2, 3];
        var digest = algorithm switch
        {
            "sha-256" => SHA256.HashData(der),
            "sha-384" => SHA384.HashData(der),
            "sha-512" => SHA512.HashData(der),
            "sha-1" => SHA1.HashData(der),
            _ => MD5.HashData(der),
        };
        Assert.Equal(accepted, DtlsFingerprints.IsSupported(algorithm));
        Assert.Equal(accepted, DtlsFingerprints.Match(der, [new("sha-256", [.. new byte[32]]), new(algorithm, [.. digest])]));
        Assert.False(DtlsFingerprints.Match([1, 2, 4], [new(algorithm, [.. digest])]));
        Assert.False(DtlsFingerprints.Match(der, [new(algorithm, ImmutableArray<byte>.Empty)]));
    }

    [Fact]
    public void Without_a_profile_in_common_there_are_no_keys()
    {
        using var pair = new DtlsPair(clientProfiles: "SRTP_AES128_CM_SHA1_32");
        pair.RunUntilOneEnds();
        Assert.Equal(DtlsFailure.NoSrtpProfile, pair.Server.Failure);
    }

    [Fact]
    public void Garbage_before_and_during_the_handshake_is_ignored()
    {
        var random = new Random(99);
        using var pair = new DtlsPair();
        var injected = 0;
        pair.OnArrival = (to, _) =>
        {
            var garbage = new byte[random.Next(1, 600)];
            random.NextBytes(garbage);
            garbage[0] = 22; // would pass the demultiplexer
            garbage.AsSpan(1, Math.Min(2, garbage.Length - 1)).Fill(0x77); // but is no DTLS version
            to.Receive(garbage);
            injected++;
        };
        pair.RunUntilBothEstablished();
        Assert.True(injected > 1);
        AssertKeysFit(pair);
    }

    [Fact]
    public void Mutated_flights_never_establish_a_wrong_association_or_crash()
    {
        var random = new Random(7);
        for (var round = 0; round < 10; round++)
        {
            using var pair = new DtlsPair();
            pair.OnArrival = (to, datagram) =>
            {
                if (to != pair.Server || random.Next(3) > 0) return;
                var copy = datagram.ToArray();
                for (var n = random.Next(1, 5); n > 0; n--) copy[random.Next(13, copy.Length)] ^= (byte)random.Next(1, 256);
                to.Receive(copy);
            };
            pair.Run(() => pair.Server.State != DtlsSessionState.Handshaking || pair.Client.State != DtlsSessionState.Handshaking);
            if (pair.Server.State == DtlsSessionState.Failed) Assert.NotEqual(DtlsFailure.None, pair.Server.Failure);
            if (pair.Server.Keys is not null && pair.Client.Keys is not null) AssertKeysFit(pair);
        }
    }

    [Fact]
    public void Close_notify_ends_the_other_side()
    {
        using var pair = new DtlsPair();
        pair.RunUntilBothEstablished();
        pair.Client.Close();
        pair.Run(() => pair.Server.State == DtlsSessionState.Closed);
        Assert.Equal(DtlsSessionState.Closed, pair.Client.State);
        Assert.Equal(DtlsFailure.None, pair.Server.Failure);
    }

    [Fact]
    public void A_forged_alert_does_not_end_an_association()
    {
        using var pair = new DtlsPair();
        pair.RunUntilBothEstablished();
        pair.Server.Receive([21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, 40]); // fatal handshake_failure in the clear
        pair.Server.Receive([21, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 99, 0, 2, 1, 0]); // close_notify without a right tag
        Assert.Equal(DtlsSessionState.Established, pair.Server.State);
    }

    [Fact]
    public void A_silent_peer_is_given_up_by_the_session_itself_too()
    {
        var certificate = DtlsCertificate.Generate(TimeProvider.System);
        using var context = new DtlsContext(certificate);
        var options = new DtlsSessionOptions { FirstRetransmission = TimeSpan.FromMilliseconds(100) };
        using var session = new DtlsSession(context, DtlsRole.Client, [certificate.Fingerprint], options);
        Assert.Null(session.TimeToRetransmission());
        session.Start();
        Assert.NotEmpty(session.TakeDatagrams());
        Assert.InRange(session.TimeToRetransmission()!.Value.TotalMilliseconds, 0, 100);
        session.HandleTimeout(); // too early: nothing
        Assert.Empty(session.TakeDatagrams());
        Assert.Equal(DtlsSessionState.Handshaking, session.State);
    }

    /// <summary>Cuts the one handshake message of a datagram into fragments, each in a record of its own (RFC 6347 sections 4.1, 4.2.3).</summary>
    private static List<byte[]> Fragment(byte[] datagram, int pieces)
    {
        var body = datagram.AsSpan(RecordHeader + HandshakeHeader);
        var size = (body.Length + pieces - 1) / pieces;
        var fragments = new List<byte[]>();
        for (var offset = 0; offset < body.Length; offset += size)
        {
            var part = body.Slice(offset, Math.Min(size, body.Length - offset));
            byte[] fragment = [.. datagram[..(RecordHeader + HandshakeHeader)], .. part];
            fragment[10] = (byte)fragments.Count; // the record's sequence number
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(11), (ushort)(HandshakeHeader + part.Length));
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(RecordHeader + 7), (ushort)offset); // of 24 bits; ours is short
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(RecordHeader + 10), (ushort)part.Length);
            fragments.Add(fragment);
        }
        return fragments;
    }

    private static void AssertKeysFit(DtlsPair pair)
    {
        AssertOneWay(pair.Server.Keys!.Send, pair.Client.Keys!.Receive);
        AssertOneWay(pair.Client.Keys!.Send, pair.Server.Keys!.Receive);
    }

    private static void AssertOneWay(SrtpMasterKey from, SrtpMasterKey to)
    {
        using var sender = new SrtcpSender(from);
        using var receiver = new SrtcpReceiver(to);
        var packet = new byte[100];
        packet[0] = 0x80;
        fixed (byte* p = packet)
        {
            Assert.Equal(SrtpResult.Ok, sender.Protect(p, 28, out var length));
            Assert.Equal(SrtpResult.Ok, receiver.Unprotect(p, length, out _));
        }
    }
}
