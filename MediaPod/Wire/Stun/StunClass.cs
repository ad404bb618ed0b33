namespace Conference.MediaPod.Wire.Stun;

/// <summary>Class of a STUN message (RFC 8489 section 5), as it stands in the message type.</summary>
public enum StunClass : ushort
{
    /// <summary>A request, to be answered.</summary>
    Request = 0x000,

    /// <summary>An indication, never answered.</summary>
    Indication = 0x010,

    /// <summary>An answer that says yes.</summary>
    SuccessResponse = 0x100,

    /// <summary>An answer that carries an ERROR-CODE.</summary>
    ErrorResponse = 0x110,
}
