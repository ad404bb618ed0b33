using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// Sender reports to receivers (RFC 3550 section 6.4.1): which moment of our clock an RTP timestamp of a slot is. Sound and picture of one publisher are
/// told in one clock, so lips stay in sync; after a switch the new relation goes out at once.
/// </summary>
internal static unsafe class SenderReports
{
    /// <summary>Sends the report of one slot.</summary>
    public static void Send(SessionTransport transport, Subscription subscription, ulong ntp, long now)
    {
        subscription.OwesReport = false;
        if (subscription.Packets == 0 || !transport.TryBeginRtcp(out var packet, out var room)) return;
        var writer = new RtcpWriter(new Span<byte>(packet, room));
        writer.TryAddSenderReport(new SenderReport(
            subscription.Ssrc, ntp, subscription.TimestampAt(ntp, now), (uint)subscription.Packets, (uint)subscription.Bytes));
        writer.TryAddCName(subscription.Ssrc, transport.CName);
        transport.CommitRtcp(packet, writer.Length);
    }

    /// <summary>Tells the receiver at once how the new source's time relates to ours, and its host that the slot is live.</summary>
    public static void AfterSwitch(Subscription subscription, ulong ntp, long now)
    {
        Send(subscription.Receiver.Transport, subscription, ntp, now);
        subscription.Receiver.Room.MarkSlotStates(subscription.Receiver);
    }

    /// <summary>Sends the reports of every live slot. Once a second.</summary>
    public static void SendAll(MediaSession session, ulong ntp, long now)
    {
        foreach (var slot in session.Slots)
        {
            if (slot.Subscription.IsLive) Send(session.Transport, slot.Subscription, ntp, now);
        }
    }
}
