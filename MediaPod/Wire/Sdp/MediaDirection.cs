namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Direction of media seen from whoever wrote the description (RFC 8866 section 6.7). The bits are "sends" and "receives".</summary>
[Flags]
public enum MediaDirection : byte
{
    /// <summary>Neither sends nor receives.</summary>
    Inactive = 0,

    /// <summary>Only sends.</summary>
    SendOnly = 1,

    /// <summary>Only receives.</summary>
    RecvOnly = 2,

    /// <summary>Sends and receives; what holds where nothing is said.</summary>
    SendRecv = 3,
}

/// <summary>Reads, writes and turns round directions.</summary>
public static class MediaDirections
{
    /// <summary>The same direction seen from the other side.</summary>
    public static MediaDirection Reversed(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendOnly => MediaDirection.RecvOnly,
        MediaDirection.RecvOnly => MediaDirection.SendOnly,
        _ => direction,
    };

    internal static string ToText(this MediaDirection direction) => direction switch
    {
        MediaDirection.SendRecv => "sendrecv",
        MediaDirection.SendOnly => "sendonly",
        MediaDirection.RecvOnly => "recvonly",
        _ => "inactive",
    };

    internal static MediaDirection? TryParse(ReadOnlySpan<char> text) => text switch
    {
        "sendrecv" => MediaDirection.SendRecv,
        "sendonly" => MediaDirection.SendOnly,
        "recvonly" => MediaDirection.RecvOnly,
        "inactive" => MediaDirection.Inactive,
        _ => null,
    };
}
