using System.Buffers.Binary;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Reads once, into the packet's head, all that any subscription will want to know.</summary>
internal static unsafe class PacketReader
{
    /// <summary>Takes over what the RTP header says, and notes where the header extensions are.</summary>
    public static void ReadHeader(Packet* packet, in RtpHeader header, ExtensionIds ids)
    {
        packet->Timestamp = header.Timestamp;
        packet->PayloadOffset = (ushort)header.PayloadOffset;
        packet->PayloadLength = (ushort)header.PayloadLength;
        packet->PayloadType = header.PayloadType;
        packet->Marker = header.Marker;
        if (!header.HasExtension) return;
        foreach (var element in new HeaderExtensionReader(Packet.Bytes(packet), header))
        {
            var place = new ExtensionPlace { Offset = (ushort)element.Offset, Length = (byte)element.Value.Length };
            if (element.Id == ids.AudioLevel) packet->AudioLevel = place;
            else if (element.Id == ids.VideoOrientation) packet->VideoOrientation = place;
            else if (element.Id == ids.PlayoutDelay) packet->PlayoutDelay = place;
            else if (element.Id == ids.VideoContentType) packet->VideoContentType = place;
            else if (element.Id == ids.DependencyDescriptor) packet->DependencyDescriptor = place;
        }
    }

    /// <summary>Loudness of an audio packet, 0 (silence) to 127, from its audio level (RFC 6464); null without one.</summary>
    public static int? ReadLoudness(Packet* packet)
    {
        if (packet->AudioLevel.Length == 0) return null;
        return AudioLevel.TryRead(Packet.Bytes(packet)[packet->AudioLevel.Offset..], out var level) ? 127 - level.Level : null;
    }

    /// <summary>Finds the primary block of redundant audio (RFC 2198) and counts the others. False: malformed, without sound, or of another codec than agreed.</summary>
    public static bool ReadRedundancy(Packet* packet, byte innerType)
    {
        var payload = Packet.Payload(packet);
        if (!RedReader.TryParse(payload, out var blocks)) return false;
        var count = 0;
        foreach (var block in blocks)
        {
            if (block.PayloadType != innerType) return false;
            if (!block.IsPrimary) count++;
            else if (block.Data.IsEmpty) return false;
            else packet->PrimaryOffset = (ushort)(payload.Length - block.Data.Length);
        }
        packet->RedundantBlocks = (byte)Math.Min(count, byte.MaxValue);
        return packet->PrimaryOffset > 0;
    }
}
