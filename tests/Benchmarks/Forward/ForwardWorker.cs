using System.Net;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.Benchmarks.Forward;

/// <summary>The worker under test on its thread: the real loop and the real port; only the keys come from here.</summary>
internal sealed class ForwardWorker : GivenKeys, IAsyncDisposable
{
    private readonly UdpPort _udp = UdpPort.Open(IPAddress.Loopback, 0);
    private readonly WorkerPort _both;
    private readonly ControlQueue _control = new();
    private readonly MediaWorker _worker;
    private readonly WorkerThread _thread;

    public ForwardWorker(int receivers)
    {
        _both = new WorkerPort(_udp, StreamPort.Open(IPAddress.Loopback, 0, _udp.IsIPv6));
        Port = new TimedPort(_both);
        _worker = new MediaWorker(new MediaWorkerOptions
        {
            Port = Port,
            Limits = new MediaLimits { VideoBitsPerSecond = int.MaxValue },
            Control = _control,
            RoomEvents = this,
            Handshakes = this,
            Random = new Random(1),
            Time = TimeProvider.System,
        });
        for (var i = 0; i <= receivers; i++) _worker.TryOpen(new SessionSpec("room", $"p{i}", $"s{i}", Media(i), PublishPolicy.Everything), this);
        _thread = new WorkerThread(0, _worker, _both);
    }

    public TimedPort Port { get; }

    public int LocalPort => _udp.LocalAddress.Port;

    /// <summary>Gives every session its keys; after the connectivity checks.</summary>
    public async Task ConnectAsync()
    {
        GiveKeys();
        await ReadAsync();
    }

    /// <summary>What the worker's thread has done so far.</summary>
    public Task<(long CpuNanoseconds, long AllocatedBytes, long Forwarded, long SystemCallNanoseconds)> ReadAsync()
    {
        var answer = new TaskCompletionSource<(long, long, long, long)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _worker.Post(w => answer.SetResult((ThreadCpuClock.Nanoseconds, GC.GetAllocatedBytesForCurrentThread(), w.Tally.Forwarded, Port.Nanoseconds)));
        return answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _thread.StopAsync();
        _worker.Dispose();
        _thread.Dispose();
        await _control.DisposeAsync();
    }

    /// <summary>What was negotiated with the publisher (0) and the receivers.</summary>
    internal static NegotiatedSession Media(int index)
    {
        var vp8 = new NegotiatedCodec(CodecKind.Vp8, 96, "", 97, null, Nack: true, Pli: true, Fir: false, TransportCc: true, Remb: false);
        var media = new NegotiatedMedia
        {
            Mid = "0",
            Kind = MediaKind.Video,
            Source = TrackSource.Camera,
            Publishes = index == 0,
            IsSlot = index != 0,
            Codecs = [vp8],
            Extensions = new ExtensionIds { Mid = 4, TransportCc = 3, AbsSendTime = 2 },
            SlotSsrc = index == 0 ? 0 : 50_000u + (uint)index,
            SlotRtxSsrc = index == 0 ? 0 : 60_000u + (uint)index,
        };
        return new NegotiatedSession(
            ForwardKeys.Ufrag(index), ForwardKeys.Password(index), "peer", DtlsRole.Server, [new CertificateFingerprint("sha-256", [.. new byte[32]])], [media], "bench");
    }
}
