using System.Runtime.CompilerServices;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>A packet laid out for protection: header at its place, payload there too or still with the source.</summary>
internal unsafe struct Outgoing
{
    public byte* Destination;
    public int HeaderLength;

    /// <summary>Where the payload is: behind the header when it had to be changed, else in the source's memory.</summary>
    public byte* Payload;
    public int PayloadLength;

    /// <summary>Where in the header the transport-wide sequence number and the send time are; 0: nowhere.</summary>
    public ushort TransportAt;
    public ushort SendTimeAt;
}

/// <summary>What a slot's packets are written with.</summary>
/// <param name="PayloadType">As the receiver numbers it.</param>
/// <param name="Ssrc">The slot's.</param>
/// <param name="TransportSequence">Next of the transport.</param>
/// <param name="SendTime">As <see cref="AbsoluteSendTime"/> wants it.</param>
/// <param name="Marker">The last packet of the picture as this receiver gets it, which may have fewer layers than its publisher sends.</param>
/// <param name="Hold">How long the receiver is to hold the picture, where the publisher does not say it: tens of milliseconds, and one more; 0: nothing is said.</param>
/// <param name="ActiveTargets">The decode targets to tell in a dependency descriptor; 0: as the publisher says.</param>
internal readonly record struct PacketStamp(byte PayloadType, uint Ssrc, ushort TransportSequence, uint SendTime, bool Marker, byte Hold = 0, uint ActiveTargets = 0);

/// <summary>Writes packets of a slot from packets of its source.</summary>
internal static unsafe class PacketWriter
{
    /// <summary>Most bytes by which an outgoing packet is longer than its source: extension, retransmission header; protection not counted.</summary>
    public static int MaxOverhead => HeaderTemplate.MaxLength + Rtx.OverheadLength;

    /// <summary>Writes a packet under its slot's numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Outgoing Write(byte* destination, Packet* packet, in SlotNumbers numbers, in PacketStamp stamp, HeaderTemplate template)
    {
        var head = WriteHeader(destination, packet, numbers, stamp, (ushort)numbers.Sequence, template);
        var outgoing = new Outgoing
        {
            Destination = destination,
            HeaderLength = head,
            Payload = Packet.Data(packet) + packet->PayloadOffset,
            PayloadLength = packet->PayloadLength,
            TransportAt = template.TransportAt,
            SendTimeAt = template.SendTimeAt,
        };
        if (packet->Frame.Picture.Any)
        {
            // The source's bytes serve every other receiver too: changed bytes go into a copy, which protection then works on in place.
            var copy = destination + head;
            Unsafe.CopyBlockUnaligned(copy, outgoing.Payload, (uint)outgoing.PayloadLength);
            PatchPicture(new Span<byte>(copy, outgoing.PayloadLength), packet->Frame.Picture, numbers);
            outgoing.Payload = copy;
        }
        return outgoing;
    }

    /// <summary>Writes the retransmission of a packet (RFC 4588 section 4).</summary>
    public static Outgoing WriteRetransmission(
        byte* destination, Packet* packet, in SlotNumbers numbers, in PacketStamp stamp, ushort sequence, HeaderTemplate template)
    {
        var head = WriteHeader(destination, packet, numbers, stamp, sequence, template);
        var payload = destination + head;
        payload[0] = (byte)((ushort)numbers.Sequence >> 8);
        payload[1] = (byte)numbers.Sequence;
        Unsafe.CopyBlockUnaligned(payload + Rtx.OverheadLength, Packet.Data(packet) + packet->PayloadOffset, packet->PayloadLength);
        PatchPicture(new Span<byte>(payload + Rtx.OverheadLength, packet->PayloadLength), packet->Frame.Picture, numbers);
        return new Outgoing
        {
            Destination = destination,
            HeaderLength = head,
            Payload = payload,
            PayloadLength = packet->PayloadLength + Rtx.OverheadLength,
            TransportAt = template.TransportAt,
            SendTimeAt = template.SendTimeAt,
        };
    }

    /// <summary>Most bytes of padding in one packet: their number is a byte (RFC 3550 section 5.1).</summary>
    public const int MostPadding = 255;

    /// <summary>Writes a packet of nothing but padding; in a retransmission stream it has no original, and receivers drop it.</summary>
    public static Outgoing WriteProbe(byte* destination, uint timestamp, in PacketStamp stamp, ushort sequence, int bytes, HeaderTemplate template)
    {
        var padding = Math.Clamp(bytes, 1, MostPadding);
        var nothing = default(Packet);
        var head = new Span<byte>(destination, RtpHeader.FixedLength + HeaderTemplate.MaxLength);
        RtpHeader.Write(head, false, stamp.PayloadType, sequence, timestamp, stamp.Ssrc);
        var length = template.Write(head, &nothing, 0, stamp);
        RtpHeader.SetPaddingBit(head, true);
        var payload = new Span<byte>(destination + length, padding);
        payload.Clear();
        payload[^1] = (byte)padding;
        return new Outgoing { Destination = destination, HeaderLength = length, Payload = destination + length, PayloadLength = padding };
    }

    private static int WriteHeader(byte* destination, Packet* packet, in SlotNumbers numbers, in PacketStamp stamp, ushort sequence, HeaderTemplate template)
    {
        var head = new Span<byte>(destination, RtpHeader.FixedLength + HeaderTemplate.MaxLength);
        RtpHeader.Write(head, stamp.Marker, stamp.PayloadType, sequence, numbers.Timestamp, stamp.Ssrc);
        return template.Write(head, packet, numbers.PictureId, stamp);
    }

    private static void PatchPicture(Span<byte> payload, in PictureNumbers picture, in SlotNumbers numbers)
    {
        picture.SetId(payload, numbers.PictureId);
        picture.SetTl0(payload, numbers.Tl0);
    }
}
