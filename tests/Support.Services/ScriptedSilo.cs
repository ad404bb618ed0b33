using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Contracts.Tickets;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Sockets;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Support;

/// <summary>The least that a pod needs of a silo: its control channel, which gives keys and one plan, and signed tickets. Also serves one blank page.</summary>
public sealed class ScriptedSilo : IAsyncDisposable
{
    private static readonly MeetingId Meeting = MeetingId.Parse("m1");

    private readonly TicketSigner _signer = TicketSigner.CreateEphemeral(TimeProvider.System);
    private readonly SharedSecret _secret = SharedSecret.Random();
    private readonly ImmutableArray<ParticipantId> _people;
    private WebApplication _silo = null!;
    private WebApplication _pod = null!;

    private ScriptedSilo(ImmutableArray<ParticipantId> people) => _people = people;

    public static PodId PodId { get; } = PodId.Parse("pod-1");

    /// <summary>The pod's HTTP side.</summary>
    public Uri Pod => _pod.BoundUri();

    public static async Task<ScriptedSilo> StartAsync(params string[] people)
    {
        var silo = new ScriptedSilo([.. people.Select(ParticipantId.Parse)]);
        silo._silo = silo.BuildSilo();
        await silo._silo.StartAsync();
        silo._pod = MediaPodApp.Build(new MediaPodOptions
        {
            Service = new ServiceOptions { Name = "mediapod", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false },
            PodId = PodId,
            Silos = [silo._silo.BoundUri()],
            Secret = silo._secret,
            Media = new MediaServerOptions { FirstPort = 0 },
        });
        silo._pod.MapGet("/", () => Results.Text("<!doctype html><title>pod</title>", "text/html"));
        await silo._pod.StartAsync();
        using var http = new HttpClient { BaseAddress = silo.Pod };
        // Before it has the keys, it cannot tell a good ticket.
        await Eventually.True(async () => (await http.GetAsync("readyz")).IsSuccessStatusCode, "the pod is not ready");
        return silo;
    }

    /// <summary>A media ticket as a silo would sign it.</summary>
    public string Ticket(string participant) =>
        _signer.Sign(new MediaTicketClaims(Meeting, ParticipantId.Parse(participant), PodId, [.. Enum.GetValues<MediaSource>()]));

    public async ValueTask DisposeAsync()
    {
        await _pod.DisposeAsync();
        await _silo.DisposeAsync();
        _signer.Dispose();
    }

    private WebApplication BuildSilo()
    {
        var builder = ServiceHost.CreateBuilder(new ServiceOptions { Name = "scripted-silo", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false });
        var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/pods/connect", async (HttpContext context) =>
        {
            if (!_secret.Authorizes(context.Request)) return Results.Unauthorized();
            using var socket = new MessageSocket(await context.WebSockets.AcceptWebSocketAsync(), 1 << 20);
            await SendAsync(socket, new PodRegistered(_signer.PublicKeys));
            var room = new RoomPlan(Meeting, Full: true, [.. _people.Select(p => new PlannedParticipant(p, [.. Enum.GetValues<MediaSource>()], []))], []);
            await SendAsync(socket, new PodPlan(1, 0, [room], []));
            while ((await socket.ReceiveAsync(context.RequestAborted)).End is null)
            {
            }
            return Results.Empty;
        });
        return app;
    }

    private static async Task SendAsync(MessageSocket socket, SiloToPod message) =>
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.SiloToPod), CancellationToken.None);
}
