using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Which layers a sender encodes right now and at which rates
/// (https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/video-layers-allocation00). Arrives only when it changes.
/// </summary>
/// <param name="StreamIndex">Which of the simulcast streams carried it, 0 to 3, in the order of <c>a=simulcast</c>.</param>
/// <param name="StreamCount">Number of simulcast streams, 1 to 4.</param>
/// <param name="LayerCount">Number of active spatial layers over all streams, 0 to <see cref="MaxLayers"/>.</param>
/// <param name="HasResolutions">Whether width, height and frame rate of the layers are known.</param>
public readonly record struct VideoLayersAllocation(int StreamIndex, int StreamCount, int LayerCount, bool HasResolutions)
{
    /// <summary>Most spatial layers a value can describe: four streams of four.</summary>
    public const int MaxLayers = 16;

    /// <summary>Parses a value.</summary>
    /// <param name="value">The element's value.</param>
    /// <param name="layers">Receives the layers, by stream, then by spatial layer; at least <see cref="MaxLayers"/> long.</param>
    /// <param name="allocation">What the value says in general. A value of one zero byte says that nothing is sent.</param>
    /// <returns>False if the value is cut short or has bytes left over.</returns>
    public static bool TryParse(ReadOnlySpan<byte> value, Span<VideoLayer> layers, out VideoLayersAllocation allocation)
    {
        allocation = default;
        if (value.IsEmpty || layers.Length < MaxLayers) return false;
        if (value.Length == 1 && value[0] == 0)
        {
            allocation = new VideoLayersAllocation(0, 1, 0, false);
            return true;
        }
        var streams = ((value[0] >> 4) & 3) + 1;
        if (!TryReadMasks(value, streams, layers, out var position, out var count)) return false;
        if (!TryReadTemporalLayers(value, layers[..count], ref position)) return false;
        if (!TryReadBitrates(value, layers[..count], ref position)) return false;
        var rest = value.Length - position;
        if (rest != 0 && rest != count * 5) return false;
        if (rest != 0) ReadResolutions(value[position..], layers[..count]);
        allocation = new VideoLayersAllocation(value[0] >> 6, streams, count, rest != 0);
        return allocation.StreamIndex < streams;
    }

    private static bool TryReadMasks(ReadOnlySpan<byte> value, int streams, Span<VideoLayer> layers, out int position, out int count)
    {
        var shared = value[0] & 0x0F;
        position = shared != 0 ? 1 : 1 + (streams + 1) / 2;
        count = 0;
        if (position > value.Length) return false;
        for (var stream = 0; stream < streams; stream++)
        {
            var mask = shared != 0 ? shared : (value[1 + stream / 2] >> (stream % 2 == 0 ? 4 : 0)) & 0x0F;
            for (var spatial = 0; spatial < 4; spatial++)
            {
                if ((mask >> spatial & 1) != 0) layers[count++] = new VideoLayer { StreamIndex = (byte)stream, SpatialId = (byte)spatial };
            }
        }
        return count > 0;
    }

    private static bool TryReadTemporalLayers(ReadOnlySpan<byte> value, Span<VideoLayer> layers, ref int position)
    {
        var bytes = (layers.Length + 3) / 4;
        if (value.Length - position < bytes) return false;
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i].TemporalLayers = (byte)(((value[position + i / 4] >> (6 - i % 4 * 2)) & 3) + 1);
        }
        position += bytes;
        return true;
    }

    private static bool TryReadBitrates(ReadOnlySpan<byte> value, Span<VideoLayer> layers, ref int position)
    {
        foreach (ref var layer in layers)
        {
            for (var temporal = 0; temporal < layer.TemporalLayers; temporal++)
            {
                if (!Leb128.TryRead(value, ref position, out var kilobits)) return false;
                layer.TargetKilobits[temporal] = kilobits;
            }
        }
        return true;
    }

    private static void ReadResolutions(ReadOnlySpan<byte> value, Span<VideoLayer> layers)
    {
        foreach (ref var layer in layers)
        {
            layer.Width = BinaryPrimitives.ReadUInt16BigEndian(value) + 1;
            layer.Height = BinaryPrimitives.ReadUInt16BigEndian(value[2..]) + 1;
            layer.MaxFrameRate = value[4];
            value = value[5..];
        }
    }
}

/// <summary>One active spatial layer of a <see cref="VideoLayersAllocation"/>.</summary>
public struct VideoLayer
{
    /// <summary>Simulcast stream, 0 to 3.</summary>
    public byte StreamIndex { get; internal set; }

    /// <summary>Spatial layer within the stream, 0 to 3.</summary>
    public byte SpatialId { get; internal set; }

    /// <summary>Number of temporal layers, 1 to 4.</summary>
    public byte TemporalLayers { get; internal set; }

    /// <summary>Most frames per second with all temporal layers; 0 if not told.</summary>
    public byte MaxFrameRate { get; internal set; }

    /// <summary>Width in pixels, 1 to 65,536; 0 if not told.</summary>
    public int Width { get; internal set; }

    /// <summary>Height in pixels, 1 to 65,536; 0 if not told.</summary>
    public int Height { get; internal set; }

    internal TemporalKilobits TargetKilobits;

    /// <summary>Target rate in kbit/s of this spatial layer up to and with the given temporal layer (0 to <see cref="TemporalLayers"/> - 1), lower spatial layers not counted.</summary>
    public readonly uint TargetKilobitsPerSecond(int temporalId) => TargetKilobits[temporalId];

    [InlineArray(4)]
    internal struct TemporalKilobits
    {
        private uint _first;
    }
}
