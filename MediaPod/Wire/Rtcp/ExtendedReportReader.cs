using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>
/// Walks the report blocks of an XR (RFC 3611 section 3). Of their types only the two by which a receiver measures the round-trip time
/// are known here; a length that does not fit ends the walk.
/// </summary>
public ref struct ExtendedReportReader
{
    /// <summary>Receiver reference time report (RFC 3611 section 4.4).</summary>
    public const byte ReceiverReferenceTime = 4;

    /// <summary>Delay since the last receiver report (RFC 3611 section 4.5).</summary>
    public const byte DelaySinceLastReceiverReport = 5;

    private ReadOnlySpan<byte> _rest;

    private ExtendedReportReader(ReadOnlySpan<byte> reports) => _rest = reports;

    /// <summary>Starts before the first report. False if the block is no XR or has no sender.</summary>
    public static bool TryParse(RtcpBlock block, out ExtendedReportReader reader)
    {
        var ok = block.Type == RtcpPacketType.ExtendedReport && block.Body.Length >= 4;
        reader = ok ? new ExtendedReportReader(block.Body[4..]) : default;
        return ok;
    }

    /// <summary>Type of the report reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public byte Type { get; private set; }

    /// <summary>Its contents, behind the four-byte header.</summary>
    public ReadOnlySpan<byte> Contents { get; private set; }

    /// <summary>Goes on to the next report. False at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < 4) return false;
        var length = 4 + BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]) * 4;
        if (length > _rest.Length) return false;
        Type = _rest[0];
        Contents = _rest[4..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>The NTP time of a receiver reference time report. False if the current report is none.</summary>
    public readonly bool TryGetReferenceTime(out ulong ntpTimestamp)
    {
        ntpTimestamp = 0;
        return Type == ReceiverReferenceTime && BinaryPrimitives.TryReadUInt64BigEndian(Contents, out ntpTimestamp);
    }
}
