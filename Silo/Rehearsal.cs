using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Pods;
using Conference.Contracts.Signaling;
using Conference.Hosting;
using Conference.Silo.Journal;
using Conference.Silo.Regions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Silo;

/// <summary>
/// Plays one meeting through while this silo stands by, on a silo of its own in this process with a file of its own that is gone afterwards: a pod, a place, a socket, a message. So
/// everything that the first people after a takeover need has been loaded and compiled, and they do not wait for that. Also asks the real journal for something that is not there.
/// </summary>
internal sealed partial class Rehearsal(JournalHolder holder, SiloOptions options, SiloVersion version, ILogger<Rehearsal> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private volatile bool _isOver;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isOver || holder.Journal.Entered.IsCompleted ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        enough.CancelAfter(Bound);
        try
        {
            if (holder.Journal.Entered.IsCompleted) return;
            var play = PlayAsync(enough.Token);
            // Whose turn has come has better things to do.
            if (await Task.WhenAny(play, holder.Journal.Entered) != play) await enough.CancelAsync();
            await play;
            LogOver(log, Stopwatch.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            // Whatever went wrong: this silo serves all the same, only its first answers take longer.
            if (!enough.IsCancellationRequested) LogFailed(log, e);
        }
        finally
        {
            _isOver = true;
        }
    }

    private async Task PlayAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("rehearsal-");
        try
        {
            await PlayAsync(folder.FullName, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task PlayAsync(string folder, CancellationToken cancellation)
    {
        await holder.Journal.Events.LoadAsync("rehearsal", cancellation);
        await holder.Journal.Meetings.FindByCodeAsync("rehearsal", cancellation);
        await using var silo = SiloApp.Build(options with
        {
            Service = options.Service with { Name = "rehearsal", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false, LogLevel = LogLevel.None, ShutdownTimeout = TimeSpan.FromSeconds(1) },
            Journal = new SqliteJournalOptions { Path = Path.Combine(folder, "journal.db") },
            TicketKeyFile = Path.Combine(folder, "keys.pem"),
            OpenCreation = true,
        });
        await silo.StartAsync(cancellation);
        var url = silo.BoundUri();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url };
        using var pod = await OpenAsync(url, "/pods/connect", options.Secret.AuthorizationHeader, cancellation);
        await SendAsync<PodToSilo>(pod, new PodRegister(PodId.Parse("rehearsal"), options.Pods.Region, PodRole.Media, "http://127.0.0.1:9", [], version.Version, new PodCapacity(10, 1)), cancellation);
        await SendAsync<PodToSilo>(pod, new PodReport(0, false, new PodLoad(0, 0, 0, 0, 0), [], []), cancellation);
        await ReceiveAsync<SiloToPod>(pod, message => message is PodPlan, cancellation);

        var meeting = await PostAsync<CreateMeetingRequest, CreateMeetingResponse>(http, "/api/meetings", new CreateMeetingRequest("Rehearsal"), cancellation);
        var join = await PostAsync<JoinRequest, JoinResponse>(http, $"/api/join/{meeting.Code}", new JoinRequest("Nobody"), cancellation);
        using var signal = await OpenAsync(url, "/signal", null, cancellation);
        await SendAsync<ClientMessage>(signal, new Hello(join.SignalTicket, null), cancellation);
        await ReceiveAsync<ServerMessage>(signal, message => message is Welcome, cancellation);
        await SendAsync<ClientMessage>(signal, new ChatSend(CommandId.Parse("rehearsal"), "Nobody hears this"), cancellation);
        await ReceiveAsync<ServerMessage>(signal, message => message is Ack, cancellation);
        await PostAsync<JoinRequest, JoinResponse>(http, $"/api/join/{meeting.Code}", new JoinRequest(ResumeToken: join.ResumeToken), cancellation);
    }

    private static async Task<ClientWebSocket> OpenAsync(Uri silo, string path, string? authorization, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        if (authorization is not null) socket.Options.SetRequestHeader("Authorization", authorization);
        await socket.ConnectAsync(new UriBuilder(new Uri(silo, path)) { Scheme = "ws" }.Uri, cancellation);
        return socket;
    }

    private static async Task<TAnswer> PostAsync<TRequest, TAnswer>(HttpClient http, string path, TRequest request, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(path, request, ContractsJson.Default.Options, cancellation);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<TAnswer>(ContractsJson.Default.Options, cancellation) ?? throw new JsonException();
    }

    private static async Task SendAsync<T>(ClientWebSocket socket, T message, CancellationToken cancellation) =>
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.Options), WebSocketMessageType.Text, true, cancellation);

    private static async Task ReceiveAsync<T>(ClientWebSocket socket, Func<T, bool> isIt, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
                if (part.MessageType == WebSocketMessageType.Close) throw new IOException("the rehearsal's silo closed a socket");
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (JsonSerializer.Deserialize<T>(buffer.AsSpan(0, length), ContractsJson.Default.Options) is { } message && isIt(message)) return;
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "Rehearsed in {Took}: ready to take over")]
    private static partial void LogOver(ILogger log, TimeSpan took);

    [LoggerMessage(2002, LogLevel.Warning, "The rehearsal failed; a takeover is slower by what it would have warmed")]
    private static partial void LogFailed(ILogger log, Exception error);
}
