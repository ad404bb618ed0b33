using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>Packets in order, linked through their own heads, so that queueing allocates nothing. A mutable struct: keep it in a field. Each packet belongs to the queue alone.</summary>
internal unsafe struct PacketQueue
{
    private Packet* _last;

    public Packet* First { get; private set; }
    public int Count { get; private set; }
    public int Bytes { get; private set; }
    public readonly bool IsEmpty => First == null;

    public void Add(Packet* packet)
    {
        packet->NextFree = null;
        if (First == null) First = packet;
        else _last->NextFree = packet;
        _last = packet;
        Count++;
        Bytes += packet->Length;
    }

    public Packet* Take()
    {
        var packet = First;
        First = packet->NextFree;
        if (First == null) _last = null;
        Count--;
        Bytes -= packet->Length;
        return packet;
    }
}
