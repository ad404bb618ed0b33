using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Hosting.Http;
using Conference.MediaPod.Tests.Support;

namespace Conference.MediaPod.Tests.Sessions;

/// <summary>Offers that cannot be answered are refused by name, at each of the three doors, and leave nothing behind.</summary>
public sealed class OfferTests : IAsyncLifetime
{
    private static readonly string[] Doors = ["/sessions", "/whip", "/whep"];

    private PodRig _pod = null!;

    public async Task InitializeAsync() => _pod = await PodRig.StartAsync();

    public async Task DisposeAsync()
    {
        Assert.Equal(0, await _pod.SessionsAsync());
        Assert.Equal(0, await _pod.CountAsync("media_rooms"));
        await _pod.OpenAsync("ann", Offers.Publisher());
        await _pod.DisposeAsync();
    }

    public static TheoryData<string> Malformed() =>
    [
        "", "\0\0\0\0", "rubbish", "v=1\r\n", "v=0\r\n", new string('a', 200_000), "{\"sdp\":\"v=0\"}",
        Offers.Publisher()[..100], Offers.Publisher().Replace("m=audio 9", "m=audio 99999"), Offers.Publisher().Replace("a=mid:1", "a=mid:0"),
        Offers.Publisher() + string.Concat(Enumerable.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", 200)),
        Offers.Publisher().Replace("a=rtcp-mux\r\n", ""), Offers.Publisher().Replace("SAVPF", "AVP"), Offers.Publisher().Replace("m=audio", "m=text").Replace("m=video", "m=text"),
        Offers.Publisher().Replace("a=setup:actpass", "a=setup:holdconn"),
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public Task What_cannot_be_understood(string sdp) => RefusedAsync(sdp, HttpStatusCode.BadRequest, SessionEndReason.MalformedSdp);

    [Fact]
    public async Task Bytes_that_are_not_text()
    {
        var random = new Random(5);
        for (var i = 0; i < 20; i++)
        {
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            await RefusedAsync(() => new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(PodRig.Sdp) } }, HttpStatusCode.BadRequest, SessionEndReason.MalformedSdp);
        }
    }

    [Theory]
    [InlineData("PCMX/8000", "H265/90000")]
    [InlineData("G7221/32000", "theora/90000")]
    public Task Only_codecs_that_nobody_forwards(string audio, string video) =>
        RefusedAsync(Offers.Publisher().Replace("opus/48000/2", audio).Replace("VP8/90000", video), HttpStatusCode.UnprocessableEntity, SessionEndReason.NoCommonCodec);

    [Theory]
    [InlineData("")]
    [InlineData("a=fingerprint:sha-1 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB\r\n")]
    public Task No_fingerprint_that_can_be_checked(string instead) => RefusedAsync(
        string.Concat(Offers.Publisher().Split("\r\n").SkipLast(1).Select(line => line.StartsWith("a=fingerprint", StringComparison.Ordinal) ? instead : line + "\r\n")),
        HttpStatusCode.BadRequest, SessionEndReason.NoFingerprint);

    [Fact]
    public Task No_ice_credentials() => RefusedAsync(
        string.Concat(Offers.Publisher().Split("\r\n").SkipLast(1).Where(line => !line.StartsWith("a=ice", StringComparison.Ordinal)).Select(line => line + "\r\n")),
        HttpStatusCode.BadRequest, SessionEndReason.NoIceCredentials);

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/sdpx")]
    [InlineData(null)]
    public Task Another_content_type(string? type) => RefusedAsync(
        () => new StringContent(Offers.Publisher()) { Headers = { ContentType = type is null ? null : new MediaTypeHeaderValue(type) } },
        HttpStatusCode.UnsupportedMediaType, SessionEndReason.UnsupportedContentType);

    [Fact]
    public Task Ten_megabytes_that_say_so() => RefusedAsync(() => Large(), HttpStatusCode.RequestEntityTooLarge, SessionEndReason.TooLarge);

    [Fact]
    public async Task Ten_megabytes_that_do_not_say_so()
    {
        foreach (var door in Doors)
        {
            var content = new StreamContent(new MemoryStream(new byte[10_000_000])) { Headers = { ContentType = new MediaTypeHeaderValue(PodRig.Sdp) } };
            using var request = new HttpRequestMessage(HttpMethod.Post, PodRig.Base + door) { Content = content };
            request.Headers.TransferEncodingChunked = true;
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _pod.Silo.Ticket("ann"));
            try
            {
                using var response = await _pod.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
                Assert.Equal(nameof(RequestRefusal.TooLarge), (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem))!.Reason);
            }
            catch (HttpRequestException)
            {
                // The server may close while the client still sends; it has counted it all the same.
            }
        }
        await _pod.CountedAsync("http_requests_refused_total", nameof(RequestRefusal.TooLarge), Doors.Length);
    }

    [Fact]
    public async Task Ten_megabytes_of_json_before_any_ticket_is_read()
    {
        foreach (var door in Doors)
        {
            await _pod.AssertRefusedAsync(
                () => _pod.SendAsync(HttpMethod.Post, PodRig.Base + door, "rubbish", Large("application/json")), HttpStatusCode.Unauthorized, SessionEndReason.InvalidTicket, "MediaTicketForged");
        }
    }

    private static ByteArrayContent Large(string type = PodRig.Sdp) => new(new byte[10_000_000]) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private Task RefusedAsync(string sdp, HttpStatusCode status, SessionEndReason reason) =>
        RefusedAsync(() => new StringContent(sdp) { Headers = { ContentType = new MediaTypeHeaderValue(PodRig.Sdp) } }, status, reason);

    private async Task RefusedAsync(Func<HttpContent> body, HttpStatusCode status, SessionEndReason reason)
    {
        foreach (var door in Doors)
            await _pod.AssertRefusedAsync(() => _pod.SendAsync(HttpMethod.Post, PodRig.Base + door, _pod.Silo.Ticket("ann"), body()), status, reason);
    }
}
