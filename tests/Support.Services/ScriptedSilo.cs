using System.Net;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Support;

/// <summary>A pod in this process with the least that it needs of a silo. Also serves one blank page.</summary>
public sealed class ScriptedSilo : IAsyncDisposable
{
    private static readonly MeetingId Meeting = MeetingId.Parse("m1");

    private readonly SiloSide _silo;
    private WebApplication _pod = null!;

    private ScriptedSilo(SiloSide silo) => _silo = silo;

    public static PodId PodId { get; } = PodId.Parse("pod-1");

    /// <summary>The pod's HTTP side.</summary>
    public Uri Pod => _pod.BoundUri();

    public static async Task<ScriptedSilo> StartAsync(params string[] people)
    {
        var room = new RoomPlan(Meeting, Full: true, [.. people.Select(p => new PlannedParticipant(ParticipantId.Parse(p), [.. Enum.GetValues<MediaSource>()], []))], []);
        var silo = new ScriptedSilo(await SiloSide.StartAsync(new PodPlan(1, 0, [room], [])));
        silo._pod = MediaPodApp.Build(new MediaPodOptions
        {
            Service = new ServiceOptions { Name = "mediapod", Listen = new IPEndPoint(IPAddress.Loopback, 0), OwnsProcess = false },
            PodId = PodId,
            Silos = [silo._silo.Url],
            Secret = silo._silo.Secret,
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
    public string Ticket(string participant) => _silo.Ticket(Meeting, participant, PodId);

    public async ValueTask DisposeAsync()
    {
        await _pod.DisposeAsync();
        await _silo.DisposeAsync();
    }
}
