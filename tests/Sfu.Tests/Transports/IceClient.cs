using System.Net;
using System.Text;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Sfu.Tests.Transports;

/// <summary>A client's checks, as bytes, and what an agent makes of them.</summary>
internal sealed class IceClient(IceLiteAgent agent, IceParameters server, string ufrag)
{
    private readonly byte[] _reply = new byte[StunResponse.MaxLength];
    private byte _transaction;

    public byte[] LastTransaction { get; private set; } = [];

    public ReadOnlySpan<byte> Reply(IceVerdict verdict) => _reply.AsSpan(0, verdict.ReplyLength);

    public static TransportPath Path(string remote, string local = "192.0.2.1:4000") =>
        new(TransportAddress.From(IPEndPoint.Parse(remote)), TransportAddress.From(IPEndPoint.Parse(local)));

    public IceVerdict Check(TransportPath path, long now, bool nominate = false, uint priority = 100, string? password = null, string? username = null,
        bool controlled = false, ushort? unknown = null) =>
        Deliver(Write(nominate, priority, password, username, controlled, unknown), path, now);

    public IceVerdict Deliver(byte[] datagram, TransportPath path, long now)
    {
        var drop = IceRequest.TryParse(datagram, out var request);
        return drop == DropReason.None ? agent.Receive(request, path, now, _reply) : new IceVerdict(drop);
    }

    public byte[] Write(bool nominate = false, uint priority = 100, string? password = null, string? username = null, bool controlled = false, ushort? unknown = null)
    {
        LastTransaction = new byte[12];
        LastTransaction[0] = ++_transaction;
        var buffer = new byte[300];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, LastTransaction);
        writer.AddUsername(Encoding.UTF8.GetBytes(username ?? $"{server.UsernameFragment}:{ufrag}"));
        writer.AddPriority(priority);
        if (controlled) writer.AddIceControlled(5);
        else writer.AddIceControlling(5);
        if (nominate) writer.AddUseCandidate();
        if (unknown is { } type) writer.Add((StunAttribute)type, [1, 2]);
        Assert.True(writer.TryComplete(Encoding.UTF8.GetBytes(password ?? server.Password), out var length));
        return buffer[..length];
    }
}
