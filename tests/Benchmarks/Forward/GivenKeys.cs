using System.Collections.Immutable;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.Benchmarks.Forward;

/// <summary>Sessions whose keys come from here instead of a handshake, and whose events nobody needs: publisher 0 and its receivers.</summary>
internal abstract class GivenKeys : IHandshakes, IHandshake, ISessionEvents, IMediaRoomEvents
{
    private readonly List<IDtlsSink> _sinks = [];

    public IHandshake? TryOpen(NegotiatedSession media, IDtlsSink sink)
    {
        _sinks.Add(sink);
        return this;
    }

    public void Start()
    {
    }

    public DropReason Receive(ReadOnlySpan<byte> datagram) => DropReason.DtlsUnknownTransport;

    public void Close()
    {
    }

    public void Connected()
    {
    }

    public void SlotsChanged(ImmutableArray<SlotContent> slots)
    {
    }

    public void WantsChanged(ImmutableArray<PublicationWants> wants)
    {
    }

    public void SpeakersChanged(ImmutableArray<SpeakerLevel> speakers)
    {
    }

    public void Ended(SessionEnd reason)
    {
    }

    public void RoomChanged(MediaRoomState room)
    {
    }

    /// <summary>Gives every session its keys; after the connectivity checks.</summary>
    protected void GiveKeys()
    {
        for (var i = 0; i < _sinks.Count; i++) _sinks[i].OnEstablished(new SrtpKeys(ForwardKeys.Receiver(i), i == 0 ? ForwardKeys.Master : ForwardKeys.Receiver(i)), []);
    }
}
