namespace Conference.Standalone.Tests.Hostile;

/// <summary>The API and the pod's endpoints through the Gateway (docs/security.md, H9 ...): whatever is asked, a refusal by name.</summary>
public sealed class HostileApiTests(HostileHouse house) : IClassFixture<HostileHouse>
{
    /// <summary>Bodies that are not what the join wants.</summary>
    public static TheoryData<string, string> Bodies() => new()
    {
        { "", "application/json" }, { "null", "application/json" }, { "[]", "application/json" }, { "{\"displayName\":5}", "application/json" }, { "{\"displayName\":\"\\ud800\"}", "application/json" },
        { "{\"displayName\":\"Ann\"", "application/json" }, { "{\"displayName\":\"Ann\"}", "text/plain" }, { new string('[', 30_000), "application/json" }, { "{\"a\":\"" + new string('x', 100_000) + "\"}", "application/json" },
        { "displayName=Ann", "application/x-www-form-urlencoded" }, { "{\"displayName\":\"\\u0000\"}", "application/json" }, { "{\"displayName\":\"Ann\",\"resumeToken\":\"forged\"}", "application/json" },
        { "{\"displayName\":\"Ann\",\"hostKey\":\"forged\"}", "application/json" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task H9_A_body_that_is_no_request_is_refused(string body, string type)
    {
        Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Post, $"/api/join/{house.Meeting.Code}", body, type));
        await house.AssertUndisturbedAsync();
    }

    [Theory]
    [InlineData("GET", "/api/join/aaaaa-aaaaa-aaaaa-aaaaa")]
    [InlineData("GET", "/api/join/..%2f..%2fetc%2fpasswd")]
    [InlineData("GET", "/api/join/'%20OR%201=1--")]
    [InlineData("DELETE", "/api/join/x")]
    [InlineData("GET", "/api/meetings/none")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("GET", "/internal/regions")]
    [InlineData("GET", "/pods/connect")]
    [InlineData("GET", "/media/nowhere/sessions/1")]
    [InlineData("GET", "/signal")]
    public async Task H9_A_path_that_leads_nowhere_is_refused(string method, string path) =>
        Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, new HttpMethod(method), path));

    [Fact]
    public async Task H9_A_path_that_is_none_is_refused_by_the_server_itself() =>
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await house.Http.GetAsync("/api/join/%00")).StatusCode);

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/chat?after=0")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/stream-keys")]
    [InlineData("POST", "/captions")]
    public async Task H10_The_meetings_api_opens_to_no_forged_credential(string method, string path)
    {
        var mallory = await house.JoinAsync(house.Meeting, "Mallory");
        foreach (var bearer in (string?[])[null, "", "forged", "eyJhbGciOiJub25lIn0.e30.", mallory.SignalTicket, mallory.Media!.MediaTicket, new string('x', 7000)])
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, new HttpMethod(method), $"/api/meetings/{house.Meeting.Id}{path}", method is "GET" or "DELETE" ? null : "{\"text\":\"x\",\"name\":\"x\"}", bearer: bearer));
        // One's own credential opens one's own things only.
        if (path is not "/chat?after=0")
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, new HttpMethod(method), $"/api/meetings/{house.Meeting.Id}{path}", method is "GET" or "DELETE" ? null : "{\"text\":\"x\",\"name\":\"x\"}", bearer: mallory.ResumeToken));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H11_A_pod_takes_nobodys_ticket_but_its_own_and_no_offer_that_is_none()
    {
        var (join, socket) = await house.EnterAsync();
        await using var mallory = socket;
        var grant = join.Media!;
        foreach (var ticket in (string?[])[null, "forged", "eyJhbGciOiJub25lIn0.e30.", join.SignalTicket, grant.MediaTicket[..^4] + "AAAA"])
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Post, grant.Url, HostileRequests.Offer, "application/sdp", ticket));
        foreach (var offer in (string[])["", "v=0", "rubbish", new string('m', 200_000), "v=0\r\n" + string.Concat(Enumerable.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", 500))])
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Post, grant.Url, offer, "application/sdp", grant.MediaTicket));
        Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Post, grant.Url, "{}", "application/json", grant.MediaTicket));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H11_Others_media_sessions_cannot_be_touched()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, house.Host.Media!.Url) { Content = new StringContent(HostileRequests.Offer, new System.Net.Http.Headers.MediaTypeHeaderValue("application/sdp")) };
        request.Headers.Authorization = new("Bearer", house.Host.Media.MediaTicket);
        using var opened = await house.Http.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.Created, opened.StatusCode);
        var session = new Uri(house.Url, opened.Headers.Location!).AbsolutePath;
        var (join, socket) = await house.EnterAsync();
        await using var mallory = socket;
        foreach (var ticket in (string?[])[null, "forged", join.Media!.MediaTicket])
        {
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Delete, session, bearer: ticket));
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Patch, session, "a=ice-ufrag:x\r\na=ice-pwd:y\r\n", "application/trickle-ice-sdpfrag", ticket));
        }
        using var own = new HttpRequestMessage(HttpMethod.Delete, session);
        own.Headers.Authorization = new("Bearer", house.Host.Media.MediaTicket);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await house.Http.SendAsync(own)).StatusCode);
    }
}
