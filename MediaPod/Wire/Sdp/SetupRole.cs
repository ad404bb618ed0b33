namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Who opens the DTLS association (RFC 4145 section 4, RFC 8842 section 5).</summary>
public enum SetupRole : byte
{
    /// <summary>Either; only in offers.</summary>
    ActPass,

    /// <summary>The writer is the DTLS client.</summary>
    Active,

    /// <summary>The writer is the DTLS server.</summary>
    Passive,

    /// <summary>Nobody for now; not used in WebRTC.</summary>
    HoldConn,
}

internal static class SetupRoles
{
    public static string ToText(this SetupRole role) => role switch
    {
        SetupRole.ActPass => "actpass",
        SetupRole.Active => "active",
        SetupRole.Passive => "passive",
        _ => "holdconn",
    };

    public static SetupRole? TryParse(ReadOnlySpan<char> text) => text switch
    {
        "actpass" => SetupRole.ActPass,
        "active" => SetupRole.Active,
        "passive" => SetupRole.Passive,
        "holdconn" => SetupRole.HoldConn,
        _ => null,
    };
}
