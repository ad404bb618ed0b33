using System.Collections.Immutable;
using System.Globalization;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Estimation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Redundancy;
using Conference.MediaPod.Sfu.Slots;
using Conference.MediaPod.Sfu.Spreading;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>Writes down a live room for people. Runs on the room's worker, allocates, and is asked for seldom.</summary>
internal static class RoomDumper
{
    public static MediaRoomDump Dump(MediaRoom room, int worker, long now)
    {
        var speakers = ImmutableArray.CreateBuilder<SpeakerDump>();
        foreach (var group in room.Speakers.All)
        {
            foreach (var voice in group.Ranking.Ranked)
                speakers.Add(new SpeakerDump(voice.ParticipantId, Round(voice.Score), Round(voice.Level), Round(voice.Floor), voice.Speaking, group.Name, voice == group.Ranking.Active));
        }
        return new MediaRoomDump(
            room.Id, worker, room.Speakers.All.FirstOrDefault(g => g.Name.Length == 0)?.Ranking.Active?.ParticipantId, speakers.ToImmutable(), [.. room.Sessions.Select(s => Dump(s, worker, now))],
            [new RoomPartDump(worker, room.Sessions.Count, DumpImages(room, now))]);
    }

    private static ImmutableArray<ImageDump> DumpImages(MediaRoom room, long now)
    {
        var images = ImmutableArray.CreateBuilder<ImageDump>();
        foreach (var publication in room.Publications)
        {
            if (publication.Owner is DistantPublisher distant) images.Add(new ImageDump(distant.Worker, distant.ParticipantId, Dump(publication, now)));
        }
        return images.ToImmutable();
    }

    private static SessionDump Dump(MediaSession session, int worker, long now) => new(
        session.SessionId, session.ParticipantId, worker, Dump(session.Transport, session), DumpAllocation(session),
        [.. session.Streams.Publications.Select(p => Dump(p, now))], [.. session.Slots.Select(Dump)], session.Demands, Dump(session.Redundancy));

    private static RedundancyDump Dump(ReceiverRedundancy redundancy) =>
        new(redundancy.Level.ToString(), Math.Round(redundancy.Policy.Loss, 3), redundancy.Added, redundancy.Removed, Math.Round(redundancy.Path.Loss, 3), redundancy.Path.HoldMilliseconds);

    private static AllocationDump DumpAllocation(MediaSession session)
    {
        var last = session.Allocation.Last;
        return new AllocationDump(last.AllocatedBitsPerSecond, last.DemandedBitsPerSecond, last.UsefulBitsPerSecond, session.Slots.Count(s => s.Subscription.IsPaused));
    }

    private static TransportDump Dump(SessionTransport transport, MediaSession session)
    {
        var drops = ImmutableDictionary.CreateBuilder<string, long>();
        for (var i = 1; i < transport.Drops.Length; i++)
        {
            if (transport.Drops[i] > 0) drops.Add(DropReasons.Label((DropReason)i), transport.Drops[i]);
        }
        var losses = session.Slots.Where(s => s.Subscription.Packets > 0).Select(s => s.Subscription.ReportedLoss).DefaultIfEmpty(0);
        return new TransportDump(
            transport.Path is null ? "checking" : transport.Ice.IsNominated ? "nominated" : "connected", transport.Dtls.ToString(), transport.Path?.ToString(),
            transport.Profile?.ToString(), transport.DatagramsIn, transport.BytesIn, transport.DatagramsOut, transport.BytesOut,
            transport.RoundTripMilliseconds, losses.Max(), transport.Bandwidth.ReportedBitsPerSecond, DumpBandwidth(transport), drops.ToImmutable());
    }

