using System.Buffers.Binary;
using System.Text;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Estimation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Pacing;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>Where a transport's DTLS stands.</summary>
internal enum DtlsState
{
    /// <summary>No datagram of the handshake has gone either way.</summary>
    Waiting,

    /// <summary>The handshake is under way.</summary>
    Handshaking,

    /// <summary>Keys are installed: media flows.</summary>
    Connected,

    /// <summary>It failed, or the other side closed it.</summary>
    Closed,
}

/// <summary>One client's ICE, keys, and way out: everything that leaves for the client goes through here. Owned by one worker.</summary>
internal sealed unsafe class SessionTransport : IDisposable
{
    private const int RtcpRoom = 1200;
    private const int RepairBitsPerSecond = 20_000_000;

    private readonly IDatagramPort _port;
    private SrtpReceiver? _rtpIn;
    private SrtcpReceiver? _rtcpIn;
    private SrtpSender? _rtpOut;
    private SrtcpSender? _rtcpOut;
    private TransportPath _path;
    private bool _hasPath;
    private RateBound _repairs = new(RepairBitsPerSecond);
    private readonly PacingRound _round;
    private Packet* _waiting;
    private PacketClass _waitingClass;
    private bool _isSound;

    public SessionTransport(NegotiatedSession media, WorkerContext context, long now)
    {
        _port = context.Port;
        Tally = context.Tally;
        Ice = new IceLiteAgent(new IceParameters(media.LocalUfrag, media.LocalPassword), media.RemoteUfrag, context.Limits.ConsentMilliseconds);
        CName = Encoding.UTF8.GetBytes(media.CName);
        ReportSsrc = (uint)context.Random.NextInt64(1, 1L << 32);
        OpenedMicroseconds = now;
        _round = context.Pacing;
        Pacer = new Pacer(context.Pool);
        Prober = new Prober(Bandwidth);
    }

    public IceLiteAgent Ice { get; }
    public WorkerTally Tally { get; }
    public byte[] CName { get; }

    /// <summary>The SSRC that our reports and requests to this client come from.</summary>
    public uint ReportSsrc { get; }
    public long OpenedMicroseconds { get; }
    public DtlsState Dtls { get; set; }
    public DtlsFailure DtlsFailure { get; set; }
    public SrtpProfile? Profile { get; private set; }
    public SendHistory History { get; } = new();

    /// <summary>What the client can be sent, and is sent.</summary>
    public ReceiverBandwidth Bandwidth { get; } = new();
    /// <summary>What is not sent at once.</summary>
    public Pacer Pacer { get; }
    public Prober Prober { get; }

    /// <summary>Whose transport it is; null until the session is made.</summary>
    public IPacedReceiver? Receiver { get; set; }

    /// <summary>Belongs to <see cref="PacingRound"/>.</summary>
    public bool IsEnlisted { get; set; }

    public ArrivalRecorder Arrivals { get; } = new();

    /// <summary>Any stream of the client, for the feedback about its packets.</summary>
    public uint LastMediaSsrc { get; set; }
    public TransportPath? Path => _hasPath ? _path : null;
    public long DatagramsIn { get; set; }
    public long BytesIn { get; set; }
    public long DatagramsOut { get; private set; }
    public long BytesOut { get; private set; }
    public double? RoundTripMilliseconds { get; private set; }

    /// <summary>Drops of this transport, for <c>/debug</c>.</summary>
    public long[] Drops { get; } = new long[DropReasons.Count];

    /// <summary>Media can go both ways.</summary>
    public bool IsConnected => _rtpOut is not null;

    /// <summary>The path that ICE selected last.</summary>
    public void UsePath(TransportPath? path)
    {
        _hasPath = path is not null;
        if (path is { } selected) _path = selected;
    }

    public void InstallKeys(SrtpKeys keys)
    {
        DisposeKeys();
        Profile = keys.Profile;
        _rtpIn = new SrtpReceiver(keys.Receive);
        _rtcpIn = new SrtcpReceiver(keys.Receive);
        _rtpOut = new SrtpSender(keys.Send);
        _rtcpOut = new SrtcpSender(keys.Send);
        Dtls = DtlsState.Connected;
    }

    /// <summary>Decrypts an RTP datagram into a pooled packet.</summary>
    public DropReason UnprotectRtp(byte* datagram, int length, Packet* packet)
    {
        if (_rtpIn is null) return DropReason.SrtpBeforeKeys;
        if (length > Packet.MaxLength) return DropReason.PacketTooLarge;
        var result = _rtpIn.Unprotect(datagram, length, Packet.Data(packet), out var plain, out _);
        packet->Length = (ushort)plain;
        return result.ToDropReason();
    }

    /// <summary>Decrypts an RTCP datagram in place.</summary>
    public DropReason UnprotectRtcp(byte* datagram, int length, out int plain)
    {
        plain = 0;
        return _rtcpIn is null ? DropReason.SrtpBeforeKeys : _rtcpIn.Unprotect(datagram, length, out plain).ToDropReason();
    }

    /// <summary>An SSRC of the client was replaced by another: room for a new one.</summary>
    public void Forget(uint ssrc) => _rtpIn?.Forget(ssrc);

