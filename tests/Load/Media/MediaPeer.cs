using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using Conference.MediaPod.Wire.Stun;
using Conference.Support.Media;

namespace Conference.Load.Media;

/// <summary>One media session's transport over a socket of its own. Everything but its making belongs to one <see cref="MediaThread"/>.</summary>
public sealed class MediaPeer : IPacketSink, IDisposable
{
    private const int MostEarly = 500;
    private const long CheckEvery = 100_000, ConsentEvery = 5_000_000, ConsentLost = 15_000_000, ReportEvery = 1_000_000, EstimateEvery = 500_000;
    private const int MostEstimated = 64;
    private const uint OwnSsrc = 1;

    private readonly UdpSocket _socket = UdpSocket.Open(new UdpSocketOptions { ReceiveBufferBytes = 2 << 20, SendBufferBytes = 1 << 20 });
    private readonly SendBatch _batch;
    private readonly PeerTransport _transport;
    private readonly IceParameters _own;
    private readonly ImmutableArray<TransportAddress> _candidates;
    private readonly List<(byte[] Datagram, long At)> _early = [];
    private TransportAddress? _selected;
    private long _checkAt, _answeredAt, _reportAt, _estimateAt;

    public MediaPeer(DtlsHandshaker handshaker, IceParameters own, AnswerContent answer, ReceiverCheck check, MediaThread thread, bool publishes)
    {
        _own = own;
        Check = check;
        Slots = answer.Slots;
        _batch = new SendBatch(_socket, new SendBatchOptions { SlabBytes = publishes ? 1 << 17 : 1 << 13, Messages = publishes ? 128 : 8 });
        _candidates = [.. answer.Candidates.Select(TransportAddress.From).Where(address => _socket.IsIPv6 || address.IsIPv4)];
        _transport = new PeerTransport(handshaker, answer.Role, own.UsernameFragment, answer.Ice, answer.Fingerprint, datagrams => thread.Post(() => SendAll(datagrams))) { IsControlled = answer.IsControlled };
    }

    /// <summary>Completes when media can flow.</summary>
    public Task Established => _transport.Established;

    public int Descriptor => _socket.Descriptor;

    /// <summary>The SSRCs of its slots.</summary>
    public ImmutableHashSet<uint> Slots { get; }

    /// <summary>What it received.</summary>
    public ReceiverCheck Check { get; set; }

    /// <summary>The bits per second that it tells the other end to be possible (REMB), twice a second; null: it tells nothing.</summary>
    public long? Estimate { get; init; }

    /// <summary>What it publishes.</summary>
    public List<PacketSource> Sources { get; } = [];

    /// <summary>The pod ended it, or does not answer any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Key frames that the pod asked for.</summary>
    public int KeyFrameRequests { get; private set; }

    /// <summary>Packets that the kernel did not take.</summary>
    public long SendDrops { get; private set; }

    /// <summary>Datagrams that came too fast for this program.</summary>
    public long KernelDrops => _socket.KernelDrops;

    private bool _disposed;

    /// <summary>From now on the kernel drops packets of a payload type.</summary>
    public void DropVideo(byte payloadType) => PayloadTypeFilter.Attach(_socket.Descriptor, payloadType);

    /// <summary>Does what time asks for.</summary>
    public void Tick(long now, MonotonicClock clock)
    {
        if (IsLost || _disposed) return;
        if (_transport.IsClosed || (_selected is not null && now - _answeredAt > ConsentLost))
        {
            IsLost = true;
            return;
        }
        if (now >= _checkAt)
        {
            _checkAt = now + (_transport.IsEstablished ? ConsentEvery : CheckEvery);
            if (_selected is { } selected) SendCheck(selected);
            else foreach (var candidate in _candidates) SendCheck(candidate);
        }
        if (_transport.IsEstablished && Sources.Count > 0 && now >= _reportAt)
        {
            _reportAt = now + ReportEvery;
            foreach (var source in Sources) Report(source, now, clock);
        }
        if (_transport.IsEstablished && Estimate is { } estimate && Slots.Count > 0 && now >= _estimateAt)
        {
            _estimateAt = now + EstimateEvery;
            TellEstimate(estimate);
        }
        _batch.Flush();
    }

    /// <summary>Reads all that waits.</summary>
    public void Receive(ReceiveBatch batch, Span<byte> scratch, MonotonicClock clock)
    {
        if (_disposed) return;
        TakeEarly(scratch);
        for (var count = batch.Receive(_socket); count > 0; count = count == ReceiveBatch.Capacity ? batch.Receive(_socket) : 0)
        {
            var now = clock.Microseconds;
            for (var i = 0; i < count; i++) Take(batch.Datagram(i), batch.Path(i), scratch, now);
        }
        _batch.Flush();
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet, int headerLength, ulong index)
    {
        if (_disposed || _selected is not { } remote) return;
        if (!TryReserve(packet.Length + SrtpProfiles.MaxRtpOverhead, out var place)) return;
        packet.CopyTo(place);
        var length = _transport.Protect(place, headerLength, packet.Length, index);
        if (length > 0) _batch.Commit(length, new TransportPath(remote, default));
    }

