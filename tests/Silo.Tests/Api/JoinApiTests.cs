using System.Net;
using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Hosting.Tickets;
using Conference.Silo.Api;
using Conference.Silo.Tests.Support;
using Conference.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Tests.Api;

/// <summary>The way in, and what stands in it.</summary>
public sealed class JoinApiTests
{
    [Fact]
    public async Task The_join_page_knows_what_it_needs_and_no_more()
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync(new CreateMeetingRequest("Plans", "1234", new MeetingSettings { Lobby = true }));
        var facts = await silo.Http.GetFromJsonAsync($"/api/join/{meeting.Code.ToUpperInvariant()}", ContractsJson.Default.JoinFacts);
        Assert.Equal(new JoinFacts(meeting.Code, "Plans", NeedsPasscode: true, Locked: false, Lobby: true, Ended: false), facts);
        using var unknown = await silo.SendAsync(HttpMethod.Get, "/api/join/babab-babab-babab-babab");
        Assert.Equal((404, "UnknownCode"), await SiloFixture.ProblemAsync(unknown) is var p ? (p.Status, p.Reason) : default);
        using var odd = await silo.SendAsync(HttpMethod.Get, "/api/join/%2e%2e%2f%00");
        Assert.False(odd.IsSuccessStatusCode);
    }

    [Fact]
    public async Task The_way_to_a_pod_is_tried_in_a_meeting_of_nobody()
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync();
        using var without = await silo.SendAsync(HttpMethod.Post, $"/api/join/{meeting.Code}/test");
        Assert.Equal("NoPod", (await SiloFixture.ProblemAsync(without)).Reason);
        await using var pod = await TestPod.ConnectAsync(silo);
        using var tested = await silo.SendAsync(HttpMethod.Post, $"/api/join/{meeting.Code}/test");
        var grant = (await tested.Content.ReadFromJsonAsync(ContractsJson.Default.MediaGrant))!;
        var verifier = new TicketVerifier(TimeProvider.System);
        Assert.True(verifier.TryReplaceKeys(pod.Received.OfType<Contracts.Pods.PodRegistered>().First().TicketKeys));
        var claims = (await verifier.CheckMediaAsync(grant.MediaTicket, grant.PodId)).Claims!;
        Assert.NotEqual(meeting.Id, claims.MeetingId);
        Assert.Equal([MediaSource.Microphone], claims.MayPublish.AsEnumerable());
        using var unknown = await silo.SendAsync(HttpMethod.Post, "/api/join/babab-babab-babab-babab/test");
        Assert.Equal("UnknownCode", (await SiloFixture.ProblemAsync(unknown)).Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("a\u0000b")]
    [InlineData("\u200B")]
    public async Task Names_that_hide_or_trick_are_refused(string name)
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync();
        Assert.Equal((400, "InvalidDisplayName"), await RefusedAsync(silo, meeting.Code, new JoinRequest(name)));
        Assert.Equal((400, "InvalidDisplayName"), await RefusedAsync(silo, meeting.Code, new JoinRequest(new string('x', 10_000))));
        Assert.Equal((400, "InvalidDisplayName"), await RefusedAsync(silo, meeting.Code, new JoinRequest()));
        Assert.Matches("conference_silo_refusals_total\\{reason=\"InvalidDisplayName\"\\} [1-9]", await silo.Http.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task Guesses_of_a_passcode_are_limited_and_the_right_one_is_not()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var meeting = await silo.CreateAsync(new CreateMeetingRequest("T", "1234"));
        for (var i = 0; i < 30; i++) Assert.Equal((403, "WrongPasscode"), await RefusedAsync(silo, meeting.Code, new JoinRequest("Ann")));
        var inside = await silo.JoinAsync(meeting.Code, passcode: "1234");
        for (var i = 0; i < 30; i++) await silo.JoinAsync(meeting.Code, passcode: "1234");
        for (var i = 0; i < AttemptLimiter.PerAddress; i++) Assert.Equal((403, "WrongPasscode"), await RefusedAsync(silo, meeting.Code, new JoinRequest("Ann", $"x{i:000}")));
        using var limited = await silo.PostAsync($"/api/join/{meeting.Code}", new JoinRequest("Ann", "1234"), ContractsJson.Default.JoinRequest);
        Assert.NotNull(limited.Headers.RetryAfter);
        Assert.Equal((429, "TooManyAttempts"), await SiloFixture.ProblemAsync(limited) is var p ? (p.Status, p.Reason) : default);
        // Whoever is in comes back.
        await silo.JoinAsync(meeting.Code, new JoinRequest(ResumeToken: inside.ResumeToken));
        // Somebody elsewhere is not kept out.
        using var elsewhere = new HttpRequestMessage(HttpMethod.Post, $"/api/join/{meeting.Code}") { Content = JsonContent.Create(new JoinRequest("Bob", "1234"), ContractsJson.Default.JoinRequest) };
        elsewhere.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var joined = await silo.Http.SendAsync(elsewhere);
        Assert.Equal(HttpStatusCode.OK, joined.StatusCode);
    }

    [Fact]
    public void Attempts_are_forgotten_with_their_window()
    {
        var time = new ManualTime();
        var limiter = new AttemptLimiter(time);
        var (address, other) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
        for (var i = 0; i < AttemptLimiter.PerAddress; i++) limiter.Failed("m", address, GuessedSecret.Passcode);
        Assert.Equal(AttemptLimiter.Window, limiter.WaitFor("m", address, GuessedSecret.Passcode));
        Assert.NotNull(limiter.WaitFor("m", other, GuessedSecret.Passcode)); // the same household
        Assert.Null(limiter.WaitFor("other", address, GuessedSecret.Passcode));
        time.Advance(AttemptLimiter.Window);
        Assert.Null(limiter.WaitFor("m", address, GuessedSecret.Passcode));
    }

    [Fact]
    public void Guesses_from_everywhere_are_limited_too()
    {
        var limiter = new AttemptLimiter(new ManualTime());
        for (var i = 0; i < AttemptLimiter.PerMeeting; i++) limiter.Failed("m", new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), GuessedSecret.Passcode);
        Assert.NotNull(limiter.WaitFor("m", IPAddress.Parse("192.0.2.1"), GuessedSecret.Passcode));
        // Hosts are not kept out by those who try.
        Assert.Null(limiter.WaitFor("m", IPAddress.Parse("192.0.2.1"), GuessedSecret.Key));
    }

    [Fact]
    public async Task Two_joins_for_the_last_place_never_both_get_in()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        for (var round = 0; round < 5; round++)
        {
            var meeting = await silo.CreateAsync(new CreateMeetingRequest("T", null, new MeetingSettings { MaxParticipants = 1 }));
            var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => silo.PostAsync($"/api/join/{meeting.Code}", new JoinRequest($"N{i}"), ContractsJson.Default.JoinRequest)));
            Assert.Single(responses, r => r.IsSuccessStatusCode);
            foreach (var full in responses.Where(r => !r.IsSuccessStatusCode)) Assert.Equal((409, "Full"), await SiloFixture.ProblemAsync(full) is var p ? (p.Status, p.Reason) : default);
        }
    }

    [Fact]
    public async Task A_stream_gets_a_ticket_with_the_hash_of_its_key_and_leaves_with_its_session()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var meeting = await silo.CreateAsync();
        using var keyResponse = await silo.PostAsync($"/api/meetings/{meeting.Id}/stream-keys", new CreateStreamKeyRequest("Camera 1"), ContractsJson.Default.CreateStreamKeyRequest, meeting.HostKey);
        var key = (await keyResponse.Content.ReadFromJsonAsync(ContractsJson.Default.CreateStreamKeyResponse))!;
        Assert.EndsWith($"/whip/{meeting.Code}", key.PublishUrl);

        Assert.Equal((401, "InvalidStreamKey"), await StreamRefusedAsync(silo, new StreamRequest(meeting.Code, StreamKind.Publish)));
        Assert.Equal((401, "InvalidStreamKey"), await StreamRefusedAsync(silo, new StreamRequest(meeting.Code, StreamKind.Publish, "guess")));
        Assert.Equal((404, "UnknownCode"), await StreamRefusedAsync(silo, new StreamRequest("nothing", StreamKind.Play, key.Key)));
        using var response = await silo.PostAsync("/internal/streams", new StreamRequest(meeting.Code, StreamKind.Publish, key.Key), ContractsJson.Default.StreamRequest, silo.Secret.Value);
        var grant = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.StreamGrant))!;
        var verifier = new TicketVerifier(TimeProvider.System);
        verifier.TryReplaceKeys(silo.Services.GetRequiredService<TicketSigner>().PublicKeys);
        var claims = (await verifier.CheckMediaAsync(grant.MediaTicket, pod.Id)).Claims!;
        Assert.Equal((Silo.Meetings.Secrets.Hash(key.Key), true), (claims.KeyHash, claims.MayPublish.Contains(MediaSource.Camera)));

        pod.Rooms = [new(meeting.Id, "h1", [new(claims.ParticipantId, 1, true, [MediaSource.Camera])])];
        await Bound.UntilAsync(async () => (await InfoAsync(silo, meeting)).Participants.Any(p => p is { DisplayName: "Camera 1", Presence: Presence.Connected, Sending.IsEmpty: false }), "the stream in the roster");
        pod.Rooms = [];
        await Bound.UntilAsync(async () => (await InfoAsync(silo, meeting)).Participants.IsEmpty, "the stream has left");

        using var revoked = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}/stream-keys/{key.Id}", bearer: meeting.HostKey);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal((401, "InvalidStreamKey"), await StreamRefusedAsync(silo, new StreamRequest(meeting.Code, StreamKind.Publish, key.Key)));
    }

    private static async Task<MeetingInfo> InfoAsync(SiloFixture silo, CreateMeetingResponse meeting)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Id}", bearer: meeting.HostKey);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingInfo))!;
    }

    private static async Task<(int, string)> StreamRefusedAsync(SiloFixture silo, StreamRequest request)
    {
        using var response = await silo.PostAsync("/internal/streams", request, ContractsJson.Default.StreamRequest, silo.Secret.Value);
        return await SiloFixture.ProblemAsync(response) is var p ? (p.Status, p.Reason) : default;
    }

    private static async Task<(int, string)> RefusedAsync(SiloFixture silo, string code, JoinRequest request)
    {
        using var response = await silo.PostAsync($"/api/join/{code}", request, ContractsJson.Default.JoinRequest);
        return await SiloFixture.ProblemAsync(response) is var p ? (p.Status, p.Reason) : default;
    }
}
