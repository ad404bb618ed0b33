namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>Packet types of RTCP (RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2).</summary>
public enum RtcpPacketType : byte
{
    /// <summary>SR, see <see cref="Rtcp.SenderReport"/>.</summary>
    SenderReport = 200,

    /// <summary>RR: report blocks only.</summary>
    ReceiverReport = 201,

    /// <summary>SDES, see <see cref="SourceDescriptionReader"/>.</summary>
    SourceDescription = 202,

    /// <summary>BYE: sources that end.</summary>
    Bye = 203,

    /// <summary>APP; ignored.</summary>
    Application = 204,

    /// <summary>RTPFB: feedback on transport, told apart by <see cref="RtcpFeedbackFormat"/>.</summary>
    TransportFeedback = 205,

    /// <summary>PSFB: feedback on payload, told apart by <see cref="RtcpFeedbackFormat"/>.</summary>
    PayloadFeedback = 206,

    /// <summary>XR, see <see cref="ExtendedReportReader"/>.</summary>
    ExtendedReport = 207,
}

/// <summary>Formats of feedback, as they stand in <see cref="RtcpBlock.Count"/>.</summary>
public static class RtcpFeedbackFormat
{
    /// <summary>Generic NACK, of <see cref="RtcpPacketType.TransportFeedback"/> (RFC 4585 section 6.2.1).</summary>
    public const int Nack = 1;

    /// <summary>Transport-wide congestion control, of <see cref="RtcpPacketType.TransportFeedback"/> (draft-holmer-rmcat-transport-wide-cc-extensions-01).</summary>
    public const int TransportWide = 15;

    /// <summary>Picture loss indication, of <see cref="RtcpPacketType.PayloadFeedback"/> (RFC 4585 section 6.3.1).</summary>
    public const int PictureLoss = 1;

    /// <summary>Full intra request, of <see cref="RtcpPacketType.PayloadFeedback"/> (RFC 5104 section 4.3.1).</summary>
    public const int FullIntraRequest = 4;

    /// <summary>Application layer feedback such as REMB, of <see cref="RtcpPacketType.PayloadFeedback"/> (RFC 4585 section 6.4).</summary>
    public const int ApplicationLayer = 15;
}
