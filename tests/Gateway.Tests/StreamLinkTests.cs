using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Http;

namespace Conference.Gateway.Tests;

public sealed class StreamLinkTests : IAsyncLifetime
{
    private readonly GatewayFixture _gateway = new();

    public async Task InitializeAsync()
    {
        await _gateway.StartAsync();
        _gateway.Silo.OnStream = _ => Results.Json(new StreamGrant(_gateway.Pod.Id, "media-ticket"), ContractsJson.Default.StreamGrant);
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("whip", StreamKind.Publish)]
    [InlineData("whep", StreamKind.Play)]
    public async Task A_stable_link_leads_to_a_session_at_the_pod_that_the_silo_chose(string link, StreamKind kind)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{link}/lusab-babad?token=x") { Content = new StringContent("offer", new MediaTypeHeaderValue("application/sdp")) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "stream-key");
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("answer to offer", await answer.Content.ReadAsStringAsync());
        Assert.Equal("/media/pod-1/sessions/s1", answer.Headers.Location!.OriginalString);
        Assert.Equal(new StreamRequest("lusab-babad", kind, "stream-key"), Assert.Single(_gateway.Silo.Streams));
        var seen = Assert.Single(_gateway.Pod.Requests);
        Assert.Equal($"/media/pod-1/{link}", seen.Path);
        Assert.Equal("Bearer media-ticket", seen.Header("Authorization"));
        Assert.Equal("application/sdp", seen.Header("Content-Type"));
    }

    [Fact]
    public async Task The_answer_names_turn_servers_and_a_refusal_does_not()
    {
        var servers = ImmutableArray.Create(new IceServer(["stun:stun.example.org"]), new IceServer(["turn:turn.example.org?transport=udp", "turns:turn.example.org:443?transport=tcp"], "17:p\"1", "se\\c\r\nX: y"));
        _gateway.Silo.OnStream = _ => Results.Json(new StreamGrant(_gateway.Pod.Id, "media-ticket", servers), ContractsJson.Default.StreamGrant);
        var answer = await _gateway.Http.PostAsync("/whep/lusab", new StringContent("offer"));
        const string credential = "username=\"17:p\\\"1\"; credential=\"se\\\\cX: y\"; credential-type=\"password\"";
        Assert.Equal(
            ["<stun:stun.example.org>; rel=\"ice-server\"", $"<turn:turn.example.org?transport=udp>; rel=\"ice-server\"; {credential}", $"<turns:turn.example.org:443?transport=tcp>; rel=\"ice-server\"; {credential}"],
            answer.Headers.GetValues("Link"));

        _gateway.Silo.OnStream = _ => Results.Json(new StreamGrant(PodId.Parse("pod-7"), "t", servers), ContractsJson.Default.StreamGrant);
        var refused = await _gateway.Http.PostAsync("/whep/lusab", new StringContent("offer"));
        Assert.False(refused.Headers.Contains("Link"));
    }

    [Fact]
    public async Task The_silos_refusal_reaches_the_client_unchanged()
    {
        _gateway.Silo.OnStream = _ => Problem.Result(StatusCodes.Status401Unauthorized, StreamRefusal.InvalidStreamKey, "The key is wrong.");
        var answer = await _gateway.Http.PostAsync("/whip/lusab", new StringContent("offer"));
        await GatewayFixture.AssertProblemAsync(answer, HttpStatusCode.Unauthorized, StreamRefusal.InvalidStreamKey);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Empty(_gateway.Pod.Requests);
        Assert.Null(Assert.Single(_gateway.Silo.Streams).Key);
    }

    [Fact]
    public async Task Who_is_to_wait_hears_how_long()
    {
        _gateway.Silo.OnStream = _ => new Later(17, Problem.Result(StatusCodes.Status429TooManyRequests, StreamRefusal.TooManyAttempts, "Wait."));
        var answer = await _gateway.Http.PostAsync("/whip/lusab", new StringContent("offer"));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(17)), (answer.StatusCode, answer.Headers.RetryAfter!.Delta));
        _gateway.Silo.OnStream = _ => Results.Json(new StreamGrant(PodId.Parse("pod-7"), "t"), ContractsJson.Default.StreamGrant);
        Assert.NotNull((await _gateway.Http.PostAsync("/whip/lusab", new StringContent("offer"))).Headers.RetryAfter);
    }

    [Fact]
    public async Task A_pod_that_nobody_knows_is_named()
    {
        _gateway.Silo.OnStream = _ => Results.Json(new StreamGrant(PodId.Parse("pod-7"), "t"), ContractsJson.Default.StreamGrant);
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.PostAsync("/whip/lusab", new StringContent("o")), HttpStatusCode.ServiceUnavailable, GatewayRefusal.UnknownPod);
    }

    [Fact]
    public async Task Rubbish_from_the_silo_is_no_answer()
    {
        _gateway.Silo.OnStream = _ => Results.Text("<html>");
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.PostAsync("/whip/lusab", new StringContent("o")), HttpStatusCode.ServiceUnavailable, GatewayRefusal.SiloUnreachable);
    }

    [Fact]
    public async Task Options_say_what_may_be_posted_without_a_key()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/whip/lusab");
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/sdp", answer.Headers.GetValues("Accept-Post").Single());
        Assert.Empty(_gateway.Silo.Streams);
    }

    [Theory]
    [InlineData("GET", "/whip/lusab")]
    [InlineData("PUT", "/whip/lusab")]
    [InlineData("DELETE", "/whep/lusab")]
    public async Task A_link_takes_no_other_method(string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        var answer = await _gateway.Http.SendAsync(request);
        await GatewayFixture.AssertProblemAsync(answer, HttpStatusCode.MethodNotAllowed, RequestRefusal.MethodNotAllowed);
        Assert.Equal(["OPTIONS", "POST"], answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/whip/lusab")]
    [InlineData("/whep/lusab")]
    [InlineData("/media/pod-1/sessions/s1")]
    public async Task Pages_of_other_sites_may_stream(string path)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, path);
        preflight.Headers.Add("Origin", "https://player.example");
        preflight.Headers.Add("Access-Control-Request-Method", "PATCH");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        var allowed = await _gateway.Http.SendAsync(preflight);
        Assert.Equal(path.StartsWith("/wh", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal(path.StartsWith("/wh", StringComparison.Ordinal), allowed.Headers.Contains("Accept-Post"));
        Assert.Equal("*", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PATCH", allowed.Headers.GetValues("Access-Control-Allow-Methods").Single());
        Assert.Contains("Authorization", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single());

        using var post = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("o") };
        post.Headers.Add("Origin", "https://player.example");
        var answer = await _gateway.Http.SendAsync(post);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Location", answer.Headers.GetValues("Access-Control-Expose-Headers").Single());
    }

    [Fact]
    public async Task Pages_of_other_sites_may_not_use_the_api()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/meetings");
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        Assert.False((await _gateway.Http.SendAsync(request)).Headers.Contains("Access-Control-Allow-Origin"));
    }

    private sealed class Later(int seconds, IResult refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = $"{seconds}";
            return refusal.ExecuteAsync(httpContext);
        }
    }
}
