namespace Conference.MediaPod.Wire.Stun;

/// <summary>Error codes of STUN and ICE (RFC 8489 section 14.8, RFC 8445 section 7.3.1.1).</summary>
public enum StunErrorCode : ushort
{
    /// <summary>The request is malformed or lacks an attribute it must have.</summary>
    BadRequest = 400,

    /// <summary>Unknown user name or wrong integrity.</summary>
    Unauthenticated = 401,

    /// <summary>The request has attributes that must be understood and are not.</summary>
    UnknownAttribute = 420,

    /// <summary>Both agents believe that they have the same role.</summary>
    RoleConflict = 487,
}
