using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Conference.Hosting.Http;
using Conference.Support;

namespace Conference.Gateway.Tests;

public sealed class RoutingTests : IAsyncLifetime
{
    private readonly GatewayFixture _gateway = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Api_requests_reach_a_silo_with_the_clients_facts()
    {
        await _gateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/join/abc?x=1") { Content = new StringContent("body") };
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("Forwarded", "for=203.0.113.9");
        request.Headers.Add(ServiceHeaders.Region, "elsewhere");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "tenant");
        Assert.Equal("POST /api/join/abc?x=1 body", await (await _gateway.Http.SendAsync(request)).Content.ReadAsStringAsync());
        Assert.True(_gateway.Silo.Requests.TryDequeue(out var seen));
        Assert.Equal("127.0.0.1", seen.Header("X-Forwarded-For"));
        Assert.Equal("http", seen.Header("X-Forwarded-Proto"));
        Assert.Equal(_gateway.Uri.Authority, seen.Header("X-Forwarded-Host"));
        Assert.Equal("north", seen.Header(ServiceHeaders.Region));
        Assert.Equal("Bearer tenant", seen.Header("Authorization"));
        Assert.Null(seen.Header("Forwarded"));
    }

    [Fact]
    public async Task A_trusted_proxy_is_believed()
    {
        await _gateway.StartAsync(o => o with { TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")] });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/regions");
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "meet.example");
        await _gateway.Http.SendAsync(request);
        Assert.True(_gateway.Silo.Requests.TryDequeue(out var seen));
        Assert.Equal(("203.0.113.9", "https", "meet.example"), (seen.Header("X-Forwarded-For"), seen.Header("X-Forwarded-Proto"), seen.Header("X-Forwarded-Host")));
    }

    [Theory]
    [InlineData("/internal/pods")]
    [InlineData("/internal/streams")]
    [InlineData("/pods/connect")]
    [InlineData("/debug/rooms/m1")]
    [InlineData("/api/../internal/pods")]
    [InlineData("/api/%2e%2e/internal/pods")]
    public async Task What_is_internal_cannot_be_reached(string path)
    {
        await _gateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", ScriptedSilo.Secret.AuthorizationHeader);
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/media/pod-1/..%2f..%2fdebug%2frooms%2fm1")]
    [InlineData("/media/pod-1/../../debug/rooms/m1")]
    [InlineData("/media/pod-1/..\\..\\debug\\rooms\\m1")]
    [InlineData("/media/pod-1/..%5c..%5cdebug%5crooms%5cm1")]
    [InlineData("/media/pod-1/%2e%2e/%2e%2e/debug/rooms/m1")]
    [InlineData("/media/pod-1/%252e%252e/%252e%252e/debug/rooms/m1")]
    public async Task No_path_leaves_the_pods_media_folder(string path)
    {
        await _gateway.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Uri.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(client.GetStream()).ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 ", answer);
        Assert.DoesNotContain("guarded", answer);
        Assert.All(_gateway.Pod.Requests, seen => Assert.StartsWith("/media/pod-1/", seen.Path));
    }

    [Fact]
    public async Task Signaling_sockets_go_to_a_silo_and_channels_to_their_pod()
    {
        await _gateway.StartAsync();
        using var signal = await _gateway.OpenSocketAsync("/signal");
        Assert.Equal("hello", await Echo.AskAsync(signal, "hello"));
        using var channel = await _gateway.OpenSocketAsync("/media/pod-1/sessions/s1/channel");
        Assert.Equal("demand", await Echo.AskAsync(channel, "demand"));
        await signal.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal("bye", signal.CloseStatusDescription);
    }

    [Fact]
    public async Task Media_requests_reach_the_pod_unchanged()
    {
        await _gateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/media/pod-1/sessions") { Content = new StringContent("offer") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "ticket");
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal("answer to offer", await answer.Content.ReadAsStringAsync());
        Assert.Equal("/media/pod-1/sessions/s1", answer.Headers.Location!.OriginalString);
        Assert.Equal("\"e1\"", answer.Headers.ETag!.Tag);
        Assert.True(_gateway.Pod.Requests.TryDequeue(out var seen));
        Assert.Equal("Bearer ticket", seen.Header("Authorization"));
        Assert.Equal("127.0.0.1", seen.Header("X-Forwarded-For"));
    }

    [Theory]
    [InlineData("/media/pod-9/sessions")]
    [InlineData("/media/not%20a%20pod/sessions")]
    [InlineData("/media/..%2f..%2fetc/sessions")]
    public async Task An_unknown_pod_is_named(string path)
    {
        await _gateway.StartAsync();
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.PostAsync(path, null), HttpStatusCode.NotFound, GatewayRefusal.UnknownPod);
    }

    [Fact]
    public async Task A_pod_that_registered_a_moment_ago_is_found_by_the_first_request()
    {
        await _gateway.StartAsync();
        await using var late = await new ScriptedPod("pod-2").StartAsync();
        _gateway.Silo.Pods = [late.Route];
        Assert.Equal(HttpStatusCode.Created, (await _gateway.Http.PostAsync("/media/pod-2/sessions", new StringContent("o"))).StatusCode);
    }

    [Fact]
    public async Task A_pod_that_is_gone_is_named_and_the_others_go_on()
    {
        await _gateway.StartAsync();
        var gone = await new ScriptedPod("pod-2").StartAsync();
        _gateway.Silo.Pods = [_gateway.Pod.Route, gone.Route];
        await gone.DisposeAsync();
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.PostAsync("/media/pod-2/sessions", new StringContent("o")), HttpStatusCode.BadGateway, GatewayRefusal.PodUnreachable);
        Assert.Equal(HttpStatusCode.Created, (await _gateway.Http.PostAsync("/media/pod-1/sessions", new StringContent("o"))).StatusCode);
    }

    [Fact]
    public async Task Media_goes_on_while_no_silo_answers()
    {
        await _gateway.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await _gateway.Http.PostAsync("/media/pod-1/sessions", new StringContent("o"))).StatusCode);
        await _gateway.Silo.DisposeAsync();
        Assert.Equal(HttpStatusCode.Created, (await _gateway.Http.PostAsync("/media/pod-1/sessions", new StringContent("o"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync("/healthz")).StatusCode);
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.PostAsync("/api/join/x", new StringContent("{}")), HttpStatusCode.ServiceUnavailable, GatewayRefusal.SiloUnreachable);
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.GetAsync("/api/join/x"), HttpStatusCode.ServiceUnavailable, GatewayRefusal.SiloUnreachable);
    }

    [Fact]
    public async Task Reads_are_tried_again_and_writes_are_not()
    {
        await _gateway.StartAsync();
        foreach (var status in (int[])[503, 502]) _gateway.Silo.Failures.Enqueue(status);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync("/api/join/x")).StatusCode);
        Assert.Equal(3, _gateway.Silo.Requests.Count);
        _gateway.Silo.Failures.Enqueue(503);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _gateway.Http.PostAsync("/api/join/x", new StringContent("{}"))).StatusCode);
        Assert.Equal(4, _gateway.Silo.Requests.Count);
    }

    [Fact]
    public async Task A_dead_silo_beside_a_live_one_costs_nobody_a_request()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        var dead = new Uri($"http://127.0.0.1:{((IPEndPoint)reserved.LocalEndpoint).Port}");
        reserved.Stop();
        await _gateway.StartAsync(o => o with { Silos = [dead, .. o.Silos] });
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.PostAsync("/api/join/x", new StringContent("{}"))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync("/api/join/x")).StatusCode);
            using var socket = await _gateway.OpenSocketAsync("/signal");
            Assert.Equal("hi", await Echo.AskAsync(socket, "hi"));
        }
    }

    [Fact]
    public async Task Readiness_says_whether_a_silo_answers()
    {
        await _gateway.StartAsync();
        Assert.Equal(HttpStatusCode.Created, (await _gateway.Http.PostAsync("/media/pod-1/sessions", new StringContent("o"))).StatusCode);
        Assert.Equal("{\"status\":\"Healthy\",\"checks\":{\"silo\":\"Healthy\",\"page\":\"Healthy\"}}", await _gateway.Http.GetStringAsync("/readyz"));
    }

    [Fact]
    public async Task Metrics_are_for_near_networks_that_ask_themselves()
    {
        await _gateway.StartAsync();
        await _gateway.Http.PostAsync("/media/pod-9/sessions", null);
        Assert.Matches("gateway_requests_refused_total\\{reason=\"UnknownPod\"\\} [1-9]", await _gateway.Http.GetStringAsync("/metrics"));
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        forwarded.Headers.Add("X-Forwarded-For", "203.0.113.9");
        Assert.Equal(HttpStatusCode.NotFound, (await _gateway.Http.SendAsync(forwarded)).StatusCode);
    }

    [Fact]
    public async Task The_internal_port_answers_health_and_metrics_to_everybody_and_nothing_else()
    {
        using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var inside = (IPEndPoint)free.LocalEndpoint;
        free.Stop();
        await _gateway.StartAsync(options => options with { MetricsNetworks = [], InternalListen = inside });
        Assert.Equal(HttpStatusCode.NotFound, (await _gateway.Http.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync("/")).StatusCode);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{inside}") };
        await Eventually.True(async () => (await http.GetAsync("/readyz")).IsSuccessStatusCode, "the Gateway has asked its silo");
        foreach (var path in (string[])["/healthz", "/readyz", "/metrics"]) Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(path)).StatusCode);
        foreach (var path in (string[])["/", "/api/regions", "/probe", "/media/pod-1/sessions"]) Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(path)).StatusCode);
    }
}
