using System.Net;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Hosting.Http;
using Conference.MediaPod.Tests.Support;

namespace Conference.MediaPod.Tests.Sessions;

/// <summary>PUT, PATCH and DELETE of an open session: what is refused changes nothing.</summary>
public sealed class ChangeTests : IAsyncLifetime
{
    private const string Restart = "a=ice-ufrag:XyZw\r\na=ice-pwd:another-password-of-22ch\r\n";

    private PodRig _pod = null!;

    public async Task InitializeAsync() => _pod = await PodRig.StartAsync();

    public async Task DisposeAsync() => await _pod.DisposeAsync();

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("GET")]
    public async Task A_session_that_is_not_there(string method)
    {
        foreach (var id in (string[])["nobody", new string('f', 32), "%2e%2e%2f", new string('x', 2000)])
        {
            var path = $"{PodRig.Base}/sessions/{id}{(method == "GET" ? "/channel" : "")}";
            await _pod.AssertRefusedAsync(() => _pod.SendAsync(new HttpMethod(method), path, _pod.Silo.Ticket("ann"), Offers.Receiver()), HttpStatusCode.NotFound, SessionEndReason.UnknownSession);
        }
    }

    [Fact]
    public async Task A_re_offer_that_cannot_be_answered_leaves_the_session_as_it_was()
    {
        var ann = await _pod.OpenAsync("ann");
        await _pod.AssertRefusedAsync(() => PutAsync(ann, "rubbish"), HttpStatusCode.BadRequest, SessionEndReason.MalformedSdp);
        await _pod.AssertRefusedAsync(() => PutAsync(ann, Offers.Of(null, ("audio", "recvonly"))), HttpStatusCode.BadRequest, SessionEndReason.MalformedSdp);
        await _pod.AssertRefusedAsync(() => PutAsync(ann, Offers.Receiver().Replace("opus", "none").Replace("VP8", "none")), HttpStatusCode.UnprocessableEntity, SessionEndReason.NoCommonCodec);
        await _pod.AssertRefusedAsync(() => PutAsync(ann, Offers.Receiver(), "text/plain"), HttpStatusCode.UnsupportedMediaType, SessionEndReason.UnsupportedContentType);
        await _pod.AssertRefusedAsync(() => PutAsync(ann, new string('a', 300_000)), HttpStatusCode.RequestEntityTooLarge, SessionEndReason.TooLarge);
        using var good = await PutAsync(ann, Offers.Of(null, ("audio", "recvonly"), ("video", "recvonly"), ("video", "recvonly")));
        Assert.Equal((HttpStatusCode.OK, ann.Etag), (good.StatusCode, good.Headers.ETag!.Tag));
        Assert.Equal(1, await _pod.SessionsAsync());
    }

    [Theory]
    [InlineData("/whip")]
    [InlineData("/whep")]
    public async Task A_session_of_a_standard_client_takes_no_new_offer(string path)
    {
        var ann = await _pod.OpenAsync("ann", path == "/whip" ? Offers.Publisher() : Offers.Receiver(), path);
        using var response = await PutAsync(ann, Offers.Receiver());
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "PATCH, DELETE, OPTIONS"), (response.StatusCode, string.Join(", ", response.Content.Headers.Allow)));
        Assert.Equal(nameof(RequestRefusal.MethodNotAllowed), (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem))!.Reason);
        Assert.Equal(1, await _pod.CountAsync("media_requests_refused_total", nameof(RequestRefusal.MethodNotAllowed)));
    }

    [Fact]
    public async Task A_patch_names_the_present_ice_session()
    {
        var ann = await _pod.OpenAsync("ann", Offers.Publisher(), "/whip");
        await _pod.AssertRefusedAsync(() => PatchAsync(ann, Restart, ifMatch: null), HttpStatusCode.PreconditionRequired, SessionEndReason.StaleEtag);
        await _pod.AssertRefusedAsync(() => PatchAsync(ann, Restart, "\"another\""), HttpStatusCode.PreconditionFailed, SessionEndReason.StaleEtag);
        await _pod.AssertRefusedAsync(() => PatchAsync(ann, "rubbish", ann.Etag), HttpStatusCode.BadRequest, SessionEndReason.MalformedSdp);
        await _pod.AssertRefusedAsync(() => PatchAsync(ann, Restart, ann.Etag, PodRig.Sdp), HttpStatusCode.UnsupportedMediaType, SessionEndReason.UnsupportedContentType);

        using var trickled = await PatchAsync(ann, $"a=ice-ufrag:{Offers.Ufrag}\r\na=ice-pwd:{Offers.Password}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", ann.Etag);
        Assert.Equal(HttpStatusCode.NoContent, trickled.StatusCode);
        using var restarted = await PatchAsync(ann, Restart, ann.Etag);
        Assert.Equal(HttpStatusCode.OK, restarted.StatusCode);
        Assert.NotEqual(ann.Etag, restarted.Headers.ETag!.Tag);
        await _pod.AssertRefusedAsync(() => PatchAsync(ann, Restart, ann.Etag), HttpStatusCode.PreconditionFailed, SessionEndReason.StaleEtag);
    }

    [Fact]
    public async Task A_session_is_deleted_once_and_is_gone()
    {
        var (ann, bob) = (await _pod.OpenAsync("ann"), await _pod.OpenAsync("bob"));
        Assert.Equal(HttpStatusCode.OK, (await _pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket)).StatusCode);
        await _pod.AssertRefusedAsync(() => _pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket), HttpStatusCode.NotFound, SessionEndReason.UnknownSession);
        await _pod.AssertRefusedAsync(() => PutAsync(ann, Offers.Receiver()), HttpStatusCode.NotFound, SessionEndReason.UnknownSession);
        Assert.Equal(1, await _pod.SessionsAsync());
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(bob, Offers.Receiver())).StatusCode);
        await _pod.CountedAsync("media_sessions_ended_total", nameof(SessionEndReason.Deleted));
    }

    [Fact]
    public async Task Who_was_told_that_a_session_is_deleted_does_not_find_it_again()
    {
        // Many times: the news of the end comes by a thread of its own, which may be late.
        for (var i = 0; i < 200; i++)
        {
            var ann = await _pod.OpenAsync("ann");
            using var deleted = await _pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket);
            using var again = await _pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (deleted.StatusCode, again.StatusCode));
        }
    }

    private Task<HttpResponseMessage> PutAsync(OpenSession session, string sdp, string type = PodRig.Sdp) => _pod.SendAsync(HttpMethod.Put, session.Location, session.Ticket, sdp, type);

    private Task<HttpResponseMessage> PatchAsync(OpenSession session, string fragment, string? ifMatch, string type = PodRig.Fragment) =>
        _pod.SendAsync(HttpMethod.Patch, session.Location, session.Ticket, fragment, type, ifMatch);
}
