using Conference.Load.Media;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Benchmarks.Servers;

/// <summary>The generated peers' side of a run: one thread, one clock, one certificate. The thread stands for other machines, and waits for nothing that the servers do on this one.</summary>
internal sealed class LoadSide : IDisposable
{
    private readonly DtlsHandshaker _handshaker = new(DtlsCertificate.Generate(TimeProvider.System));
    private readonly MonotonicClock _clock = new(TimeProvider.System);

    public LoadSide(int seed)
    {
        FileDescriptorLimit.Raise(65_536);
        Thread = new MediaThread(_clock, "load");
        Thread.Post(() => ThreadUrgency.Raise());
        Rig = new PeerRig(_handshaker, _clock, Thread, new Random(seed));
    }

    public MediaThread Thread { get; }

    public PeerRig Rig { get; }

    public void Dispose()
    {
        Thread.Dispose();
        _handshaker.Dispose();
    }
}
