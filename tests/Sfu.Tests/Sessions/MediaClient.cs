using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>A real client over a real socket: connectivity checks, a DTLS handshake by OpenSSL, SRTP both ways.</summary>
internal sealed class MediaClient : IDtlsSink, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly DtlsHandshaker _handshaker = new(DtlsCertificate.Generate(TimeProvider.System));
    private readonly Thread _reader;
    private readonly TaskCompletionSource _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DtlsTransport? _dtls;
    private EndPoint _server = null!;
    private NegotiatedSession _media = null!;
    private SrtpSender? _send;
    private SrtpReceiver? _receive;

    public MediaClient()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _reader = new Thread(Read) { IsBackground = true };
    }

    /// <summary>For its offer.</summary>
    public CertificateFingerprint Fingerprint => _handshaker.Fingerprint;

    /// <summary>What was agreed, as the server names the two sides.</summary>
    public NegotiatedSession Media => _media;

    /// <summary>Takes what offer and answer agreed on.</summary>
    public MediaClient Open(IPEndPoint server, NegotiatedSession media, CertificateFingerprint serverFingerprint)
    {
        (_server, _media) = (server, media);
        var role = media.LocalDtlsRole == DtlsRole.Server ? DtlsRole.Client : DtlsRole.Server;
        Assert.Equal(DtlsFailure.None, _handshaker.TryOpen(role, [serverFingerprint], this, out _dtls));
        _reader.Start();
        return this;
    }

    /// <summary>Decrypted RTP packets in the order of arrival.</summary>
    public ConcurrentQueue<byte[]> Received { get; } = new();

    public Task Established => _established.Task;

    /// <summary>A check of its was answered.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Where it sends to.</summary>
    public EndPoint Server => _server;

    public async Task ConnectAsync()
    {
        Check();
        await _answered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        _dtls!.Start();
        await _established.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public void Check(string? password = null)
    {
        Span<byte> buffer = stackalloc byte[512];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, RandomNumberGenerator.GetBytes(12));
        writer.AddUsername(Encoding.ASCII.GetBytes($"{_media.LocalUfrag}:{_media.RemoteUfrag}"));
        writer.AddPriority(1);
        writer.AddIceControlling(42);
        writer.AddUseCandidate();
        Assert.True(writer.TryComplete(Encoding.ASCII.GetBytes(password ?? _media.LocalPassword), out var length));
        _socket.SendTo(buffer[..length], _server);
    }

    /// <summary>Protects and sends a packet; gives the datagram.</summary>
    public byte[] Send(ReadOnlySpan<byte> rtp, uint index)
    {
        var datagram = Protect(rtp, index);
        SendRaw(datagram);
        return datagram;
    }

    /// <summary>Protects a packet.</summary>
    public unsafe byte[] Protect(ReadOnlySpan<byte> rtp, uint index)
    {
        var packet = stackalloc byte[2048];
        Assert.True(RtpHeader.TryParse(rtp, out var header));
        rtp.CopyTo(new Span<byte>(packet, 2048));
        Assert.Equal(SrtpResult.Ok, _send!.Protect(packet, header.HeaderLength, packet + header.HeaderLength, rtp.Length - header.HeaderLength, index, out var length));
        return [.. new ReadOnlySpan<byte>(packet, length)];
    }

    public void SendRaw(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, _server);

    public void OnDatagrams(IReadOnlyList<byte[]> datagrams)
    {
        foreach (var datagram in datagrams) _socket.SendTo(datagram, _server);
    }

    public void OnEstablished(SrtpKeys keys, IReadOnlyList<byte[]> lastFlight)
    {
        _send = new SrtpSender(keys.Send);
        _receive = new SrtpReceiver(keys.Receive);
        OnDatagrams(lastFlight);
        _established.TrySetResult();
    }

    public void OnFailed(DtlsFailure failure, string detail) => _established.TrySetException(new InvalidOperationException($"{failure}: {detail}"));

    public void OnClosed()
    {
    }

    public void Dispose()
    {
        _handshaker.Dispose();
        _socket.Dispose();
        if (_reader.IsAlive) _reader.Join();
    }

    private void Read()
    {
        var buffer = new byte[2048];
        while (true)
        {
            int length;
            try
            {
                length = _socket.Receive(buffer);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            var datagram = buffer.AsSpan(0, length);
            switch (PacketKind.Classify(datagram))
            {
                case PacketKind.Stun:
                    _answered.TrySetResult();
                    break;
                case PacketKind.Dtls:
                    _dtls!.Receive(datagram);
                    break;
                case PacketKind.Rtp when _receive is not null:
                    Unprotect(datagram);
                    break;
            }
        }
    }

    private unsafe void Unprotect(Span<byte> datagram)
    {
        var plain = new byte[2048];
        fixed (byte* bytes = datagram, destination = plain)
        {
            if (_receive!.Unprotect(bytes, datagram.Length, destination, out var length, out _) == SrtpResult.Ok) Received.Enqueue(plain[..length]);
        }
    }
}