    /// <summary>Sends what was collected.</summary>
    public void Flush()
    {
        if (!_disposed) _batch.Flush();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _transport.Dispose();
        _batch.Dispose();
        _socket.Dispose();
    }

    private void Take(Span<byte> datagram, in TransportPath path, Span<byte> scratch, long now)
    {
        switch (PacketKind.Classify(datagram))
        {
            case PacketKind.Stun when _transport.IsAnswer(datagram):
                _answeredAt = now;
                if (_selected is not null) break;
                _selected = path.Remote;
                _transport.Start();
                break;
            case PacketKind.Stun:
                AnswerCheck(datagram, path.Remote);
                break;
            case PacketKind.Dtls:
                _transport.ReceiveHandshake(datagram);
                break;
            case PacketKind.Rtp when !_transport.IsEstablished:
                // The pod has keys first, and may send before the last of the handshake is read.
                if (_early.Count < MostEarly) _early.Add((datagram.ToArray(), now));
                break;
            case PacketKind.Rtp:
                TakeMedia(datagram, scratch, now);
                break;
            case PacketKind.Rtcp when _transport.UnprotectControl(datagram, out var controlLength) == SrtpResult.Ok:
                TakeControl(datagram[..controlLength]);
                break;
        }
    }

    private void TakeEarly(Span<byte> scratch)
    {
        if (_early.Count == 0 || !_transport.IsEstablished) return;
        foreach (var (datagram, at) in _early) TakeMedia(datagram, scratch, at);
        _early.Clear();
    }

    private void TakeMedia(ReadOnlySpan<byte> datagram, Span<byte> scratch, long now)
    {
        var result = _transport.Unprotect(datagram, scratch, out var length);
        if (result == SrtpResult.Ok) Check.Take(scratch[..length], now);
        else Check.Refuse(result);
    }

    private void TakeControl(ReadOnlySpan<byte> packet)
    {
        if (!RtcpReader.TryParse(packet, out var blocks)) return;
        foreach (var block in blocks)
        {
            if (block.IsPictureLoss && block.TryGetFeedback(out _, out var ssrc)) WantKeyFrame(ssrc);
            if (block.IsFullIntraRequest && FirReader.TryParse(block, out var entries))
                foreach (var entry in entries) WantKeyFrame(entry.Ssrc);
        }
    }

    private void WantKeyFrame(uint ssrc)
    {
        KeyFrameRequests++;
        Sources.Find(s => s.Ssrc == ssrc)?.RequestKeyFrame();
    }

    private void SendCheck(TransportAddress remote)
    {
        if (!TryReserve(ConnectivityCheck.MaxLength, out var place)) return;
        _batch.Commit(_transport.WriteCheck(place), new TransportPath(remote, default));
    }

    // A full agent at the other end checks too.
    private void AnswerCheck(ReadOnlySpan<byte> datagram, TransportAddress remote)
    {
        if (!TryReserve(ConnectivityCheck.MaxLength, out var place)) return;
        var length = ConnectivityCheck.Answer(datagram, StunAddress.Create(remote.ToEndPoint()), _own, place);
        if (length > 0) _batch.Commit(length, new TransportPath(remote, default));
    }

    private void Report(PacketSource source, long now, MonotonicClock clock)
    {
        const int most = 200;
        if (_selected is not { } remote || source.Packets == 0 || !TryReserve(most + SrtpProfiles.MaxRtcpOverhead, out var place)) return;
        var writer = new RtcpWriter(place[..most]);
        writer.TryAddSenderReport(new SenderReport(source.Ssrc, NtpTime.FromTime(clock.UtcNow), source.TimestampAt(now), source.Packets, (uint)source.PayloadBytes));
        writer.TryAddCName(source.Ssrc, "load"u8);
        var length = _transport.ProtectControl(place, writer.Length);
        if (length > 0) _batch.Commit(length, new TransportPath(remote, default));
    }

    private void TellEstimate(long bitsPerSecond)
    {
        const int most = 8 + 20 + MostEstimated * 4;
        if (_selected is not { } remote || !TryReserve(most + SrtpProfiles.MaxRtcpOverhead, out var place)) return;
        var writer = new RtcpWriter(place[..most]);
        writer.TryAddReceiverReport(OwnSsrc, []);
        writer.TryAddReceiverEstimate(OwnSsrc, (ulong)bitsPerSecond, Slots.Take(MostEstimated).ToArray());
        var length = _transport.ProtectControl(place, writer.Length);
        if (length > 0) _batch.Commit(length, new TransportPath(remote, default));
    }

    private void SendAll(IReadOnlyList<byte[]> datagrams)
    {
        if (_disposed || _selected is not { } remote) return;
        foreach (var datagram in datagrams)
        {
            if (!TryReserve(datagram.Length, out var place)) return;
            datagram.CopyTo(place);
            _batch.Commit(datagram.Length, new TransportPath(remote, default));
        }
        _batch.Flush();
    }

    private unsafe bool TryReserve(int bytes, out Span<byte> place)
    {
        if (!_batch.TryReserve(bytes, out var destination) && (!_batch.Flush() || !_batch.TryReserve(bytes, out destination)))
        {
            SendDrops++;
            place = default;
            return false;
        }
        place = new Span<byte>(destination, bytes);
        return true;
    }
}
