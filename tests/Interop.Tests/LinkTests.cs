using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Media;
using Conference.Hosting.Http;
using Conference.Interop.Tests.Support;

namespace Conference.Interop.Tests;

/// <summary>The links as HTTP sees them (RFC 9725 and the WHEP draft), with offers that real browsers made.</summary>
[Collection(InstallationTests.Name)]
public sealed class LinkTests(Installation installation) : IAsyncLifetime
{
    private TestMeeting _meeting = null!;

    public async Task InitializeAsync() => _meeting = await TestMeeting.CreateAsync(installation.Http);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_session_can_be_trickled_to_restarted_and_deleted_but_not_offered_again()
    {
        using var opened = await PostAsync(_meeting.Publish, Offer("offer-sendonly-audio-simulcast-video.txt"));
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        Assert.Equal("application/sdp", opened.Content.Headers.ContentType!.MediaType);
        var session = new Uri(_meeting.Publish.Url, opened.Headers.Location!);
        var etag = opened.Headers.ETag!.Tag;

        const string candidate = "a=ice-ufrag:{0}\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 UDP 2130706431 192.0.2.9 5000 typ host\r\n";
        var ufrag = Offer("offer-sendonly-audio-simulcast-video.txt").Split("a=ice-ufrag:")[1].Split('\r')[0];
        using (var trickled = await SendAsync(HttpMethod.Patch, session, string.Format(null, candidate, ufrag), "application/trickle-ice-sdpfrag", etag)) Assert.Equal(HttpStatusCode.NoContent, trickled.StatusCode);
        using (var restarted = await SendAsync(HttpMethod.Patch, session, string.Format(null, candidate, "fresh"), "application/trickle-ice-sdpfrag", etag))
        {
            Assert.Equal(HttpStatusCode.OK, restarted.StatusCode);
            Assert.NotEqual(etag, restarted.Headers.ETag!.Tag);
            Assert.Contains("a=ice-ufrag:", await restarted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await AssertRefusedAsync(SendAsync(HttpMethod.Patch, session, string.Format(null, candidate, "fresher"), "application/trickle-ice-sdpfrag", etag), HttpStatusCode.PreconditionFailed, nameof(SessionEndReason.StaleEtag));
        await AssertRefusedAsync(SendAsync(HttpMethod.Put, session, "v=0", "application/sdp"), HttpStatusCode.MethodNotAllowed, nameof(RequestRefusal.MethodNotAllowed));
        await AssertRefusedAsync(SendAsync(HttpMethod.Delete, session, bearer: "nonsense"), HttpStatusCode.Unauthorized, nameof(SessionEndReason.InvalidTicket));
        using (var deleted = await SendAsync(HttpMethod.Delete, session)) Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await AssertRefusedAsync(SendAsync(HttpMethod.Delete, session), HttpStatusCode.NotFound, nameof(SessionEndReason.UnknownSession));
    }

    [Fact]
    public async Task A_player_only_receives_and_a_publisher_only_sends()
    {
        using var playing = await PostAsync(_meeting.Play, Offer("offer-sendrecv-datachannel-maxbundle.txt"));
        var answer = await playing.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Created, playing.StatusCode);
        Assert.Contains("a=sendonly", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("a=sendrecv", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("a=recvonly", answer, StringComparison.Ordinal);
        using var publishing = await PostAsync(_meeting.Publish, Offer("offer-sendrecv-datachannel-maxbundle.txt"));
        answer = await publishing.Content.ReadAsStringAsync();
        Assert.Contains("a=recvonly", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("a=sendonly", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offers_that_cannot_be_answered_are_refused_by_name()
    {
        var offer = Offer("offer-sendonly-audio-simulcast-video.txt");
        string Without(string attribute) => string.Join("\r\n", offer.Split("\r\n").Where(line => !line.StartsWith(attribute, StringComparison.Ordinal)));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, "garbage"), HttpStatusCode.BadRequest, nameof(SessionEndReason.MalformedSdp));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, ""), HttpStatusCode.BadRequest, nameof(SessionEndReason.MalformedSdp));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, Without("a=fingerprint")), HttpStatusCode.BadRequest, nameof(SessionEndReason.NoFingerprint));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, Without("a=ice-")), HttpStatusCode.BadRequest, nameof(SessionEndReason.NoIceCredentials));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, OnlyUnknownCodecs), HttpStatusCode.UnprocessableEntity, nameof(SessionEndReason.NoCommonCodec));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, offer, "application/json"), HttpStatusCode.UnsupportedMediaType, nameof(SessionEndReason.UnsupportedContentType));
        await AssertRefusedAsync(PostAsync(_meeting.Publish, new string('x', 10_000_000)), HttpStatusCode.RequestEntityTooLarge, nameof(SessionEndReason.TooLarge));
    }

    [Fact]
    public async Task Only_a_key_of_the_meeting_opens_its_links()
    {
        var offer = Offer("offer-recvonly.txt");
        var other = await TestMeeting.CreateAsync(installation.Http);
        var unknown = new Uri(_meeting.Play.Url, "/whep/zuzuz-zuzuz-zuzuz-zuzuz");
        await AssertRefusedAsync(PostAsync(_meeting.Play with { Bearer = "nonsense" }, offer), HttpStatusCode.Unauthorized, nameof(StreamRefusal.InvalidStreamKey));
        await AssertRefusedAsync(PostAsync(_meeting.Play with { Bearer = other.Play.Bearer }, offer), HttpStatusCode.Unauthorized, nameof(StreamRefusal.InvalidStreamKey));
        await AssertRefusedAsync(SendAsync(HttpMethod.Post, _meeting.Play.Url, offer, "application/sdp", etag: null, bearer: null), HttpStatusCode.Unauthorized, nameof(StreamRefusal.InvalidStreamKey));
        await AssertRefusedAsync(PostAsync(_meeting.Play with { Url = unknown }, offer), HttpStatusCode.NotFound, nameof(StreamRefusal.UnknownCode));
    }

    [Fact]
    public async Task What_is_not_a_post_is_told_what_is()
    {
        using var options = await SendAsync(HttpMethod.Options, _meeting.Publish.Url, bearer: null);
        Assert.True(options.IsSuccessStatusCode);
        Assert.Equal("application/sdp", options.Headers.GetValues("Accept-Post").Single());
        using var put = await SendAsync(HttpMethod.Put, _meeting.Publish.Url, "v=0", "application/sdp");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.StatusCode);
        Assert.Contains("POST", put.Content.Headers.Allow);
        using var get = await SendAsync(HttpMethod.Get, _meeting.Play.Url);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
    }

    private const string OnlyUnknownCodecs =
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 9\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
        + "a=fingerprint:sha-256 92:DE:DC:58:9F:44:B1:7C:A5:73:10:B3:AC:88:67:EC:5D:3E:72:AC:D4:27:04:BA:B7:B7:9D:BD:F0:1E:A4:00\r\na=setup:actpass\r\na=mid:0\r\na=rtcp-mux\r\na=sendonly\r\na=rtpmap:9 G722/8000\r\n";

    private static string Offer(string name) => File.ReadAllText(Path.Combine(Checkout.Folder, "tests/data/sdp", name));

    private static async Task AssertRefusedAsync(Task<HttpResponseMessage> request, HttpStatusCode status, string reason)
    {
        using var answer = await request;
        Assert.Equal(status, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem);
        Assert.Equal(reason, problem!.Reason);
    }

    private Task<HttpResponseMessage> PostAsync(StreamLink link, string offer, string type = "application/sdp") => SendAsync(HttpMethod.Post, link.Url, offer, type, etag: null, link.Bearer);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, string? body = null, string type = "application/sdp", string? etag = null) =>
        SendAsync(method, url, body, type, etag, _meeting.Publish.Bearer);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, string? bearer) => SendAsync(method, url, null, "application/sdp", null, bearer);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri url, string? body, string type, string? etag, string? bearer)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue(type));
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (etag is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue(etag));
        // Who waits for the go-ahead hears of a refusal before it sends what is too large.
        request.Headers.ExpectContinue = body?.Length > 1_000_000;
        return await installation.Http.SendAsync(request);
    }
}
