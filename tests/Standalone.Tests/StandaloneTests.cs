using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Support;

namespace Conference.Standalone.Tests;

/// <summary>The program from outside: what it prints, what it keeps, how it ends.</summary>
public sealed class StandaloneTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("standalone-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });

    public void Dispose()
    {
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task It_prints_where_it_is_and_everything_is_there()
    {
        await using var program = StandaloneProcess.Start(Arguments());
        var url = await program.UrlAsync();
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(url, "/healthz"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(url, "/readyz"))).StatusCode);
        var meeting = await CreateAsync(url, "Budget");
        Assert.StartsWith(new Uri(url, "/j/").ToString(), meeting.JoinUrl);

        // A media grant proves that the pod has registered and that the silo would send people there.
        var joined = await JoinAsync(url, meeting.Code, "Ann");
        Assert.NotNull(joined.Media);
        var offer = await _http.PostAsync(new Uri(url, joined.Media.Url), new StringContent("no offer"));
        Assert.Equal(HttpStatusCode.Unauthorized, offer.StatusCode);
    }

    [Fact]
    public async Task Terminated_it_ends_clean_and_the_next_start_goes_on_with_the_same_meetings()
    {
        string code;
        string resume;
        await using (var first = StandaloneProcess.Start(Arguments()))
        {
            var url = await first.UrlAsync();
            code = (await CreateAsync(url, "Weekly")).Code;
            resume = (await JoinAsync(url, code, "Ann")).ResumeToken;
            Assert.Equal(0, await first.TerminateAsync());
            Assert.Empty(first.Errors);
        }
        await using var second = StandaloneProcess.Start(Arguments());
        var again = await second.UrlAsync();
        Assert.Equal("Weekly", (await FactsAsync(again, code)).Title);
        using var answer = await _http.PostAsJsonAsync(new Uri(again, $"/api/join/{code}"), new JoinRequest(ResumeToken: resume), ContractsJson.Default.JoinRequest);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Killed_it_forgets_nothing()
    {
        string code;
        await using (var first = StandaloneProcess.Start(Arguments()))
        {
            code = (await CreateAsync(await first.UrlAsync(), "Kept")).Code;
            await first.KillAsync();
        }
        await using var second = StandaloneProcess.Start(Arguments());
        Assert.Equal("Kept", (await FactsAsync(await second.UrlAsync(), code)).Title);
    }

    [Fact]
    public async Task Stable_stream_links_lead_to_sessions_at_the_pod()
    {
        await using var program = StandaloneProcess.Start(Arguments());
        var url = await program.UrlAsync();
        var meeting = await CreateAsync(url, "Stream");
        var key = await CreateStreamKeyAsync(url, meeting);
        foreach (var (link, offer) in ((string, string)[])[(key.PublishUrl, "offer-sendonly-single-L1T3.txt"), (key.PlayUrl, "offer-recvonly.txt")])
        {
            Assert.StartsWith(url.ToString(), link);
            using var opened = await SendAsync(HttpMethod.Post, new Uri(link), key.Key, new StringContent(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "sdp", offer)), new MediaTypeHeaderValue("application/sdp")));
            Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
            Assert.StartsWith("v=0", await opened.Content.ReadAsStringAsync());
            using var closed = await SendAsync(HttpMethod.Delete, new Uri(url, opened.Headers.Location!), key.Key);
            Assert.Equal(HttpStatusCode.OK, closed.StatusCode);
            using var refused = await SendAsync(HttpMethod.Post, new Uri(link), "another-key", new StringContent("v=0", new MediaTypeHeaderValue("application/sdp")));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Interrupted_it_ends_although_sockets_are_open()
    {
        await using var program = StandaloneProcess.Start(Arguments());
        var url = await program.UrlAsync();
        using var socket = new ClientWebSocket();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Path = "/signal" }.Uri, bound.Token);
        Assert.Equal(0, await program.InterruptAsync());
        // Its own end is no loss of anything.
        Assert.DoesNotContain(program.Output, line => line.Contains("dialling again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_data_folder_is_for_its_owner_only()
    {
        var folder = Path.Combine(_data.FullName, "made");
        await using var program = StandaloneProcess.Start("--data", folder, "--port", Port(), "--media-port", MediaPort());
        await program.UrlAsync();
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "ticket-keys.pem")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "conference.db")));
    }

    [Fact]
    public async Task Only_this_machine_may_create_meetings_unless_it_is_said()
    {
        // Through a proxy that is trusted, the person is somewhere else.
        await using (var closed = StandaloneProcess.Start([.. Arguments(), "--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "::1"]))
            Assert.Equal(HttpStatusCode.Unauthorized, await CreateFromElsewhereAsync(await closed.UrlAsync()));
        await using var open = StandaloneProcess.Start([.. Arguments(), "--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "::1", "--open-creation"]);
        Assert.Equal(HttpStatusCode.Created, await CreateFromElsewhereAsync(await open.UrlAsync()));
    }

    [Fact]
    public async Task With_tls_it_makes_a_certificate_and_redirects()
    {
        var httpPort = Port();
        await using var program = StandaloneProcess.Start([.. Arguments(), "--tls", "--http-port", httpPort]);
        var url = await program.UrlAsync();
        Assert.Equal("https", url.Scheme);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(url, "/healthz"))).StatusCode);
        var redirect = await _http.GetAsync($"http://localhost:{httpPort}/j/abc");
        Assert.Equal(new Uri(url, "/j/abc"), redirect.Headers.Location);
        Assert.True(File.Exists(Path.Combine(_data.FullName, "certificate.pem")));
    }

    [Fact]
    public async Task A_taken_port_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Any, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString();
        await AssertRefusedAsync(StartRefusal.PortTaken, port, "--data", _data.FullName, "--port", port, "--media-port", MediaPort(), "--bind", "0.0.0.0");
    }

    [Fact]
    public async Task A_taken_media_port_is_one_line()
    {
        using var taken = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
        taken.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port.ToString();
        await AssertRefusedAsync(StartRefusal.Media, port, "--data", _data.FullName, "--port", Port(), "--media-port", port);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_one_line() =>
        await AssertRefusedAsync(StartRefusal.AddressUnavailable, "203.0.113.9", [.. Arguments(), "--bind", "203.0.113.9"]);

    [Theory]
    [InlineData("/proc/conference")]
    [InlineData("/dev/null/conference")]
    public async Task An_unwritable_folder_is_one_line(string folder) =>
        await AssertRefusedAsync(StartRefusal.DataFolderUnwritable, folder, "--data", folder, "--port", Port(), "--media-port", MediaPort());

    [Fact]
    public async Task A_folder_in_use_is_one_line()
    {
        await using var first = StandaloneProcess.Start(Arguments());
        await first.UrlAsync();
        await AssertRefusedAsync(StartRefusal.DataFolderInUse, _data.FullName, Arguments());
    }

    [Theory]
    [InlineData("ticket-keys.pem")]
    [InlineData("conference.db")]
    public async Task Damaged_data_is_one_line(string file)
    {
        var path = Path.Combine(_data.FullName, file);
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(10_000));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await AssertRefusedAsync(StartRefusal.DataUnusable, path, Arguments());
    }

    [Fact]
    public async Task An_unusable_certificate_is_one_line() =>
        await AssertRefusedAsync(StartRefusal.Certificate, "/nowhere/certificate.pem", [.. Arguments(), "--tls", "/nowhere/certificate.pem"]);

    [Fact]
    public async Task A_variable_that_makes_no_sense_is_one_line()
    {
        await using var program = StandaloneProcess.Start([("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")], Arguments());
        await AssertRefusedAsync(program, StartRefusal.InvalidVariable, "OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "http")]
    [InlineData("--bind", "everywhere")]
    [InlineData("--public-address", "example.org")]
    [InlineData("--trusted-proxy", "10.0.0.0/99")]
    [InlineData("--allow-origin", "https://a.example/path")]
    [InlineData("--workers", "0")]
    [InlineData("--tls-key", "key.pem")]
    [InlineData("--no-such-option", "x")]
    public async Task A_wrong_option_is_explained(string option, string value)
    {
        await using var program = StandaloneProcess.Start([.. Arguments(), option, value]);
        Assert.Equal(1, await program.ExitCodeAsync());
        Assert.Contains(program.Errors, line => line.Contains(option, StringComparison.Ordinal) || line.Contains(value, StringComparison.Ordinal));
        Assert.DoesNotContain(program.Errors, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    private string[] Arguments() => ["--data", _data.FullName, "--port", Port(), "--media-port", MediaPort()];

    private static string Port() => FreePorts.Tcp().ToString();

    private static string MediaPort() => FreePorts.Media().ToString();

    private static async Task AssertRefusedAsync(StartRefusal reason, string named, params string[] arguments)
    {
        await using var program = StandaloneProcess.Start(arguments);
        await AssertRefusedAsync(program, reason, named);
    }

    private static async Task AssertRefusedAsync(StandaloneProcess program, StartRefusal reason, string named)
    {
        Assert.Equal((int)reason, await program.ExitCodeAsync());
        var line = Assert.Single(program.Errors);
        Assert.StartsWith("conference: ", line);
        Assert.Contains(named, line);
        Assert.DoesNotContain(program.Output, text => text.Contains("   at ", StringComparison.Ordinal));
    }

    private async Task<CreateMeetingResponse> CreateAsync(Uri url, string title)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(url, "/api/meetings"), new CreateMeetingRequest(title), ContractsJson.Default.CreateMeetingRequest);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    private async Task<CreateStreamKeyResponse> CreateStreamKeyAsync(Uri url, CreateMeetingResponse meeting)
    {
        var body = JsonContent.Create(new CreateStreamKeyRequest("OBS"), ContractsJson.Default.CreateStreamKeyRequest);
        using var answer = await SendAsync(HttpMethod.Post, new Uri(url, $"/api/meetings/{meeting.Id}/stream-keys"), meeting.HostKey, body);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateStreamKeyResponse))!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, string bearer, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return await _http.SendAsync(request);
    }

    private async Task<HttpStatusCode> CreateFromElsewhereAsync(Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, "/api/meetings")) { Content = JsonContent.Create(new CreateMeetingRequest(), ContractsJson.Default.CreateMeetingRequest) };
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<JoinResponse> JoinAsync(Uri url, string code, string name)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(url, $"/api/join/{code}"), new JoinRequest(name), ContractsJson.Default.JoinRequest);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!;
    }

    private async Task<JoinFacts> FactsAsync(Uri url, string code) => (await _http.GetFromJsonAsync(new Uri(url, $"/api/join/{code}"), ContractsJson.Default.JoinFacts))!;
}
