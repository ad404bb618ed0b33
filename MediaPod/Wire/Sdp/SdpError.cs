namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Why a description or fragment was refused.</summary>
public enum SdpErrorKind : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>More than <see cref="SessionDescription.MaxLength"/> characters.</summary>
    TooLong,

    /// <summary>More than <see cref="SessionDescription.MaxLines"/> lines.</summary>
    TooManyLines,

    /// <summary>A line of more than <see cref="SessionDescription.MaxLineLength"/> characters.</summary>
    LineTooLong,

    /// <summary>More than <see cref="SessionDescription.MaxMediaSections"/> <c>m=</c> lines.</summary>
    TooManyMediaSections,

    /// <summary>More than <see cref="SessionDescription.MaxAttributes"/> attributes in the session part or in one media section.</summary>
    TooManyAttributes,

    /// <summary>More than 32 <c>rtcp-fb</c> of one payload type, wildcards included.</summary>
    TooMuchFeedback,

    /// <summary>A line that is not a lower-case letter, an equals sign and a value (RFC 8866 section 5).</summary>
    InvalidLine,

    /// <summary>A control character.</summary>
    InvalidCharacter,

    /// <summary>A letter that does not exist, or that must not stand where it does.</summary>
    UnexpectedLine,

    /// <summary>No <c>v=0</c> in the first line.</summary>
    MissingVersion,

    /// <summary>No <c>o=</c> in the second line, or a malformed one.</summary>
    InvalidOrigin,

    /// <summary>No <c>s=</c> in the third line.</summary>
    MissingSessionName,

    /// <summary>A malformed <c>c=</c> line.</summary>
    InvalidConnection,

    /// <summary>A malformed <c>b=</c> line.</summary>
    InvalidBandwidth,

    /// <summary>A malformed <c>m=</c> line.</summary>
    InvalidMedia,

    /// <summary>A malformed <c>a=group</c>.</summary>
    InvalidGroup,

    /// <summary>A malformed <c>a=mid</c>.</summary>
    InvalidMid,

    /// <summary>Two media sections with one MID.</summary>
    DuplicateMid,

    /// <summary>A malformed <c>a=ice-ufrag</c> or <c>a=ice-pwd</c> (RFC 8839 section 5.4).</summary>
    InvalidIceCredentials,

    /// <summary>One of <c>a=ice-ufrag</c> and <c>a=ice-pwd</c> without the other.</summary>
    IncompleteIceCredentials,

    /// <summary>A malformed <c>a=candidate</c> (RFC 8839 section 5.1).</summary>
    InvalidCandidate,

    /// <summary>A malformed <c>a=fingerprint</c> (RFC 8122 section 5), or one whose length does not fit its algorithm.</summary>
    InvalidFingerprint,

    /// <summary>An <c>a=setup</c> role that does not exist (RFC 4145 section 4).</summary>
    InvalidSetup,

    /// <summary>A malformed <c>a=extmap</c> (RFC 8285 section 5).</summary>
    InvalidHeaderExtension,

    /// <summary>A malformed <c>a=rtpmap</c> (RFC 8866 section 6.6).</summary>
    InvalidRtpMap,

    /// <summary>A malformed <c>a=fmtp</c> (RFC 8866 section 6.15).</summary>
    InvalidFormatParameters,

    /// <summary>A malformed <c>a=rtcp-fb</c> (RFC 4585 section 4.2).</summary>
    InvalidRtcpFeedback,

    /// <summary>A malformed <c>a=rid</c> (RFC 8851 section 10).</summary>
    InvalidRid,

    /// <summary>A malformed <c>a=simulcast</c> (RFC 8853 section 5.1).</summary>
    InvalidSimulcast,

    /// <summary>A malformed <c>a=ssrc</c> (RFC 5576 section 4.1).</summary>
    InvalidSsrc,

    /// <summary>A malformed <c>a=ssrc-group</c> (RFC 5576 section 4.2).</summary>
    InvalidSsrcGroup,

    /// <summary>A malformed <c>a=msid</c> (RFC 8830 section 2).</summary>
    InvalidMsid,

    /// <summary>A malformed <c>a=sctp-port</c> or <c>a=max-message-size</c> (RFC 8841 sections 5 and 6).</summary>
    InvalidSctp,
}

/// <summary>Why and where a description or fragment was refused.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Line">The line, counted from 1; for what a whole section lacks, the section's <c>m=</c> line. 0 if it is no single line.</param>
public readonly record struct SdpError(SdpErrorKind Kind, int Line)
{
    /// <summary>For logs and problem documents; holds nothing of the input.</summary>
    public override string ToString() => Line == 0 ? Kind.ToString() : $"{Kind} in line {Line}";
}
