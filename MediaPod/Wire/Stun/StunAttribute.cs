namespace Conference.MediaPod.Wire.Stun;

/// <summary>Types of STUN attributes (RFC 8489 section 18.3, RFC 8445 section 20.1). Types below 0x8000 must be understood by the receiver of a request.</summary>
public enum StunAttribute : ushort
{
    /// <summary>The address in the clear (RFC 8489 section 14.1).</summary>
    MappedAddress = 0x0001,

    /// <summary>Whom the credentials are of; in ICE "ours:theirs" (RFC 8489 section 14.3, RFC 8445 section 7.2.2).</summary>
    Username = 0x0006,

    /// <summary>HMAC-SHA1 over everything before it (RFC 8489 section 14.5).</summary>
    MessageIntegrity = 0x0008,

    /// <summary>Error class, number and reason (RFC 8489 section 14.8).</summary>
    ErrorCode = 0x0009,

    /// <summary>Attribute types that were not understood (RFC 8489 section 14.9).</summary>
    UnknownAttributes = 0x000A,

    /// <summary>Long-term credentials (RFC 8489 section 14.9).</summary>
    Realm = 0x0014,

    /// <summary>Long-term credentials (RFC 8489 section 14.10).</summary>
    Nonce = 0x0015,

    /// <summary>HMAC-SHA256 over everything before it (RFC 8489 section 14.6).</summary>
    MessageIntegritySha256 = 0x001C,

    /// <summary>The address, masked (RFC 8489 section 14.2).</summary>
    XorMappedAddress = 0x0020,

    /// <summary>Priority of the peer-reflexive candidate (RFC 8445 section 7.1.1).</summary>
    Priority = 0x0024,

    /// <summary>The controlling agent nominates the pair (RFC 8445 section 7.1.2).</summary>
    UseCandidate = 0x0025,

    /// <summary>Name and version of the software (RFC 8489 section 14.14).</summary>
    Software = 0x8022,

    /// <summary>CRC-32 over everything before it (RFC 8489 section 14.7).</summary>
    Fingerprint = 0x8028,

    /// <summary>The sender is controlled; 64-bit tie-breaker (RFC 8445 section 7.1.3).</summary>
    IceControlled = 0x8029,

    /// <summary>The sender is controlling; 64-bit tie-breaker (RFC 8445 section 7.1.3).</summary>
    IceControlling = 0x802A,

    /// <summary>Cost of the network interface, sent by Chromium; ignored.</summary>
    NetworkCost = 0xC057,
}
