namespace Conference.MediaPod.Sfu;

/// <summary>
/// Why a datagram or a packet went no further. One enum for the whole pod: the value is the index of a counter, the name is the metric's
/// label and what tests and `/debug` show. Append at the end of a group only together with everything that lists the values;
/// the numbers carry no meaning outside the process.
/// </summary>
public enum DropReason : byte
{
    /// <summary>Not dropped.</summary>
    None = 0,

    // Demultiplexing (RFC 7983)

    /// <summary>First byte belongs to no protocol we speak on this port (RFC 7983 section 7), or the datagram is empty.</summary>
    UnknownPacketKind,

    /// <summary>RTP, RTCP or DTLS from an address for which no transport is known.</summary>
    UnknownAddress,

    /// <summary>Longer than the receive buffer (cut by the kernel) or than what may be sent in one datagram.</summary>
    PacketTooLarge,

    // STUN and ICE (RFC 8445, RFC 8489)

    /// <summary>Not a well-formed STUN message, or one without an attribute that ICE requires.</summary>
    StunMalformed,

    /// <summary>FINGERPRINT is there and wrong.</summary>
    StunFingerprint,

    /// <summary>MESSAGE-INTEGRITY is missing or wrong for the local password.</summary>
    StunIntegrity,

    /// <summary>USERNAME names no transport of this worker, or the wrong remote fragment.</summary>
    StunUnknownUser,

    /// <summary>A STUN class or method that an ICE-lite agent has no use for (responses, other methods).</summary>
    StunUnexpected,

    /// <summary>A valid check from one address too many: the bounded list of paths is full of fresh ones.</summary>
    StunTooManyPaths,

    // ICE over TCP (RFC 6544)

    /// <summary>A TCP connection's first frame was no connectivity check of ours, or it ended before any: closed.</summary>
    TcpBeforeIce,

    /// <summary>A TCP connection without a valid connectivity check in time: closed.</summary>
    TcpNoCheck,

    /// <summary>One TCP connection more than a worker takes: closed, or another one for it.</summary>
    TcpTooMany,

    /// <summary>A frame (RFC 4571) longer than any datagram may be: the connection is closed.</summary>
    TcpFrameTooLarge,

    /// <summary>The client reads its TCP connection too slowly: the packet is dropped.</summary>
    TcpQueueFull,

    /// <summary>A packet for a TCP connection that has ended.</summary>
    TcpGone,

    // DTLS (RFC 6347)

    /// <summary>DTLS from an address that has passed no STUN check.</summary>
    DtlsBeforeIce,

    /// <summary>DTLS for a transport that has none open (closed, failed, or not wanted).</summary>
    DtlsUnknownTransport,

    /// <summary>The handshake thread's queue, or this transport's share of it, is full.</summary>
    DtlsQueueFull,

    /// <summary>Longer than any DTLS datagram we accept (2,048 bytes), or shorter than a record header.</summary>
    DtlsMalformed,

    // SRTP and SRTCP (RFC 3711, RFC 7714)

    /// <summary>SRTP or SRTCP before the handshake gave keys.</summary>
    SrtpBeforeKeys,

    /// <summary>Too short or with an impossible header for its profile.</summary>
    SrtpMalformed,

    /// <summary>The authentication tag is wrong.</summary>
    SrtpAuthentication,

    /// <summary>Seen before, or older than the replay window.</summary>
    SrtpReplay,

    /// <summary>One more SSRC than a transport may send.</summary>
    SrtpTooManyStreams,

    /// <summary>The packet index is used up (2^48 RTP or 2^31 RTCP packets); a new handshake is needed.</summary>
    SrtpKeyExhausted,

    // RTP and RTCP

    /// <summary>Decrypted, but not a well-formed RTP packet.</summary>
    RtpMalformed,

    /// <summary>No publication claims the SSRC, MID or RID.</summary>
    RtpUnknownSsrc,

    /// <summary>The payload type was not negotiated for this publication.</summary>
    RtpUnknownPayloadType,

    /// <summary>Decrypted, but not a well-formed compound or reduced-size RTCP packet.</summary>
    RtcpMalformed,

    /// <summary>RTCP about an SSRC that is not ours to answer for.</summary>
    RtcpUnknownSsrc,

    /// <summary>Audio or video of a muted publication.</summary>
    PublicationMuted,

    /// <summary>The publisher sends more than it negotiated or more than the fixed bound.</summary>
    PublisherPoliced,

    /// <summary>A duplicate that carries a sequence number already forwarded (for instance an RTX copy of what arrived).</summary>
    RtpDuplicate,

    /// <summary>Older than the packet cache reaches.</summary>
    RtpTooOld,

    /// <summary>Sound that is asked for again, though the packets behind it carry it.</summary>
    CarriedByRedundancy,

    /// <summary>Padding only: it served bandwidth probing and is not forwarded.</summary>
    RtpPaddingOnly,

    // Forwarding and sending

    /// <summary>A layer or track that nobody is sent at present.</summary>
    NotInPlan,

    /// <summary>Waiting for a key frame to start or switch.</summary>
    AwaitingKeyFrame,

    /// <summary>No free pooled buffer.</summary>
    NoBuffer,

    /// <summary>A worker's mailbox or ring is full.</summary>
    RingFull,

    /// <summary>A picture's packet for another worker of its room: what is left of the memory that the other one lent is kept for sound.</summary>
    CrossingFullPicture,

    /// <summary>A packet of sound for another worker of its room: the other one has not come to what was sent before.</summary>
    CrossingFullSound,

    /// <summary>A message to another worker of the room, which is said again later.</summary>
    CrossingFullMessage,

    /// <summary>It came from another worker after its publication had ended here.</summary>
    CrossingEnded,

    /// <summary>The kernel dropped it because the worker's socket had no more room for what came in (SO_RXQ_OVFL): a datagram of any kind.</summary>
    ReceiveBufferFull,

    /// <summary>The socket's send queue is full.</summary>
    SendQueueFull,

    /// <summary>It waited longer in a receiver's pacer than anybody could use it.</summary>
    PacerOverstayed,

    /// <summary>The receiver's transport has no selected path (yet, or any more).</summary>
    NoPath,

    /// <summary>The kernel refused the datagram: no route, not permitted, the source address is gone.</summary>
    SendFailed,
}
