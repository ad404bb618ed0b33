using System.Net;
using System.Net.WebSockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conference.Gateway.Tls;
using Conference.Support;

namespace Conference.Gateway.Tests;

[SupportedOSPlatform("linux")]
public sealed class TlsTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-tls");
    private readonly GatewayFixture _gateway = new();

    private string File => Path.Combine(_folder.FullName, "certificate.pem");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_generated_certificate_names_what_it_is_for_and_is_kept()
    {
        var time = new ManualTime();
        using var first = SelfSignedCertificate.OpenOrCreate(File, ["localhost", "127.0.0.1", "::1", "meet.example"], time);
        foreach (var name in (string[])["localhost", "127.0.0.1", "::1", "meet.example"]) Assert.True(first.MatchesHostname(name), name);
        Assert.False(first.MatchesHostname("evil.example"));
        Assert.True(first.HasPrivateKey);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        using var second = SelfSignedCertificate.OpenOrCreate(File, ["localhost"], time);
        Assert.Equal(first.Thumbprint, second.Thumbprint);
        using var third = SelfSignedCertificate.OpenOrCreate(File, ["localhost", "other.example"], time);
        Assert.NotEqual(first.Thumbprint, third.Thumbprint);
        time.Advance(TimeSpan.FromDays(380));
        using var renewed = SelfSignedCertificate.OpenOrCreate(File, ["localhost"], time);
        Assert.NotEqual(third.Thumbprint, renewed.Thumbprint);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_certificate_of_ones_own_is_read_from_pem_or_pkcs12(bool pem)
    {
        using var key = RSA.Create(2048);
        using var own = new CertificateRequest("CN=own", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        if (pem) System.IO.File.WriteAllText(File, own.ExportCertificatePem());
        else System.IO.File.WriteAllBytes(File, own.Export(X509ContentType.Pkcs12, "pw"));
        var keyFile = Path.Combine(_folder.FullName, "key.pem");
        System.IO.File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        using var read = pem ? CertificateFile.Read(File, keyFile) : CertificateFile.Read(File, password: "pw");
        Assert.True(read.HasPrivateKey);
        Assert.Equal(own.Thumbprint, read.Thumbprint);
    }

    [Fact]
    public void What_is_no_certificate_is_named_in_one_line()
    {
        System.IO.File.WriteAllText(File, "rubbish");
        foreach (var file in (string[])[File, "/nowhere/cert.pem"])
        {
            var message = Assert.Throws<TlsException>(() => CertificateFile.Read(file)).Message;
            Assert.StartsWith(file, message);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public async Task Https_serves_everything_and_http_redirects_to_it()
    {
        using var certificate = SelfSignedCertificate.OpenOrCreate(File, ["127.0.0.1"], TimeProvider.System);
        await _gateway.StartAsync(o => o with { Certificate = certificate, RedirectFrom = [new IPEndPoint(IPAddress.Loopback, 0)], StrictTransportSecurity = true });
        Assert.Equal("https", _gateway.Uri.Scheme);
        var page = await _gateway.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("max-age=31536000", page.Headers.GetValues("Strict-Transport-Security").Single());

        var plain = new Uri(_gateway.Urls.Single(u => u.StartsWith("http:", StringComparison.Ordinal)));
        var redirect = await _gateway.Http.GetAsync(new Uri(plain, "/j/abc?x=1"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, redirect.StatusCode);
        Assert.Equal(new Uri(_gateway.Uri, "/j/abc?x=1"), redirect.Headers.Location);
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.GetAsync(new Uri(plain, "/healthz"))).StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sockets_work_over_tls_in_both_versions_of_http(int version)
    {
        using var certificate = SelfSignedCertificate.OpenOrCreate(File, ["127.0.0.1"], TimeProvider.System);
        await _gateway.StartAsync(o => o with { Certificate = certificate });
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(new UriBuilder(_gateway.Uri) { Scheme = "wss", Path = "/signal" }.Uri, invoker, bound.Token);
        Assert.Equal("over tls", await Echo.AskAsync(socket, "over tls"));
    }

    [Theory]
    [InlineData(60_000, HttpStatusCode.OK)]
    [InlineData(70_000, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(4_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_of_http_2_that_does_not_tell_its_size_is_bounded(int size, HttpStatusCode expected)
    {
        using var certificate = SelfSignedCertificate.OpenOrCreate(File, ["127.0.0.1"], TimeProvider.System);
        await _gateway.StartAsync(o => o with { Certificate = certificate });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/meetings") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new Untold(size) };
        using var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK) Assert.True(_gateway.Silo.Requests.TryDequeue(out var seen) && seen.Header("Content-Length") == $"{size}");
        else Assert.Empty(_gateway.Silo.Requests);
    }

    private sealed class Untold(int size) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[size]).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