    private static BandwidthDump DumpBandwidth(SessionTransport transport)
    {
        var (bandwidth, pacer) = (transport.Bandwidth, transport.Pacer);
        var path = bandwidth.SendSide;
        return new BandwidthDump(
            bandwidth.BitsPerSecond, bandwidth.SentBitsPerSecond, bandwidth.WantedBitsPerSecond, bandwidth.ApplicationLimited, path?.AcknowledgedBitsPerSecond,
            (path?.Signal ?? DelaySignal.Normal).ToString(), Round((path?.QueueMicroseconds ?? 0) / 1000.0), Math.Round(path?.Loss.Loss ?? 0, 3), path?.Loss.BitsPerSecond,
            Math.Round(path?.Loss.OwnLoss ?? 0, 3), Round((path?.RoundTripMicroseconds ?? 0) / 1000.0), bandwidth.Probes.Count, bandwidth.Probes.LastRate,
            bandwidth.Probes.LastResult, transport.Prober.PaddingBytes, pacer.Packets, pacer.Bytes, pacer.BitsPerSecond, pacer.Waited, pacer.GivenUp);
    }

    private static PublicationDump Dump(Publication publication, long now) => new(
        publication.Media.Mid, publication.Source, publication.Codec?.Codec.ToString(), publication.Hint.ToString(), !publication.Forwards, publication.Subscriptions.Count,
        publication.KeyFrameRequests, [.. publication.Streams.Select(s => Dump(s, now))]);

    private static LayerDump Dump(PublicationStream stream, long now) => new(
        stream.Rid, stream.Ssrc, stream.RtxSsrc, stream.Width, stream.Height, Math.Round(stream.Rate.BitsPerSecond(now)), stream.Statistics.Received,
        stream.Statistics.Lost, Round(stream.Statistics.Jitter * 1000 / stream.Publication.ClockRate), stream.Missing.Count,
        stream.LastKeyFrameMicroseconds == long.MinValue ? null : Round((now - stream.LastKeyFrameMicroseconds) / 1e6),
        Round(stream.Missing.RoundTripMilliseconds), stream.Missing.GivenUp, stream.IsOff, DumpParts(stream, now));

    // As "s1t2 360p 15 fps 340 kbps": everything up to that spatial and temporal layer.
    private static ImmutableArray<string> DumpParts(PublicationStream stream, long now)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        var (spatial, temporal) = stream.Publication.IsVideo ? stream.Layers.Layers(now) : default;
        for (var s = 0; s < spatial; s++)
        {
            for (var t = 0; t < temporal; t++)
            {
                var (bits, frames) = stream.Layers.Read(s, t, now);
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"s{s}t{t} {stream.HeightOf(s, spatial)}p {frames:0.#} fps {bits / 1000:0} kbps"));
            }
        }
        return parts.ToImmutable();
    }

    private static SlotDump Dump(Slot slot) => new(
        slot.Media.Mid, slot.Kind, slot.State, slot.Content?.Owner.ParticipantId, slot.Content?.Source,
        slot.Subscription.Current is { } stream ? stream.Rid ?? "only" : null, slot.Media.SlotSsrc, slot.Subscription.Packets, slot.Subscription.Bytes,
        slot.Subscription.Retransmissions, slot.Subscription.Switches, DumpAllocation(slot));

    private static SlotAllocationDump DumpAllocation(Slot slot)
    {
        var (target, given) = (slot.Subscription.Target, slot.Allocation);
        var stream = target.Stream == LayerAim.None ? null : slot.Subscription.Source?.Streams[target.Stream];
        return new SlotAllocationDump(
            stream is null ? null : stream.Rid ?? "only", target.SpatialId < PublicationLayers.All ? target.SpatialId : null, target.TemporalId < PublicationLayers.All ? target.TemporalId : null,
            given.Limit.ToString(), given.Rank.ToString(), slot.MaxHeight, slot.Priority, slot.Pinned, given.Height, Round(given.FramesPerSecond),
            given.BitsPerSecond, given.DemandedBitsPerSecond);
    }

    private static double Round(double value) => Math.Round(value, 1);
}
