namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>What became of a packet that was to be protected or unprotected.</summary>
public enum SrtpResult : byte
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Shorter than its header, index and tag.</summary>
    TooShort,

    /// <summary>Not RTP/RTCP version 2, a header longer than the packet, or SRTCP that is not encrypted (which DTLS-SRTP never agrees).</summary>
    Malformed,

    /// <summary>The tag is wrong.</summary>
    AuthenticationFailed,

    /// <summary>Received before, or older than the replay window of 128 packets.</summary>
    Replayed,

    /// <summary>A right packet of one SSRC more than the bound.</summary>
    TooManyStreams,

    /// <summary>The packet index is at its end (2^48 RTP, 2^31 RTCP packets): these keys may protect no more.</summary>
    KeyExhausted,
}

/// <summary>How a <see cref="SrtpResult"/> is counted.</summary>
public static class SrtpResults
{
    /// <summary>The counter of a refused packet; <see cref="DropReason.None"/> for <see cref="SrtpResult.Ok"/>.</summary>
    public static DropReason ToDropReason(this SrtpResult result) => result switch
    {
        SrtpResult.Ok => DropReason.None,
        SrtpResult.AuthenticationFailed => DropReason.SrtpAuthentication,
        SrtpResult.Replayed => DropReason.SrtpReplay,
        SrtpResult.TooManyStreams => DropReason.SrtpTooManyStreams,
        SrtpResult.KeyExhausted => DropReason.SrtpKeyExhausted,
        _ => DropReason.SrtpMalformed,
    };
}
