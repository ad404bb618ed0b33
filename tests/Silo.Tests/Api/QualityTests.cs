using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Hosting;
using Conference.Silo.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Tests.Api;

/// <summary>What the operator sees of a meeting's media, out of what its pods say to people who look for faults.</summary>
public sealed class QualityTests
{
    [Fact]
    public async Task Each_participants_media_is_shown_as_their_pod_measures_it()
    {
        await using var silo = await SiloFixture.StartAsync();
        var ann = default(JoinResponse);
        await using var debug = await DebugPod.StartAsync(silo.Secret.AuthorizationHeader, () => ann is null ? null : Room(ann.ParticipantId.Value));
        await using var pod = await TestPod.ConnectAsync(silo, url: debug.Url);
        var meeting = await silo.CreateAsync();
        ann = await silo.JoinAsync(meeting.Code, "Ann");

        var person = Assert.Single((await ReadAsync(silo, meeting.Id)).Participants);
        Assert.Equal((ann.ParticipantId, pod.Id, true, 34.5, 1.6, 1250L, 2100L, 1900L), (person.Id, person.PodId, person.Connected, person.RoundTripMs!.Value, person.LossPercent, person.SentKbps, person.EstimateKbps!.Value, person.WantedKbps));
        var camera = Assert.Single(person.Sends);
        Assert.Equal(("Camera", "Vp8", false), (camera.Source, camera.Codec, camera.Muted));
        Assert.Equal([new LayerQuality(320, 180, 150, 2, 3.4, false, "l"), new LayerQuality(1280, 720, 0, 0, 0, true, "h")], camera.Layers.AsEnumerable());
        Assert.Equal(new SeenQuality(ParticipantId.Parse("p2"), "Camera", 360, 24.5, 600, "Bandwidth"), Assert.Single(person.Sees));

        using var unknown = await silo.SendAsync(HttpMethod.Get, "/api/admin/meetings/nothing/quality", bearer: silo.OperatorSecret.Value);
        Assert.Equal("UnknownMeeting", (await SiloFixture.ProblemAsync(unknown)).Reason);
        using var host = await silo.SendAsync(HttpMethod.Get, $"/api/admin/meetings/{meeting.Id}/quality", bearer: meeting.HostKey);
        Assert.Equal("Unauthorized", (await SiloFixture.ProblemAsync(host)).Reason);
    }

    [Fact]
    public async Task A_pod_that_has_no_session_yet_shows_nobody_and_one_that_does_not_answer_is_named()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var debug = await DebugPod.StartAsync(silo.Secret.AuthorizationHeader, () => null);
        await using var pod = await TestPod.ConnectAsync(silo, url: debug.Url);
        var meeting = await silo.CreateAsync();
        await silo.JoinAsync(meeting.Code, "Ann");
        var early = await ReadAsync(silo, meeting.Id);
        Assert.Empty(early.Participants);
        Assert.Empty(early.SilentPods);
        await debug.DisposeAsync();
        Assert.Equal([pod.Id], (await ReadAsync(silo, meeting.Id)).SilentPods.AsEnumerable());
    }

    private static async Task<MeetingQuality> ReadAsync(SiloFixture silo, MeetingId meeting)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, $"/api/admin/meetings/{meeting}/quality", bearer: silo.OperatorSecret.Value);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingQuality))!;
    }

    // An older session that has not ended, and the newer one; with words that the silo has no use for.
    private static string Room(string id) => $$$"""
        {"roomId":"m","worker":0,"groups":[],"sessions":[
         {"sessionId":"s0","participantId":"{{{id}}}","transport":{"srtpProfile":null,"lossFraction":0,"bandwidth":{"estimateBitsPerSecond":null,"sentBitsPerSecond":0}},
          "allocation":{"demandedBitsPerSecond":0},"publications":[],"slots":[]},
         {"sessionId":"s1","participantId":"{{{id}}}","transport":{"iceState":"nominated","srtpProfile":"Aes128CmSha1_80","roundTripMilliseconds":34.5,"lossFraction":0.0156,
           "bandwidth":{"estimateBitsPerSecond":2100000,"sentBitsPerSecond":1250400},"drops":{}},
          "allocation":{"allocatedBitsPerSecond":1,"demandedBitsPerSecond":1900000,"usefulBitsPerSecond":1,"pausedSlots":0},
          "publications":[{"mid":"1","source":"Camera","codec":"Vp8","hint":"None","muted":false,"subscriptions":1,"layers":[
            {"rid":"l","ssrc":1,"width":320,"height":180,"bitsPerSecond":150000,"packets":98,"lost":2,"jitterMilliseconds":3.4,"off":false,"parts":[]},
            {"rid":"h","ssrc":2,"width":1280,"height":720,"bitsPerSecond":0,"packets":0,"lost":0,"jitterMilliseconds":0,"off":true,"parts":[]}]}],
          "slots":[{"mid":"2","kind":"Microphone","state":"Live","participantId":"p2","source":"Microphone","allocation":{"limit":"None","height":0,"framesPerSecond":0,"bitsPerSecond":0}},
            {"mid":"3","kind":"Camera","state":"Live","participantId":"p2","source":"Camera","allocation":{"target":"l","limit":"Bandwidth","rank":"Other","height":360,"framesPerSecond":24.5,"bitsPerSecond":600000}},
            {"mid":"4","kind":"Camera","state":"Empty","participantId":null,"source":null,"allocation":{"limit":"None","height":0,"framesPerSecond":0,"bitsPerSecond":0}}]}]}
        """;

    /// <summary>The page of a pod for those who look for faults.</summary>
    private sealed class DebugPod : IAsyncDisposable
    {
        private WebApplication _app = null!;

        public string Url { get; private set; } = "";

        public static async Task<DebugPod> StartAsync(string authorization, Func<string?> room)
        {
            var pod = new DebugPod();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            pod._app = builder.Build();
            pod._app.Urls.Add("http://127.0.0.1:0");
            pod._app.MapGet("/debug/rooms/{id}", (HttpContext context) =>
                context.Request.Headers.Authorization != authorization ? Results.Unauthorized() : room() is { } text ? Results.Text(text, "application/json") : Results.NotFound());
            await pod._app.StartAsync();
            pod.Url = pod._app.BoundUri().ToString();
            return pod;
        }

        public async ValueTask DisposeAsync() => await _app.DisposeAsync();
    }
}
