namespace Conference.MediaPod.Wire.Stun;

/// <summary>Method of a STUN message. ICE uses only Binding; other numbers (TURN) parse too.</summary>
public enum StunMethod : ushort
{
    /// <summary>Binding (RFC 8489 section 18.2).</summary>
    Binding = 1,
}
