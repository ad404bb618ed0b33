using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>A lost packet that a later one carries as a redundant block.</summary>
internal readonly record struct LostSound(long Sequence, uint Timestamp, int Offset, int Length)
{
    /// <summary>How many packets back a block is looked for.</summary>
    public const int Reach = 4;

    /// <summary>
    /// Finds which of the packets just before this one are missing and are in it (docs/repair.md, cases F7 and F8). RFC 2198 numbers no blocks, so a block is taken for the packet before another only
    /// if its sound ends exactly where that one's begins.
    /// </summary>
    /// <param name="stream">The stream, which has not taken in the packet yet.</param>
    /// <param name="packet">Redundant sound that was read.</param>
    /// <param name="sequence">The packet's number, extended by its wraps.</param>
    /// <param name="found">At least <see cref="Reach"/> places; filled with the newest first.</param>
    /// <returns>How many.</returns>
    public static unsafe int Find(PublicationStream stream, Packet* packet, long sequence, Span<LostSound> found)
    {
        if (packet->RedundantBlocks is 0 or > AudioForms.MostBlocks || !stream.HasPackets) return 0;
        var count = 0;
        var begins = packet->Timestamp;
        for (var number = sequence - 1; number >= Math.Max(sequence - Reach, stream.FirstSequence); number--)
        {
            var there = stream.Find(number);
            if (there != null)
            {
                begins = there->Timestamp;
                continue;
            }
            if (!TryFindBlock(packet, begins, out var timestamp, out var offset, out var length)) break;
            found[count++] = new LostSound(number, timestamp, offset, length);
            begins = timestamp;
        }
        return count;
    }

    /// <summary>Makes the packet that was lost. False: it cannot be made.</summary>
    /// <param name="packet">Empty.</param>
    /// <param name="carrier">The packet that it was found in.</param>
    /// <param name="payloadType">Of the codec itself.</param>
    /// <param name="ssrc">Of the stream.</param>
    public unsafe bool Restore(Packet* packet, Packet* carrier, byte payloadType, uint ssrc)
    {
        var bytes = new Span<byte>(Packet.Data(packet), Packet.MaxLength);
        RtpHeader.Write(bytes, false, payloadType, (ushort)Sequence, Timestamp, ssrc);
        Packet.Payload(carrier).Slice(Offset, Length).CopyTo(bytes[RtpHeader.FixedLength..]);
        packet->Length = (ushort)(RtpHeader.FixedLength + Length);
        packet->FromRedundancy = true;
        packet->Timestamp = Timestamp;
        packet->PayloadType = payloadType;
        packet->PayloadOffset = RtpHeader.FixedLength;
        packet->PayloadLength = (ushort)Length;
        return Length > 0;
    }

    private static unsafe bool TryFindBlock(Packet* packet, uint ends, out uint timestamp, out int offset, out int length)
    {
        (timestamp, offset, length) = (0, 0, 0);
        var payload = Packet.Payload(packet);
        if (!RedReader.TryParse(payload, out var blocks)) return false;
        var at = packet->PrimaryOffset;
        foreach (var block in blocks) at -= block.IsPrimary ? (ushort)0 : (ushort)block.Data.Length;
        offset = at;
        foreach (var block in blocks)
        {
            timestamp = packet->Timestamp - (uint)block.TimestampOffset;
            length = block.Data.Length;
            if (block is { IsPrimary: false, TimestampOffset: > 0 } && OpusPacket.TryParse(block.Data, out var opus) && timestamp + (uint)opus.Duration == ends) return true;
            offset += length;
        }
        return false;
    }
}
