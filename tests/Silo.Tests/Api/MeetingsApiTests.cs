using System.Net;
using System.Net.Http.Json;
using System.Text;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Hosting.Tickets;
using Conference.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Tests.Api;

/// <summary>The HTTP API as docs/api.md says it.</summary>
public sealed class MeetingsApiTests
{
    [Fact]
    public async Task A_meeting_is_created_read_changed_and_ended_with_its_host_key()
    {
        await using var silo = await SiloFixture.StartAsync();
        var created = await silo.CreateAsync(new CreateMeetingRequest("Plans", null, new MeetingSettings { Lobby = true }));
        Assert.Equal($"{silo.Url}j/{created.Code}", created.JoinUrl);
        Assert.Equal($"{created.JoinUrl}#host={created.HostKey}", created.HostUrl);

        var info = await ReadAsync(silo, created.Id, created.HostKey);
        Assert.Equal(("Plans", created.Code, true, "default"), (info.Title, info.Code, info.Settings.Lobby, info.TenantId.Value));
        using var changed = await silo.SendAsync(HttpMethod.Patch, $"/api/meetings/{created.Id}", Json(new ChangeMeetingRequest("New plans", null, true)), created.HostKey);
        Assert.Equal(("New plans", true), (await changed.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingInfo)) is { } i ? (i.Title, i.Locked) : default);
        Assert.Equal("Locked", (await JoinRefusedAsync(silo, created.Code, new JoinRequest("Ann"))).Reason);
        using var ended = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{created.Id}", bearer: created.HostKey);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal((410, "Ended"), await JoinRefusedAsync(silo, created.Code, new JoinRequest("Ann")) is var p ? (p.Status, p.Reason) : default);
        using var again = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{created.Id}", bearer: created.HostKey);
        Assert.Equal("Ended", (await SiloFixture.ProblemAsync(again)).Reason);
        Assert.True((await silo.Http.GetFromJsonAsync($"/api/join/{created.Code}", ContractsJson.Default.JoinFacts))!.Ended);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("guess")]
    [InlineData("default.key.secret")]
    public async Task Without_its_credential_a_meeting_is_unknown(string? bearer)
    {
        await using var silo = await SiloFixture.StartAsync();
        var created = await silo.CreateAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Patch, ""), (HttpMethod.Get, "/chat"), (HttpMethod.Get, "/events"), (HttpMethod.Post, "/stream-keys") })
        {
            using var response = await silo.SendAsync(method, $"/api/meetings/{created.Id}{path}", method == HttpMethod.Get ? null : Json(new ChangeMeetingRequest()), bearer);
            Assert.Equal((404, "UnknownMeeting"), await SiloFixture.ProblemAsync(response) is var p ? (p.Status, p.Reason) : default);
        }
    }

    [Fact]
    public async Task Creating_is_for_this_machine_and_tenants_unless_it_is_open()
    {
        await using var silo = await SiloFixture.StartAsync();
        using var far = new HttpRequestMessage(HttpMethod.Post, "/api/meetings") { Content = JsonContent.Create(new CreateMeetingRequest(), ContractsJson.Default.CreateMeetingRequest) };
        far.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var refused = await silo.Http.SendAsync(far);
        Assert.Equal((401, "TenantKeyRequired"), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);

        using var keyResponse = await silo.SendAsync(HttpMethod.Post, "/api/tenants/acme/keys", bearer: silo.OperatorSecret.Value);
        var key = (await keyResponse.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantKeyResponse))!;
        using var withKey = new HttpRequestMessage(HttpMethod.Post, "/api/meetings") { Content = JsonContent.Create(new CreateMeetingRequest(), ContractsJson.Default.CreateMeetingRequest) };
        withKey.Headers.Add("X-Forwarded-For", "203.0.113.9");
        withKey.Headers.Authorization = new("Bearer", key.Key);
        using var created = await silo.Http.SendAsync(withKey);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var meeting = (await created.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
        Assert.Equal("acme", (await ReadAsync(silo, meeting.Id, key.Key)).TenantId.Value);

        using var revoked = await silo.SendAsync(HttpMethod.Delete, $"/api/tenants/acme/keys/{key.Id}", bearer: silo.OperatorSecret.Value);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var late = await silo.PostAsync("/api/meetings", new CreateMeetingRequest(), ContractsJson.Default.CreateMeetingRequest, key.Key);
        Assert.Equal("TenantKeyRequired", (await SiloFixture.ProblemAsync(late)).Reason);
        using var stranger = await silo.SendAsync(HttpMethod.Post, "/api/tenants/acme/keys", bearer: "guess-guess-guess-guess");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task An_open_installation_lets_everybody_create()
    {
        await using var silo = await SiloFixture.StartAsync(o => o with { OpenCreation = true });
        using var far = new HttpRequestMessage(HttpMethod.Post, "/api/meetings") { Content = JsonContent.Create(new CreateMeetingRequest(), ContractsJson.Default.CreateMeetingRequest) };
        far.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var created = await silo.Http.SendAsync(far);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    [Theory]
    [InlineData("""{"title":""}""", "InvalidTitle")]
    [InlineData("""{"title":"a\u0007b"}""", "InvalidTitle")]
    [InlineData("""{"passcode":"123"}""", "InvalidPasscode")]
    [InlineData("""{"settings":{"maxParticipants":0}}""", "InvalidSettings")]
    [InlineData("""{"settings":{"maxParticipants":"many"}}""", "Malformed")]
    [InlineData("{", "Malformed")]
    [InlineData("null", "Malformed")]
    [InlineData("[1]", "Malformed")]
    public async Task What_cannot_be_created_is_refused_by_name(string json, string reason)
    {
        await using var silo = await SiloFixture.StartAsync();
        using var response = await silo.SendAsync(HttpMethod.Post, "/api/meetings", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal((400, reason), await SiloFixture.ProblemAsync(response) is var p ? (p.Status, p.Reason) : default);
    }

    [Fact]
    public async Task Large_bodies_and_other_types_are_refused_by_name()
    {
        await using var silo = await SiloFixture.StartAsync();
        var meeting = await silo.CreateAsync();
        foreach (var path in new[] { "/api/meetings", $"/api/join/{meeting.Code}" })
        {
            using var text = await silo.SendAsync(HttpMethod.Post, path, new StringContent("{}", Encoding.UTF8, "text/plain"));
            Assert.Equal((415, "UnsupportedContentType"), await SiloFixture.ProblemAsync(text) is var p ? (p.Status, p.Reason) : default);
            // Not told beforehand how much will come, as a hostile client would not.
            using var huge = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent($"{{\"title\":\"{new string('x', 10_000_000)}\"}}", Encoding.UTF8, "application/json") };
            huge.Headers.ExpectContinue = true;
            using var response = await silo.Http.SendAsync(huge);
            Assert.Equal((413, "TooLarge"), await SiloFixture.ProblemAsync(response) is var q ? (q.Status, q.Reason) : default);
        }
        Assert.Matches("http_requests_refused_total\\{reason=\"TooLarge\"\\} [1-9]", await silo.Http.GetStringAsync("/metrics"));
        await silo.CreateAsync();
    }

    [Fact]
    public async Task History_is_paged_and_private_messages_are_their_peoples()
    {
        await using var meeting = await OpenMeeting.StartAsync(change: o => o with { Signaling = o.Signaling with { Burst = 1000 } });
        var (ann, bob, cid) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"), await meeting.EnterAsync("Cid"));
        for (var i = 0; i < 210; i++) await ann.SayAsync($"{i}");
        await bob.SayAsync("psst", cid.Id);

        var first = await ChatAsync(meeting, ann.Join.ResumeToken, 0);
        Assert.Equal((200, "0"), (first.Messages.Length, first.Messages[0].Text));
        var rest = await ChatAsync(meeting, ann.Join.ResumeToken, first.Next!.Value);
        Assert.Equal((10, "209", null), (rest.Messages.Length, rest.Messages[^1].Text, rest.Next));
        Assert.Equal("psst", (await ChatAsync(meeting, cid.Join.ResumeToken, first.Next.Value)).Messages[^1].Text);
        Assert.Equal("209", (await ChatAsync(meeting, meeting.Meeting.HostKey, first.Next.Value)).Messages[^1].Text);
    }

    [Fact]
    public async Task Older_chat_is_read_back_searched_and_changed_by_whoever_may()
    {
        await using var meeting = await OpenMeeting.StartAsync(change: o => o with { Signaling = o.Signaling with { Burst = 1000 } });
        var (host, ann, bob) = (await meeting.EnterAsync("Host", host: true), await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        var first = (await ann.SayAsync("The first word")).Seq!.Value;
        var secret = (await ann.SayAsync("word of mouth", bob.Id)).Seq!.Value;
        for (var i = 0; i < 220; i++) await ann.SayAsync($"{i}");

        // Both are out of the state by now: they are found in the journal.
        Assert.Equal(CommandRefusal.NotAllowed, await bob.Client.RefusalAsync(new ChatEdit(bob.Client.NewCommand(), first, "forged")));
        Assert.Equal(CommandRefusal.UnknownMessage, await host.Client.RefusalAsync(new ChatDelete(host.Client.NewCommand(), secret)));
        Assert.Equal(CommandRefusal.UnknownMessage, await ann.Client.RefusalAsync(new ChatEdit(ann.Client.NewCommand(), first - 1, "no message")));
        await ann.Client.AckAsync(new ChatEdit(ann.Client.NewCommand(), first, "The last word"));
        await bob.Client.NextEventAsync<ChatEdited>(e => e.Message == first && e.Text == "The last word");

        var newest = await PageAsync(meeting, bob.Join.ResumeToken, $"before={long.MaxValue}");
        Assert.Equal((200, "219"), (newest.Messages.Length, newest.Messages[^1].Text));
        var oldest = await PageAsync(meeting, bob.Join.ResumeToken, $"before={newest.Previous}");
        Assert.Equal(("The last word", true, 22, null), (oldest.Messages[0].Text, oldest.Messages[0].EditedAt is not null, oldest.Messages.Length, oldest.Previous));

        Assert.Equal([first, secret], (await PageAsync(meeting, bob.Join.ResumeToken, $"before={long.MaxValue}&q=WORD")).Messages.Select(m => m.Seq));
        Assert.Equal([first], (await PageAsync(meeting, host.Join.ResumeToken, $"before={long.MaxValue}&q=word")).Messages.Select(m => m.Seq));
        await host.Client.AckAsync(new ChatDelete(host.Client.NewCommand(), first));
        Assert.Equal(CommandRefusal.UnknownMessage, await ann.Client.RefusalAsync(new ChatEdit(ann.Client.NewCommand(), first, "again")));
        Assert.Empty((await PageAsync(meeting, host.Join.ResumeToken, $"before={long.MaxValue}&q=word")).Messages);
        Assert.Equal((true, ""), (await ChatAsync(meeting, ann.Join.ResumeToken, 0)).Messages[0] is var m ? (m.Deleted, m.Text) : default);
    }

    [Fact]
    public async Task The_audit_log_is_the_tenants_and_has_no_secrets()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        using var keyResponse = await silo.SendAsync(HttpMethod.Post, "/api/tenants/default/keys", bearer: silo.OperatorSecret.Value);
        var key = (await keyResponse.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantKeyResponse))!.Key;
        var meeting = await silo.CreateAsync(new CreateMeetingRequest("T", "1234"));
        await silo.PostAsync($"/api/meetings/{meeting.Id}/stream-keys", new CreateStreamKeyRequest("Camera"), ContractsJson.Default.CreateStreamKeyRequest, meeting.HostKey);
        await silo.JoinAsync(meeting.Code, "Ann", passcode: "1234");

        using var refused = await silo.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Id}/events", bearer: meeting.HostKey);
        Assert.Equal("UnknownMeeting", (await SiloFixture.ProblemAsync(refused)).Reason);
        using var response = await silo.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Id}/events", bearer: key);
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("Hash\":\"", text.Replace("\"keyHash\":\"\"", ""));
        var page = System.Text.Json.JsonSerializer.Deserialize(text, ContractsJson.Default.EventPage)!;
        Assert.Equal([1, 2, 3, 4], page.Events.Select(e => e.Seq));
        Assert.IsType<MeetingCreated>(page.Events[0].Body);
        Assert.IsType<ParticipantMoved>(page.Events[3].Body);
    }

    [Fact]
    public async Task The_description_names_every_path()
    {
        await using var silo = await SiloFixture.StartAsync();
        var text = await silo.Http.GetStringAsync("/openapi/v1.json");
        foreach (var path in new[] { "/api/meetings", "/api/join/{code}", "/api/meetings/{id}/chat", "/api/meetings/{id}/events", "/api/meetings/{id}/stream-keys", "/api/regions", "/api/tenants/{id}/keys" })
            Assert.Contains($"\"{path}\"", text);
        Assert.DoesNotContain("/internal", text);
    }

    [Fact]
    public async Task Health_and_metrics_are_there_and_unknown_paths_are_problems()
    {
        await using var silo = await SiloFixture.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/readyz")).StatusCode);
        await silo.CreateAsync();
        Assert.Contains("conference_silo_commands", await silo.Http.GetStringAsync("/metrics"));
        using var unknown = await silo.SendAsync(HttpMethod.Get, "/api/nothing");
        Assert.Equal("NotFound", (await SiloFixture.ProblemAsync(unknown)).Reason);
    }

    private static JsonContent Json(ChangeMeetingRequest request) => JsonContent.Create(request, ContractsJson.Default.ChangeMeetingRequest);

    private static async Task<MeetingInfo> ReadAsync(SiloFixture silo, MeetingId id, string bearer)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, $"/api/meetings/{id}", bearer: bearer);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingInfo))!;
    }

    private static Task<ChatPage> ChatAsync(OpenMeeting meeting, string bearer, long after) => PageAsync(meeting, bearer, $"after={after}");

    private static async Task<ChatPage> PageAsync(OpenMeeting meeting, string bearer, string query)
    {
        using var response = await meeting.Silo.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Meeting.Id}/chat?{query}", bearer: bearer);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ChatPage))!;
    }

    private static async Task<ApiProblem> JoinRefusedAsync(SiloFixture silo, string code, JoinRequest request)
    {
        using var response = await silo.PostAsync($"/api/join/{code}", request, ContractsJson.Default.JoinRequest);
        return await SiloFixture.ProblemAsync(response);
    }
}
