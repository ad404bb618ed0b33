using System.Net;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Stun;
using Conference.Wire.Tests.Rtp;
using Conference.Wire.Tests.Stun;

namespace Conference.Wire.Tests.Fuzz;

/// <summary>Valid packets and payloads of every kind, to be damaged.</summary>
internal static class FuzzSeeds
{
    /// <summary>Dependency descriptors: with and without a structure, and with everything said by the frame itself.</summary>
    public static readonly byte[][] Descriptors =
    [
        DependencyDescriptorTests.KeyFrame(),
        Bits.Bytes("11 000000 0000000001100101"),
        Bits.Bytes("01 111111 0000000001100101 0 1 1 1 1 0011 11100100 01 0110 10 00001111 00 11111111 00000000"),
        Bits.Bytes("11 000111 0000000111110100 10000 000111 00000 11 10 0 0 0"),
    ];

    /// <summary>Values of the other header extensions.</summary>
    public static readonly byte[][] ExtensionValues =
    [
        [0x9E], [0x12, 0x34], [0x12, 0x34, 0x56], "video0"u8.ToArray(), Hex.Bytes("0123456789ABCDEF FFFFFFFFFFFFFFFE"),
        Hex.Bytes("51 20 64 C801 AC02 F403 013F 00B3 0F 027F 0167 1E"), Hex.Bytes("10 31 00 0A 14 1E"), [0],
    ];

    /// <summary>Payloads of all codecs, and redundant and retransmitted ones.</summary>
    public static readonly byte[][] Payloads =
    [
        Hex.Bytes("90 F0 9234 56 25 B06900 9D012A AA01 F000 0087"), Hex.Bytes("B0 A0 11 C0 01"), Hex.Bytes("10 01"),
        Hex.Bytes("AA 9234 10 56 38 0140 00B4 0280 0168 02 04 01 58 01 02 FF"), Hex.Bytes("FD 11 43 03 04 FF"), Hex.Bytes("08 FF"),
        Hex.Bytes("78 0004 68cb83cb 0018 67640016acd940a02ff97011000003000100000300020f 0002 65AA"), Hex.Bytes("7C 85 AABB"), Hex.Bytes("65 AABB"),
        Hex.Bytes("67f4000c919b282a10f1f1f80880000003008000000301078a14cb"), Hex.Bytes("6742c028d900780227e5c044000003000400000300083c60c920"),
        Hex.Bytes("28 03 080000 34 30 AABB"), Hex.Bytes("00 02 30AA 01 20 8100 18"), Hex.Bytes("D0 080000"),
        Hex.Bytes("FC AABBCC"), Hex.Bytes("FB 03 AABB"), Hex.Bytes("78"),
        Hex.Bytes("EF 1E0003 EF 0F0001 6F 010203 04 0506"), Hex.Bytes("6F AABB"), Hex.Bytes("1234 90 F0 9234 56 25 B06900"),
    ];

    public static readonly byte[][] Rtp = [.. Payloads.SelectMany((payload, i) => new[] { RtpPacket(payload, i, false), RtpPacket(payload, i, true) })];

    public static readonly byte[][] Stun =
    [
        Hex.Bytes(StunMessageTests.Request), Hex.Bytes(StunMessageTests.ResponseV4), Hex.Bytes(StunMessageTests.ResponseV6), StunRequest(),
    ];

    public static readonly byte[][] Rtcp = [.. RtcpPackets()];

    /// <summary>The password of the STUN messages.</summary>
    public static readonly byte[] StunKey = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    private static byte[] RtpPacket(byte[] payload, int index, bool twoByte)
    {
        var packet = new byte[256];
        RtpHeader.Write(packet, index % 2 == 0, (byte)(96 + index), (ushort)(index * 7919), (uint)index * 90_000, 0x1000u + (uint)index);
        var writer = new HeaderExtensionWriter(packet);
        writer.TryAdd(1, [0x9E]);
        writer.TryAdd(3, [0x12, 0x34]);
        writer.TryAdd(4, "0"u8);
        writer.TryAdd(2, [1, 2, 3]);
        if (twoByte) writer.TryAdd(12, Descriptors[0]);
        else writer.TryAdd(12, Descriptors[1]);
        var offset = writer.Complete();
        payload.CopyTo(packet, offset);
        var length = offset + payload.Length;
        if (index % 3 != 0) return packet[..length];
        RtpHeader.SetPaddingBit(packet, true);
        packet[length + 3] = 4;
        return packet[..(length + 4)];
    }

    private static byte[] StunRequest()
    {
        var buffer = new byte[200];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, new byte[12]);
        writer.AddUsername("them:us"u8);
        writer.AddPriority(1);
        writer.AddIceControlling(2);
        writer.AddUseCandidate();
        writer.AddXorMappedAddress(StunAddress.Create(new IPEndPoint(IPAddress.Loopback, 9)));
        writer.AddErrorCode(StunErrorCode.RoleConflict, "x"u8);
        writer.Add((StunAttribute)0x7001, [1, 2, 3]);
        writer.TryComplete("VOkJxbRl1RmTxUk/WvJxBt"u8, out var length);
        return buffer[..length];
    }

    private static IEnumerable<byte[]> RtcpPackets()
    {
        yield return RtcpPacket((ref RtcpWriter w) => w.TryAddSenderReport(new SenderReport(1, 2, 3, 4, 5), [new ReportBlock(6, 7, 8, 9, 10, 11, 12)]) && w.TryAddCName(1, "name"u8));
        yield return RtcpPacket((ref RtcpWriter w) => w.TryAddReceiverReport(1, new ReportBlock[3]) && w.TryAddReceiverEstimate(1, 1_000_000, [2, 3]) && w.TryAddBye([1, 2]));
        yield return RtcpPacket((ref RtcpWriter w) => w.TryAddNack(1, 2, [3, 4, 9, 40, 65_535]) && w.TryAddPictureLoss(1, 2) && w.TryAddFullIntraRequest(1, [new FirEntry(2, 3)]));
        yield return RtcpPacket((ref RtcpWriter w) => w.TryAddTransportWide(1, 2, 3, [1000, -1, 2000, 400_000, 3000, -1, -1, 500_000], 4, out _));
        yield return RtcpPacket((ref RtcpWriter w) => w.TryAddTransportWide(1, 2, 3, Enumerable.Range(0, 100).Select(i => i * 1000L).ToArray(), 4, out _));
        yield return RtcpPacket((ref RtcpWriter w) => w.TryAddReceiverReferenceTime(1, 2));
        yield return Hex.Bytes("82CA0007 00000001 01026162 02016300 00000002 0F013000 01056465 66676800");
        yield return Hex.Bytes("A1CB0003 00000007 00000004 00000004");
    }

    private delegate bool Write(ref RtcpWriter writer);

    private static byte[] RtcpPacket(Write write)
    {
        var buffer = new byte[1200];
        var writer = new RtcpWriter(buffer);
        if (!write(ref writer)) throw new InvalidOperationException("A seed does not fit.");
        return buffer[..writer.Length];
    }
}
