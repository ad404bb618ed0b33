using System.Buffers.Binary;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Crypto;

namespace Conference.Sfu.Tests.Crypto;

public sealed unsafe class SrtpTests
{
    private const uint Ssrc = 0x12345678;

    public static TheoryData<SrtpProfile> Profiles => [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmHmacSha1Tag80];

    [Theory, MemberData(nameof(Profiles))]
    public void Rtp_equals_the_reference_for_every_length_and_header(SrtpProfile profile)
    {
        var random = new Random(1);
        var master = Master(profile, 1);
        var reference = new SrtpReference(profile, SrtpSessionKeys.ForRtp(master));
        using var sender = new SrtpSender(master);
        for (var length = 0; length < 300; length++)
        {
            using var receiver = new SrtpReceiver(master);
            var header = Header(random, (ushort)length, Ssrc + (uint)length, csrcs: length % 16, extensionWords: length % 7);
            var payload = new byte[length];
            random.NextBytes(payload);
            var sent = Protect(sender, header, payload, (ulong)length);
            Assert.Equal(reference.ProtectRtp(header, payload, (ulong)length), sent);
            Assert.Equal(SrtpResult.Ok, Unprotect(receiver, sent, out var plain));
            Assert.Equal([.. header, .. payload], plain);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Rtp_equals_the_reference_at_large_indices(SrtpProfile profile)
    {
        var random = new Random(2);
        var master = Master(profile, 2);
        var reference = new SrtpReference(profile, SrtpSessionKeys.ForRtp(master));
        using var sender = new SrtpSender(master);
        foreach (var index in (ulong[])[0xFFFF, 0x10000, 0x12345678, 0xFFFFFFFF, 0x123456789ABC, SrtpSender.MaxIndex])
        {
            var header = Header(random, (ushort)index, Ssrc);
            byte[] payload = [1, 2, 3, 4, 5];
            Assert.Equal(reference.ProtectRtp(header, payload, index), Protect(sender, header, payload, index));
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void In_place_and_out_of_place_give_the_same(SrtpProfile profile)
    {
        var master = Master(profile, 3);
        using var sender = new SrtpSender(master);
        var header = Header(new Random(3), 7, Ssrc);
        var payload = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        var expected = Protect(sender, header, payload, 7);
        byte[] packet = [.. header, .. payload, .. new byte[sender.Overhead]];
        fixed (byte* p = packet) Assert.Equal(SrtpResult.Ok, sender.Protect(p, 12, p + 12, payload.Length, 7, out _));
        Assert.Equal(expected, packet);
        using var receiver = new SrtpReceiver(master);
        fixed (byte* p = packet)
        {
            Assert.Equal(SrtpResult.Ok, receiver.Unprotect(p, packet.Length, p, out var plain, out _));
            Assert.Equal([.. header, .. payload], packet[..plain]);
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void A_packet_comes_through_once(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        using (sender) using (receiver)
        {
            var packets = Enumerable.Range(1000, 200).Select(i => Packet(sender, (ulong)i)).ToArray();
            foreach (var packet in packets) Assert.Equal(SrtpResult.Ok, Unprotect(receiver, packet, out _));
            foreach (var packet in packets) Assert.Equal(SrtpResult.Replayed, Unprotect(receiver, packet, out _));
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Reordered_packets_come_through_across_the_wrap(SrtpProfile profile)
    {
        var random = new Random(4);
        var (sender, receiver) = Pair(profile);
        using (sender) using (receiver)
        {
            // 200,000 packets would be slow; step by up to 60 and shuffle within windows of about 100 indices.
            var indices = new List<ulong>();
            var destination = stackalloc byte[64];
            for (ulong i = 65_000; i < 200_000; i += (ulong)random.Next(1, 60)) indices.Add(i);
            foreach (var window in indices.Chunk(2))
            {
                if (window.Length == 2 && window[1] - window[0] < ReplayWindow.Width) Array.Reverse(window);
                foreach (var index in window)
                {
                    fixed (byte* p = Packet(sender, index))
                    {
                        Assert.Equal(SrtpResult.Ok, receiver.Unprotect(p, 12 + 8 + sender.Overhead, destination, out _, out var found));
                        Assert.Equal(index, found);
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void What_is_older_than_the_window_is_a_replay(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        using (sender) using (receiver)
        {
            Unprotect(receiver, Packet(sender, 1000), out _);
            Assert.Equal(SrtpResult.Ok, Unprotect(receiver, Packet(sender, 1000 - ReplayWindow.Width + 1), out _));
            Assert.Equal(SrtpResult.Replayed, Unprotect(receiver, Packet(sender, 1000 - ReplayWindow.Width), out _));
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void A_sender_whose_first_packets_before_the_wrap_were_lost_is_still_understood(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        using (sender) using (receiver)
        {
            Assert.Equal(SrtpResult.Ok, Unprotect(receiver, Packet(sender, 0x10003), out _));
            Assert.Equal(SrtpResult.Ok, Unprotect(receiver, Packet(sender, 0x10004), out _));
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Any_changed_bit_is_refused_and_changes_no_state(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        using (sender) using (receiver)
        {
            var good = Packet(sender, 5);
            Unprotect(receiver, Packet(sender, 4), out _);
            for (var bit = 0; bit < good.Length * 8; bit++)
            {
                var bad = good.ToArray();
                bad[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.NotEqual(SrtpResult.Ok, Unprotect(receiver, bad, out _));
            }
            Assert.Equal(1, receiver.StreamCount);
            Assert.Equal(SrtpResult.Ok, Unprotect(receiver, good, out _));
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Hostile_headers_and_lengths_have_a_named_result(SrtpProfile profile)
    {
        var (sender, receiver) = Pair(profile);
        using (sender) using (receiver)
        {
            var packet = Packet(sender, 1);
            for (var length = 0; length < packet.Length; length++)
                Assert.Contains(Unprotect(receiver, packet[..length], out _), new[] { SrtpResult.TooShort, SrtpResult.AuthenticationFailed });
            var version = packet.ToArray();
            version[0] = 0x40;
            Assert.Equal(SrtpResult.Malformed, Unprotect(receiver, version, out _));
            var csrcs = packet.ToArray();
            csrcs[0] |= 0x0F;
            Assert.Equal(SrtpResult.Malformed, Unprotect(receiver, csrcs, out _));
            var extension = packet.ToArray();
            extension[0] |= 0x10;
            extension[14] = 0xFF;
            Assert.Equal(SrtpResult.Malformed, Unprotect(receiver, extension, out _));
        }
    }

    [Fact]
    public void Only_so_many_streams_are_remembered_and_strangers_add_none()
    {
        var master = Master(SrtpProfile.AeadAes128Gcm, 6);
        using var sender = new SrtpSender(master);
        using var receiver = new SrtpReceiver(master, maxStreams: 20);
        for (uint i = 0; i < 20; i++) Assert.Equal(SrtpResult.Ok, Unprotect(receiver, Packet(sender, 1, ssrc: i), out _));
        Assert.Equal(SrtpResult.TooManyStreams, Unprotect(receiver, Packet(sender, 1, ssrc: 99), out _));
        Assert.Equal(SrtpResult.Ok, Unprotect(receiver, Packet(sender, 2, ssrc: 7), out _));
        Assert.True(receiver.Forget(7));
        Assert.False(receiver.Forget(7));
        Assert.Equal(SrtpResult.Ok, Unprotect(receiver, Packet(sender, 1, ssrc: 99), out _));
        Assert.Equal(SrtpResult.Replayed, Unprotect(receiver, Packet(sender, 1, ssrc: 19), out _));
    }

    [Fact]
    public void The_last_index_is_the_last()
    {
        using var sender = new SrtpSender(Master(SrtpProfile.AeadAes128Gcm, 7));
        var packet = stackalloc byte[100];
        Assert.Equal(SrtpResult.KeyExhausted, sender.Protect(packet, 12, packet + 50, 4, SrtpSender.MaxIndex + 1, out _));
        Assert.Equal(SrtpResult.TooShort, sender.Protect(packet, 11, packet + 50, 4, 0, out _));
    }

    [Theory, MemberData(nameof(Profiles))]
    public void Packets_allocate_nothing(SrtpProfile profile)
    {
        var master = Master(profile, 8);
        using var sender = new SrtpSender(master);
        using var receiver = new SrtpReceiver(master);
        using var rtcpSender = new SrtcpSender(master);
        using var rtcpReceiver = new SrtcpReceiver(master);
        var packet = new byte[1300];
        var plain = new byte[1300];
        Header(new Random(8), 0, Ssrc).CopyTo(packet, 0);
        var failures = 0;
        void Run(ulong from, int count)
        {
            fixed (byte* p = packet, d = plain)
            {
                for (var i = from; i < from + (ulong)count; i++)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)i);
                    sender.Protect(p, 12, d, 1200, i, out var length);
                    if (receiver.Unprotect(p, length, d, out _, out _) != SrtpResult.Ok) failures++;
                    rtcpSender.Protect(p, 200, out length);
                    if (rtcpReceiver.Unprotect(p, length, out _) != SrtpResult.Ok) failures++;
                }
            }
        }
        Run(0, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, failures);
    }

    [Fact]
    public void Keys_are_split_from_the_exported_block_by_role()
    {
        var block = Enumerable.Range(0, 56).Select(i => (byte)i).ToArray();
        using var clientSends = new SrtpSender(SrtpKeys.FromExporter(SrtpProfile.AeadAes128Gcm, block, weAreClient: true).Send);
        using var serverReceives = new SrtpReceiver(SrtpKeys.FromExporter(SrtpProfile.AeadAes128Gcm, block, weAreClient: false).Receive);
        using var direct = new SrtpReceiver(new SrtpMasterKey(SrtpProfile.AeadAes128Gcm, block.AsSpan(0, 16), block.AsSpan(32, 12)));
        var packet = Packet(clientSends, 1);
        Assert.Equal(SrtpResult.Ok, Unprotect(serverReceives, packet, out _));
        Assert.Equal(SrtpResult.Ok, Unprotect(direct, packet, out _));
    }

    [Fact]
    public void Every_result_has_its_drop_reason()
    {
        Assert.Equal(DropReason.None, SrtpResult.Ok.ToDropReason());
        foreach (var result in Enum.GetValues<SrtpResult>().Where(r => r != SrtpResult.Ok)) Assert.NotEqual(DropReason.None, result.ToDropReason());
    }

    internal static SrtpMasterKey Master(SrtpProfile profile, int seed)
    {
        var random = new Random(seed);
        var (key, salt) = (new byte[profile.KeyLength()], new byte[profile.SaltLength()]);
        random.NextBytes(key);
        random.NextBytes(salt);
        return new SrtpMasterKey(profile, key, salt);
    }

    private static (SrtpSender Sender, SrtpReceiver Receiver) Pair(SrtpProfile profile)
    {
        var master = Master(profile, 5);
        return (new SrtpSender(master), new SrtpReceiver(master));
    }

    private static byte[] Header(Random random, ushort sequence, uint ssrc, int csrcs = 0, int extensionWords = 0)
    {
        var header = new byte[12 + csrcs * 4 + (extensionWords > 0 ? 4 + extensionWords * 4 : 0)];
        random.NextBytes(header);
        header[0] = (byte)(0x80 | csrcs | (extensionWords > 0 ? 0x10 : 0));
        header[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), ssrc);
        if (extensionWords > 0) BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(12 + csrcs * 4 + 2), (ushort)extensionWords);
        return header;
    }

    private static byte[] Packet(SrtpSender sender, ulong index, uint ssrc = Ssrc) =>
        Protect(sender, Header(new Random((int)index), (ushort)index, ssrc), [1, 2, 3, 4, 5, 6, 7, 8], index);

    private static byte[] Protect(SrtpSender sender, byte[] header, byte[] payload, ulong index)
    {
        byte[] packet = [.. header, .. new byte[payload.Length + sender.Overhead]];
        byte[] source = [.. payload, 0]; // never empty: fixed on an empty array is null
        fixed (byte* p = packet, s = source) Assert.Equal(SrtpResult.Ok, sender.Protect(p, header.Length, s, payload.Length, index, out var length));
        return packet;
    }

    private static SrtpResult Unprotect(SrtpReceiver receiver, byte[] packet, out byte[] plain)
    {
        var destination = new byte[packet.Length + 1];
        byte[] source = [.. packet, 0];
        fixed (byte* p = source, d = destination)
        {
            var result = receiver.Unprotect(p, packet.Length, d, out var length, out _);
            plain = destination[..length];
            return result;
        }
    }
}
