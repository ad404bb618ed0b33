namespace Conference.MediaPod.Wire.Rtp;

/// <summary>What a datagram on a shared media port is, told by its first bytes (RFC 7983 section 7, RFC 5761 section 4).</summary>
public enum PacketKind : byte
{
    /// <summary>None of the below (ZRTP, TURN channel data, QUIC, garbage, too short).</summary>
    Unknown,

    /// <summary>STUN: first byte 0 to 3.</summary>
    Stun,

    /// <summary>DTLS: first byte 20 to 63.</summary>
    Dtls,

    /// <summary>RTP or SRTP: first byte 128 to 191, second byte not an RTCP packet type.</summary>
    Rtp,

    /// <summary>RTCP or SRTCP: first byte 128 to 191, second byte 192 to 223.</summary>
    Rtcp,
}

/// <summary>Tells kinds of packets apart.</summary>
public static class PacketKinds
{
    extension(PacketKind)
    {
        /// <summary>
        /// Classifies a datagram by its first two bytes. It says nothing about whether the rest is well-formed.
        /// RTP payload types 64 to 95 can therefore not be used with a marker bit; no offer may negotiate them (RFC 5761 section 4).
        /// </summary>
        /// <param name="datagram">The whole datagram, or at least its first two bytes.</param>
        public static PacketKind Classify(ReadOnlySpan<byte> datagram)
        {
            if (datagram.Length < 2) return PacketKind.Unknown;
            return datagram[0] switch
            {
                <= 3 => PacketKind.Stun,
                >= 20 and <= 63 => PacketKind.Dtls,
                >= 128 and <= 191 => datagram[1] is >= 192 and <= 223 ? PacketKind.Rtcp : PacketKind.Rtp,
                _ => PacketKind.Unknown,
            };
        }
    }
}
