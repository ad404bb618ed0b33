namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Arithmetic of 16-bit sequence numbers that wrap (RFC 3550 appendix A.1, RFC 1982): of two numbers the one that is
/// less than half the circle ahead is the newer one. Used for RTP sequence numbers, transport-wide sequence numbers and frame numbers alike.
/// </summary>
public static class SequenceNumber
{
    /// <summary>How far <paramref name="to"/> is ahead of <paramref name="from"/>: -32768 to 32767, negative if it is behind.</summary>
    public static int Distance(ushort from, ushort to) => (short)(to - from);

    /// <summary>Whether <paramref name="candidate"/> is strictly newer than <paramref name="reference"/>. A distance of exactly half the circle is not newer.</summary>
    public static bool IsNewer(ushort candidate, ushort reference) => Distance(reference, candidate) > 0;

    /// <summary>Negative if <paramref name="left"/> is older than <paramref name="right"/>, 0 if equal, positive if newer. Only a total order within half the circle.</summary>
    public static int Compare(ushort left, ushort right) => Distance(right, left);
}
