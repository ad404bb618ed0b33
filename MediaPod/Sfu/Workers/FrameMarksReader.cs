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
    /// <param name="codec">What it is encoded with.</param>
    /// <param name="packet">Read already as far as its header goes.</param>
    /// <param name="stream">Its stream, which keeps the structure that its dependency descriptors refer to.</param>
    public static FrameMarks Read(CodecKind codec, Packet* packet, PublicationStream stream)
    {
        var payload = Packet.Payload(packet);
        return codec switch
        {
            CodecKind.Vp8 => ReadVp8(payload),
            CodecKind.Vp9 => ReadVp9(payload),
            CodecKind.H264 => ReadH264(payload),
            CodecKind.Av1 => ReadAv1(payload, packet, stream.Descriptors),
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
            RaisePoint = descriptor.IsLayerSync,
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
            FrameEnd = descriptor.IsFrameEnd,
            RaisePoint = descriptor.IsSwitchingUpPoint,
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

    private static FrameMarks ReadAv1(ReadOnlySpan<byte> payload, Packet* packet, DependencyDescriptorReader descriptors)
    {
        if (!Av1Payload.TryParse(payload, out var units)) return default;
        var marks = new FrameMarks
        {
            KeyFrameStart = units.IsKeyFrame,
            FrameStart = !units.IsContinuation,
            SpatialId = (byte)Math.Max(0, units.SpatialId),
            TemporalId = (byte)Math.Max(0, units.TemporalId),
        };
        var value = Packet.Bytes(packet).Slice(packet->DependencyDescriptor.Offset, packet->DependencyDescriptor.Length);
        if (!DependencyHead.TryRead(value, out var head)) return marks;
        marks.Number = head.FrameNumber; // written back by the header template
        (marks.FrameStart, marks.FrameEnd) = (head.IsFrameStart, head.IsFrameEnd);
        if (!descriptors.TryRead(value, out var descriptor)) return marks;
        (marks.SpatialId, marks.TemporalId) = (descriptor.SpatialId, descriptor.TemporalId);
        (marks.SwitchTargets, marks.Places) = (descriptor.SwitchTargets, descriptor.Places);
        if (head.IsKeyFrame && descriptors.Structure is { } structure && structure.TryGetResolution(structure.SpatialLayerCount - 1, out var width, out var height))
            (marks.Width, marks.Height) = ((ushort)Math.Min(width, ushort.MaxValue), (ushort)Math.Min(height, ushort.MaxValue));
        return marks;
    }
}
