using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;
using Conference.Support.Media.Impairment;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>A client of a <see cref="WorkerRig"/> behind a modelled link: what the worker sends arrives late, or not, and the client reports when (transport-wide feedback), as browsers do.</summary>
internal sealed class PathClient(RigClient client, ImpairedLink link)
{
    public const int FeedbackMilliseconds = 50;

    private readonly PriorityQueue<byte[], (long At, long Order)> _onTheWay = new();
    private readonly ArrivalRecorder _arrivals = new();
    private long _order;
    private uint _lastSsrc;

    public RigClient Client => client;

    public ImpairedLink Link => link;

    public bool SendsFeedback { get; set; } = true;

    /// <summary>Milliseconds of the way back.</summary>
    public int BackMilliseconds { get; init; } = 25;

    /// <summary>RTP in the clear with the moment of its arrival, since it was last cleared.</summary>
    public List<(long At, byte[] Packet)> Arrived { get; } = [];

    /// <summary>RTCP in the clear.</summary>
    public List<byte[]> Control { get; } = [];

    /// <summary>The worker sent this.</summary>
    public void Sent(byte[] datagram, long now)
    {
        var decision = link.Decide(now, datagram.Length);
        if (decision.Fate == LinkFate.Delivered) _onTheWay.Enqueue(datagram, (decision.DeliverAt, _order++));
    }

    /// <summary>Takes in what has arrived.</summary>
    public void Deliver(long now)
    {
        while (_onTheWay.TryPeek(out var datagram, out var due) && due.At <= now)
        {
            _onTheWay.Dequeue();
            client.Rtp.Clear();
            client.Rtcp.Clear();
            client.Padding.Clear();
            client.Take(datagram);
            Control.AddRange(client.Rtcp);
            foreach (var packet in client.Rtp.Concat(client.Padding))
            {
                Arrived.Add((due.At, packet));
                Note(packet, due.At);
            }
        }
    }

    /// <summary>Its feedback, in the clear; null: nothing is new.</summary>
    public byte[]? Report()
    {
        if (!SendsFeedback || !_arrivals.HasNews) return null;
        var buffer = new byte[1400];
        var writer = new RtcpWriter(buffer);
        return _arrivals.TryReport(ref writer, 1, _lastSsrc) ? buffer[..writer.Length] : null;
    }

    private void Note(byte[] packet, long at)
    {
        var header = RigClient.Header(packet);
        _lastSsrc = header.Ssrc;
        var elements = new HeaderExtensionReader(packet, header);
        if (elements.TryFind(Extensions.TransportCc, out var value) && TransportSequence.TryRead(value, out var sequence)) _arrivals.Arrived(sequence, 3_000_000_000 + at);
    }
}

/// <summary>Moves a rig's packets over modelled links, a millisecond at a time.</summary>
internal sealed class PathRig : IAsyncDisposable
{
    private readonly Dictionary<TransportPath, PathClient> _clients = [];
    private readonly PriorityQueue<(PathClient Client, byte[] Report), long> _reports = new();

    public WorkerRig Rig { get; } = new();

    /// <summary>Microseconds since the rig was made.</summary>
    public long Now { get; private set; }

    /// <summary>Everything that goes to publishers.</summary>
    public List<(TransportPath Path, byte[] Datagram)> Other { get; } = [];

    public PathClient Add(RigClient client, LinkConditions conditions, int seed = 1)
    {
        var path = new PathClient(client, new ImpairedLink(seed, conditions));
        _clients.Add(client.Path, path);
        return path;
    }

    public void Run(int milliseconds, Action<long>? each = null)
    {
        for (var i = 0; i < milliseconds; i++)
        {
            Rig.Time.Advance(TimeSpan.FromMilliseconds(1));
            Now += 1000;
            each?.Invoke(Now / 1000);
            while (_reports.TryPeek(out var report, out var at) && at <= Now)
            {
                _reports.Dequeue();
                report.Client.Client.PutRtcp(report.Report);
            }
            Rig.Turn();
            Move();
            foreach (var client in _clients.Values)
            {
                client.Deliver(Now);
                if (Now / 1000 % PathClient.FeedbackMilliseconds != 0) continue;
                while (client.Report() is { } report) _reports.Enqueue((client, report), Now + client.BackMilliseconds * 1000);
            }
        }
    }

    public ValueTask DisposeAsync() => Rig.DisposeAsync();

    private void Move()
    {
        foreach (var (datagram, path) in Rig.Port.Out)
        {
            if (_clients.TryGetValue(path, out var client)) client.Sent(datagram, Now);
            else Other.Add((path, datagram));
        }
        Rig.Port.Forget();
    }
}
