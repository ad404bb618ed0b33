namespace Conference.MediaPod.Sfu.Transports;

/// <summary>Why a DTLS association came to nothing.</summary>
public enum DtlsFailure
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>The client's certificate is not the one that its SDP promised.</summary>
    FingerprintMismatch,

    /// <summary>The SDP's fingerprints all use hash functions that we do not accept (sha-1, md5 and others).</summary>
    UnsupportedFingerprintHash,

    /// <summary>The client showed no certificate.</summary>
    NoPeerCertificate,

    /// <summary>No SRTP protection profile in common, or no use_srtp extension.</summary>
    NoSrtpProfile,

    /// <summary>The handshake was not done in time.</summary>
    HandshakeTimeout,

    /// <summary>The client sent something that breaks the protocol, or offers nothing that we accept.</summary>
    Protocol,

    /// <summary>The client ended the handshake by an alert.</summary>
    RejectedByPeer,

    /// <summary>As many handshakes as allowed are under way (only for handshakes that we start).</summary>
    TooManyHandshakes,

    /// <summary>The handshake threads were stopped.</summary>
    Stopped,

    /// <summary>A fault of ours; the detail says which.</summary>
    Internal,
}
