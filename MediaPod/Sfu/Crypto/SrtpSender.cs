using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// Protects RTP to one transport. The caller keeps sequence number and roll-over counter per SSRC and gives the 48-bit index:
/// one (SSRC, index) must never be protected twice with different content. Owned by one thread; allocates nothing per packet.
/// </summary>
public sealed unsafe class SrtpSender : IDisposable
{
    /// <summary>Largest packet index (2^48 - 1).</summary>
    public const ulong MaxIndex = (1UL << 48) - 1;

    private readonly SrtpTransform _transform;

    /// <summary>Derives the session keys.</summary>
    public SrtpSender(SrtpMasterKey master) : this(SrtpSessionKeys.ForRtp(master))
    {
    }

    /// <summary>Uses session keys as they are.</summary>
    public SrtpSender(SrtpSessionKeys keys)
    {
        _transform = SrtpTransform.Create(keys, encrypt: true);
        Overhead = keys.Profile.TagLength();
    }

    /// <summary>Bytes that protection adds.</summary>
    public int Overhead { get; }

    /// <summary>
    /// Protects out of place: the header is already at <paramref name="packet"/> (with the SSRC and sequence number it is sent with); the payload
    /// is read from <paramref name="payload"/> and its ciphertext and tag are written behind the header. In place when
    /// <paramref name="payload"/> is <paramref name="packet"/> + <paramref name="headerLength"/>; otherwise they must not overlap.
    /// </summary>
    /// <param name="packet">Room for header, payload and <see cref="Overhead"/>.</param>
    /// <param name="headerLength">RTP header with CSRCs and extensions, 12 bytes or more.</param>
    /// <param name="payload">Clear payload.</param>
    /// <param name="payloadLength">0 or more bytes.</param>
    /// <param name="index">Roll-over counter * 2^16 + sequence number.</param>
    /// <param name="length">Length of the protected packet.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SrtpResult Protect(byte* packet, int headerLength, byte* payload, int payloadLength, ulong index, out int length)
    {
        length = 0;
        if (headerLength < RtpFraming.HeaderLength || payloadLength < 0) return SrtpResult.TooShort;
        if (index > MaxIndex) return SrtpResult.KeyExhausted;
        var ciphertext = packet + headerLength;
        _transform.Seal(new SrtpWork
        {
            Header = packet,
            HeaderLength = headerLength,
            Source = payload,
            Destination = ciphertext,
            Length = payloadLength,
            SsrcBits = Unsafe.ReadUnaligned<uint>(packet + RtpFraming.SsrcOffset),
            Index = index,
            TrailerBits = BinaryPrimitives.ReverseEndianness((uint)(index >> 16)),
            Tag = ciphertext + payloadLength,
        });
        length = headerLength + payloadLength + Overhead;
        return SrtpResult.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _transform.Dispose();
}
