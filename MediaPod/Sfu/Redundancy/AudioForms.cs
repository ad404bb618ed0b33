using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>Which form a packet of sound leaves in (docs/repair.md, cases F1 to F6).</summary>
internal static unsafe class AudioForms
{
    /// <summary>Most blocks in front of its own sound that a packet may have come with to leave as it came.</summary>
    public const int MostBlocks = 4;

    /// <summary>Most bytes of a payload with redundancy; with headers and protection it stays one datagram.</summary>
    public const int MaxPayload = 1100;

    private const int BlockHeaderBytes = 4; // RFC 2198 section 3

    /// <summary>Chooses. False: the receiver cannot take the packet in any form.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="codec">As what the receiver takes the sound.</param>
    /// <param name="first">The first packet of the stream that the receiver was sent since it was switched to it.</param>
    /// <param name="level">What the receiver is to get.</param>
    /// <param name="form">The form.</param>
    public static bool TryChoose(Packet* packet, PublicationStream stream, NegotiatedCodec codec, long first, RedundancyLevel level, out AudioForm form)
    {
        form = default;
        if (packet->SealedRedundancy)
        {
            form.AsItCame = true; // F6
            return codec.RedPayloadType is not null;
        }
        // F1, F2
        if (codec.RedPayloadType is null || level == RedundancyLevel.Bare || !stream.Publication.OpensRedundancy) return true;
        var wanted = level - RedundancyLevel.AsItCame;
        int came = packet->RedundantBlocks;
        if (came > 0 && came >= wanted && CanStay(packet, stream, codec, first))
        {
            form.AsItCame = true; // F3
            return true;
        }
        Gather(packet, stream, first, Math.Max(wanted, Math.Min(came, 2)), ref form); // F4
        return true;
    }

    // F5: not with another's numbers for the codec, not with what was said before the slot was switched to this voice, and not when it is odd.
    private static bool CanStay(Packet* packet, PublicationStream stream, NegotiatedCodec codec, long first) =>
        packet->RedundantBlocks <= MostBlocks && packet->Sequence - packet->RedundantBlocks >= first && stream.Publication.Codec!.PayloadType == codec.PayloadType;

    private static void Gather(Packet* packet, PublicationStream stream, long first, int wanted, ref AudioForm form)
    {
        var next = packet;
        var length = AudioWriter.Primary(packet).Length + 1;
        for (var sequence = packet->Sequence - 1; form.Blocks < wanted && sequence >= first; sequence--)
        {
            var earlier = stream.Find(sequence);
            if (earlier == null || !EndsWhere(earlier, next)) return;
            var block = AudioWriter.Primary(earlier).Length;
            length += block + BlockHeaderBytes;
            if (block > RedWriter.MaxBlockLength || length > MaxPayload || packet->Timestamp - earlier->Timestamp > RedWriter.MaxTimestampOffset) return;
            form.Add(earlier);
            next = earlier;
        }
    }

    // Sound that ends where the next begins, with no silence between, and is not itself silence.
    private static bool EndsWhere(Packet* earlier, Packet* next) =>
        OpusPacket.TryParse(AudioWriter.Primary(earlier), out var opus) && !opus.IsSilence && earlier->Timestamp + (uint)opus.Duration == next->Timestamp;
}
