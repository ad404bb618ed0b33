using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// Unprotects RTP from one transport: guesses each SSRC's roll-over counter, checks the tag, refuses replays. Owned by one thread;
/// allocates nothing per packet (a new SSRC may, up to the bound).
/// </summary>
public sealed unsafe class SrtpReceiver : IDisposable
{
    /// <summary>SSRCs of one transport unless said otherwise: cameras and screens with all their encodings, repairs and replaced tracks.</summary>
    public const int DefaultMaxStreams = 128;

    private readonly SrtpTransform _transform;
    private readonly SrtpStreams _streams;
    private readonly int _tagLength;

    /// <summary>Derives the session keys.</summary>
    public SrtpReceiver(SrtpMasterKey master, int maxStreams = DefaultMaxStreams) : this(SrtpSessionKeys.ForRtp(master), maxStreams)
    {
    }

    /// <summary>Uses session keys as they are.</summary>
    public SrtpReceiver(SrtpSessionKeys keys, int maxStreams = DefaultMaxStreams)
    {
        _transform = SrtpTransform.Create(keys, encrypt: false);
        _streams = new SrtpStreams(maxStreams);
        _tagLength = keys.Profile.TagLength();
    }

    /// <summary>SSRCs seen.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>
    /// Unprotects the packet at <paramref name="packet"/> to <paramref name="destination"/>: header and payload. In place when both are the same;
    /// otherwise they must not overlap. On failure the destination's content is worthless.
    /// </summary>
    /// <param name="packet">The packet as received.</param>
    /// <param name="length">Its length.</param>
    /// <param name="destination">Room for <paramref name="length"/> bytes.</param>
    /// <param name="plainLength">Length of the RTP packet in the clear.</param>
    /// <param name="index">Its 48-bit index: roll-over counter * 2^16 + sequence number.</param>
    public SrtpResult Unprotect(byte* packet, int length, byte* destination, out int plainLength, out ulong index)
    {
        plainLength = 0;
        index = 0;
        if (length < RtpFraming.HeaderLength + _tagLength) return SrtpResult.TooShort;
        var headerLength = RtpFraming.IsVersion2(packet) ? RtpFraming.MeasureHeader(packet, length - _tagLength) : -1;
        if (headerLength < 0) return SrtpResult.Malformed;
        var ssrc = RtpFraming.ReadSsrc(packet, RtpFraming.SsrcOffset);
        var sequence = RtpFraming.ReadSequence(packet);
        var stream = _streams.Find(ssrc);
        var clear = length - _tagLength;
        if (stream >= 0)
        {
            ref var window = ref _streams[stream];
            if (!window.TryEstimate(sequence, out index) || !window.IsNew(index)) return SrtpResult.Replayed;
            if (index > SrtpSender.MaxIndex) return SrtpResult.KeyExhausted;
            if (!Open(packet, headerLength, clear, destination, index)) return SrtpResult.AuthenticationFailed;
        }
        else
        {
            if (!OpenFirst(packet, headerLength, clear, destination, sequence, out index)) return SrtpResult.AuthenticationFailed;
            if (!_streams.TryAdd(ssrc, out stream)) return SrtpResult.TooManyStreams;
        }
        _streams[stream].Accept(index);
        if (destination != packet) Buffer.MemoryCopy(packet, destination, headerLength, headerLength);
        plainLength = clear;
        return SrtpResult.Ok;
    }

    /// <summary>Forgets an SSRC that is gone for good, to make room. False when it was not known.</summary>
    public bool Forget(uint ssrc) => _streams.Remove(ssrc);

    /// <inheritdoc/>
    public void Dispose() => _transform.Dispose();

    /// <summary>
    /// An SSRC's first packet has roll-over counter 0, unless it began just below 2^16 (some senders do) and we missed the wrap, because what came
    /// before the keys was dropped. The second try needs the ciphertext, which the first leaves intact only out of place.
    /// </summary>
    private bool OpenFirst(byte* packet, int headerLength, int clear, byte* destination, ushort sequence, out ulong index)
    {
        index = sequence;
        if (Open(packet, headerLength, clear, destination, index)) return true;
        if (destination == packet || sequence >= 0x8000) return false;
        index = sequence + 0x10000UL;
        return Open(packet, headerLength, clear, destination, index);
    }

    private bool Open(byte* packet, int headerLength, int clear, byte* destination, ulong index) => _transform.Open(new SrtpWork
    {
        Header = packet,
        HeaderLength = headerLength,
        Source = packet + headerLength,
        Destination = destination + headerLength,
        Length = clear - headerLength,
        SsrcBits = Unsafe.ReadUnaligned<uint>(packet + RtpFraming.SsrcOffset),
        Index = index,
        TrailerBits = BinaryPrimitives.ReverseEndianness((uint)(index >> 16)),
        Tag = packet + clear,
    });
}
