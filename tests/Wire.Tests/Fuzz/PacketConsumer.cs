using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Wire.Tests.Fuzz;

/// <summary>
/// Does with an input everything that a receiver can do, and checks what must hold of it. Takes each input as a span of exactly its length, and tells
/// whether it was parsed. Allocates nothing itself.
/// </summary>
internal sealed class PacketConsumer
{
    private readonly DependencyDescriptorReader _descriptors = new();
    private readonly VideoLayer[] _layers = new VideoLayer[VideoLayersAllocation.MaxLayers];
    private readonly byte[] _scratch = new byte[4096];

    public bool Rtp(Span<byte> packet)
    {
        PacketKind.Classify(packet);
        if (RtpHeader.TryParseProtected(packet, out var header)) Check(header.PacketLength == packet.Length);
        if (!RtpHeader.TryParse(packet, out header)) return false;
        Check(header.PacketLength == packet.Length && header.Extension(packet).Length == header.ExtensionLength);
        for (var i = 0; i < header.CsrcCount; i++) header.Csrc(packet, i);
        CopyExtensions(packet, header);
        foreach (var element in new HeaderExtensionReader(packet, header)) ExtensionValue(element.Value);
        if (Rtx.TryEncapsulate(packet, header, 97, 1, 2, _scratch, out var length))
        {
            var copy = _scratch.AsSpan(0, length);
            Check(RtpHeader.TryParse(copy, out var rtx) && Rtx.TryDecapsulate(copy, rtx, header.PayloadType, header.Ssrc, out var original)
                && original[header.HeaderLength..].SequenceEqual(header.Payload(packet)));
        }
        Payload(packet.Slice(header.PayloadOffset, header.PayloadLength));
        Rtx.TryDecapsulate(packet, header, 96, 3, out _);
        return true;
    }

    // What was read can be written into an outgoing packet, and is read there again.
    private void CopyExtensions(ReadOnlySpan<byte> packet, in RtpHeader header)
    {
        var writer = new HeaderExtensionWriter(_scratch);
        foreach (var element in new HeaderExtensionReader(packet, header))
        {
            if (!writer.TryAdd(element.Id, element.Value)) return;
        }
        RtpHeader.Write(_scratch, true, 96, 1, 2, 3);
        var end = writer.Complete();
        Check(RtpHeader.TryParse(_scratch.AsSpan(0, end), out var copy));
        var reader = new HeaderExtensionReader(_scratch, copy);
        foreach (var element in reader) Check(new HeaderExtensionReader(packet, header).TryFind(element.Id, out int _, out _));
        foreach (var element in new HeaderExtensionReader(packet, header)) Check(reader.TryFind(element.Id, out ReadOnlySpan<byte> _));
    }

    public bool ExtensionValue(ReadOnlySpan<byte> value)
    {
        var parsed = AudioLevel.TryRead(value, out _);
        TransportSequence.TryRead(value, out _);
        AbsoluteSendTime.TryRead(value, out _);
        TransmissionOffset.TryRead(value, out _);
        VideoOrientation.TryRead(value, out _);
        VideoContentType.TryRead(value, out _);
        PlayoutDelay.TryRead(value, out _);
        AbsoluteCaptureTime.TryRead(value, out _);
        if (StreamIdentifier.TryRead(value, out var identifier)) Check(identifier.CopyTo(_scratch) is > 0 and <= StreamIdentifier.MaxLength);
        if (VideoLayersAllocation.TryParse(value, _layers, out var allocation))
        {
            for (var i = 0; i < allocation.LayerCount; i++) _layers[i].TargetKilobitsPerSecond(_layers[i].TemporalLayers - 1);
        }
        return Descriptor(value) | parsed;
    }

    public bool Descriptor(ReadOnlySpan<byte> value)
    {
        DependencyHead.TryRead(value, out _);
        if (!_descriptors.TryRead(value, out var descriptor)) return false;
        for (var i = 0; i < descriptor.DecodeTargetCount; i++) descriptor.Indication(i);
        for (var i = 0; i < descriptor.ReferenceCount; i++) Check(descriptor.Reference(i) is >= 1 and <= 4096);
        for (var i = 0; i < descriptor.ChainCount; i++) descriptor.ChainDifference(i);
        if (!DependencyDescriptorWriter.TryWriteActiveDecodeTargets(value, descriptor.Places, 1, _scratch, out var length)) return true;
        var copy = _scratch.AsSpan(0, length);
        Check(length <= value.Length + 5 && _descriptors.TryRead(copy, out var written) && written.ActiveDecodeTargets == 1
            && written.Head with { HasStructure = false } == descriptor.Head with { HasStructure = false } && written.ReferenceCount == descriptor.ReferenceCount);
        return true;
    }