    /// <summary>Room for one RTP packet of so many bytes before protection: in the batch that leaves next, or where it waits for its time (P1).</summary>
    public bool TryBegin(int bytes, PacketClass kind, long now, out byte* destination, out DropReason reason)
    {
        destination = null;
        reason = _rtpOut is null ? DropReason.SrtpBeforeKeys : _hasPath ? DropReason.None : DropReason.NoPath;
        if (reason != DropReason.None) return false;
        _isSound = kind == PacketClass.Sound;
        if (kind == PacketClass.Repair && !Pacer.TakesRepairs)
        {
            reason = DropReason.SendQueueFull;
            return false;
        }
        if (kind is PacketClass.Repair or PacketClass.Picture && Pacer.MustWait(kind, now) && bytes <= Packet.MaxLength) return TryBeginWaiting(kind, out destination, out reason);
        if (_isSound ? _port.TryReserveSound(bytes + SrtpProfiles.MaxRtpOverhead, out destination) : TryReserve(bytes + SrtpProfiles.MaxRtpOverhead, out destination)) return true;
        reason = DropReason.SendQueueFull;
        return false;
    }

    /// <summary>The transport-wide sequence number of the packet that was begun; one that waits gets its own when it leaves.</summary>
    public ushort TakeSequence(long now) => _waiting != null ? (ushort)0 : History.Take(now, Bandwidth.Probe.Id);

    /// <summary>Protects and queues the packet that was laid out where <see cref="TryBegin"/> said.</summary>
    /// <param name="outgoing">The packet.</param>
    /// <param name="index">Its sequence number with the wraps.</param>
    /// <param name="now">The worker's microseconds.</param>
    /// <param name="isPadding">It serves to probe and is no media.</param>
    public DropReason Commit(in Outgoing outgoing, long index, long now, bool isPadding = false)
    {
        if (_waiting != null)
        {
            Pacer.Add(_waiting, outgoing, _waitingClass, index, now);
            _waiting = null;
            Tally.Paced++;
            _round.Enlist(this, now + Pacer.Wait(now));
            return DropReason.None;
        }
        var result = _rtpOut!.Protect(outgoing.Destination, outgoing.HeaderLength, outgoing.Payload, outgoing.PayloadLength, (ulong)index, out var length);
        if (result != SrtpResult.Ok) return result.ToDropReason();
        if (_isSound) _port.CommitSound(length, _path);
        else _port.Commit(length, _path);
        Count(length);
        NoteSent(length, isPadding, now);
        return DropReason.None;
    }

    /// <summary>Sends what waits and may leave, and the next step of a probe. Called by <see cref="PacingRound"/>.</summary>
    /// <returns>Microseconds until it is to be called again; <see cref="long.MaxValue"/>: nothing waits.</returns>
    public long Pace(long now)
    {
        if (_rtpOut is null || Receiver is not { } receiver) return long.MaxValue;
        var before = Pacer.GivenUp;
        while (Pacer.TryGiveUp(now, out var ssrc)) receiver.Overstayed(BinaryPrimitives.ReverseEndianness(ssrc), now);
        if (Pacer.GivenUp > before) Tally.Drop(DropReason.PacerOverstayed, Pacer.GivenUp - before);
        for (var packet = Pacer.Next(now); packet != null; packet = Pacer.Next(now))
        {
            if (!_hasPath) Tally.Drop(DropReason.NoPath);
            else if (!TryRelease(packet, now)) break; // the socket is full
            Pacer.Took(now);
        }
        return Math.Min(Pacer.Wait(now), Prober.Step(receiver, now));
    }

    /// <summary>Begins to probe, if there is reason to.</summary>
    public void ConsiderProbe(long now)
    {
        if (!IsConnected || Receiver is not { } receiver) return;
        Pacer.Follow(Bandwidth.BitsPerSecond, now, Bandwidth.IsCrowded);
        Bandwidth.CanProbe = receiver.CanProbe;
        if (!Pacer.IsEmpty || !Bandwidth.TryProbe(now)) return;
        Prober.Begin(now);
        Tally.Probes++;
        _round.Enlist(this, now);
    }

    /// <summary>The client reported its own estimate (REMB).</summary>
    public void Reported(ulong bitsPerSecond, long now)
    {
        Bandwidth.Reported(bitsPerSecond, now);
        Pacer.Follow(Bandwidth.BitsPerSecond, now, Bandwidth.IsCrowded);
    }

    /// <summary>Lets time pass, once a second.</summary>
    public void Tick(long now)
    {
        Bandwidth.Tick(now);
        ConsiderProbe(now);
    }

    /// <summary>Room for one RTCP packet. False: nothing can be sent at present.</summary>
    public bool TryBeginRtcp(out byte* destination, out int room)
    {
        destination = null;
        room = RtcpRoom;
        return _rtcpOut is not null && _hasPath && TryReserve(RtcpRoom + SrtpProfiles.MaxRtcpOverhead, out destination);
    }

