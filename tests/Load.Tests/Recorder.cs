using Conference.Load.Media;

namespace Conference.Load.Tests;

/// <summary>Keeps what a source writes.</summary>
internal sealed class Recorder : IPacketSink
{
    public List<(byte[] Packet, int HeaderLength, ulong Index)> Packets { get; } = [];

    public void Send(ReadOnlySpan<byte> packet, int headerLength, ulong index) => Packets.Add((packet.ToArray(), headerLength, index));
}