    public bool Payload(Span<byte> payload)
    {
        var parsed = Av1Payload.TryParse(payload, out _) | OpusPacket.TryParse(payload, out _);
        if (H264Payload.TryParse(payload, out var h264))
        {
            parsed = true;
            h264.TryGetDimensions(payload, out _, out _);
        }
        if (RedReader.TryParse(payload, out var red))
        {
            parsed = true;
            var total = 0;
            foreach (var block in red) total += block.Data.Length;
            Check(total < payload.Length);
        }
        // Patching comes last, as it changes the payload.
        if (Vp9Descriptor.TryParse(payload, out var vp9))
        {
            parsed = true;
            for (var i = 0; i < vp9.SpatialLayerCount; i++) vp9.TryGetDimensions(i, out _, out _);
            vp9.Picture.SetId(payload, 0x7ABC);
            vp9.Picture.SetTl0(payload, 7);
            Check(Vp9Descriptor.TryParse(payload, out var patched) && patched.Length == vp9.Length && (patched.Picture.IdBits == 0 || (patched.Picture.Id & 0x3C) == 0x3C));
        }
        if (Vp8Descriptor.TryParse(payload, out var vp8))
        {
            parsed = true;
            vp8.TryGetDimensions(payload, out _, out _);
            vp8.Picture.SetId(payload, 0x7ABC);
            vp8.Picture.SetTl0(payload, 7);
            Check(Vp8Descriptor.TryParse(payload, out var patched) && patched.Length == vp8.Length && patched.Picture.Tl0 is -1 or 7);
        }
        return parsed;
    }

    public bool Stun(Span<byte> datagram)
    {
        if (!StunMessage.TryParse(datagram, out var message)) return false;
        var attributes = 0;
        foreach (var attribute in message) attributes += 4 + attribute.Value.Length;
        Check(attributes <= datagram.Length - StunMessage.HeaderLength);
        message.VerifyIntegrity(FuzzSeeds.StunKey);
        message.VerifyFingerprint();
        message.TryGetUsername(out _);
        message.TryGetPriority(out _);
        message.TryGetIceControlled(out _);
        message.TryGetIceControlling(out _);
        message.TryGetErrorCode(out _);
        var source = message.TryGetXorMappedAddress(out var address) ? address : StunAddress.Create([127, 0, 0, 1], 9);
        Check(StunResponse.TryWriteSuccess(message, source, FuzzSeeds.StunKey, _scratch, out var length));
        Check(StunMessage.TryParse(_scratch.AsSpan(0, length), out var response) && response.TryGetXorMappedAddress(out var mapped) && mapped == source);
        Check(StunResponse.TryWriteError(message, StunErrorCode.UnknownAttribute, default, _scratch, out length) && length <= StunResponse.MaxLength);
        return true;
    }

    public bool Rtcp(Span<byte> packet)
    {
        PacketKind.Classify(packet);
        if (!RtcpReader.TryParse(packet, out var reader)) return false;
        var total = 0;
        foreach (var block in reader)
        {
            total += block.Bytes.Length;
            RtcpBlock(block);
        }
        Check(total == packet.Length);
        return true;
    }

    private static void RtcpBlock(RtcpBlock block)
    {
        block.TryGetSender(out _);
        block.TryGetFeedback(out _, out _);
        for (var i = 0; i < block.ByeCount; i++) block.ByeSsrc(i);
        SenderReport.TryRead(block, out _);
        if (ReportBlockReader.TryParse(block, out var reports))
        {
            foreach (var report in reports) NtpTime.TryGetRoundTrip(report, 1ul << 40, out _);
        }
        if (SourceDescriptionReader.TryParse(block, out var items))
        {
            foreach (var item in items) Check(item.Text.Length <= block.Body.Length);
        }
        if (NackReader.TryParse(block, out var lost)) Check(Count(lost) <= block.Body.Length * 17 / 4);
        if (FirReader.TryParse(block, out var entries))
        {
            foreach (var entry in entries) _ = entry.Ssrc;
        }
        if (ReceiverEstimate.TryParse(block, out var estimate))
        {
            for (var i = 0; i < estimate.SsrcCount; i++) estimate.Ssrc(i);
        }
        if (ExtendedReportReader.TryParse(block, out var extended))
        {
            while (extended.MoveNext()) extended.TryGetReferenceTime(out _);
        }
        if (TransportWideReader.TryParse(block, out var feedback))
        {
            var count = 0;
            foreach (var arrival in feedback) count += arrival.Sequence == (ushort)(feedback.BaseSequence + count) ? 1 : 0;
            Check(count == feedback.StatusCount);
        }
    }

    private static int Count(NackReader lost)
    {
        var count = 0;
        foreach (var _ in lost) count++;
        return count;
    }

    private static void Check(bool holds)
    {
        if (!holds) throw new InvalidOperationException("Something that was parsed contradicts itself.");
    }
}
