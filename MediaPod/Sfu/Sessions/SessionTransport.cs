using System.Text;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Estimation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;
using Conference.MediaPod.Wire.Rtcp;
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

    public SessionTransport(NegotiatedSession media, WorkerContext context, long now)
    {
        _port = context.Port;
        Tally = context.Tally;
        Ice = new IceLiteAgent(new IceParameters(media.LocalUfrag, media.LocalPassword), media.RemoteUfrag, context.Limits.ConsentMilliseconds);
        CName = Encoding.UTF8.GetBytes(media.CName);
        ReportSsrc = (uint)context.Random.NextInt64(1, 1L << 32);
        OpenedMicroseconds = now;
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

    /// <summary>Room for one RTP packet of so many bytes before protection.</summary>
    public bool TryBegin(int bytes, out byte* destination, out DropReason reason)
    {
        destination = null;
        reason = _rtpOut is null ? DropReason.SrtpBeforeKeys : _hasPath ? DropReason.None : DropReason.NoPath;
        if (reason != DropReason.None) return false;
        if (TryReserve(bytes + SrtpProfiles.MaxRtpOverhead, out destination)) return true;
        reason = DropReason.SendQueueFull;
        return false;
    }

    /// <summary>Protects and queues the packet that was laid out where <see cref="TryBegin"/> said.</summary>
    /// <param name="outgoing">The packet.</param>
    /// <param name="index">Its sequence number with the wraps.</param>
    /// <param name="now">The worker's microseconds.</param>
    public DropReason Commit(in Outgoing outgoing, long index, long now)
    {
        var result = _rtpOut!.Protect(outgoing.Destination, outgoing.HeaderLength, outgoing.Payload, outgoing.PayloadLength, (ulong)index, out var length);
        if (result != SrtpResult.Ok) return result.ToDropReason();
        _port.Commit(length, _path);
        Count(length);
        Bandwidth.Sent(length, History.Leaves(length), now);
        return DropReason.None;
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
    }

    public void NoteRoundTrip(long microseconds) =>
        RoundTripMilliseconds = RoundTripMilliseconds is { } before ? before + (microseconds / 1000.0 - before) / 8 : microseconds / 1000.0;

    public void Dispose()
    {
        DisposeKeys();
        History.Dispose();
        Dtls = DtlsState.Closed;
    }

    private bool TryReserve(int bytes, out byte* destination)
    {
        if (_port.TryReserve(bytes, out destination)) return true;
        _port.Flush();
        return _port.TryReserve(bytes, out destination);
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
