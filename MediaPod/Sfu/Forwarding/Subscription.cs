using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Pacing;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Redundancy;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// One forwarded copy: the continuous RTP stream of one slot and the publication that fills it at present. Selects the layer, waits for key frames,
/// renumbers, writes and hands over to the receiver's transport; sends again what the receiver misses. Owned by one worker.
/// </summary>
internal sealed unsafe class Subscription : IDisposable
{
    private const int VideoRemembered = 1024;
    private const int AudioRemembered = 64;
    private const uint LeastQuietMilliseconds = 20, MostQuietMilliseconds = 500;
    private const int LeastRepeated = 600;
    private const int LeastToRepeat = 900;
    private const int MostRepeated = 16;

    private readonly SessionTransport _transport;
    private readonly NegotiatedMedia _slot;
    private readonly HeaderTemplate _template;
    private readonly StreamRewriter _rewriter;
    private SentPackets? _sent;
    private NegotiatedCodec? _codec;
    private int _lastPayloadType = -1;
    private long _rtxSequence;
    private int _current = LayerAim.None;
    private int _epoch;
    private PacketClass _class;
    private int _padding;
    private LayerFilter _filter;
    private bool _changes;
    private bool _stops;
    private bool _begins;
    private long _began; // the slot's number of the first packet since the last switch
    private long _stopped;
    private uint _targets;
    private bool _tellsTargets;
    private bool _holds;

    public Subscription(MediaSession receiver, NegotiatedMedia slot, Random random)
    {
        Receiver = receiver;
        _transport = receiver.Transport;
        _slot = slot;
        _template = new HeaderTemplate(slot);
        // Sequence numbers start in the lower half, so that no receiver's first loss is at a wrap (RFC 3711 section 3.3.1).
        _rewriter = new StreamRewriter(ClockRate, (ushort)random.Next(1, 1 << 15), (uint)random.NextInt64(1L << 32));
        _rtxSequence = random.Next(1, 1 << 15);
    }

    public MediaSession Receiver { get; }
    public uint Ssrc => _slot.SlotSsrc;
    public bool IsVideo => _slot.Kind == MediaKind.Video;
    public int ClockRate => IsVideo ? 90_000 : 48_000;

    /// <summary>What fills it; null: nothing.</summary>
    public Publication? Source { get; private set; }

    /// <summary>As what the receiver decodes it; null with no source.</summary>
    public NegotiatedCodec? Codec => _codec;

    /// <summary>What is to be forwarded.</summary>
    public LayerAim Target { get; private set; } = LayerAim.Nothing;

    /// <summary>The encoding that is being forwarded.</summary>
    public PublicationStream? Current => Source is { } source && _current >= 0 ? source.Streams[_current] : null;

    /// <summary>What passes of the current encoding.</summary>
    public (byte SpatialId, byte TemporalId) Passes => (_filter.Spatial, _filter.Temporal);

    /// <summary>Nothing is forwarded because the receiver's connection does not carry it (B7).</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The old encoding has stopped, the key frame of the new one is on its way (T2).</summary>
    public bool IsBetween => _stopped != 0;

    /// <summary>Packets are being forwarded.</summary>
    public bool IsLive => Current is { } current && current.Epoch == _epoch;
    public long Packets { get; private set; }
    public long Bytes { get; private set; }
    public long Retransmissions { get; private set; }
    public long Switches { get; private set; }
    public long RememberedBytes => _sent?.Bytes ?? 0;

    /// <summary>A switch has happened whose sender report is not sent yet.</summary>
    public bool OwesReport { get; set; }

    /// <summary>What the receiver last reported.</summary>
    public double ReportedLoss { get; set; }

    /// <summary>Goes over to a publication; the receiver decodes it as <paramref name="codec"/>.</summary>
    public void Attach(Publication source, NegotiatedCodec codec)
    {
        var before = _lastPayloadType;
        Detach();
        Source = source;
        _codec = codec;
        _lastPayloadType = codec.PayloadType;
        if (before != codec.PayloadType) _sent?.Clear(); // what was sent before would be sent again under the wrong type
        source.Add(this);
        // Without a retransmission format a lost packet is sent again as it was, numbers of the transport and all, so they must be there when it is written.
        var mayWait = IsVideo && (!codec.Nack || CanPad);
        _class = !IsVideo ? PacketClass.Sound : mayWait ? PacketClass.Picture : PacketClass.AtOnce;
        if (!IsVideo) Target = new LayerAim(0, byte.MaxValue, byte.MaxValue);
    }

