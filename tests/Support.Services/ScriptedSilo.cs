using System.Net;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Contracts.Tickets;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Support;

/// <summary>A pod in this process with the least that it needs of a silo. Also serves one blank page.</summary>
public sealed class ScriptedSilo : IAsyncDisposable
{
    private readonly SiloSide _silo;
    private WebApplication _pod = null!;

    private ScriptedSilo(SiloSide silo) => _silo = silo;

    public static PodId PodId { get; } = PodId.Parse("pod-1");

    /// <summary>The meeting that the plan names.</summary>
    public static MeetingId Meeting { get; } = MeetingId.Parse("m1");

    /// <summary>What pod and silo show each other.</summary>
    public SharedSecret Secret => _silo.Secret;

    /// <summary>The pod's HTTP side.</summary>
    public Uri Pod => _pod.BoundUri();

    /// <summary>What the pod has said to its silo, in order.</summary>
    public IReadOnlyCollection<PodToSilo> Heard => _silo.Received;

    public static Task<ScriptedSilo> StartAsync(params string[] people) => StartAsync(TimeProvider.System, options => options, people);

    /// <summary>Starts both, the pod on its own clock and with changed options.</summary>
    public static Task<ScriptedSilo> StartAsync(TimeProvider time, Func<MediaPodOptions, MediaPodOptions> change, params string[] people) => StartAsync(time, change, Plan(people));

    /// <summary>As above, with a plan, or none that is told by itself.</summary>
    public static async Task<ScriptedSilo> StartAsync(TimeProvider time, Func<MediaPodOptions, MediaPodOptions> change, PodPlan? plan)
    {
        var silo = new ScriptedSilo(await SiloSide.StartAsync(plan, time));
        silo._pod = MediaPodApp.Build(change(new MediaPodOptions
        {
            Service = new ServiceOptions { Name = "mediapod", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false, Time = time },
            PodId = PodId,
            Silos = [silo._silo.Url],
            Secret = silo.Secret,
            Media = new MediaServerOptions { FirstPort = 0 },
        }));
        silo._pod.MapGet("/", () => Results.Text("<!doctype html><title>pod</title>", "text/html"));
        await silo._pod.StartAsync();
        using var http = new HttpClient { BaseAddress = silo.Pod };
        // Before it has the keys, it cannot tell a good ticket.
        await Eventually.True(async () => (await http.GetAsync("readyz")).IsSuccessStatusCode, "the pod is not ready");
        return silo;
    }

    /// <summary>The whole plan with these people.</summary>
    public static PodPlan Plan(params string[] people) =>
        new(1, 0, [new RoomPlan(Meeting, Full: true, [.. people.Select(p => new PlannedParticipant(ParticipantId.Parse(p), [.. Enum.GetValues<MediaSource>()], []))], [])], []);

    /// <summary>A media ticket as a silo would sign it.</summary>
    public string Ticket(string participant) => Sign(Claims(participant));

    /// <summary>What such a ticket says.</summary>
    public static MediaTicketClaims Claims(string participant) => new(Meeting, ParticipantId.Parse(participant), PodId, [.. Enum.GetValues<MediaSource>()]);

    /// <summary>A ticket that says whatever it says, signed with the keys that the pod knows.</summary>
    public string Sign(MediaTicketClaims claims) => _silo.Sign(claims);

    /// <summary>Tells the pod something over its control channel.</summary>
    public Task TellAsync(SiloToPod message) => _silo.SendAsync(message);

    /// <summary>Stops the pod as its process would.</summary>
    public Task StopPodAsync() => _pod.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _pod.DisposeAsync();
        await _silo.DisposeAsync();
    }
}
