using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>As much of RTP and RTCP headers as SRTP must read before it can decrypt.</summary>
internal static unsafe class RtpFraming
{
    public const int HeaderLength = 12;
    public const int SsrcOffset = 8;
    public const int RtcpHeaderLength = 8;
    public const int RtcpSsrcOffset = 4;

    public static bool IsVersion2(byte* packet) => *packet >> 6 == 2;

    public static uint ReadSsrc(byte* packet, int offset) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(packet + offset));

    public static ushort ReadSequence(byte* packet) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(packet + 2));

    /// <summary>Length of the RTP header with CSRCs and extension; -1 when it does not fit into <paramref name="available"/> bytes (12 or more).</summary>
    public static int MeasureHeader(byte* packet, int available)
    {
        var length = HeaderLength + (*packet & 0x0F) * 4;
        if ((*packet & 0x10) != 0)
        {
            if (length + 4 > available) return -1;
            length += 4 + BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(packet + length + 2)) * 4;
        }
        return length <= available ? length : -1;
    }
}