    public void Detach()
    {
        Source?.Remove(this);
        Source = null;
        _codec = null;
        _current = LayerAim.None;
        Target = LayerAim.Nothing;
        _stopped = 0;
        _changes = _stops = IsPaused = false;
    }

    /// <summary>Says what to forward. True: it waits for a key frame now.</summary>
    /// <param name="target">What.</param>
    /// <param name="urgent">The old encoding is too much: it stops with its present picture, not with the new one's key frame (T2).</param>
    /// <param name="reason">Why, for the counters.</param>
    public bool Aim(LayerAim target, bool urgent, SwitchReason reason)
    {
        if (target != Target) _transport.Tally.LayerSwitched(reason);
        Target = target;
        IsPaused = false;
        var stays = target.Stream == _current && IsLive;
        if (stays) _filter.Aim(target.SpatialId, target.TemporalId);
        _stops = !stays && (urgent || _stops) && _current != LayerAim.None;
        _changes = _stops || (stays && _filter.Changes);
        return NeedsKeyFrame;
    }

    /// <summary>Stops with the end of the present picture.</summary>
    public void Pause()
    {
        if (!IsPaused) _transport.Tally.LayerSwitched(SwitchReason.Lowered);
        Target = LayerAim.Nothing;
        IsPaused = true;
        _stopped = 0;
        _stops = _changes = _current != LayerAim.None;
    }

    /// <summary>Nothing can go on, or over to the target, before a key frame of the target.</summary>
    public bool NeedsKeyFrame => IsVideo && Source is not null && Target.Stream != LayerAim.None && (Target.Stream != _current || !IsLive || _filter.WaitsForSpatial);

    /// <summary>More frames are wanted, for which the encoder has to come to a point where they can be begun with.</summary>
    public bool WaitsForFrames => _filter.WaitsForTemporal;

    /// <summary>Forwards one packet of the source.</summary>
    public DropReason Forward(Packet* packet, int stream, long now)
    {
        var source = Source!.Streams[stream];
        var numbers = new SourceNumbers(packet->Sequence, packet->Timestamp, packet->Frame.Number, (byte)Math.Max(0, packet->Frame.Picture.Tl0));
        if (stream != _current || source.Epoch != _epoch)
        {
            if (stream != Target.Stream) return DropReason.NotInPlan;
            if (IsVideo && !packet->Frame.KeyFrameStart) return DropReason.AwaitingKeyFrame;
            if (packet->PayloadLength == 0) return DropReason.RtpPaddingOnly;
            SwitchTo(source, packet, numbers, now);
        }
        else if (_changes && BeginsPicture(packet) && Stops(packet, source, now)) return DropReason.NotInPlan;
        if (packet->PayloadLength == 0)
        {
            _rewriter.Skip(packet->Sequence);
            return DropReason.RtpPaddingOnly;
        }
        if (_filter.Excludes(packet) && LeavesOut(packet, now)) return DropReason.NotInPlan;
        if (!_rewriter.TryMap(numbers, now, out var slot)) return DropReason.RtpTooOld;
        return Send(packet, slot, now);
    }

    /// <summary>Answers a receiver's NACK for one packet.</summary>
    public DropReason Resend(ushort sequence, long now)
    {
        if (_sent is null || _codec is null) return DropReason.RtpTooOld;
        // N7: what is asked for again before the answer can have arrived is on its way.
        var quiet = (uint)Math.Clamp(_transport.RoundTripMilliseconds ?? 0, LeastQuietMilliseconds, MostQuietMilliseconds);
        var packet = _sent.Find(sequence, now, quiet, out var numbers, out var stamp, out var isAskedAgain);
        if (packet == null || IsTooLate(packet, now) || (IsVideo && numbers.Sequence < _began)) return DropReason.RtpTooOld; // N10
        if (!IsVideo) return ResendSound(packet, numbers, stamp, now);
        if (_codec.RtxPayloadType is { } rtx && _slot.SlotRtxSsrc != 0) return ResendCopies(packet, numbers, stamp, rtx, isAskedAgain, now);
        if (!_transport.TryBegin(packet->Length + PacketWriter.MaxOverhead, PacketClass.AtOnce, now, out var destination, out var reason)) return reason;
        Retransmissions++;
        if (_template.CountsTransport) _transport.Repeats(stamp.TransportSequence);
        // The same bytes again, old stamp and all: under SRTP one packet index must never protect two contents (RFC 7714 section 8.4).
        return _transport.Commit(PacketWriter.Write(destination, packet, numbers, stamp, _template), numbers.Sequence, now);
    }

