using Conference.MediaPod.Sfu.Crypto;

namespace Conference.Sfu.Tests.Crypto;

public sealed unsafe class SrtcpTests
{
    [Theory, MemberData(nameof(SrtpTests.Profiles), MemberType = typeof(SrtpTests))]
    public void Rtcp_equals_the_reference_for_every_length(SrtpProfile profile)
    {
        var random = new Random(11);
        var master = SrtpTests.Master(profile, 11);
        var reference = new SrtpReference(profile, SrtpSessionKeys.ForRtcp(master));
        using var sender = new SrtcpSender(master);
        using var receiver = new SrtcpReceiver(master);
        for (var length = 8; length < 200; length += 4)
        {
            var clear = Report(random, length);
            var index = sender.NextIndex;
            var packet = Protect(sender, clear);
            Assert.Equal(reference.ProtectRtcp(clear, index), packet);
            Assert.Equal(SrtpResult.Ok, Unprotect(receiver, packet, out var plain));
            Assert.Equal(clear, plain);
        }
    }

    [Theory, MemberData(nameof(SrtpTests.Profiles), MemberType = typeof(SrtpTests))]
    public void A_report_comes_through_once_in_any_order(SrtpProfile profile)
    {
        var random = new Random(12);
        var master = SrtpTests.Master(profile, 12);
        using var sender = new SrtcpSender(master);
        using var receiver = new SrtcpReceiver(master);
        var packets = Enumerable.Range(0, 100).Select(_ => Protect(sender, Report(random, 28))).ToArray();
        random.Shuffle(packets);
        foreach (var packet in packets) Assert.Equal(SrtpResult.Ok, Unprotect(receiver, packet, out _));
        foreach (var packet in packets) Assert.Equal(SrtpResult.Replayed, Unprotect(receiver, packet, out _));
    }

    [Theory, MemberData(nameof(SrtpTests.Profiles), MemberType = typeof(SrtpTests))]
    public void Any_changed_bit_or_missing_byte_is_refused(SrtpProfile profile)
    {
        var master = SrtpTests.Master(profile, 13);
        using var sender = new SrtcpSender(master);
        using var receiver = new SrtcpReceiver(master);
        var good = Protect(sender, Report(new Random(13), 28));
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = good.ToArray();
            bad[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Contains(Unprotect(receiver, bad, out _), new[] { SrtpResult.AuthenticationFailed, SrtpResult.Malformed });
        }
        for (var length = 0; length < good.Length; length++) Assert.NotEqual(SrtpResult.Ok, Unprotect(receiver, good[..length], out _));
        Assert.Equal(SrtpResult.Ok, Unprotect(receiver, good, out _));
    }

    [Fact]
    public void The_last_index_is_the_last()
    {
        var keys = SrtpSessionKeys.ForRtcp(SrtpTests.Master(SrtpProfile.AeadAes128Gcm, 14));
        using var sender = new SrtcpSender(keys, SrtcpSender.MaxIndex);
        var packet = new byte[64];
        packet[0] = 0x80;
        fixed (byte* p = packet)
        {
            Assert.Equal(SrtpResult.Ok, sender.Protect(p, 28, out _));
            Assert.Equal(SrtpResult.KeyExhausted, sender.Protect(p, 28, out _));
            Assert.Equal(SrtpResult.TooShort, sender.Protect(p, 7, out _));
        }
    }

    private static byte[] Report(Random random, int length)
    {
        var packet = new byte[length];
        random.NextBytes(packet);
        (packet[0], packet[1]) = (0x80, 201);
        packet.AsSpan(4, 4).Fill(9);
        return packet;
    }

    private static byte[] Protect(SrtcpSender sender, byte[] clear)
    {
        byte[] packet = [.. clear, .. new byte[sender.Overhead]];
        fixed (byte* p = packet) Assert.Equal(SrtpResult.Ok, sender.Protect(p, clear.Length, out _));
        return packet;
    }

    private static SrtpResult Unprotect(SrtcpReceiver receiver, byte[] packet, out byte[] plain)
    {
        byte[] copy = [.. packet, 0];
        fixed (byte* p = copy)
        {
            var result = receiver.Unprotect(p, packet.Length, out var length);
            plain = copy[..length];
            return result;
        }
    }
}
