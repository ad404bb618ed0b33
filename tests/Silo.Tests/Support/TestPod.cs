using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Silo.Tests.Support;

/// <summary>The control side of a pod: dials in, applies plans as a pod does, reports.</summary>
public sealed class TestPod : IAsyncDisposable
{
    private readonly ISiloUnderTest _silo;
    private readonly List<SiloToPod> _received = [];
    private readonly Dictionary<MeetingId, ImmutableDictionary<ParticipantId, PlannedParticipant>> _rooms = [];
    private readonly Lock _gate = new();
    private ClientWebSocket _socket = new();
    private Task _reading = Task.CompletedTask;
    private Timer? _reports;

    private TestPod(ISiloUnderTest silo, PodRegister register) => (_silo, Register) = (silo, register);

    public PodRegister Register { get; }

    public PodId Id => Register.PodId;

    public long Revision { get; private set; }

    /// <summary>What the pod reports beside the plan it has.</summary>
    public ImmutableArray<RoomReport> Rooms { get; set; } = [];

    /// <summary>Rooms that it reports without their content.</summary>
    public ImmutableArray<RoomHash> HashesOnly { get; set; } = [];

    /// <summary>How it drains; follows what the silo says, as a pod does.</summary>
    public DrainMode? Drain { get; set; }

    /// <summary>Its process was told to end: what the silo says of drains is not heard.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The next so many drains and resumes of the silo get lost.</summary>
    public int DeafTo { get; set; }

    /// <summary>Why the silo closed the channel; null: it did not, or did not say.</summary>
    public string? CloseReason => _socket.CloseStatusDescription;

    /// <summary>Sessions that it reports.</summary>
    public int Sessions { get; set; }

    /// <summary>Sent bits per second that it reports.</summary>
    public double EgressBitsPerSecond { get; set; }

    public static async Task<TestPod> ConnectAsync(ISiloUnderTest silo, string id = "pod-1", string region = "local", int capacity = 500, string url = "")
    {
        var pod = new TestPod(silo, new PodRegister(
            PodId.Parse(id), region, PodRole.Media, url.Length > 0 ? url : $"http://{id}:8081", ["127.0.0.1:40000"], "1.0.0", new PodCapacity(capacity, 1000)));
        await pod.DialAsync();
        return pod;
    }

    public IReadOnlyList<SiloToPod> Received
    {
        get { lock (_gate) return [.. _received]; }
    }

    public PlannedParticipant? Planned(MeetingId meeting, ParticipantId participant)
    {
        lock (_gate) return _rooms.TryGetValue(meeting, out var room) ? room.GetValueOrDefault(participant) : null;
    }

    public bool HasRoom(MeetingId meeting)
    {
        lock (_gate) return _rooms.ContainsKey(meeting);
    }

    /// <summary>Dials (again), and reports at once and ten times a second. Ready when the silo routes to it.</summary>
    public async Task DialAsync()
    {
        _socket = new ClientWebSocket();
        _socket.Options.SetRequestHeader("Authorization", _silo.Secret.AuthorizationHeader);
        await _socket.ConnectAsync(_silo.Socket("/pods/connect"), CancellationToken.None);
        await SendAsync(Register);
        _reading = ReadAsync(_socket);
        await ReportAsync();
        _reports = new Timer(_ => _ = ReportAsync(), null, 100, 100);
        await Bound.UntilAsync(() => Received.OfType<PodPlan>().Any(), "a plan for the pod");
    }

    public async Task ReportAsync()
    {
        try
        {
            await SendAsync(new PodReport(
                Revision, Drain is not null, new PodLoad(0.1, Sessions, 0, EgressBitsPerSecond, 0.1), [.. Rooms.Select(r => new RoomHash(r.MeetingId, r.Hash)), .. HashesOnly], Rooms, Drain, IsLeaving));
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The socket is gone; a test dials again.
        }
    }

    /// <summary>As kill -9.</summary>
    public async Task KillAsync()
    {
        if (_reports is not null) await _reports.DisposeAsync();
        _reports = null;
        _socket.Abort();
        await _reading;
    }

    /// <summary>Dials a silo that has been started again, as a pod does by itself. Ready when that silo routes to it.</summary>
    public async Task RedialAsync()
    {
        await KillAsync();
        Forget();
        await DialAsync();
    }

    /// <summary>Forgets everything that the silo said.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _received.Clear();
            _rooms.Clear();
            Revision = 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _socket.Dispose();
    }

    private readonly SemaphoreSlim _sending = new(1, 1);

    private async Task SendAsync(PodToSilo message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.PodToSilo), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += result.Count;
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close) return;
                Take(JsonSerializer.Deserialize(buffer.AsSpan(0, length), ContractsJson.Default.SiloToPod)!);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The end is what the tests look at.
        }
    }

    private void Take(SiloToPod message)
    {
        lock (_gate)
        {
            _received.Add(message);
            if (message is DrainPod or ResumePod) Follow(message);
            if (message is not PodPlan plan || (plan.BaseRevision != 0 && plan.BaseRevision != Revision)) return;
            if (plan.BaseRevision == 0) _rooms.Clear();
            foreach (var room in plan.Rooms) _rooms[room.MeetingId] = Apply(room);
            foreach (var closed in plan.ClosedRooms) _rooms.Remove(closed);
            Revision = plan.Revision;
        }
    }

    private void Follow(SiloToPod message)
    {
        if (IsLeaving || DeafTo-- > 0) return;
        Drain = message is DrainPod drain ? drain.Mode : null;
    }

    private ImmutableDictionary<ParticipantId, PlannedParticipant> Apply(RoomPlan room)
    {
        var before = room.Full || !_rooms.TryGetValue(room.MeetingId, out var known) ? ImmutableDictionary<ParticipantId, PlannedParticipant>.Empty : known;
        return before.SetItems(room.Participants.Select(p => KeyValuePair.Create(p.ParticipantId, p))).RemoveRange(room.Removed.Select(r => r.ParticipantId));
    }
}
