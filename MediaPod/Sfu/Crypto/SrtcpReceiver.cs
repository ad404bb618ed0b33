using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// Unprotects RTCP from one transport: checks tag and index, refuses replays per sender SSRC. Owned by one thread; allocates nothing per packet
/// (a new SSRC may, up to the bound).
/// </summary>
public sealed unsafe class SrtcpReceiver : IDisposable
{
    private const uint EncryptedFlag = 0x80000000;

    private readonly SrtpTransform _transform;
    private readonly SrtpStreams _streams;
    private readonly bool _indexBeforeTag;
    private readonly int _tagLength;

    /// <summary>Derives the session keys.</summary>
    public SrtcpReceiver(SrtpMasterKey master, int maxStreams = SrtpReceiver.DefaultMaxStreams) : this(SrtpSessionKeys.ForRtcp(master), maxStreams)
    {
    }

    /// <summary>Uses session keys as they are.</summary>
    public SrtcpReceiver(SrtpSessionKeys keys, int maxStreams = SrtpReceiver.DefaultMaxStreams)
    {
        _transform = SrtpTransform.Create(keys, encrypt: false);
        _streams = new SrtpStreams(maxStreams);
        _tagLength = keys.Profile.TagLength();
        _indexBeforeTag = keys.Profile == SrtpProfile.Aes128CmHmacSha1Tag80;
    }

    /// <summary>Unprotects the packet in place; on failure its content is worthless.</summary>
    /// <param name="packet">The packet as received.</param>
    /// <param name="length">Its length.</param>
    /// <param name="plainLength">Length of the (compound) RTCP packet in the clear.</param>
    public SrtpResult Unprotect(byte* packet, int length, out int plainLength)
    {
        plainLength = 0;
        var clear = length - _tagLength - SrtpProfiles.RtcpIndexLength;
        if (clear < RtpFraming.RtcpHeaderLength) return SrtpResult.TooShort;
        if (!RtpFraming.IsVersion2(packet)) return SrtpResult.Malformed;
        var trailerBits = Unsafe.ReadUnaligned<uint>(_indexBeforeTag ? packet + clear : packet + clear + _tagLength);
        var trailer = BinaryPrimitives.ReverseEndianness(trailerBits);
        if ((trailer & EncryptedFlag) == 0) return SrtpResult.Malformed;
        var index = trailer & ~EncryptedFlag;
        var ssrc = RtpFraming.ReadSsrc(packet, RtpFraming.RtcpSsrcOffset);
        var stream = _streams.Find(ssrc);
        if (stream >= 0 && !_streams[stream].IsNew(index)) return SrtpResult.Replayed;
        var body = packet + RtpFraming.RtcpHeaderLength;
        var authentic = _transform.Open(new SrtpWork
        {
            Header = packet,
            HeaderLength = RtpFraming.RtcpHeaderLength,
            Source = body,
            Destination = body,
            Length = clear - RtpFraming.RtcpHeaderLength,
            SsrcBits = Unsafe.ReadUnaligned<uint>(packet + RtpFraming.RtcpSsrcOffset),
            Index = index,
            TrailerBits = trailerBits,
            TrailerInPacket = true,
            Tag = _indexBeforeTag ? packet + clear + SrtpProfiles.RtcpIndexLength : packet + clear,
        });
        if (!authentic) return SrtpResult.AuthenticationFailed;
        if (stream < 0 && !_streams.TryAdd(ssrc, out stream)) return SrtpResult.TooManyStreams;
        _streams[stream].Accept(index);
        plainLength = clear;
        return SrtpResult.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _transform.Dispose();
}
