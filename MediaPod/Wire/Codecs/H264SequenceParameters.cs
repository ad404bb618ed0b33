namespace Conference.MediaPod.Wire.Codecs;

/// <summary>Reads the picture size of a sequence parameter set (H.264 section 7.3.2.1.1).</summary>
internal static class H264SequenceParameters
{
    private const int MaxLength = 256;
    private const int MaxReferenceFramesInCycle = 255;
    private const uint MaxMacroblocks = 1024;

    /// <summary>Takes a whole NAL unit with its header byte.</summary>
    public static bool TryGetDimensions(ReadOnlySpan<byte> unit, out int width, out int height)
    {
        (width, height) = (0, 0);
        Span<byte> raw = stackalloc byte[MaxLength];
        var bits = new BitReader(raw[..RemoveEmulationPrevention(unit[1..], raw)]);
        var profile = bits.Read(8);
        bits.Read(16);
        ReadExponential(ref bits);
        var (chroma, separatePlanes) = (1u, false);
        if (HasChromaFormat(profile) && !TryReadChroma(ref bits, out chroma, out separatePlanes)) return false;
        ReadExponential(ref bits);
        if (!TrySkipOrderCount(ref bits)) return false;
        ReadExponential(ref bits);
        bits.Read(1);
        var columns = ReadExponential(ref bits) + 1;
        var rows = ReadExponential(ref bits) + 1;
        var frameOnly = bits.ReadFlag();
        if (!frameOnly) bits.Read(1);
        bits.Read(1);
        if (columns > MaxMacroblocks || rows > MaxMacroblocks) return false;
        var (unitX, unitY) = (chroma is 1 or 2 && !separatePlanes ? 2u : 1u, (chroma == 1 && !separatePlanes ? 2u : 1u) * (frameOnly ? 1u : 2u));
        var (cropX, cropY) = (0u, 0u);
        if (bits.ReadFlag())
        {
            cropX = ReadCrop(ref bits) * unitX;
            cropY = ReadCrop(ref bits) * unitY;
        }
        width = (int)(columns * 16 - cropX);
        height = (int)(rows * 16 * (frameOnly ? 1u : 2u) - cropY);
        return !bits.Failed && width > 0 && height > 0;
    }

    /// <summary>Drops the byte 3 of each 0 0 3 (H.264 section 7.4.1.1).</summary>
    private static int RemoveEmulationPrevention(ReadOnlySpan<byte> unit, Span<byte> raw)
    {
        var (length, zeros) = (0, 0);
        foreach (var b in unit)
        {
            if (length == raw.Length) break;
            if (zeros >= 2 && b == 3)
            {
                zeros = 0;
                continue;
            }
            zeros = b == 0 ? zeros + 1 : 0;
            raw[length++] = b;
        }
        return length;
    }

    private static bool HasChromaFormat(uint profile) => profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135;

    private static bool TryReadChroma(ref BitReader bits, out uint chroma, out bool separatePlanes)
    {
        chroma = ReadExponential(ref bits);
        separatePlanes = chroma == 3 && bits.ReadFlag();
        ReadExponential(ref bits);
        ReadExponential(ref bits);
        bits.Read(1);
        if (bits.ReadFlag())
        {
            for (var list = 0; list < (chroma == 3 ? 12 : 8); list++)
            {
                if (bits.ReadFlag()) SkipScalingList(ref bits, list < 6 ? 16 : 64);
            }
        }
        return chroma <= 3;
    }

    private static void SkipScalingList(ref BitReader bits, int size)
    {
        var (last, next) = (8, 8);
        for (var i = 0; i < size && next != 0; i++)
        {
            next = (last + ReadSignedExponential(ref bits)) & 0xFF;
            if (next != 0) last = next;
        }
    }

    private static bool TrySkipOrderCount(ref BitReader bits)
    {
        switch (ReadExponential(ref bits))
        {
            case 0:
                ReadExponential(ref bits);
                return true;
            case 1:
                bits.Read(1);
                ReadExponential(ref bits);
                ReadExponential(ref bits);
                var count = ReadExponential(ref bits);
                if (count > MaxReferenceFramesInCycle) return false;
                for (; count > 0; count--) ReadExponential(ref bits);
                return true;
            case 2:
                return true;
            default:
                return false;
        }
    }

    private static uint ReadCrop(ref BitReader bits)
    {
        var sum = (ulong)ReadExponential(ref bits) + ReadExponential(ref bits);
        return (uint)Math.Min(sum, MaxMacroblocks * 16);
    }

    private static uint ReadExponential(ref BitReader bits)
    {
        var zeros = 0;
        while (zeros < 32 && !bits.Failed && !bits.ReadFlag()) zeros++;
        return zeros >= 32 ? uint.MaxValue - 1 : (1u << zeros) - 1 + bits.Read(zeros);
    }

    private static int ReadSignedExponential(ref BitReader bits)
    {
        var code = ReadExponential(ref bits);
        return (code & 1) != 0 ? (int)((code + 1) / 2) : -(int)(code / 2);
    }
}
