using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Redundancy;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>
/// The way of one RTP packet from the socket to its publication: decrypt once, read once, count, keep; sound is forwarded at once, video queues for the fan-out.
/// Each step may drop the packet for one named reason.
/// </summary>
internal sealed unsafe class RtpIngress(WorkerContext context)
{
    /// <summary>Takes in one datagram.</summary>
    public DropReason Handle(MediaSession session, byte* datagram, int length, long now)
    {
        var packet = context.Pool.Rent();
        if (packet == null) return DropReason.NoBuffer;
        packet->ArrivedMicroseconds = now;
        var reason = session.Transport.UnprotectRtp(datagram, length, packet);
        if (reason == DropReason.None) reason = Accept(session, packet, now);
        context.Pool.Release(packet); // cache and queue hold references of their own
        return reason;
    }

    /// <summary>Takes in a packet that another worker has received, checked and read. It is this worker's from now on.</summary>
    public DropReason TakeOver(Publication image, int index, Packet* packet, long now)
    {
        var stream = image.Streams[index];
        if (!image.Forwards) return DropReason.PublicationMuted;
        if (!RtpHeader.TryParse(Packet.Bytes(packet), out var header)) return DropReason.RtpMalformed;
        if (image.PayloadTypes.Find(packet->PayloadType, out var codec) is PayloadRole.Unknown or PayloadRole.Retransmission) return DropReason.RtpUnknownPayloadType;
        stream.Latch(header.Ssrc);
        // Read once more, because the stream keeps what its descriptors refer to.
        if (image.IsVideo) packet->Frame = FrameMarksReader.Read(codec!.Codec, packet, stream);
        return Keep(stream, codec!, packet, header.Sequence, now);
    }

    private DropReason Accept(MediaSession session, Packet* packet, long now)
    {
        if (!RtpHeader.TryParse(Packet.Bytes(packet), out var header)) return DropReason.RtpMalformed;
        if (!Find(session, packet, header, out var place)) return DropReason.RtpUnknownSsrc;
        var publication = place.Stream.Publication;
        NoteArrival(session, publication, packet, header, now);
        if (!publication.Bound.TryTake(packet->Length, now)) return DropReason.PublisherPoliced;
        if (!publication.Forwards) return DropReason.PublicationMuted;
        if (place.IsRetransmission)
        {
            var reason = Restore(place.Stream, packet, ref header);
            if (reason != DropReason.None) return reason;
        }
        var role = publication.PayloadTypes.Find(header.PayloadType, out var codec);
        if (role is PayloadRole.Unknown or PayloadRole.Retransmission) return DropReason.RtpUnknownPayloadType;
        PacketReader.ReadHeader(packet, header, publication.Media.Extensions);
        if (role == PayloadRole.Redundancy && packet->PayloadLength > 0 && !Open(place.Stream, codec!, packet, header.Sequence, now)) return DropReason.RtpMalformed;
        // Other codecs say the same in their payload; carried on beside it, the descriptor's numbers would need a second renumbering.
        if (codec!.Codec != CodecKind.Av1) packet->DependencyDescriptor = default;
        if (publication.IsVideo) packet->Frame = FrameMarksReader.Read(codec.Codec, packet, place.Stream);
        return Keep(place.Stream, codec, packet, header.Sequence, now);
    }

    // What redundant sound carries besides its own fills gaps in front of it, before it goes on itself.
    private bool Open(PublicationStream stream, NegotiatedCodec codec, Packet* carrier, ushort sequence, long now)
    {
        carrier->SealedRedundancy = !stream.Publication.OpensRedundancy;
        if (carrier->SealedRedundancy) return true;
        if (!PacketReader.ReadRedundancy(carrier, codec.PayloadType)) return false;
        Span<LostSound> lost = stackalloc LostSound[LostSound.Reach];
        for (var left = LostSound.Find(stream, carrier, stream.Extend(sequence), lost); left > 0; left--) Recover(stream, codec, carrier, lost[left - 1], now);
        return true;
    }

    private void Recover(PublicationStream stream, NegotiatedCodec codec, Packet* carrier, in LostSound lost, long now)
    {
        var packet = stream.Publication.Bound.TryTake(lost.Length + RtpHeader.FixedLength, now) ? context.Pool.Rent() : null;
        if (packet == null) return;
        packet->ArrivedMicroseconds = now;
        var reason = lost.Restore(packet, carrier, codec.PayloadType, stream.Ssrc) ? Keep(stream, codec, packet, (ushort)lost.Sequence, now) : DropReason.RtpMalformed;
        if (reason == DropReason.None) context.Tally.RedundancyRecovered++;
        else context.Tally.Drop(reason);
        context.Pool.Release(packet);
    }

