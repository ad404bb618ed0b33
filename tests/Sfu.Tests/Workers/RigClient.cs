using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;
using Conference.Sfu.Tests.Sessions;
using Conference.Support.Media;

namespace Conference.Sfu.Tests.Workers;

/// <summary>A client of a <see cref="WorkerRig"/>: protects what it sends and opens what it is sent.</summary>
internal sealed unsafe class RigClient
{
    private readonly WorkerRig _rig;
    private readonly SrtpKeys _serverKeys;
    private readonly SrtpSender _send;
    private readonly SrtcpSender _sendControl;
    private readonly SrtpReceiver _receive;
    private readonly SrtcpReceiver _receiveControl;
    private readonly Dictionary<uint, long> _indexes = [];
    private int _read;

    public RigClient(WorkerRig rig, string sessionId, TransportPath path, NegotiatedSession media)
    {
        _rig = rig;
        SessionId = sessionId;
        Path = path;
        Media = media;
        var up = new SrtpMasterKey(SrtpProfile.AeadAes128Gcm, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(12));
        var down = new SrtpMasterKey(SrtpProfile.AeadAes128Gcm, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(12));
        _serverKeys = new SrtpKeys(down, up);
        (_send, _sendControl) = (new SrtpSender(up), new SrtcpSender(up));
        (_receive, _receiveControl) = (new SrtpReceiver(down), new SrtcpReceiver(down));
    }

    public string SessionId { get; }
    public TransportPath Path { get; set; }
    public NegotiatedSession Media { get; }
    public MediaServerTests.Events Events { get; } = new();

    /// <summary>RTP packets in the clear, in the order sent, since the last call.</summary>
    public List<byte[]> Rtp { get; } = [];

    /// <summary>RTP packets of nothing but padding, which probe for bandwidth.</summary>
    public List<byte[]> Padding { get; } = [];

    /// <summary>RTCP packets in the clear, as <see cref="Rtp"/>.</summary>
    public List<byte[]> Rtcp { get; } = [];

    public int StunReplies { get; private set; }

    public RigClient Connect()
    {
        Check();
        _rig.SinkOf(Media.LocalUfrag).OnEstablished(_serverKeys, []);
        _rig.Turn();
        return this;
    }

    public void Check(string? password = null)
    {
        _rig.Port.Put(CheckBytes(password ?? Media.LocalPassword), Path);
        _rig.Turn();
    }

    public byte[] CheckBytes(string password)
    {
        var buffer = new byte[ConnectivityCheck.MaxLength];
        return buffer[..ConnectivityCheck.Write(buffer, new IceParameters(Media.LocalUfrag, password), Media.RemoteUfrag, RandomNumberGenerator.GetBytes(ConnectivityCheck.TransactionLength))];
    }

    /// <summary>Protects and queues an RTP packet without a turn.</summary>
    public byte[] Put(byte[] rtp)
    {
        var datagram = Protect(rtp);
        _rig.Port.Put(datagram, Path);
        return datagram;
    }

    public void Send(params byte[][] packets)
    {
        foreach (var packet in packets) Put(packet);
        _rig.Turn();
    }

    public byte[] Protect(byte[] rtp)
    {
        var ssrc = (uint)(rtp[8] << 24 | rtp[9] << 16 | rtp[10] << 8 | rtp[11]);
        var sequence = (ushort)(rtp[2] << 8 | rtp[3]);
        var newest = _indexes.GetValueOrDefault(ssrc, sequence);
        var index = newest + (short)(sequence - (ushort)newest);
        _indexes[ssrc] = Math.Max(newest, index);
        var header = RtpHeader.TryParseProtected(rtp, out var parsed) ? parsed.HeaderLength : RtpHeader.FixedLength;
        var packet = new byte[rtp.Length + 16];
        rtp.CopyTo(packet, 0);
        fixed (byte* bytes = packet) Assert.Equal(SrtpResult.Ok, _send.Protect(bytes, header, bytes + header, rtp.Length - header, (ulong)index, out _));
        return packet;
    }

    public delegate void WriteRtcp(ref RtcpWriter writer);

    public void SendRtcp(WriteRtcp write)
    {
        var buffer = new byte[1500];
        var writer = new RtcpWriter(buffer);
        write(ref writer);
        SendRtcp(buffer[..writer.Length]);
    }

    public void SendRtcp(byte[] plain)
    {
        PutRtcp(plain);
        _rig.Turn();
    }

    /// <summary>Protects and queues an RTCP packet without a turn.</summary>
    public void PutRtcp(byte[] plain)
    {
        var packet = new byte[plain.Length + 20];
        plain.CopyTo(packet, 0);
        fixed (byte* bytes = packet) Assert.Equal(SrtpResult.Ok, _sendControl.Protect(bytes, plain.Length, out _));
        _rig.Port.Put(packet, Path);
    }

    /// <summary>Opens what the worker sent to this client since the last call; every packet must be authentic.</summary>
    public RigClient Read()
    {
        Rtp.Clear();
        Rtcp.Clear();
        for (; _read < _rig.Port.Out.Count; _read++)
        {
            var (datagram, path) = _rig.Port.Out[_read];
            if (path == Path) Take(datagram);
        }
        return this;
    }

    /// <summary>Opens one datagram that came to this client.</summary>
    public void Take(byte[] datagram)
    {
        var copy = datagram.ToArray();
        switch (PacketKind.Classify(copy))
        {
            case PacketKind.Stun:
                StunReplies++;
                break;
            case PacketKind.Rtcp:
                fixed (byte* bytes = copy)
                {
                    Assert.Equal(SrtpResult.Ok, _receiveControl.Unprotect(bytes, copy.Length, out var length));
                    Rtcp.Add(copy[..length]);
                }
                break;
            case PacketKind.Rtp:
                OpenRtp(copy);
                break;
        }
    }

    /// <summary>Blocks of a kind in the RTCP that was read.</summary>
    public int Count(Func<RtcpPacketType, int, bool> isKind)
    {
        var count = 0;
        foreach (var packet in Rtcp)
        {
            Assert.True(RtcpReader.TryParse(packet, out var blocks));
            foreach (var block in blocks) count += isKind(block.Type, block.Count) ? 1 : 0;
        }
        return count;
    }

    public int PictureLossIndications => Count((type, format) => type == RtcpPacketType.PayloadFeedback && format == RtcpFeedbackFormat.PictureLoss);

    public static RtpHeader Header(byte[] packet)
    {
        Assert.True(RtpHeader.TryParse(packet, out var header));
        return header;
    }

    private void OpenRtp(byte[] datagram)
    {
        var plain = new byte[datagram.Length];
        fixed (byte* bytes = datagram, destination = plain)
        {
            var result = _receive.Unprotect(bytes, datagram.Length, destination, out var length, out _);
            if (result == SrtpResult.Replayed) Replays++;
            else Assert.Equal(SrtpResult.Ok, result);
            if (result != SrtpResult.Ok) return;
            var packet = plain[..length];
            if (Header(packet) is { PayloadLength: 0, PayloadType: MediaSamples.Vp8RtxType }) Padding.Add(packet);
            else Rtp.Add(packet);
        }
    }

    /// <summary>Datagrams that repeat an index already seen: retransmissions without RTX.</summary>
    public int Replays { get; private set; }
}