    // N11: a repair that is lost again is missed only a round trip later.
    private DropReason ResendCopies(Packet* packet, in SlotNumbers numbers, in PacketStamp sent, byte payloadType, bool isAskedAgain, long now)
    {
        var copies = RepairPolicy.Copies(Receiver.Redundancy.Path.Loss, isAskedAgain);
        for (var copy = 0; copy < copies; copy++)
        {
            if (copy > 0 && !_transport.MayRepair(now)) return DropReason.None;
            if (!_transport.TryBegin(packet->Length + PacketWriter.MaxOverhead, PacketClass.Repair, now, out var destination, out var reason)) return copy > 0 ? DropReason.None : reason;
            if (copy == 0) Retransmissions++;
            var stamp = Stamp(now, payloadType, _slot.SlotRtxSsrc) with { Marker = sent.Marker, ActiveTargets = sent.ActiveTargets, Hold = sent.Hold };
            var index = _rtxSequence++;
            var outcome = _transport.Commit(PacketWriter.WriteRetransmission(destination, packet, numbers, stamp, (ushort)index, _template), index, now);
            if (copy == 0 && outcome != DropReason.None) return outcome;
        }
        return DropReason.None;
    }

    // N9: sound that can only arrive when its time to be heard is over is in the way of what follows.
    private bool IsTooLate(Packet* packet, long now) =>
        !IsVideo && now - packet->ArrivedMicroseconds + (long)(_transport.RoundTripMilliseconds.GetValueOrDefault() * 500) > MissingPackets.SoundLifetimeMilliseconds * 1000L;

    private DropReason ResendSound(Packet* packet, in SlotNumbers numbers, PacketStamp stamp, long now)
    {
        // N9: what comes after a round trip is later than that, and has browsers hold all sound for longer.
        if (stamp.PayloadType == _codec!.RedPayloadType) return DropReason.CarriedByRedundancy;
        if (!_transport.TryBegin(packet->Length + PacketWriter.MaxOverhead, PacketClass.Sound, now, out var destination, out var reason)) return reason;
        Retransmissions++;
        if (_codec.RtxPayloadType is { } rtx && _slot.SlotRtxSsrc != 0)
        {
            stamp = Stamp(now, rtx, _slot.SlotRtxSsrc) with { Marker = stamp.Marker };
            var index = _rtxSequence++;
            return _transport.Commit(AudioWriter.WriteRetransmission(destination, packet, numbers, stamp, (ushort)index, _template), index, now);
        }
        if (_template.CountsTransport) _transport.Repeats(stamp.TransportSequence);
        return _transport.Commit(AudioWriter.Write(destination, packet, numbers, stamp, _template, default, _codec.PayloadType), numbers.Sequence, now);
    }

    /// <summary>It can carry padding that probes: retransmissions, and feedback about when they arrive, are agreed.</summary>
    public bool CanPad => IsVideo && _slot.SlotRtxSsrc != 0 && _template.CountsTransport && RtxPayloadType is not null;

