using System.Runtime.CompilerServices;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>Writes packets of sound in the form that was chosen for a receiver.</summary>
internal static unsafe class AudioWriter
{
    /// <summary>A packet's own sound, without the redundancy that it came with.</summary>
    public static ReadOnlySpan<byte> Primary(Packet* packet) => Packet.Payload(packet)[packet->PrimaryOffset..];

    /// <summary>Writes a packet of sound under its slot's numbers.</summary>
    /// <param name="destination">With room for the packet, <see cref="AudioForm.ExtraBytes"/> and <see cref="PacketWriter.MaxOverhead"/>.</param>
    /// <param name="packet">The source's packet.</param>
    /// <param name="numbers">As the receiver counts.</param>
    /// <param name="stamp">Its payload type says whether this is redundancy.</param>
    /// <param name="template">The slot's header extension.</param>
    /// <param name="form">What was chosen.</param>
    /// <param name="innerType">The receiver's payload type of the codec itself.</param>
    public static Outgoing Write(
        byte* destination, Packet* packet, in SlotNumbers numbers, in PacketStamp stamp, HeaderTemplate template, in AudioForm form, byte innerType)
    {
        var outgoing = PacketWriter.Write(destination, packet, numbers, stamp, template);
        if (form.AsItCame) return outgoing;
        if (form.Blocks == 0)
        {
            outgoing.Payload += packet->PrimaryOffset;
            outgoing.PayloadLength -= packet->PrimaryOffset;
            return outgoing;
        }
        var payload = destination + outgoing.HeaderLength;
        outgoing.Payload = payload;
        outgoing.PayloadLength = WriteBlocks(new Span<byte>(payload, AudioForms.MaxPayload), packet, form, innerType);
        return outgoing;
    }

    /// <summary>Writes the retransmission of a packet of sound on a stream of its own (RFC 4588): its own sound alone.</summary>
    public static Outgoing WriteRetransmission(byte* destination, Packet* packet, in SlotNumbers numbers, in PacketStamp stamp, ushort sequence, HeaderTemplate template)
    {
        var outgoing = PacketWriter.WriteRetransmission(destination, packet, numbers, stamp, sequence, template);
        if (packet->PrimaryOffset == 0) return outgoing;
        var primary = Primary(packet);
        Unsafe.CopyBlockUnaligned(ref outgoing.Payload[Rtx.OverheadLength], ref Unsafe.AsRef(in primary[0]), (uint)primary.Length);
        outgoing.PayloadLength = primary.Length + Rtx.OverheadLength;
        return outgoing;
    }

    private static int WriteBlocks(Span<byte> payload, Packet* packet, in AudioForm form, byte type)
    {
        var writer = new RedWriter(payload);
        if (form.Blocks > 1) Add(ref writer, packet, form.Second, type);
        Add(ref writer, packet, form.Nearest, type);
        return writer.TryComplete(type, Primary(packet), out var length) ? length : 0;
    }

    private static void Add(ref RedWriter writer, Packet* packet, Packet* earlier, byte type) =>
        writer.TryAdd(type, (int)(packet->Timestamp - earlier->Timestamp), Primary(earlier));
}
