using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting.Http;
using Conference.Hosting.Policies;
using Conference.Hosting.Sockets;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Host.Draining;
using Conference.MediaPod.Host.Plans;
using Conference.MediaPod.Host.Sessions;

namespace Conference.MediaPod.Host.Agent;

/// <summary>
/// Keeps one control channel to a silo: registers, applies plans, reports what is. Without a silo the media goes on and the agent keeps dialling.
/// </summary>
internal sealed partial class PodAgent(
    MediaPodOptions options, MediaSessions sessions, PodDraining draining, PodAddress address, TicketVerifier verifier, ServicePolicies policies,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PodAgent> log) : BackgroundService
{
    private const int MaxPlanBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(50);

    // A silo whose node is gone says nothing any more, and its successor does not wait for ever for this pod: see StartGrace of the silo's PodOptions.
    // A silo does not read while it takes a report, which it may take 3 s for, and a channel that is given up too early moves people for nothing.
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(8);

    private readonly HttpMessageInvoker _dialler = new(new SocketsHttpHandler { ConnectCallback = new ServingConnection(time).ConnectAsync, UseCookies = false });
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly ConcurrentDictionary<MeetingId, bool> _toReport = new();
    private int _next;

    /// <summary>Whether a silo is connected now.</summary>
    public bool IsConnected { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        sessions.RoomChanged += OnRoomChanged;
        draining.Changed += Wake;
        try
        {
            await address.Known.WaitAsync(stopping).ConfigureAwait(false);
            while (!stopping.IsCancellationRequested)
            {
                // One run of the policy is one outage: its delays start anew after a connection that worked.
                using var socket = await policies.PodToSilo.ExecuteAsync(DialAsync, stopping).ConfigureAwait(false);
                var reason = await ServeAsync(socket, stopping).ConfigureAwait(false);
                // What ends because the pod stops is no loss, and nobody dials again.
                if (!lifetime.ApplicationStopping.IsCancellationRequested) LogLost(log, reason);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        finally
        {
            sessions.RoomChanged -= OnRoomChanged;
            draining.Changed -= Wake;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _dialler.Dispose();
        base.Dispose();
    }

    private async ValueTask<MessageSocket> DialAsync(CancellationToken cancellation)
    {
        var silo = options.Silos[_next++ % options.Silos.Count];
        var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Authorization", options.Secret.AuthorizationHeader);
        client.Options.KeepAliveInterval = PingEvery;
        client.Options.KeepAliveTimeout = SilenceBound;
        try
        {
            var url = new UriBuilder(new Uri(silo, "/pods/connect")) { Scheme = silo.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            await client.ConnectAsync(url.Uri, _dialler, either.Token).ConfigureAwait(false);
            return new MessageSocket(client, MaxPlanBytes);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            client.Dispose();
            throw new TimeoutException($"the silo at {silo.Authority} did not answer in time");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private async Task<string> ServeAsync(MessageSocket socket, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        sessions.ForgetRevision();
        await SendAsync(socket, Register(), ending.Token).ConfigureAwait(false);
        LogConnected(log, options.PodId);
        IsConnected = true;
        try
        {
            foreach (var room in sessions.Rooms) _toReport[MeetingId.Parse(room.RoomId)] = true;
            var receiving = ReceiveAsync(socket, ending.Token);
            var reporting = ReportAsync(socket, ending.Token);
            var first = await Task.WhenAny(receiving, reporting).ConfigureAwait(false);
            var reason = await first.ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            socket.Abort();
            await Task.WhenAll(receiving, reporting).ConfigureAwait(false);
            return reason;
        }
        finally
        {
            IsConnected = false;
        }
    }

    private PodRegister Register()
    {
        using var placement = sessions.Server.Place("");
        return new(options.PodId, options.Region, options.Role, address.Url.ToString().TrimEnd('/'), [.. placement.Endpoints.Select(e => e.ToString())], PodVersion.Current, options.Capacity);
    }

    private async Task<string> ReceiveAsync(MessageSocket socket, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(cancellation).ConfigureAwait(false);
                if (message.End is { } end) return end.ToString();
                try
                {
                    Handle(JsonSerializer.Deserialize(message.Utf8.Span, ContractsJson.Default.SiloToPod));
                }
                catch (Exception e) when (e is JsonException or NotSupportedException)
                {
                    // A newer silo may say what this pod does not know; plans it does not understand are repaired by the next report.
                    LogUnreadable(log, e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return "Stopping";
        }
    }

    private void Handle(SiloToPod? message)
    {
        switch (message)
        {
            case PodRegistered registered:
                if (!verifier.TryReplaceKeys(registered.TicketKeys)) LogNoKeys(log);
                break;
            case PodPlan plan:
                sessions.Apply(plan);
                Wake();
                break;
            case RequestRooms request:
                foreach (var room in request.Rooms) _toReport[room] = true;
                Wake();
                break;
            case DrainPod drain:
                draining.Order(drain.Mode);
                break;
            case ResumePod:
                draining.Order(null);
                break;
        }
    }

    private async Task<string> ReportAsync(MessageSocket socket, CancellationToken cancellation)
    {
        try
        {
            var last = time.GetTimestamp();
            while (true)
            {
                if (!await SendAsync(socket, BuildReport(), cancellation).ConfigureAwait(false)) return "Lost";
                // Changes that come together are told together.
                await Task.Delay(AtMostEvery, time, cancellation).ConfigureAwait(false);
                using var tick = new CancellationTokenSource(ReportEvery - AtMostEvery, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, tick.Token);
                try
                {
                    await _changed.WaitAsync(either.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    sessions.ReviewCodecs();
                }
                var now = time.GetTimestamp();
                sessions.CountUnconfirmed(time.GetElapsedTime(last, now));
                last = now;
            }
        }
        catch (OperationCanceledException)
        {
            return "Stopping";
        }
    }

    private PodReport BuildReport()
    {
        var rooms = sessions.Rooms.Select(RoomReports.Of).ToDictionary(r => r.MeetingId);
        // A silo that has just taken over learns from this which meetings have somebody here. Who has a place and no media yet is on the way here, and must be in its plan too.
        foreach (var meeting in sessions.Plan.Rooms.Where(r => !r.Value.Participants.IsEmpty && !rooms.ContainsKey(r.Key)).Select(r => r.Key)) rooms[meeting] = RoomReports.Of(new(meeting.Value, []));
        var full = ImmutableArray.CreateBuilder<RoomReport>();
        foreach (var meeting in _toReport.Keys)
        {
            _toReport.TryRemove(meeting, out _);
            // A room that is gone is reported once more, empty.
            full.Add(rooms.GetValueOrDefault(meeting) ?? RoomReports.Of(new(meeting.Value, [])));
        }
        var drain = draining.Mode;
        return new(sessions.Plan.Revision, drain is not null, PodLoads.Of(sessions.Server.Load, options.Capacity),
            [.. rooms.Values.OrderBy(r => r.MeetingId.Value, StringComparer.Ordinal).Select(r => new RoomHash(r.MeetingId, r.Hash))], full.ToImmutable(), drain, draining.IsLeaving);
    }

    private void OnRoomChanged(MeetingId meeting)
    {
        _toReport[meeting] = true;
        Wake();
    }

    private void Wake()
    {
        try
        {
            if (_changed.CurrentCount == 0) _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at the same moment.
        }
    }

    private static ValueTask<bool> SendAsync(MessageSocket socket, PodToSilo message, CancellationToken cancellation) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.PodToSilo), cancellation);

    [LoggerMessage(3301, LogLevel.Information, "Pod {Pod} is connected to its silo")]
    private static partial void LogConnected(ILogger log, PodId pod);

    [LoggerMessage(3302, LogLevel.Warning, "The control channel is lost ({Reason}); media goes on, dialling again")]
    private static partial void LogLost(ILogger log, string reason);

    [LoggerMessage(3303, LogLevel.Warning, "A message of the silo cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger log, string reason);

    [LoggerMessage(3304, LogLevel.Error, "The silo gave no usable ticket keys; tickets are checked with the ones before")]
    private static partial void LogNoKeys(ILogger log);
}