    /// <summary>
    /// Sends one packet that serves to probe: a packet of late once more as a retransmission, which receivers recognise as a duplicate, else padding alone; both in the stream of retransmissions.
    /// </summary>
    public DropReason SendPadding(int bytes, long now)
    {
        var numbers = default(SlotNumbers);
        var packet = bytes >= LeastToRepeat ? FindToRepeat(out numbers) : null;
        var length = packet == null ? RtpHeader.FixedLength + PacketWriter.MostPadding : packet->Length;
        if (!_transport.TryBegin(length + PacketWriter.MaxOverhead, PacketClass.AtOnce, now, out var destination, out var reason)) return reason;
        var stamp = Stamp(now, RtxPayloadType!.Value, _slot.SlotRtxSsrc) with { Marker = packet != null && packet->Marker };
        var index = _rtxSequence++;
        var outgoing = packet == null
            ? PacketWriter.WriteProbe(destination, _rewriter.LastTimestamp, stamp, (ushort)index, bytes, _template)
            : PacketWriter.WriteRetransmission(destination, packet, numbers, stamp, (ushort)index, _template);
        return _transport.Commit(outgoing, index, now, isPadding: true);
    }

    private byte? RtxPayloadType
    {
        get
        {
            if (_codec is not null) return _codec.RtxPayloadType;
            foreach (var codec in _slot.Codecs)
            {
                if (codec.RtxPayloadType is { } type) return type;
            }
            return null;
        }
    }

    private Packet* FindToRepeat(out SlotNumbers numbers)
    {
        numbers = default;
        if (_sent is null || _codec?.RtxPayloadType is null) return null;
        for (var tries = 0; tries < MostRepeated; tries++)
        {
            var packet = _sent.Recent(_padding = (_padding + 1) % MostRepeated, out numbers, out _);
            if (packet != null && packet->PayloadLength >= LeastRepeated) return packet;
        }
        return null;
    }

    public void Dispose()
    {
        Detach();
        _sent?.Dispose();
        _sent = null;
    }

    /// <summary>The RTP timestamp that the slot's stream has at this moment of our clock; for the sender report.</summary>
    public uint TimestampAt(ulong ourNtp, long now)
    {
        if (Current is { } stream && stream.SenderReport.Ntp != 0)
            return stream.SenderReport.At(ourNtp, Source!.Owner.Clock, ClockRate) + _rewriter.TimestampOffset;
        return _rewriter.LastTimestamp + (uint)((now - _rewriter.LastMicroseconds) * ClockRate / 1_000_000);
    }

    // Stops, or changes the layers that pass, at the first packet of a new picture. True: it has stopped.
    private bool Stops(Packet* packet, PublicationStream source, long now)
    {
        if (_stops)
        {
            _stops = _changes = false;
            _current = LayerAim.None;
            if (!IsPaused) _stopped = now;
            return true;
        }
        _filter.Change(packet, source, IsVp8);
        _changes = _filter.Changes;
        if (_filter.Renewed) RenewTargets(packet, source);
        return false;
    }

    // In order, and later than anything sent.
    private bool BeginsPicture(Packet* packet) =>
        packet->Sequence > _rewriter.HighestSource && (int)(packet->Timestamp + _rewriter.TimestampOffset - _rewriter.LastTimestamp) > 0;

    // False: all of its picture is late, and is sent after all.
    private bool LeavesOut(Packet* packet, long now)
    {
        var outcome = _rewriter.Skip(packet->Sequence, packet->Frame.Number, IsVp8);
        if (outcome == SkipOutcome.Hole) FillHole(packet, now);
        return outcome != SkipOutcome.Late;
    }

    // Otherwise the receiver would ask again and again for a number that stands for nothing.
    private void FillHole(Packet* packet, long now)
    {
        if (!_rewriter.TryMapHole(packet->Sequence, out var numbers) || !_transport.TryBegin(PacketWriter.MaxOverhead, _class, now, out var destination, out _)) return;
        var stamp = Stamp(now, _codec!.PayloadType, Ssrc);
        _transport.Commit(PacketWriter.WriteProbe(destination, numbers.Timestamp, stamp, (ushort)numbers.Sequence, 1, _template), numbers.Sequence, now);
    }

    private bool IsVp8 => _codec!.Codec == CodecKind.Vp8;

