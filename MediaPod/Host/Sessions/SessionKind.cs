namespace Conference.MediaPod.Host.Sessions;

/// <summary>Which standard (or the SDK) a session was opened by.</summary>
internal enum SessionKind
{
    /// <summary>The SDK: may re-offer and has a channel.</summary>
    Sdk,

    /// <summary>RFC 9725: sends only.</summary>
    Whip,

    /// <summary>draft-ietf-wish-whep: receives only.</summary>
    Whep,
}
