using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Silo.Tests.Api;

/// <summary>Tenants as their operator and they themselves see them, over HTTP on a whole silo.</summary>
public sealed class TenantsApiTests
{
    [Fact]
    public async Task One_request_makes_a_tenant_with_a_key_and_a_restart_forgets_nothing()
    {
        await using var silo = await SiloFixture.StartAsync();
        var made = await MakeAsync(silo, "acme");
        using var again = await silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse("acme")), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        Assert.Equal("TenantExists", (await SiloFixture.ProblemAsync(again)).Reason);
        await silo.RestartAsync();

        Assert.Equal(HttpStatusCode.Created, await CreateMeetingAsync(silo, made.Key));
        var list = await GetAsync(silo, "/api/tenants", silo.OperatorSecret.Value, ContractsJson.Default.TenantList);
        Assert.Equal("acme", Assert.Single(list.Tenants).Id.Value);
        var text = await (await silo.SendAsync(HttpMethod.Get, "/api/tenants/acme", bearer: made.Key)).Content.ReadAsStringAsync();
        Assert.Contains(made.KeyId, text, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Key.Split('.')[2], text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_tenant_sees_to_its_own_keys_and_nobody_elses()
    {
        await using var silo = await SiloFixture.StartAsync();
        var (acme, other) = (await MakeAsync(silo, "acme"), await MakeAsync(silo, "other"));
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Post, "/keys"), (HttpMethod.Delete, $"/keys/{acme.KeyId}"), (HttpMethod.Post, $"/keys/{acme.KeyId}/rotate") })
        {
            foreach (var bearer in new[] { other.Key, "guess", null })
            {
                using var refused = await silo.SendAsync(method, $"/api/tenants/acme{path}", bearer: bearer);
                Assert.Equal((401, "Unauthorized"), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);
            }
        }
        using var quotas = await silo.SendAsync(HttpMethod.Put, "/api/tenants/acme/quotas", JsonContent.Create(new TenantQuotas(), ContractsJson.Default.TenantQuotas), acme.Key);
        Assert.Equal(HttpStatusCode.Unauthorized, quotas.StatusCode);
        using var all = await silo.SendAsync(HttpMethod.Get, "/api/tenants", bearer: acme.Key);
        Assert.Equal(HttpStatusCode.Unauthorized, all.StatusCode);

        using var rotated = await silo.PostAsync($"/api/tenants/acme/keys/{acme.KeyId}/rotate", new RotateTenantKeyRequest(10), ContractsJson.Default.RotateTenantKeyRequest, acme.Key);
        var fresh = (await rotated.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantKeyResponse))!;
        Assert.Equal(HttpStatusCode.Created, await CreateMeetingAsync(silo, acme.Key));
        Assert.Equal(HttpStatusCode.Created, await CreateMeetingAsync(silo, fresh.Key));
        using var revoked = await silo.SendAsync(HttpMethod.Delete, $"/api/tenants/acme/keys/{acme.KeyId}", bearer: fresh.Key);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await CreateMeetingAsync(silo, acme.Key));
    }

    [Fact]
    public async Task A_token_of_the_tenant_opens_its_meeting_once()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        using var keyResponse = await silo.PostAsync("/api/tenants/acme/token-keys", new CreateTokenKeyRequest(TokenAlgorithm.HS256), ContractsJson.Default.CreateTokenKeyRequest, acme.Key);
        var key = (await keyResponse.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTokenKeyResponse))!;
        using var created = await silo.PostAsync("/api/meetings", new CreateMeetingRequest("T", "1234"), ContractsJson.Default.CreateMeetingRequest, acme.Key);
        var meeting = (await created.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;

        var token = Token(key.Secret!, $$"""{"iss":"acme","code":"{{meeting.Code}}","name":"Ann","role":"host","jti":"7","exp":{{TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}}}""");
        var joined = await silo.JoinAsync(meeting.Code, new JoinRequest(Token: token));
        var info = await GetAsync(silo, $"/api/meetings/{meeting.Id}", acme.Key, ContractsJson.Default.MeetingInfo);
        Assert.Equal(("Ann", Role.Host), info.Participants.Single() is var p ? (p.DisplayName, p.Role) : default);
        await silo.RestartAsync();
        await pod.RedialAsync();
        Assert.Equal("TokenUsed", await RefusalAsync(silo, meeting.Code, new JoinRequest(Token: token)));
        Assert.Equal(joined.ParticipantId, (await silo.JoinAsync(meeting.Code, new JoinRequest(ResumeToken: joined.ResumeToken))).ParticipantId);

        var stranger = Token("another-secret-of-more-than-thirty-two-bytes", $$"""{"iss":"acme","code":"{{meeting.Code}}","exp":{{TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}}}""");
        Assert.Equal("TokenInvalid", await RefusalAsync(silo, meeting.Code, new JoinRequest("Eve", Token: stranger)));
        using var removed = await silo.SendAsync(HttpMethod.Delete, $"/api/tenants/acme/token-keys/{key.Id}", bearer: acme.Key);
        var late = Token(key.Secret!, $$"""{"iss":"acme","code":"{{meeting.Code}}","exp":{{TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}}}""");
        Assert.Equal("TokenInvalid", await RefusalAsync(silo, meeting.Code, new JoinRequest("Ann", Token: late)));
    }

    [Fact]
    public async Task Quotas_refuse_by_name_and_free_places_are_given_again()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        await SetAsync(silo, new TenantQuotas(Meetings: 1, Participants: 2));
        var (first, second) = (await MeetingAsync(silo, acme.Key), await MeetingAsync(silo, acme.Key));
        await silo.JoinAsync(first.Code, "Ann");
        await silo.JoinAsync(first.Code, "Bob");
        Assert.Equal("QuotaParticipants", await RefusalAsync(silo, first.Code, new JoinRequest("Cid")));
        Assert.Equal("QuotaMeetings", await RefusalAsync(silo, second.Code, new JoinRequest("Cid")));
        var usage = (await GetAsync(silo, "/api/tenants/acme", acme.Key, ContractsJson.Default.TenantInfo)).Usage;
        Assert.Equal((1, 2), (usage.Meetings, usage.Participants));

        using var ended = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{first.Id}", bearer: acme.Key);
        await silo.JoinAsync(second.Code, "Cid");
        await silo.RestartAsync();
        await pod.RedialAsync();
        await SetAsync(silo, new TenantQuotas(Participants: 1));
        Assert.Equal("QuotaParticipants", await RefusalAsync(silo, second.Code, new JoinRequest("Dan")));
        await SetAsync(silo, new TenantQuotas());
        await silo.JoinAsync(second.Code, "Dan");
    }

    [Fact]
    public async Task T6_where_only_tokens_let_people_in_every_other_way_is_closed_at_once_and_after_a_restart()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        using var keyResponse = await silo.PostAsync("/api/tenants/acme/token-keys", new CreateTokenKeyRequest(TokenAlgorithm.HS256), ContractsJson.Default.CreateTokenKeyRequest, acme.Key);
        var key = (await keyResponse.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTokenKeyResponse))!;
        var (meeting, empty) = (await MeetingAsync(silo, acme.Key), await MeetingAsync(silo, acme.Key));
        string Sign(string id) => Token(key.Secret!, $$"""{"iss":"acme","code":"{{meeting.Code}}","name":"Ann","jti":"{{id}}","exp":{{TimeProvider.System.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds()}}}""");
        var bob = await silo.JoinAsync(meeting.Code, "Bob");
        var ann = await silo.JoinAsync(meeting.Code, new JoinRequest(Token: Sign("1")));
        // One that has been joined and left, so that its grain knows the terms of before.
        await silo.JoinAsync(empty.Code, "Cid");
        using var ended = await silo.SendAsync(HttpMethod.Delete, $"/api/admin/meetings/{empty.Id}/participants/{(await GetAsync(silo, $"/api/meetings/{empty.Id}", acme.Key, ContractsJson.Default.MeetingInfo)).Participants.Single().Id}", bearer: silo.OperatorSecret.Value);

        using var set = await silo.SendAsync(HttpMethod.Put, "/api/tenants/acme/joining", JsonContent.Create(new JoiningRequest(TokensOnly: true), ContractsJson.Default.JoiningRequest), acme.Key);
        Assert.True((await set.Content.ReadFromJsonAsync(ContractsJson.Default.TenantInfo))!.TokensOnly);
        Assert.Equal("TokenRequired", await RefusalAsync(silo, empty.Code, new JoinRequest("Dan")));
        await Bound.UntilAsync(async () => !await TryJoinAsync(silo, meeting.Code), "the meeting hears of it");
        for (var life = 0; life < 2; life++)
        {
            await Bound.UntilAsync(async () => await RefusalAsync(silo, meeting.Code, new JoinRequest("Dan")) == "TokenRequired", "the pod has come back");
            foreach (var request in (JoinRequest[])[new("Dan"), new("Dan", HostKey: meeting.HostKey), new(ResumeToken: bob.ResumeToken), new(ResumeToken: ann.ResumeToken, HostKey: meeting.HostKey)])
                Assert.Equal("TokenRequired", await RefusalAsync(silo, meeting.Code, request));
            using var stream = await silo.PostAsync("/internal/streams", new StreamRequest(meeting.Code, StreamKind.Publish), ContractsJson.Default.StreamRequest, silo.Secret.Value);
            Assert.Contains((await SiloFixture.ProblemAsync(stream)).Reason, (string[])["TokenRequired", "InvalidStreamKey"]);
            using var forged = await silo.PostAsync("/internal/streams", new StreamRequest(meeting.Code, StreamKind.Publish, "a.b.c"), ContractsJson.Default.StreamRequest, silo.Secret.Value);
            Assert.Equal("InvalidStreamKey", (await SiloFixture.ProblemAsync(forged)).Reason);
            using var camera = await silo.PostAsync("/internal/streams", new StreamRequest(meeting.Code, StreamKind.Publish, Sign($"camera-{life}")), ContractsJson.Default.StreamRequest, silo.Secret.Value);
            Assert.Equal(HttpStatusCode.OK, camera.StatusCode);
            Assert.Equal(ann.ParticipantId, (await silo.JoinAsync(meeting.Code, new JoinRequest(ResumeToken: ann.ResumeToken))).ParticipantId);
            await silo.RestartAsync();
            await pod.RedialAsync();
        }
        using var open = await silo.SendAsync(HttpMethod.Put, "/api/tenants/acme/joining", JsonContent.Create(new JoiningRequest(TokensOnly: false), ContractsJson.Default.JoiningRequest), acme.Key);
        await Bound.UntilAsync(async () => await TryJoinAsync(silo, meeting.Code), "anybody may join again");
    }

    [Fact]
    public async Task D1_to_D5_a_tenant_that_is_deleted_takes_its_meetings_keys_and_webhooks_along()
    {
        await using var silo = await SiloFixture.StartAsync(o => o with { PrivateWebhooks = true });
        await using var pod = await TestPod.ConnectAsync(silo);
        var (acme, other) = (await MakeAsync(silo, "acme"), await MakeAsync(silo, "other"));
        using var hook = await silo.PostAsync("/api/tenants/acme/webhooks", new CreateWebhookRequest("http://127.0.0.1:9/"), ContractsJson.Default.CreateWebhookRequest, acme.Key);
        var (live, idle, theirs) = (await MeetingAsync(silo, acme.Key), await MeetingAsync(silo, acme.Key), await MeetingAsync(silo, other.Key));
        var ann = await silo.JoinAsync(live.Code, "Ann-who-was-here");
        await silo.JoinAsync(theirs.Code, "Bob");
        using var own = await silo.SendAsync(HttpMethod.Delete, "/api/tenants/acme?force=true", bearer: acme.Key);
        Assert.Equal("Unauthorized", (await SiloFixture.ProblemAsync(own)).Reason);
        using var standard = await silo.SendAsync(HttpMethod.Delete, "/api/tenants/default?force=true", bearer: silo.OperatorSecret.Value);
        Assert.Equal("DefaultTenant", (await SiloFixture.ProblemAsync(standard)).Reason);
        using var nobody = await silo.SendAsync(HttpMethod.Delete, "/api/tenants/nobody", bearer: silo.OperatorSecret.Value);
        Assert.Equal("UnknownTenant", (await SiloFixture.ProblemAsync(nobody)).Reason);
        using var busy = await silo.SendAsync(HttpMethod.Delete, "/api/tenants/acme", bearer: silo.OperatorSecret.Value);
        Assert.Equal("MeetingsLive", (await SiloFixture.ProblemAsync(busy)).Reason);
        Assert.Equal(HttpStatusCode.Created, await CreateMeetingAsync(silo, acme.Key));

        using var deleted = await silo.SendAsync(HttpMethod.Delete, "/api/tenants/acme?force=true", bearer: silo.OperatorSecret.Value);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        for (var life = 0; life < 2; life++)
        {
            await AssertGoneAsync(silo, acme, live, idle);
            Assert.Equal("Ended", await RefusalAsync(silo, live.Code, new JoinRequest(ResumeToken: ann.ResumeToken)));
            using var again = await silo.SendAsync(HttpMethod.Delete, "/api/tenants/acme", bearer: silo.OperatorSecret.Value);
            Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
            await Bound.UntilAsync(() => TryJoinAsync(silo, theirs.Code), "others' meetings go on");
            await silo.RestartAsync();
            await pod.RedialAsync();
        }
    }

    [Fact]
    public async Task D6_a_deletion_that_a_crash_interrupted_goes_on_by_itself()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        var (live, idle) = (await MeetingAsync(silo, acme.Key), await MeetingAsync(silo, acme.Key));
        await silo.JoinAsync(live.Code, "Ann-who-was-here");
        // As far as it had come when the silo died: only that it begins is durable.
        Assert.IsType<TenantDone>(await silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ITenantGrain>("acme").Execute(new DeleteTenant(Force: true)));
        Assert.Equal(HttpStatusCode.Unauthorized, await CreateMeetingAsync(silo, acme.Key));
        Assert.Equal("Ended", await RefusalAsync(silo, idle.Code, new JoinRequest("Bob")));
        Assert.True((await GetAsync(silo, "/api/tenants/acme", silo.OperatorSecret.Value, ContractsJson.Default.TenantInfo)).Deleting);
        await silo.RestartAsync();
        await pod.RedialAsync();
        await Bound.UntilAsync(async () => (await GetAsync(silo, "/api/tenants", silo.OperatorSecret.Value, ContractsJson.Default.TenantList)).Tenants.All(t => t.Id.Value != "acme"), "the tenant is gone");
        await AssertGoneAsync(silo, acme, live, idle);
    }

    private static async Task AssertGoneAsync(SiloFixture silo, CreateTenantResponse tenant, params CreateMeetingResponse[] meetings)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await CreateMeetingAsync(silo, tenant.Key));
        Assert.DoesNotContain((await GetAsync(silo, "/api/tenants", silo.OperatorSecret.Value, ContractsJson.Default.TenantList)).Tenants, t => t.Id == tenant.Id);
        using var read = await silo.SendAsync(HttpMethod.Get, $"/api/tenants/{tenant.Id}", bearer: silo.OperatorSecret.Value);
        Assert.Equal("UnknownTenant", (await SiloFixture.ProblemAsync(read)).Reason);
        using var made = await silo.PostAsync("/api/tenants", new CreateTenantRequest(tenant.Id), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        Assert.Equal("TenantDeleted", (await SiloFixture.ProblemAsync(made)).Reason);
        var journal = silo.Services.GetRequiredService<IJournal>();
        // D5: of the tenant the one event, of its meetings their end.
        Assert.Equal(["tenant.deleted"], (await journal.ReadAsync($"tenant:{tenant.Id}", 0, 100)).Select(e => e.Type));
        foreach (var meeting in meetings)
        {
            Assert.Equal("Ended", await RefusalAsync(silo, meeting.Code, new JoinRequest("Bob")));
            Assert.All(await journal.ReadAsync(meeting.Id.Value, 0, 100), e => Assert.Contains(e.Type, (string[])["meeting.ended", "meeting.erased"]));
            Assert.DoesNotContain("Ann-who-was-here", Encoding.UTF8.GetString((await journal.LoadAsync(meeting.Id.Value)).Snapshot!.Payload.Span), StringComparison.Ordinal);
        }
        var records = silo.Services.GetRequiredService<IKeyValueStore>();
        foreach (var collection in (string[])["webhooks", "dead-letters"]) Assert.DoesNotContain(await records.ListAsync(collection, $"{tenant.Id}/", 10), r => r.Key.StartsWith($"{tenant.Id}/", StringComparison.Ordinal));
    }

    private static async Task<bool> TryJoinAsync(SiloFixture silo, string code)
    {
        using var response = await silo.PostAsync($"/api/join/{code}", new JoinRequest("Dan"), ContractsJson.Default.JoinRequest);
        return response.IsSuccessStatusCode;
    }

    [Fact]
    public async Task The_plan_tells_the_pod_what_the_tenant_pays_for()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        await SetAsync(silo, new TenantQuotas(Bitrate: BitrateTier.Basic));
        var meeting = await MeetingAsync(silo, acme.Key);
        var ann = await silo.JoinAsync(meeting.Code, "Ann");
        await Bound.UntilAsync(() => pod.Planned(meeting.Id, ann.ParticipantId)?.Bounds is { PublishKbps: 1500, ReceiveKbps: 1200 }, "the bounds of the tier");
        await SetAsync(silo, new TenantQuotas());
        await Bound.UntilAsync(() => pod.Planned(meeting.Id, ann.ParticipantId) is { Bounds: null }, "no bounds");
    }

    [Fact]
    public async Task A_meetings_data_is_deleted_on_request_and_stays_so()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        var meeting = await MeetingAsync(silo, acme.Key);
        await silo.JoinAsync(meeting.Code, "Ann-who-was-here");
        using var notHers = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}/data", bearer: meeting.HostKey);
        Assert.Equal("UnknownMeeting", (await SiloFixture.ProblemAsync(notHers)).Reason);
        for (var time = 0; time < 2; time++)
        {
            using var erased = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}/data", bearer: acme.Key);
            Assert.Equal(HttpStatusCode.NoContent, erased.StatusCode);
            Assert.Equal("Ended", await RefusalAsync(silo, meeting.Code, new JoinRequest("Bob")));
            using var audit = await silo.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Id}/events", bearer: acme.Key);
            var text = await audit.Content.ReadAsStringAsync();
            Assert.Contains("meeting.erased", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Ann-who-was-here", text, StringComparison.Ordinal);
            Assert.Equal([typeof(MeetingEnded), typeof(MeetingErased)], System.Text.Json.JsonSerializer.Deserialize(text, ContractsJson.Default.EventPage)!.Events.Select(e => e.Body.GetType()));
            await silo.RestartAsync();
            await pod.RedialAsync();
        }
    }

    private static async Task<CreateTenantResponse> MakeAsync(SiloFixture silo, string id)
    {
        using var response = await silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse(id)), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantResponse))!;
    }

    private static async Task SetAsync(SiloFixture silo, TenantQuotas quotas)
    {
        using var response = await silo.SendAsync(HttpMethod.Put, "/api/tenants/acme/quotas", JsonContent.Create(quotas, ContractsJson.Default.TenantQuotas), silo.OperatorSecret.Value);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<CreateMeetingResponse> MeetingAsync(SiloFixture silo, string key)
    {
        using var response = await silo.PostAsync("/api/meetings", new CreateMeetingRequest("T"), ContractsJson.Default.CreateMeetingRequest, key);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    private static async Task<HttpStatusCode> CreateMeetingAsync(SiloFixture silo, string key)
    {
        using var response = await silo.PostAsync("/api/meetings", new CreateMeetingRequest("T"), ContractsJson.Default.CreateMeetingRequest, key);
        return response.StatusCode;
    }

    private static async Task<string> RefusalAsync(SiloFixture silo, string code, JoinRequest request)
    {
        using var response = await silo.PostAsync($"/api/join/{code}", request, ContractsJson.Default.JoinRequest);
        return (await SiloFixture.ProblemAsync(response)).Reason;
    }

    private static async Task<T> GetAsync<T>(SiloFixture silo, string path, string bearer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, path, bearer: bearer);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(type))!;
    }

    private static string Token(string secret, string claims)
    {
        var data = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(claims)}";
        return $"{data}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(data)))}";
    }
}
