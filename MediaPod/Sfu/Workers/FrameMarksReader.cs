using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>
/// Where frames and key frames begin, from the payload descriptors and the codecs' leading bytes, which end-to-end encryption leaves clear.
/// What cannot be parsed has no marks: it is forwarded within a stream, and starts none.
/// </summary>
internal static unsafe class FrameMarksReader
{
    public static FrameMarks Read(CodecKind codec, Packet* packet)
    {
        var payload = Packet.Payload(packet);
        return codec switch
        {
            CodecKind.Vp8 => ReadVp8(payload),
            CodecKind.Vp9 => ReadVp9(payload),
            CodecKind.H264 => ReadH264(payload),
            CodecKind.Av1 => ReadAv1(payload, packet),
            _ => default,
        };
    }

    private static FrameMarks ReadVp8(ReadOnlySpan<byte> payload)
    {
        if (!Vp8Descriptor.TryParse(payload, out var descriptor)) return default;
        descriptor.TryGetDimensions(payload, out var width, out var height);
        return new FrameMarks
        {
            KeyFrameStart = descriptor.IsKeyFrame,
            FrameStart = descriptor.IsFrameStart,
            TemporalId = (byte)Math.Max((sbyte)0, descriptor.TemporalId),
            Picture = descriptor.Picture,
            Number = (ushort)Math.Max(0, descriptor.Picture.Id),
            Width = (ushort)width,
            Height = (ushort)height,
        };
    }

    private static FrameMarks ReadVp9(ReadOnlySpan<byte> payload)
    {
        if (!Vp9Descriptor.TryParse(payload, out var descriptor)) return default;
        descriptor.TryGetDimensions(Math.Max(0, descriptor.SpatialLayerCount - 1), out var width, out var height);
        return new FrameMarks
        {
            KeyFrameStart = descriptor.IsKeyFrame,
            FrameStart = descriptor.IsFrameStart,
            SpatialId = (byte)Math.Max(0, descriptor.SpatialId),
            TemporalId = (byte)Math.Max(0, descriptor.TemporalId),
            Picture = descriptor.Picture,
            Number = (ushort)Math.Max(0, descriptor.Picture.Id),
            Width = (ushort)width,
            Height = (ushort)height,
        };
    }

    private static FrameMarks ReadH264(ReadOnlySpan<byte> payload)
    {
        if (!H264Payload.TryParse(payload, out var units)) return default;
        units.TryGetDimensions(payload, out var width, out var height);
        return new FrameMarks { KeyFrameStart = units.IsKeyFrame, FrameStart = units.IsUnitStart, Width = (ushort)width, Height = (ushort)height };
    }

    private static FrameMarks ReadAv1(ReadOnlySpan<byte> payload, Packet* packet)
    {
        if (!Av1Payload.TryParse(payload, out var units)) return default;
        var descriptor = Packet.Bytes(packet).Slice(packet->DependencyDescriptor.Offset, packet->DependencyDescriptor.Length);
        return new FrameMarks
        {
            KeyFrameStart = units.IsKeyFrame,
            FrameStart = !units.IsContinuation,
            SpatialId = (byte)Math.Max(0, units.SpatialId),
            TemporalId = (byte)Math.Max(0, units.TemporalId),
            // Written back by the header template.
            Number = DependencyHead.TryRead(descriptor, out var head) ? head.FrameNumber : (ushort)0,
        };
    }
}
