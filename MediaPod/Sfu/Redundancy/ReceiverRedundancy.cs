using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>One receiver's redundancy: gathers what it reported and what it is sent for the <see cref="RedundancyPolicy"/>. Owned by one worker.</summary>
internal sealed class ReceiverRedundancy
{
    // As many packets as a speaker sends in half a second: a report without counts weighs as much as one with.
    private const int AssumedPackets = 25;

    // RTP header with its extension, and protection.
    private const int HeaderBytes = 44;

    private RateMeter _sound;
    private long _acknowledged, _lost;

    public RedundancyPolicy Policy { get; } = new();

    public RedundancyLevel Level => Policy.Level;

    /// <summary>What is made of loss for its pictures (N11, N12).</summary>
    public LossyPath Path { get; } = new();

    /// <summary>Packets that went with more, or with less, redundancy than they came with.</summary>
    public long Added { get; private set; }
    public long Removed { get; private set; }

    /// <summary>A packet of sound leaves in a form.</summary>
    public unsafe void Sent(Packet* packet, in AudioForm form, WorkerTally tally, long now)
    {
        _sound.Add(packet->PayloadLength - packet->PrimaryOffset + HeaderBytes, now);
        var blocks = form.AsItCame ? packet->RedundantBlocks : form.Blocks;
        if (blocks == packet->RedundantBlocks) return;
        if (blocks > packet->RedundantBlocks)
        {
            Added++;
            tally.RedundancyAdded++;
        }
        else
        {
            Removed++;
            tally.RedundancyRemoved++;
        }
    }

    /// <summary>Decides anew. Every half second.</summary>
    public void Decide(MediaSession session, long now)
    {
        var history = session.Transport.History;
        var (acknowledged, lost) = (history.AcknowledgedPackets - _acknowledged, history.LostPackets - _lost);
        (_acknowledged, _lost) = (history.AcknowledgedPackets, history.LostPackets);
        var bandwidth = session.Transport.Bandwidth;
        Path.Decide(new PathLook(acknowledged + lost, lost, bandwidth.IsCrowded || bandwidth.SendSide?.Loss.BitsPerSecond is not null, session.Transport.RoundTripMilliseconds), now);
        // Without transport-wide feedback the receiver reports counts: some clients every second, some every five.
        if (acknowledged + lost == 0) (acknowledged, lost) = FromReports(session);
        Policy.Decide(new RedundancyInputs(acknowledged + lost, Math.Max(0, lost), session.Transport.Bandwidth.BitsPerSecond, _sound.BitsPerSecond(now)), now);
    }

    private static (long Acknowledged, long Lost) FromReports(MediaSession session)
    {
        var loss = 0.0;
        foreach (var slot in session.Slots)
        {
            if (!slot.IsVideo && slot.Subscription.IsLive) loss = Math.Max(loss, slot.Subscription.ReportedLoss);
        }
        var lost = (long)Math.Round(loss * AssumedPackets);
        return loss == 0 ? (0, 0) : (AssumedPackets - lost, lost);
    }
}
