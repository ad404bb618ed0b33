using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Transport-wide sequence number: 16 bits, counted over all packets of a transport (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2).</summary>
public static class TransportSequence
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 2;

    /// <summary>Reads a value of exactly two bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out ushort sequence) => BinaryPrimitives.TryReadUInt16BigEndian(value, out sequence) && value.Length == Length;

    /// <summary>Writes two bytes.</summary>
    public static void Write(Span<byte> value, ushort sequence) => BinaryPrimitives.WriteUInt16BigEndian(value, sequence);
}
