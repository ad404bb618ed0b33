using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// Protects RTCP to one transport (RFC 3711 section 3.4, RFC 7714 section 9) and counts the SRTCP index itself: one counter for all our SSRCs.
/// Owned by one thread; allocates nothing per packet.
/// </summary>
public sealed unsafe class SrtcpSender : IDisposable
{
    /// <summary>Largest SRTCP index (2^31 - 1).</summary>
    public const uint MaxIndex = 0x7FFFFFFF;

    private const uint EncryptedFlag = 0x80000000;

    private readonly SrtpTransform _transform;
    private readonly bool _indexBeforeTag;
    private readonly int _tagLength;

    /// <summary>Derives the session keys; the first packet has index 1.</summary>
    public SrtcpSender(SrtpMasterKey master) : this(SrtpSessionKeys.ForRtcp(master), firstIndex: 1)
    {
    }

    /// <summary>Uses session keys as they are.</summary>
    public SrtcpSender(SrtpSessionKeys keys, uint firstIndex)
    {
        _transform = SrtpTransform.Create(keys, encrypt: true);
        _tagLength = keys.Profile.TagLength();
        _indexBeforeTag = keys.Profile == SrtpProfile.Aes128CmHmacSha1Tag80;
        NextIndex = firstIndex;
    }

    /// <summary>Index of the next packet.</summary>
    public uint NextIndex { get; private set; }

    /// <summary>Bytes that protection adds: tag and index.</summary>
    public int Overhead => _tagLength + SrtpProfiles.RtcpIndexLength;

    /// <summary>Protects the (compound) RTCP packet at <paramref name="packet"/> in place; behind it must be room for <see cref="Overhead"/>.</summary>
    public SrtpResult Protect(byte* packet, int length, out int protectedLength)
    {
        protectedLength = 0;
        if (length < RtpFraming.RtcpHeaderLength) return SrtpResult.TooShort;
        if (NextIndex > MaxIndex) return SrtpResult.KeyExhausted;
        var index = NextIndex++;
        var trailer = BinaryPrimitives.ReverseEndianness(EncryptedFlag | index);
        var end = packet + length;
        var body = packet + RtpFraming.RtcpHeaderLength;
        _transform.Seal(new SrtpWork
        {
            Header = packet,
            HeaderLength = RtpFraming.RtcpHeaderLength,
            Source = body,
            Destination = body,
            Length = length - RtpFraming.RtcpHeaderLength,
            SsrcBits = Unsafe.ReadUnaligned<uint>(packet + RtpFraming.RtcpSsrcOffset),
            Index = index,
            TrailerBits = trailer,
            TrailerInPacket = true,
            Tag = _indexBeforeTag ? end + SrtpProfiles.RtcpIndexLength : end,
        });
        Unsafe.WriteUnaligned(_indexBeforeTag ? end : end + _tagLength, trailer);
        protectedLength = length + Overhead;
        return SrtpResult.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _transform.Dispose();
}
