using System.Net;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;
using Conference.Sfu.Tests.Sessions;
using Conference.Support;

namespace Conference.Sfu.Tests.Workers;

/// <summary>A worker turned by hand: memory for a socket, a clock that the test moves, keys in place of handshakes. Everything else is real.</summary>
internal sealed class WorkerRig : IHandshakes, IAsyncDisposable
{
    private static readonly CertificateFingerprint AnyFingerprint = new("sha-256", [.. new byte[32]]);

    private readonly Dictionary<string, IDtlsSink> _sinks = [];
    private readonly ControlQueue _control = new();
    private int _nextPort = 10_000;

    /// <param name="time">In place of its own clock.</param>
    /// <param name="index">Its place among <paramref name="count"/> workers.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="limits">In place of the usual ones.</param>
    public WorkerRig(TimeProvider? time = null, int index = 0, int count = 1, MediaLimits? limits = null)
    {
        Worker = new MediaWorker(new MediaWorkerOptions
        {
            Port = Port,
            Limits = limits ?? new MediaLimits(),
            Control = _control,
            RoomEvents = Rooms,
            Handshakes = this,
            Random = new Random(7),
            Time = time ?? Time,
            Index = index,
            Count = count,
        });
    }

    public ManualTime Time { get; } = new();
    public MemoryPort Port { get; } = new();
    public MediaWorker Worker { get; }
    public MediaServerTests.RoomEvents Rooms { get; } = new();

    /// <summary>DTLS datagrams that reached a handshake.</summary>
    public int DtlsDatagrams { get; private set; }

    public long Drops(DropReason reason) => Worker.Tally[reason];

    /// <summary>Opens a session that is not connected yet.</summary>
    public RigClient Open(string participant, params NegotiatedMedia[] media) => Open(participant, PublishPolicy.Everything, participant, media);

    public RigClient Open(string participant, PublishPolicy policy, string session, params NegotiatedMedia[] media)
    {
        var path = new TransportPath(
            TransportAddress.From(new IPEndPoint(IPAddress.Parse("10.0.0.9"), _nextPort++)), TransportAddress.From(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 40_000)));
        var client = new RigClient(this, session, path, MediaSamples.Session(session, AnyFingerprint, media));
        Assert.True(Worker.TryOpen(new SessionSpec("room", participant, session, client.Media, policy), client.Events));
        return client;
    }

    /// <summary>Opens a session and connects it.</summary>
    public RigClient Connect(string participant, params NegotiatedMedia[] media) => Open(participant, media).Connect();

    public IDtlsSink SinkOf(string ufrag) => _sinks[ufrag];

    /// <summary>Turns until nothing is left to do at this moment.</summary>
    public void Turn()
    {
        for (var i = 0; i < 1000 && Worker.Turn() == 0; i++)
        {
        }
    }

    /// <summary>Lets time pass in steps of 5 ms, turning at each.</summary>
    public void Pass(int milliseconds, Action<int>? each = null)
    {
        for (var passed = 0; passed < milliseconds; passed += 5)
        {
            Time.Advance(TimeSpan.FromMilliseconds(5));
            each?.Invoke(passed);
            Turn();
        }
    }

    /// <summary>Milliseconds since a sender report, by the compact form of its time (RFC 3550 section 4).</summary>
    public double SinceReport(uint compact)
    {
        var since1900 = (Time.GetUtcNow() - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;
        return ((uint)(long)(since1900 * 65_536) - compact) / 65.536;
    }

    /// <summary>Waits until the control queue has made every call that is queued.</summary>
    public async Task SettleAsync()
    {
        var done = new TaskCompletionSource();
        _control.Post(done.SetResult);
        await done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        await _control.DisposeAsync();
        Assert.Equal(0, _control.Failures);
        Assert.Equal(0, Worker.Tally.Faults);
        Port.Dispose();
    }

    IHandshake? IHandshakes.TryOpen(NegotiatedSession media, IDtlsSink sink)
    {
        _sinks[media.LocalUfrag] = sink;
        return new Handshake(this);
    }

    private sealed class Handshake(WorkerRig rig) : IHandshake
    {
        public void Start()
        {
        }

        public DropReason Receive(ReadOnlySpan<byte> datagram)
        {
            rig.DtlsDatagrams++;
            return DropReason.None;
        }

        public void Close()
        {
        }
    }
}