    /// <summary>Protects and queues what was written; nothing when nothing was.</summary>
    public void CommitRtcp(byte* packet, int length)
    {
        if (length == 0 || _rtcpOut!.Protect(packet, length, out var protectedLength) != SrtpResult.Ok) return;
        _port.Commit(protectedLength, _path);
        Count(protectedLength);
    }

    /// <summary>Queues a datagram that is neither RTP nor RTCP (a STUN reply, a DTLS flight) on a given path.</summary>
    public void Send(ReadOnlySpan<byte> datagram, in TransportPath path)
    {
        if (!TryReserve(datagram.Length, out var destination))
        {
            Tally.Drop(DropReason.SendQueueFull);
            return;
        }
        datagram.CopyTo(new Span<byte>(destination, datagram.Length));
        _port.Commit(datagram.Length, path);
        Count(datagram.Length);
    }

    /// <summary>A new key frame of a stream leaves next: what waits of it is needless.</summary>
    public void Supersede(uint ssrc, uint rtxSsrc)
    {
        if (!Pacer.IsEmpty) Tally.Drop(DropReason.NotInPlan, Pacer.Forget(ssrc, rtxSsrc));
    }

    /// <summary>A packet leaves once more under the transport-wide number that it had.</summary>
    public void Repeats(ushort transportSequence)
    {
        if (History.Repeats(transportSequence)) Bandwidth.Lost();
    }

    /// <summary>Whether one more packet may be sent again: answers to NACKs are bounded, whatever a receiver asks.</summary>
    public bool MayRepair(long now) => _repairs.TryTake(1200, now);

    /// <summary>Takes in a transport-wide feedback. What it says of packets that were never sent, or of one packet again, is ignored.</summary>
    public void Acknowledge(TransportWideReader feedback, long now)
    {
        foreach (var arrival in feedback)
        {
            var packet = History.Acknowledge(arrival.Sequence, arrival.IsReceived, out var wasLost);
            if (packet == null) continue;
            if (arrival.IsReceived) Bandwidth.Arrived(packet->SentMicroseconds, arrival.Microseconds, packet->Bytes, packet->Cluster, wasLost, now);
            else Bandwidth.Lost();
        }
        Bandwidth.EndFeedback(now);
        ConsiderProbe(now);
    }

    public void NoteRoundTrip(long microseconds) =>
        RoundTripMilliseconds = RoundTripMilliseconds is { } before ? before + (microseconds / 1000.0 - before) / 8 : microseconds / 1000.0;

    public void Dispose()
    {
        DisposeKeys();
        DropWaiting();
        Pacer.Clear();
        History.Dispose();
        Dtls = DtlsState.Closed;
    }

    private bool TryReserve(int bytes, out byte* destination)
    {
        if (_port.TryReserve(bytes, out destination)) return true;
        _port.Flush();
        return _port.TryReserve(bytes, out destination);
    }

    private bool TryBeginWaiting(PacketClass kind, out byte* destination, out DropReason reason)
    {
        DropWaiting();
        _waiting = Pacer.Rent();
        _waitingClass = kind;
        reason = _waiting == null ? DropReason.NoBuffer : DropReason.None;
        destination = _waiting == null ? null : Packet.Data(_waiting);
        return _waiting != null;
    }

    private void DropWaiting()
    {
        if (_waiting != null) Pacer.GiveBack(_waiting);
        _waiting = null;
    }

    // What belongs to the moment of leaving is written now. False: no room in the socket.
    private bool TryRelease(Packet* packet, long now)
    {
        if (!TryReserve(packet->Length + SrtpProfiles.MaxRtpOverhead, out var destination)) return false;
        var head = new Span<byte>(destination, packet->PayloadOffset);
        new ReadOnlySpan<byte>(Packet.Data(packet), packet->PayloadOffset).CopyTo(head);
        if (packet->TransportAt != 0) TransportSequence.Write(head[packet->TransportAt..], History.Take(now, Bandwidth.Probe.Id));
        if (packet->SendTimeAt != 0) AbsoluteSendTime.Write(head[packet->SendTimeAt..], AbsoluteSendTime.FromMicroseconds(now));
        var result = _rtpOut!.Protect(
            destination, packet->PayloadOffset, Packet.Data(packet) + packet->PayloadOffset, packet->PayloadLength, (ulong)packet->Sequence, out var length);
        if (result != SrtpResult.Ok) return true;
        _port.Commit(length, _path);
        Count(length);
        NoteSent(length, isPadding: false, now);
        return true;
    }

    private void NoteSent(int length, bool isPadding, long now)
    {
        var counted = History.Leaves(length);
        if (counted) Prober.Left(length);
        if (isPadding)
        {
            Tally.ProbeBytes += length;
            return;
        }
        Pacer.Left(length, now);
        Bandwidth.Sent(length, counted, now);
    }

    private void Count(int bytes)
    {
        DatagramsOut++;
        BytesOut += bytes;
    }

    private void DisposeKeys()
    {
        _rtpIn?.Dispose();
        _rtcpIn?.Dispose();
        _rtpOut?.Dispose();
        _rtcpOut?.Dispose();
        (_rtpIn, _rtcpIn, _rtpOut, _rtcpOut) = (null, null, null, null);
    }
}
