using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Conference.Load.Media;

/// <summary>Encoded VP8 from an IVF file.</summary>
/// <param name="Frames">One access unit each.</param>
/// <param name="FramesPerSecond">At which they are to be shown.</param>
public sealed record VideoFile(ImmutableArray<EncodedFrame> Frames, int FramesPerSecond)
{
    private const int FileHeader = 32, FrameHeader = 12;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no VP8 in IVF that begins with a key frame.</exception>
    public static VideoFile Parse(ReadOnlySpan<byte> ivf)
    {
        if (ivf.Length < FileHeader || !ivf.StartsWith("DKIF"u8) || !ivf[8..].StartsWith("VP80"u8)) throw new FormatException("this is no VP8 in IVF");
        var (rate, scale) = (BinaryPrimitives.ReadUInt32LittleEndian(ivf[16..]), BinaryPrimitives.ReadUInt32LittleEndian(ivf[20..]));
        var frames = ImmutableArray.CreateBuilder<EncodedFrame>();
        for (var rest = ivf[BinaryPrimitives.ReadUInt16LittleEndian(ivf[6..])..]; rest.Length >= FrameHeader;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length <= 0 || length > rest.Length - FrameHeader) throw new FormatException("a frame of the IVF file is cut");
            var bytes = rest.Slice(FrameHeader, length);
            frames.Add(new(ImmutableArray.Create(bytes), IsKeyFrame: (bytes[0] & 1) == 0));
            rest = rest[(FrameHeader + length)..];
        }
        if (frames.Count == 0 || !frames[0].IsKeyFrame || scale == 0) throw new FormatException("the IVF file does not begin with a key frame");
        return new(frames.ToImmutable(), (int)Math.Max(1, rate / scale));
    }
}

/// <summary>One frame as an encoder gave it.</summary>
/// <param name="Bytes">The whole of it.</param>
/// <param name="IsKeyFrame">It needs no other.</param>
public sealed record EncodedFrame(ImmutableArray<byte> Bytes, bool IsKeyFrame);
