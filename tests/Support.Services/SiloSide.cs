using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Contracts.Tickets;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Sockets;
using Conference.Hosting.Tickets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Support;

/// <summary>The least that a pod needs of a silo: its control channel, which gives keys and a plan and keeps what the pod says, and signed tickets.</summary>
public sealed class SiloSide : IAsyncDisposable
{
    private readonly TicketSigner _signer;
    private readonly ConcurrentQueue<PodToSilo> _received = new();
    private readonly PodPlan? _plan;
    private WebApplication _app = null!;
    private MessageSocket? _socket;

    private SiloSide(PodPlan? plan, TimeProvider time) => (_plan, _signer) = (plan, TicketSigner.CreateEphemeral(time));

    /// <summary>What pods have to show.</summary>
    public SharedSecret Secret { get; } = SharedSecret.Random();

    /// <summary>Where pods dial.</summary>
    public Uri Url => _app.BoundUri();

    /// <summary>Everything that the pod has said, in order.</summary>
    public IReadOnlyCollection<PodToSilo> Received => _received;

    /// <summary>Listens; every pod that dials in gets keys and this plan.</summary>
    /// <param name="plan">The plan; null: it has none to tell yet, as a silo that has just taken over.</param>
    /// <param name="time">The clock of its tickets; null: the system's.</param>
    public static async Task<SiloSide> StartAsync(PodPlan? plan, TimeProvider? time = null)
    {
        var silo = new SiloSide(plan, time ?? TimeProvider.System);
        var builder = ServiceHost.CreateBuilder(new ServiceOptions { Name = "scripted-silo", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false });
        silo._app = builder.Build();
        silo._app.UseWebSockets();
        silo._app.MapGet("/pods/connect", (Delegate)silo.ServeAsync);
        await silo._app.StartAsync();
        return silo;
    }

    /// <summary>A media ticket as a silo would sign it.</summary>
    public string Ticket(MeetingId meeting, string participant, PodId pod) =>
        Sign(new MediaTicketClaims(meeting, ParticipantId.Parse(participant), pod, [.. Enum.GetValues<MediaSource>()]));

    /// <summary>A ticket that says whatever it says.</summary>
    public string Sign(MediaTicketClaims claims) => _signer.Sign(claims);

    /// <summary>Says something to the pod that dialled in last.</summary>
    public async Task SendAsync(SiloToPod message) =>
        await _socket!.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ContractsJson.Default.SiloToPod), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _signer.Dispose();
    }

    private async Task<IResult> ServeAsync(HttpContext context)
    {
        if (!Secret.Authorizes(context.Request)) return Results.Unauthorized();
        using var socket = new MessageSocket(await context.WebSockets.AcceptWebSocketAsync(), 1 << 20);
        _socket = socket;
        // The plan first: a pod with keys is ready, and is then to know it.
        if (_plan is not null) await SendAsync(_plan);
        await SendAsync(new PodRegistered(_signer.PublicKeys));
        while (await socket.ReceiveAsync(context.RequestAborted) is { End: null } message)
            _received.Enqueue(JsonSerializer.Deserialize(message.Utf8.Span, ContractsJson.Default.PodToSilo)!);
        return Results.Empty;
    }
}
