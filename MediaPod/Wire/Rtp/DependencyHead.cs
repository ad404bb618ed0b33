using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>The fields of a dependency descriptor that can be read without knowing the template structure (AV1 RTP specification section A.8.1).</summary>
/// <param name="IsFrameStart">Whether the packet is the first of its frame.</param>
/// <param name="IsFrameEnd">Whether the packet is the last of its frame.</param>
/// <param name="TemplateId">Template of the frame, 0 to 63.</param>
/// <param name="FrameNumber">Counts frames in decode order, modulo 2^16; see <see cref="SequenceNumber"/>.</param>
/// <param name="HasStructure">Whether a template structure is attached: only on the first packet of a key frame.</param>
public readonly record struct DependencyHead(bool IsFrameStart, bool IsFrameEnd, byte TemplateId, ushort FrameNumber, bool HasStructure)
{
    /// <summary>Length in bytes of the fields that every descriptor has.</summary>
    public const int MandatoryLength = 3;

    /// <summary>Whether a key frame begins with this packet.</summary>
    public bool IsKeyFrame => HasStructure && IsFrameStart;

    /// <summary>Reads the head of a value. False if it is shorter than three bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out DependencyHead head)
    {
        head = default;
        if (value.Length < MandatoryLength) return false;
        var hasStructure = value.Length > MandatoryLength && (value[MandatoryLength] & 0x80) != 0;
        head = new DependencyHead((value[0] & 0x80) != 0, (value[0] & 0x40) != 0, (byte)(value[0] & 0x3F), BinaryPrimitives.ReadUInt16BigEndian(value[1..]), hasStructure);
        return true;
    }

    /// <summary>Overwrites the frame number of a value in place. References are relative, so nothing else changes with it.</summary>
    public static void SetFrameNumber(Span<byte> value, ushort frameNumber) => BinaryPrimitives.WriteUInt16BigEndian(value[1..], frameNumber);
}
