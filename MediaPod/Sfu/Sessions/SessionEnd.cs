namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>Why a session ended.</summary>
public enum SessionEnd
{
    /// <summary>The client deleted it.</summary>
    Deleted,

    /// <summary>A newer session of the same participant is connected.</summary>
    Replaced,

    /// <summary>The plan does not contain the participant any more.</summary>
    NotInPlan,

    /// <summary>A host removed the participant.</summary>
    Removed,

    /// <summary>The meeting ended.</summary>
    MeetingEnded,

    /// <summary>No valid connectivity check came for 30 s (RFC 7675), or none at all after opening.</summary>
    ConsentExpired,

    /// <summary>The DTLS handshake failed: wrong fingerprint, no common SRTP profile, timeout.</summary>
    DtlsFailed,

    /// <summary>The pod shuts down.</summary>
    PodStopping,
}