    private DropReason Keep(PublicationStream stream, NegotiatedCodec codec, Packet* packet, ushort sequence, long now)
    {
        var reason = stream.Accept(packet, sequence, now);
        if (reason != DropReason.None) return reason;
        var publication = stream.Publication;
        if (codec.Nack && !stream.Missing.Received(packet->Sequence, now / 1000) && publication.IsVideo) publication.WantKeyFrame(stream.Index, now);
        if (stream.Missing.Count > 0) context.RepairsWanted = true;
        var changed = publication.NoteCodec(codec);
        if (!publication.Announced || changed) Announce(publication, now);
        else if (stream.Woke) publication.Owner.Room.Allocate(publication, now); // before the packet goes on: its first key frame is the one to begin with
        if (publication.Crossings.Length > 0) Cross(publication, packet, stream.Index);
        return publication.IsVideo ? context.FanOut.Add(publication, packet, stream.Index) : ForwardAudio(publication, packet, now);
    }

    // To every other worker where the room has a part: once, however many receive it there.
    private void Cross(Publication publication, Packet* packet, int stream)
    {
        foreach (var crossing in publication.Crossings)
        {
            var reason = crossing.Send(packet, publication.Id, stream, !publication.IsVideo);
            if (reason == DropReason.None) context.Tally.Crossed++;
            else context.Tally.Drop(reason);
            context.Crossings.MarkDirty(crossing);
        }
    }

    // Slots are filled before the packet goes on, so that a first syllable and a first key frame are not lost.
    private static void Announce(Publication publication, long now)
    {
        var room = publication.Owner.Room;
        if (publication.Announced) room.PublicationChanged(publication);
        else room.PublicationBegan(publication);
        room.Settle(now);
    }

    private DropReason ForwardAudio(Publication publication, Packet* packet, long now)
    {
        if (!packet->FromRedundancy) publication.Voice?.Heard(PacketReader.ReadLoudness(packet) ?? publication.Loudness.Loudness(packet->PayloadLength - packet->PrimaryOffset));
        for (var i = 0; i < publication.Subscriptions.Count; i++)
        {
            var subscription = publication.Subscriptions[i];
            var reason = subscription.Forward(packet, 0, now);
            if (reason == DropReason.None)
            {
                context.Tally.Forwarded++;
                context.Tally.SoundForwarded++;
            }
            else context.Tally.Drop(reason);
            if (subscription.OwesReport) SenderReports.AfterSwitch(subscription, context.Clock.At(now), now);
        }
        return DropReason.None;
    }

    private static bool Find(MediaSession session, Packet* packet, in RtpHeader header, out StreamPlace place)
    {
        if (session.Streams.TryGet(header.Ssrc, out place)) return true;
        if (!session.Streams.TryLearn(Packet.Bytes(packet), header, out place, out var replaced))
        {
            session.Transport.Forget(header.Ssrc); // or strangers would use up the places for streams
            return false;
        }
        if (replaced != 0) session.Transport.Forget(replaced);
        return true;
    }

    private static void NoteArrival(MediaSession session, Publication publication, Packet* packet, in RtpHeader header, long now)
    {
        var id = publication.Media.Extensions.TransportCc;
        if (id == 0 || !header.HasExtension) return;
        var elements = new HeaderExtensionReader(Packet.Bytes(packet), header);
        if (!elements.TryFind(id, out var value) || !TransportSequence.TryRead(value, out var sequence)) return;
        session.Transport.Arrivals.Arrived(sequence, now);
        session.Transport.LastMediaSsrc = header.Ssrc;
    }

    // RFC 4588 section 4: the original packet, as if it had come by itself.
    private static DropReason Restore(PublicationStream stream, Packet* packet, ref RtpHeader header)
    {
        var role = stream.Publication.PayloadTypes.Find(header.PayloadType, out var codec);
        if (role != PayloadRole.Retransmission) return DropReason.RtpUnknownPayloadType;
        if (stream.Ssrc == 0) return DropReason.RtpUnknownSsrc;
        var bytes = new Span<byte>(Packet.Data(packet), packet->Length);
        if (!Rtx.TryDecapsulate(bytes, header, codec!.PayloadType, stream.Ssrc, out var original)) return DropReason.RtpPaddingOnly;
        original.CopyTo(bytes);
        packet->Length = (ushort)original.Length;
        packet->Recovered = true;
        return RtpHeader.TryParse(Packet.Bytes(packet), out header) ? DropReason.None : DropReason.RtpMalformed;
    }
}
