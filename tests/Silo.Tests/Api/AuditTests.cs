using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Contracts.Tenants;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.Api;

/// <summary>A1 to A6 of docs/tenants.md, over HTTP on a whole silo.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task The_audit_says_who_did_what_to_whom_page_by_page_and_after_a_restart()
    {
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { Service = o.Service with { Time = time } });
        await using var pod = await TestPod.ConnectAsync(silo);
        var acme = await MakeAsync(silo, "acme");
        var (first, second) = (await MeetingAsync(silo, acme), await MeetingAsync(silo, acme));
        var (host, bob) = (await silo.JoinAsync(first.Code, new JoinRequest("Hana", HostKey: first.HostKey)), await silo.JoinAsync(first.Code, "Bob"));
        var (socket, _) = await SignalClient.HelloAsync(silo, host.SignalTicket);
        await using (socket)
        {
            await socket.AckAsync(new HostLock(socket.NewCommand(), Locked: true));
            await socket.AckAsync(new HostSetRole(socket.NewCommand(), bob.ParticipantId, Role.CoHost));
            await socket.AckAsync(new ChatSend(socket.NewCommand(), "words-that-nobody-audits"));
            await socket.AckAsync(new HostRemove(socket.NewCommand(), bob.ParticipantId));
        }
        using var over = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{first.Id}", bearer: acme);
        await silo.JoinAsync(second.Code, "Cid");
        var between = time.GetUtcNow() + TimeSpan.FromMinutes(1);
        time.Advance(TimeSpan.FromMinutes(2));
        using var ended = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{second.Id}", bearer: acme);

        for (var life = 0; life < 2; life++)
        {
            var all = await AllAsync(silo, acme, "", 500);
            Assert.Equal(all, await AllAsync(silo, acme, "", 1));
            Assert.Equal(all, await AllAsync(silo, acme, "", 3));
            Assert.Equal(["tenant.created", "tenant.keyCreated"], all.Where(e => e.MeetingId is null).Select(e => e.Type));
            var mine = all.Where(e => e.MeetingId == first.Id).Select(e => (e.Type, e.ActorName, e.TargetName, e.Detail)).ToList();
            Assert.Equal(("meeting.created", null, null, null), mine[0]);
            Assert.Contains(("participant.joined", "Hana", "Hana", "Host"), mine);
            Assert.Contains(("participant.joined", "Bob", "Bob", "Attendee"), mine);
            Assert.Contains(("meeting.locked", "Hana", null, "Locked"), mine);
            Assert.Contains(("participant.roleChanged", "Hana", "Bob", "CoHost"), mine);
            Assert.Contains(("participant.left", "Hana", "Bob", "Removed"), mine);
            Assert.DoesNotContain(mine, e => e.Type.StartsWith("chat", StringComparison.Ordinal));
            Assert.Equal(all.Where(e => e.MeetingId == second.Id), await AllAsync(silo, acme, $"meeting={second.Id}&", 2));
            Assert.Equal(all.Where(e => e.At >= between), await AllAsync(silo, acme, $"from={Uri.EscapeDataString(between.ToString("O"))}&", 2));
            Assert.Equal(all.Where(e => e.At < between), await AllAsync(silo, acme, $"to={Uri.EscapeDataString(between.ToString("O"))}&", 2));
            await silo.RestartAsync();
        }
    }

    [Fact]
    public async Task Nobody_reads_another_tenants_audit_and_of_what_was_erased_only_that_it_was()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var (acme, other) = (await MakeAsync(silo, "acme"), await MakeAsync(silo, "other"));
        var meeting = await MeetingAsync(silo, acme);
        await silo.JoinAsync(meeting.Code, "Ann-who-was-here");
        using var foreign = await silo.SendAsync(HttpMethod.Get, "/api/tenants/acme/audit", bearer: other);
        Assert.Equal("Unauthorized", (await SiloFixture.ProblemAsync(foreign)).Reason);
        foreach (var id in (string[])[meeting.Id.Value, "nothing", "tenant:acme", "..", "%00"])
        {
            using var hidden = await silo.SendAsync(HttpMethod.Get, $"/api/tenants/other/audit?meeting={id}", bearer: other);
            Assert.Equal("UnknownMeeting", (await SiloFixture.ProblemAsync(hidden)).Reason);
        }
        foreach (var query in (string[])["limit=0", "limit=501", "after=x", "after=-1-1", "after=1-1-1"])
        {
            using var broken = await silo.SendAsync(HttpMethod.Get, $"/api/tenants/acme/audit?{query}", bearer: acme);
            Assert.Equal("Malformed", (await SiloFixture.ProblemAsync(broken)).Reason);
        }
        Assert.DoesNotContain(await AllAsync(silo, other, "", 10, "other"), e => e.MeetingId == meeting.Id);

        using var erased = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}/data", bearer: acme);
        var left = await AllAsync(silo, acme, $"meeting={meeting.Id}&", 10);
        Assert.Equal(["meeting.ended", "meeting.erased"], left.Select(e => e.Type));
        Assert.All(left, e => Assert.Null(e.ActorName ?? e.TargetName));
    }

    private static async Task<List<AuditEntry>> AllAsync(SiloFixture silo, string bearer, string query, int limit, string tenant = "acme")
    {
        var (all, after) = (new List<AuditEntry>(), "");
        while (true)
        {
            using var response = await silo.SendAsync(HttpMethod.Get, $"/api/tenants/{tenant}/audit?{query}limit={limit}{after}", bearer: bearer);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            var page = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.AuditPage))!;
            Assert.InRange(page.Entries.Length, 0, limit);
            all.AddRange(page.Entries);
            if (page.Next is null) return all;
            after = $"&after={page.Next}";
        }
    }

    private static async Task<string> MakeAsync(SiloFixture silo, string id)
    {
        using var response = await silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse(id)), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantResponse))!.Key;
    }

    private static async Task<CreateMeetingResponse> MeetingAsync(SiloFixture silo, string key)
    {
        using var response = await silo.PostAsync("/api/meetings", new CreateMeetingRequest("T"), ContractsJson.Default.CreateMeetingRequest, key);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }
}
