using System.Net;
using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Silo.Tests.Support;

namespace Conference.Silo.Tests.SignIn;

/// <summary>The meetings of whoever is signed in.</summary>
public sealed class OwnMeetingsTests
{
    private static readonly MeetingSchedule Tomorrow = new(new(2031, 1, 1, 12, 0, 0, TimeSpan.Zero), new(2031, 1, 1, 13, 0, 0, TimeSpan.Zero), "Europe/Berlin");

    [Fact]
    public async Task They_are_listed_changed_opened_and_ended_also_after_a_restart()
    {
        await using var house = await SignInHouse.OpenAsync(o => o with { Tenant = TenantId.Parse("acme") });
        using var ann = house.NewBrowser();
        await ann.SignInAsync();
        Assert.Empty(await ann.MeetingsAsync());
        var planned = await ann.CreateAsync(new CreateMeetingRequest("Planned", null, new MeetingSettings { Lobby = true }, Tomorrow));
        await ann.CreateAsync(new CreateMeetingRequest("Personal", null, new MeetingSettings { Recurring = true }));
        await house.Silo.CreateAsync(new CreateMeetingRequest("Somebody else's"));
        await house.Silo.RestartAsync();

        var listed = await ann.MeetingsAsync();
        Assert.Equal([("Planned", false, planned.Code), ("Personal", true, listed[1].Code)], listed.Select(m => (m.Title, m.Recurring, m.Code)));
        Assert.Equal((Tomorrow, planned.JoinUrl, false), (listed[0].Schedule, listed[0].JoinUrl, listed[0].Ended));
        var later = Tomorrow with { Start = Tomorrow.Start.AddDays(1), End = Tomorrow.End.AddDays(1) };
        using var changed = await ann.SendAsync(HttpMethod.Patch, $"/api/me/meetings/{planned.Id}", JsonContent.Create(new ChangeMeetingRequest(Schedule: later), ContractsJson.Default.ChangeMeetingRequest));
        Assert.Equal("acme", (await changed.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingInfo))!.TenantId.Value);
        Assert.Equal(later, (await ann.MeetingsAsync())[0].Schedule);

        await using var pod = await TestPod.ConnectAsync(house.Silo);
        var pass = await PassAsync(ann, planned.Id);
        var joined = await house.Silo.JoinAsync(planned.Code, new JoinRequest("Ann E.", Token: pass));
        Assert.Equal(JoinState.Joined, joined.State);
        using var details = await ann.GetAsync($"/api/me/meetings/{planned.Id}");
        Assert.Equal(("Ann E.", Role.Host), (await details.Content.ReadFromJsonAsync(ContractsJson.Default.MeetingInfo))!.Participants.Single() is var p ? (p.DisplayName, p.Role) : default);

        using var ended = await ann.SendAsync(HttpMethod.Delete, $"/api/me/meetings/{planned.Id}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.True((await ann.MeetingsAsync())[0].Ended);
        using var over = await ann.SendAsync(HttpMethod.Post, $"/api/me/meetings/{planned.Id}/pass");
        Assert.Equal("Ended", (await SiloFixture.ProblemAsync(over)).Reason);
    }

