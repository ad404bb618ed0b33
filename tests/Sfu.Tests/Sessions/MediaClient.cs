using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using Conference.Support.Media;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>A real client over a real socket: connectivity checks, a DTLS handshake by OpenSSL, SRTP both ways.</summary>
internal sealed class MediaClient : IDisposable
{
    private readonly ClientWire _wire;
    private readonly DtlsHandshaker _handshaker = new(DtlsCertificate.Generate(TimeProvider.System));
    private readonly Thread _reader;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerTransport _transport = null!;
    private NegotiatedSession _media = null!;

    public MediaClient(ClientWire? wire = null)
    {
        _wire = wire ?? new UdpWire();
        _reader = new Thread(Read) { IsBackground = true };
    }

    /// <summary>For its offer.</summary>
    public CertificateFingerprint Fingerprint => _handshaker.Fingerprint;

    /// <summary>What was agreed, as the server names the two sides.</summary>
    public NegotiatedSession Media => _media;

    /// <summary>Takes what offer and answer agreed on.</summary>
    public MediaClient Open(IPEndPoint server, NegotiatedSession media, CertificateFingerprint serverFingerprint)
    {
        _media = media;
        _wire.Open(server);
        var role = media.LocalDtlsRole == DtlsRole.Server ? DtlsRole.Client : DtlsRole.Server;
        _transport = new PeerTransport(_handshaker, role, media.RemoteUfrag, new IceParameters(media.LocalUfrag, media.LocalPassword), serverFingerprint, SendAll);
        _reader.Start();
        return this;
    }

    /// <summary>Decrypted RTP packets in the order of arrival.</summary>
    public ConcurrentQueue<byte[]> Received { get; } = new();

    public Task Established => _transport.Established;

    /// <summary>A check of its was answered.</summary>
    public Task Answered => _answered.Task;

    /// <summary>What its datagrams travel by.</summary>
    public ClientWire Wire => _wire;

    /// <summary>Where it sends to.</summary>
    public EndPoint Server => _wire.Server;

    public async Task ConnectAsync()
    {
        Check();
        await _answered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        _transport.Start();
        await Established.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public void Check(string? password = null)
    {
        Span<byte> buffer = stackalloc byte[ConnectivityCheck.MaxLength];
        var length = password is null
            ? _transport.WriteCheck(buffer)
            : ConnectivityCheck.Write(buffer, new IceParameters(_media.LocalUfrag, password), _media.RemoteUfrag, RandomNumberGenerator.GetBytes(ConnectivityCheck.TransactionLength));
        _wire.Send(buffer[..length]);
    }

    /// <summary>Protects and sends a packet; gives the datagram.</summary>
    public byte[] Send(ReadOnlySpan<byte> rtp, uint index)
    {
        var datagram = Protect(rtp, index);
        SendRaw(datagram);
        return datagram;
    }

    /// <summary>Protects a packet.</summary>
    public byte[] Protect(ReadOnlySpan<byte> rtp, uint index)
    {
        Assert.True(RtpHeader.TryParse(rtp, out var header));
        Span<byte> packet = stackalloc byte[2048];
        rtp.CopyTo(packet);
        var length = _transport.Protect(packet, header.HeaderLength, rtp.Length, index);
        Assert.NotEqual(0, length);
        return packet[..length].ToArray();
    }

    public void SendRaw(ReadOnlySpan<byte> datagram) => _wire.Send(datagram);

    public void Dispose()
    {
        _handshaker.Dispose();
        _wire.Dispose();
        if (_reader.IsAlive) _reader.Join();
        _transport?.Dispose();
    }

    private void SendAll(IReadOnlyList<byte[]> datagrams)
    {
        foreach (var datagram in datagrams) _wire.Send(datagram);
    }

    private void Read()
    {
        var buffer = new byte[2048];
        while (true)
        {
            int length;
            try
            {
                length = _wire.Receive(buffer);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            var datagram = buffer.AsSpan(0, length);
            switch (PacketKind.Classify(datagram))
            {
                case PacketKind.Stun when _transport.IsAnswer(datagram):
                    _answered.TrySetResult();
                    break;
                case PacketKind.Dtls:
                    _transport.ReceiveHandshake(datagram);
                    break;
                case PacketKind.Rtp:
                    Unprotect(datagram);
                    break;
            }
        }
    }

    private void Unprotect(Span<byte> datagram)
    {
        var plain = new byte[2048];
        if (_transport.Unprotect(datagram, plain, out var length) == SrtpResult.Ok) Received.Enqueue(plain[..length]);
    }
}
