namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Writes a dependency descriptor again with other active decode targets, so that a receiver does not wait for layers that are not forwarded.</summary>
public static class DependencyDescriptorWriter
{
    private const int FlagsBit = 24;
    private const int MaskFlagBit = FlagsBit + 1;
    private const int FlagsLength = 5;

    /// <summary>
    /// Copies a value with its active decode targets replaced or added. Everything else, an attached structure too, stays as it is.
    /// </summary>
    /// <param name="value">The value as it was received.</param>
    /// <param name="places">Where things are in it, as reading it found them.</param>
    /// <param name="activeDecodeTargets">The new bit mask.</param>
    /// <param name="destination">Where to write; at most five bytes more than <paramref name="value"/> are needed. Must not overlap it.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False if the destination is too short.</returns>
    public static bool TryWriteActiveDecodeTargets(
        ReadOnlySpan<byte> value, in DependencyPlaces places, uint activeDecodeTargets, Span<byte> destination, out int length)
    {
        // A descriptor of three bytes has no flags at all; they are all zero then.
        var hasFlags = value.Length > DependencyHead.MandatoryLength;
        var structureLength = hasFlags ? places.ActiveMaskBit - FlagsBit - FlagsLength : 0;
        var definitionLength = places.EndBit - places.DefinitionBit;
        length = (FlagsBit + FlagsLength + structureLength + places.DecodeTargetCount + definitionLength + 7) / 8;
        if (destination.Length < length)
        {
            length = 0;
            return false;
        }
        destination[..length].Clear();
        var reader = new BitReader(value);
        var writer = new BitWriter(destination);
        Copy(ref reader, ref writer, hasFlags ? FlagsBit + FlagsLength + structureLength : FlagsBit);
        destination[MaskFlagBit / 8] |= (byte)(0x80 >> (MaskFlagBit % 8));
        if (!hasFlags) writer.Skip(FlagsLength);
        writer.Write(activeDecodeTargets, places.DecodeTargetCount);
        reader.Read(places.DefinitionBit - places.ActiveMaskBit);
        Copy(ref reader, ref writer, definitionLength);
        return true;
    }

    private static void Copy(ref BitReader reader, ref BitWriter writer, int count)
    {
        for (; count > 0; count -= 32)
        {
            var step = Math.Min(count, 32);
            writer.Write(reader.Read(step), step);
        }
    }
}