    [Fact]
    public async Task Whose_tenant_is_deleted_is_told_at_once_when_making_a_meeting()
    {
        await using var house = await SignInHouse.OpenAsync(o => o with { Tenant = TenantId.Parse("acme") });
        using var made = await house.Silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse("acme"), "Acme"), ContractsJson.Default.CreateTenantRequest, house.Silo.OperatorSecret.Value);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var ann = house.NewBrowser();
        await ann.SignInAsync();
        var meeting = await ann.CreateAsync(new CreateMeetingRequest("Of Acme"));
        using var deleted = await house.Silo.SendAsync(HttpMethod.Delete, "/api/tenants/acme", bearer: house.Silo.OperatorSecret.Value);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        for (var life = 0; life < 2; life++)
        {
            using var refused = await ann.SendAsync(HttpMethod.Post, "/api/me/meetings", JsonContent.Create(new CreateMeetingRequest("Too late"), ContractsJson.Default.CreateMeetingRequest));
            Assert.Equal((410, "TenantDeleted"), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);
            using var pass = await ann.SendAsync(HttpMethod.Post, $"/api/me/meetings/{meeting.Id}/pass");
            Assert.Equal("UnknownMeeting", (await SiloFixture.ProblemAsync(pass)).Reason);
            Assert.Empty(await ann.MeetingsAsync());
            await house.Silo.RestartAsync();
        }
    }

    [Fact]
    public async Task A_pass_opens_its_meeting_once_and_no_other()
    {
        await using var house = await SignInHouse.OpenAsync();
        await using var pod = await TestPod.ConnectAsync(house.Silo);
        using var ann = house.NewBrowser();
        await ann.SignInAsync();
        var (one, other) = (await ann.CreateAsync(new()), await ann.CreateAsync(new()));
        var pass = await PassAsync(ann, one.Id);
        Assert.Equal("TokenForeign", (await RefusedAsync(house, other.Code, pass)).Reason);
        await house.Silo.JoinAsync(one.Code, new JoinRequest("Ann", Token: pass));
        Assert.Equal("TokenUsed", (await RefusedAsync(house, one.Code, pass)).Reason);
        // Not of a silo, so it is judged as a token of a tenant that there is not.
        Assert.Equal("TokenForeign", (await RefusedAsync(house, one.Code, pass[..^3] + (pass[^3] == 'A' ? "BBB" : "AAA"))).Reason);
    }

    [Fact]
    public async Task Nobody_else_sees_changes_or_opens_them()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var ann = house.NewBrowser();
        using var bob = house.NewBrowser();
        using var nobody = house.NewBrowser();
        await ann.SignInAsync();
        var meeting = await ann.CreateAsync(new CreateMeetingRequest("Ann's"));
        house.Provider.Claims = claims => claims["sub"] = "bob-2";
        house.Provider.UserInfo["sub"] = "bob-2";
        await bob.SignInAsync();
        Assert.Empty(await bob.MeetingsAsync());
        var path = $"/api/me/meetings/{meeting.Id}";
        foreach (var (who, status, reason) in new[] { (bob, 404, "UnknownMeeting"), (nobody, 401, "SignedOut") })
            foreach (var (method, where) in new[] { (HttpMethod.Get, path), (HttpMethod.Patch, path), (HttpMethod.Delete, path), (HttpMethod.Post, path + "/pass") })
            {
                using var refused = await who.SendAsync(method, where, JsonContent.Create(new ChangeMeetingRequest("Bob's"), ContractsJson.Default.ChangeMeetingRequest));
                Assert.Equal((status, reason), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);
            }
        Assert.Equal("Ann's", Assert.Single(await ann.MeetingsAsync()).Title);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("https://evil.example")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.0.0.1.evil.example")]
    public async Task Pages_of_other_sites_change_nothing_in_somebodys_name(string origin)
    {
        await using var house = await SignInHouse.OpenAsync();
        using var ann = house.NewBrowser();
        await ann.SignInAsync();
        var meeting = await ann.CreateAsync(new CreateMeetingRequest("Ann's"));
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/api/me/meetings"), (HttpMethod.Patch, $"/api/me/meetings/{meeting.Id}"), (HttpMethod.Delete, $"/api/me/meetings/{meeting.Id}"),
            (HttpMethod.Post, $"/api/me/meetings/{meeting.Id}/pass"), (HttpMethod.Post, "/api/me/logout"),
        })
        {
            using var refused = await ann.SendAsync(method, path, JsonContent.Create(new ChangeMeetingRequest("Theirs"), ContractsJson.Default.ChangeMeetingRequest), origin);
            Assert.Equal((403, "WrongOrigin"), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);
        }
        Assert.Equal(("Ann's", false), Assert.Single(await ann.MeetingsAsync()) is var m ? (m.Title, m.Ended) : default);
        Assert.NotNull((await ann.MeAsync()).Person);
        // The cookie opens nothing but its own paths.
        using var elsewhere = await ann.SendAsync(HttpMethod.Get, $"/api/meetings/{meeting.Id}");
        Assert.Equal("UnknownMeeting", (await SiloFixture.ProblemAsync(elsewhere)).Reason);
    }

    private static async Task<string> PassAsync(SignInHouse.Browser browser, MeetingId meeting)
    {
        using var response = await browser.SendAsync(HttpMethod.Post, $"/api/me/meetings/{meeting}/pass");
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.HostPass))!.Token;
    }

    private static async Task<ApiProblem> RefusedAsync(SignInHouse house, string code, string pass)
    {
        using var response = await house.Silo.PostAsync($"/api/join/{code}", new JoinRequest("Eve", Token: pass), ContractsJson.Default.JoinRequest);
        return await SiloFixture.ProblemAsync(response);
    }
}