    // The decode targets that this receiver gets, to be told where they differ from what the publisher tells.
    private void RenewTargets(Packet* packet, PublicationStream source)
    {
        _filter.Renewed = false;
        _targets = 0;
        if (packet->Frame.Places.DecodeTargetCount == 0 || source.Descriptors.Structure is not { } structure) return;
        if (packet->Frame.KeyFrameStart) _tellsTargets = false;
        for (var target = 0; target < structure.DecodeTargetCount; target++)
        {
            if (structure.DecodeTargetSpatialId(target) <= _filter.Spatial && structure.DecodeTargetTemporalId(target) <= _filter.Temporal) _targets |= 1u << target;
        }
        _targets &= source.Descriptors.ActiveDecodeTargets;
        _tellsTargets |= _targets != structure.AllDecodeTargets;
        if (!_tellsTargets) _targets = 0;
    }

    private void SwitchTo(PublicationStream source, Packet* packet, in SourceNumbers first, long now)
    {
        if (_stopped != 0)
        {
            _transport.Tally.SwitchGap(now - _stopped);
            _transport.Supersede(Ssrc, _slot.SlotRtxSsrc);
        }
        _begins = true;
        _stopped = 0;
        _stops = _changes = false;
        if (IsVideo)
        {
            _filter.Begin(Target.SpatialId, Target.TemporalId, packet->Sequence);
            RenewTargets(packet, source);
        }
        else _filter.Begin(byte.MaxValue, byte.MaxValue, packet->Sequence);
        _current = source.Index;
        _epoch = source.Epoch;
        _rewriter.SwitchTo(first, now);
        Switches++;
        OwesReport = true;
    }

    private DropReason Send(Packet* packet, in SlotNumbers numbers, long now)
    {
        if (_begins) (_begins, _began) = (false, numbers.Sequence);
        if (!IsVideo) return SendSound(packet, numbers, now);
        if (!_transport.TryBegin(packet->Length + PacketWriter.MaxOverhead, _class, now, out var destination, out var reason)) return reason;
        var stamp = Stamp(now, _codec!.PayloadType, Ssrc) with
        {
            Marker = packet->Marker || (packet->Frame.FrameEnd && packet->Frame.SpatialId == _filter.Spatial),
            Hold = packet->Frame.FrameStart ? Hold() : (byte)0,
            ActiveTargets = _targets != 0 && packet->Frame is { FrameStart: true, TemporalId: 0, SpatialId: 0 } ? _targets : 0,
        };
        var outgoing = PacketWriter.Write(destination, packet, numbers, stamp, _template);
        if (_codec.Nack) (_sent ??= new SentPackets(VideoRemembered)).Add(packet, numbers, stamp, now);
        return Leave(outgoing, numbers, now);
    }

    // N12: once it has been said, its end has to be said too.
    private byte Hold()
    {
        var milliseconds = Receiver.Redundancy.Path.HoldMilliseconds;
        _holds |= milliseconds > 0;
        return _holds ? (byte)(milliseconds / 10 + 1) : (byte)0;
    }

    private DropReason SendSound(Packet* packet, in SlotNumbers numbers, long now)
    {
        var redundancy = Receiver.Redundancy;
        if (!AudioForms.TryChoose(packet, Current!, _codec!, _rewriter.FirstSequence, redundancy.Level, out var form)) return DropReason.RtpUnknownPayloadType;
        if (!_transport.TryBegin(packet->Length + form.ExtraBytes + PacketWriter.MaxOverhead, _class, now, out var destination, out var reason)) return reason;
        var stamp = Stamp(now, form.IsRedundant ? _codec!.RedPayloadType!.Value : _codec!.PayloadType, Ssrc) with { Marker = packet->Marker };
        var outgoing = AudioWriter.Write(destination, packet, numbers, stamp, _template, form, _codec.PayloadType);
        redundancy.Sent(packet, form, _transport.Tally, now);
        if (_codec.Nack) (_sent ??= new SentPackets(AudioRemembered)).Add(packet, numbers, stamp, now);
        return Leave(outgoing, numbers, now);
    }

    private DropReason Leave(in Outgoing outgoing, in SlotNumbers numbers, long now)
    {
        Packets++;
        Bytes += outgoing.PayloadLength;
        return _transport.Commit(outgoing, numbers.Sequence, now);
    }

    private PacketStamp Stamp(long now, byte payloadType, uint ssrc) =>
        new(payloadType, ssrc, _template.CountsTransport ? _transport.TakeSequence(now) : (ushort)0, Wire.Rtp.AbsoluteSendTime.FromMicroseconds(now), Marker: false);
}
