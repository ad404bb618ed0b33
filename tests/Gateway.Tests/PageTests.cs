using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Conference.Hosting.Http;

namespace Conference.Gateway.Tests;

public sealed class PageTests : IAsyncLifetime
{
    private readonly GatewayFixture _gateway = new();

    public async Task InitializeAsync() => await _gateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/j/lusab-babad-gutih-tugad")]
    [InlineData("/index.html")]
    public async Task The_page_is_always_asked_for_again_and_strictly_bound(string path)
    {
        var answer = await _gateway.Http.GetAsync(path);
        Assert.Equal(GatewayFixture.Page["index.html"], await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotContain("*", policy);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Contains("camera=(self)", answer.Headers.GetValues("Permissions-Policy").Single());
        Assert.Contains("display-capture=(self)", answer.Headers.GetValues("Permissions-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task An_unchanged_page_is_not_sent_again()
    {
        var first = await _gateway.Http.GetAsync("/");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/j/abc");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        var answer = await _gateway.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        using var other = new HttpRequestMessage(HttpMethod.Get, "/");
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\""));
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Http.SendAsync(other)).StatusCode);
    }

    [Fact]
    public async Task Named_by_content_files_are_kept_for_a_year()
    {
        var answer = await _gateway.Http.GetAsync("/assets/app-4f2a91.js");
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", (await _gateway.Http.GetAsync("/favicon.svg")).Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", "")]
    public async Task Files_are_compressed_as_the_client_likes(string accept, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app-4f2a91.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(encoding, string.Join(",", answer.Content.Headers.ContentEncoding));
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
        await using var raw = await answer.Content.ReadAsStreamAsync();
        await using var plain = encoding switch { "br" => new BrotliStream(raw, CompressionMode.Decompress), "gzip" => new GZipStream(raw, CompressionMode.Decompress), _ => raw };
        Assert.Equal(GatewayFixture.Page["assets/app-4f2a91.js"], await new StreamReader(plain).ReadToEndAsync());
    }

    [Fact]
    public async Task A_small_file_is_sent_as_it_is()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/small-1.css");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        Assert.Empty((await _gateway.Http.SendAsync(request)).Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Head_tells_the_length_only()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(GatewayFixture.Page["index.html"].Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/.built")]
    [InlineData("/assets/../../../../etc/passwd")]
    [InlineData("/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/")]
    public async Task Nothing_else_is_served(string path) =>
        await GatewayFixture.AssertProblemAsync(await _gateway.Http.GetAsync(path), HttpStatusCode.NotFound, RequestRefusal.NotFound);

    [Fact]
    public async Task The_probe_answers_nothing_to_every_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/probe");
        request.Headers.Add("Origin", "https://elsewhere.example");
        var answer = await _gateway.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }
}

public sealed class MissingPageTests
{
    [Fact]
    public async Task A_page_that_was_not_built_is_named()
    {
        await using var gateway = await new GatewayFixture().StartAsync(o => o with { WebRoot = "/nowhere/at/all" });
        await GatewayFixture.AssertProblemAsync(await gateway.Http.GetAsync("/"), HttpStatusCode.ServiceUnavailable, GatewayRefusal.PageNotBuilt);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/api/regions")).StatusCode);
    }
}
