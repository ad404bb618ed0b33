using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Conference.Gateway.Limits;
using Conference.Hosting.Http;

namespace Conference.Gateway.Tests;

public sealed class LimitTests : IAsyncLifetime
{
    private readonly GatewayFixture _gateway = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_body_of_ten_megabytes_is_refused_before_it_is_sent()
    {
        await _gateway.StartAsync();
        foreach (var path in (string[])["/api/join/x", "/media/pod-1/sessions", "/whip/x", "/api/meetings"])
        {
            // Only the header goes out: the refusal must not need the body.
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _gateway.Uri.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"));
            var answer = await ReadSomeAsync(client.GetStream(), "}");
            Assert.StartsWith("HTTP/1.1 413", answer);
            Assert.Contains("\"TooLarge\"", answer);
        }
        Assert.Empty(_gateway.Silo.Requests);
        Assert.Matches("gateway_requests_refused_total\\{reason=\"TooLarge\"\\} [1-9]", await _gateway.Http.GetStringAsync("/metrics"));
    }

    [Theory]
    [InlineData("/api/join/x", 65)]
    [InlineData("/api/join/x", 4000)]
    [InlineData("/media/pod-1/sessions", 257)]
    [InlineData("/media/pod-1/sessions", 4000)]
    public async Task A_body_that_does_not_tell_its_size_is_refused_by_name_before_it_goes_on(string path, int kilobytes)
    {
        await _gateway.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Uri.Port);
        var stream = client.GetStream();
        var answering = ReadSomeAsync(stream, "}");
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"));
            var chunk = Encoding.ASCII.GetBytes("400\r\n" + new string('x', 1024) + "\r\n");
            for (var sent = 0; sent < kilobytes && !answering.IsCompleted; sent++) await stream.WriteAsync(chunk);
        }
        catch (IOException)
        {
            // It has heard enough.
        }
        var answer = await answering;
        Assert.StartsWith("HTTP/1.1 413", answer);
        Assert.Contains("\"TooLarge\"", answer);
        Assert.Equal((0, 0), (_gateway.Silo.Requests.Count, _gateway.Pod.Requests.Count));
        Assert.Matches("requests_refused_total\\{reason=\"TooLarge\"\\} 1", await _gateway.Http.GetStringAsync("/metrics"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    public async Task A_body_that_does_not_tell_its_size_and_is_not_too_large_arrives_whole(int size)
    {
        await _gateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/media/pod-1/sessions") { Content = new StringContent(new string('o', size)) };
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal("answer to " + new string('o', size), await (await _gateway.Http.SendAsync(request)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_header_that_never_ends_is_given_up()
    {
        await _gateway.StartAsync(o => o with { Service = o.Service with { Limits = o.Service.Limits with { HeaderTimeout = TimeSpan.FromSeconds(1) } } });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _gateway.Uri.Port);
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 408", await ReadSomeAsync(client.GetStream(), "\r\n\r\n"));
    }

    [Fact]
    public async Task A_large_header_is_refused()
    {
        await _gateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("X-Large", new string('x', 20_000));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await _gateway.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_flood_is_refused_by_name_and_told_when_to_return()
    {
        await _gateway.StartAsync(o => o with { Limits = o.Limits with { Create = new Rate(3, 1) } });
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 40; i++) answers.Add(await _gateway.Http.PostAsync("/api/meetings", new StringContent("{}")));
        Assert.All(answers.Take(3), a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        var refused = answers.First(a => a.StatusCode != HttpStatusCode.OK);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        await GatewayFixture.AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, RequestRefusal.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.PostAsync("/api/join/x", new StringContent("{}"))).StatusCode);
    }

    [Fact]
    public async Task A_classroom_behind_one_address_gets_in_at_once()
    {
        await _gateway.StartAsync();
        var people = Enumerable.Range(0, 100).Select(async _ =>
        {
            for (var file = 0; file < 10; file++) Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync("/assets/app-4f2a91.js")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync("/api/join/x")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.PostAsync("/api/join/x", new StringContent("{}"))).StatusCode);
            Assert.Equal(HttpStatusCode.Created, (await _gateway.Http.PostAsync("/media/pod-1/sessions", new StringContent("o"))).StatusCode);
            return (await _gateway.OpenSocketAsync("/signal"), await _gateway.OpenSocketAsync("/media/pod-1/sessions/s1/channel"));
        });
        foreach (var (signal, channel) in await Task.WhenAll(people))
        {
            Assert.Equal((WebSocketState.Open, WebSocketState.Open), (signal.State, channel.State));
            signal.Dispose();
            channel.Dispose();
        }
    }

    [Fact]
    public async Task What_runs_at_one_time_is_bounded()
    {
        await _gateway.StartAsync(o => o with { Limits = o.Limits with { Concurrent = 2 } });
        using var first = await _gateway.OpenSocketAsync("/signal");
        using var second = await _gateway.OpenSocketAsync("/signal");
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.GetAsync("/api/regions"), HttpStatusCode.TooManyRequests, RequestRefusal.TooManyRequests);
    }

    [Fact]
    public async Task Unlimited_networks_are_not_limited()
    {
        await _gateway.StartAsync(o => o with { Limits = o.Limits with { Create = new Rate(1, 1), Unlimited = [IPNetwork.Parse("127.0.0.0/8")] } });
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.PostAsync("/api/meetings", new StringContent("{}"))).StatusCode);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_client_has_its_own_limit()
    {
        await _gateway.StartAsync(o => o with { Limits = o.Limits with { Create = new Rate(1, 1) }, TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")] });
        for (var i = 0; i < 10; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/meetings") { Content = new StringContent("{}") };
            request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}");
            Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.SendAsync(request)).StatusCode);
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("SELF", true)]
    [InlineData("https://partner.example", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("http://127.0.0.1:1", false)]
    public async Task Only_our_pages_open_sockets(string? origin, bool allowed)
    {
        await _gateway.StartAsync(o => o with { AllowedOrigins = ["https://partner.example"] });
        if (origin == "SELF") origin = _gateway.Uri.GetLeftPart(UriPartial.Authority);
        if (allowed)
        {
            using var socket = await _gateway.OpenSocketAsync("/signal", origin);
            Assert.Equal("x", await Echo.AskAsync(socket, "x"));
            return;
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, "/signal");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.SendAsync(request), HttpStatusCode.Forbidden, RequestRefusal.WrongOrigin);
    }

    [Theory]
    [InlineData("GET", "/", RequestClass.Page)]
    [InlineData("GET", "/j/abc", RequestClass.Page)]
    [InlineData("GET", "/api/join/abc", RequestClass.Join)]
    [InlineData("POST", "/api/join/abc", RequestClass.Join)]
    [InlineData("POST", "/api/meetings", RequestClass.Create)]
    [InlineData("POST", "/api/me/meetings", RequestClass.Create)]
    [InlineData("GET", "/api/me/meetings", RequestClass.Api)]
    [InlineData("POST", "/API/Meetings", RequestClass.Create)]
    [InlineData("GET", "/api/meetings/m1", RequestClass.Api)]
    [InlineData("GET", "/signal", RequestClass.Socket)]
    [InlineData("GET", "/media/p/sessions/s/channel", RequestClass.Socket)]
    [InlineData("POST", "/media/p/sessions", RequestClass.Media)]
    [InlineData("POST", "/whip/abc", RequestClass.Stream)]
    [InlineData("POST", "/whep/abc", RequestClass.Stream)]
    [InlineData("GET", "/openapi/v1.json", RequestClass.Api)]
    public void Requests_are_judged_by_method_and_path(string method, string path, RequestClass expected) => Assert.Equal(expected, RequestClasses.Of(method, path));

    [Theory]
    [InlineData("https://meet.example", "meet.example", true)]
    [InlineData("https://meet.example", "meet.example:443", true)]
    [InlineData("http://meet.example", "meet.example:80", true)]
    [InlineData("https://meet.example:8443", "meet.example:8443", true)]
    [InlineData("https://MEET.example", "meet.example", true)]
    [InlineData("https://meet.example.evil.com", "meet.example", false)]
    [InlineData("https://evil.com#meet.example", "meet.example", false)]
    [InlineData("https://evil.com@meet.example", "evil.com", false)]
    [InlineData("file://meet.example", "meet.example", false)]
    [InlineData("", "", false)]
    public void Origins_are_compared_whole(string origin, string host, bool same) => Assert.Equal(same, OriginRules.MayOpenSocket(origin, host, []));

    private static async Task<string> ReadSomeAsync(NetworkStream stream, string until)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = "";
        var buffer = new byte[4096];
        while (!text.Contains(until, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, bound.Token);
            if (read == 0) break;
            text += Encoding.UTF8.GetString(buffer, 0, read);
        }
        return text;
    }
}
