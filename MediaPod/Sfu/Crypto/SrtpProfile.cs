namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>SRTP protection profiles; the values are those of DTLS-SRTP (RFC 5764 section 4.1.2, RFC 7714 section 14.2).</summary>
public enum SrtpProfile : ushort
{
    /// <summary>AES counter mode with an 80-bit HMAC-SHA1 tag (RFC 3711).</summary>
    Aes128CmHmacSha1Tag80 = 1,

    /// <summary>AES-128 in Galois/counter mode with a 128-bit tag (RFC 7714).</summary>
    AeadAes128Gcm = 7,

    /// <summary>AES-256 in Galois/counter mode with a 128-bit tag (RFC 7714).</summary>
    AeadAes256Gcm = 8,
}

/// <summary>Lengths of a <see cref="SrtpProfile"/>, in bytes.</summary>
public static class SrtpProfiles
{
    /// <summary>SRTCP's "encrypted" flag and 31-bit index.</summary>
    public const int RtcpIndexLength = 4;

    /// <summary>Most that any profile adds to an RTP packet.</summary>
    public const int MaxRtpOverhead = 16;

    /// <summary>Most that any profile adds to an RTCP packet.</summary>
    public const int MaxRtcpOverhead = MaxRtpOverhead + RtcpIndexLength;

    /// <summary>Whether the number is one of ours.</summary>
    public static bool IsSupported(ulong profile) =>
        profile is (ulong)SrtpProfile.Aes128CmHmacSha1Tag80 or (ulong)SrtpProfile.AeadAes128Gcm or (ulong)SrtpProfile.AeadAes256Gcm;

    /// <summary>Master and session encryption key.</summary>
    public static int KeyLength(this SrtpProfile profile) => profile == SrtpProfile.AeadAes256Gcm ? 32 : 16;

    /// <summary>Master and session salt.</summary>
    public static int SaltLength(this SrtpProfile profile) => profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 14 : 12;

    /// <summary>Authentication tag of RTP and RTCP; it is all that SRTP adds to a packet.</summary>
    public static int TagLength(this SrtpProfile profile) => profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 10 : 16;

    /// <summary>Session key of the HMAC; 0 where the cipher authenticates.</summary>
    public static int AuthenticationKeyLength(this SrtpProfile profile) => profile == SrtpProfile.Aes128CmHmacSha1Tag80 ? 20 : 0;
}
