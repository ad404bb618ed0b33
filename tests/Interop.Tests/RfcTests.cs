using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Interop.Tests.Support;

namespace Conference.Interop.Tests;

/// <summary>RFC 9725 (WHIP) clause by clause, and what draft-ietf-wish-whep asks alike of players, against the product as it runs: one row each of the table in docs/interop.md.</summary>
[Collection(InstallationTests.Name)]
public sealed partial class RfcTests(Installation installation) : IAsyncLifetime
{
    private const string Sdp = "application/sdp", Fragment = "application/trickle-ice-sdpfrag";
    private const string Unsent = "offer-recvonly.txt", Sent = "offer-sendonly-audio-simulcast-video.txt";

    private static readonly Dictionary<string, Func<RfcTests, StreamLink, Task>> Clauses = new(StringComparer.Ordinal)
    {
        ["4.2 an offer is answered 201 with application/sdp, Location and a strong ETag"] = async (rfc, link) =>
        {
            using var opened = await rfc.PostAsync(link);
            Assert.Equal((HttpStatusCode.Created, Sdp), (opened.StatusCode, opened.Content.Headers.ContentType!.ToString()));
            Assert.NotNull(opened.Headers.Location);
            Assert.False(opened.Headers.ETag!.IsWeak);
            Assert.Equal(Fragment, opened.Headers.GetValues("Accept-Patch").Single());
        },
        ["4.2 another content type is answered 415 and told what is taken"] = async (rfc, link) =>
        {
            using var refused = await rfc.SendAsync(HttpMethod.Post, link.Url, link.Bearer, rfc.OfferFor(link), "text/plain");
            await RefusedAsync(refused, HttpStatusCode.UnsupportedMediaType, nameof(SessionEndReason.UnsupportedContentType));
            Assert.Equal(Sdp, refused.Headers.GetValues("Accept-Post").Single());
        },
        ["4.2 what is no description is answered 400"] = async (rfc, link) =>
            await RefusedAsync(rfc.SendAsync(HttpMethod.Post, link.Url, link.Bearer, "v=1", Sdp), HttpStatusCode.BadRequest, nameof(SessionEndReason.MalformedSdp)),
        ["4.2 the answer has every candidate and says that there are no more"] = async (rfc, link) =>
        {
            using var opened = await rfc.PostAsync(link);
            var answer = await opened.Content.ReadAsStringAsync();
            Assert.Contains("a=ice-lite", answer, StringComparison.Ordinal);
            Assert.Matches("a=candidate:[^\r]* udp ", answer);
            Assert.Matches("a=candidate:[^\r]* tcp [^\r]* tcptype passive", answer);
            Assert.Contains("a=end-of-candidates", answer, StringComparison.Ordinal);
        },
        ["4.2 DELETE ends the session with 200, and it is gone"] = async (rfc, link) =>
        {
            var (session, _) = await rfc.OpenAsync(link);
            using (var deleted = await rfc.SendAsync(HttpMethod.Delete, session, link.Bearer)) Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
            await RefusedAsync(rfc.SendAsync(HttpMethod.Delete, session, link.Bearer), HttpStatusCode.NotFound, nameof(SessionEndReason.UnknownSession));
        },
        ["4.2 GET, HEAD and PUT of the endpoint are answered 405 with Allow"] = async (rfc, link) =>
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete])
                Assert.Equal(["OPTIONS", "POST"], await rfc.NotAllowedAsync(method, link.Url, link.Bearer));
        },
        ["4.2 GET, HEAD, POST and PUT of the session are answered 405 with Allow"] = async (rfc, link) =>
        {
            var (session, _) = await rfc.OpenAsync(link);
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Put])
                Assert.Contains("DELETE", await rfc.NotAllowedAsync(method, session, link.Bearer));
        },
        ["4.2 OPTIONS of the endpoint is answered 200 with Accept-Post, to a page's question too"] = async (rfc, link) =>
        {
            foreach (var origin in (string?[])[null, "https://player.example"])
            {
                using var options = await rfc.SendAsync(HttpMethod.Options, link.Url, bearer: null, origin: origin);
                Assert.Equal((HttpStatusCode.OK, Sdp), (options.StatusCode, options.Headers.GetValues("Accept-Post").Single()));
                if (origin is null) continue;
                Assert.Equal("*", options.Headers.GetValues("Access-Control-Allow-Origin").Single());
                Assert.Contains("Authorization", options.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
            }
        },
        ["4.2 OPTIONS of the session is answered with Accept-Patch"] = async (rfc, link) =>
        {
            var (session, _) = await rfc.OpenAsync(link);
            using var options = await rfc.SendAsync(HttpMethod.Options, session, bearer: null);
            Assert.Equal((HttpStatusCode.OK, Fragment), (options.StatusCode, options.Headers.GetValues("Accept-Patch").Single()));
        },
        ["4.3.1 PATCH without If-Match is answered 428"] = async (rfc, link) =>
        {
            var (session, _) = await rfc.OpenAsync(link);
            await RefusedAsync(rfc.PatchAsync(session, link, rfc.Trickle(link), ifMatch: null), HttpStatusCode.PreconditionRequired, nameof(SessionEndReason.StaleEtag));
        },
        ["4.3.1 PATCH for another ICE session is answered 412"] = async (rfc, link) =>
        {
            var (session, etag) = await rfc.OpenAsync(link);
            foreach (var wrong in (string[])["\"another\"", $"W/{etag}", "nonsense"])
                await RefusedAsync(rfc.PatchAsync(session, link, rfc.Trickle(link), wrong), HttpStatusCode.PreconditionFailed, nameof(SessionEndReason.StaleEtag));
        },
        ["4.3.1 PATCH of another content type is answered 415, of rubbish 400; the session lives on"] = async (rfc, link) =>
        {
            var (session, etag) = await rfc.OpenAsync(link);
            using var typed = await rfc.SendAsync(HttpMethod.Patch, session, link.Bearer, rfc.Trickle(link), Sdp, etag);
            await RefusedAsync(typed, HttpStatusCode.UnsupportedMediaType, nameof(SessionEndReason.UnsupportedContentType));
            Assert.Equal(Fragment, typed.Headers.GetValues("Accept-Patch").Single());
            await RefusedAsync(rfc.PatchAsync(session, link, "a=candidate:x", etag), HttpStatusCode.BadRequest, nameof(SessionEndReason.MalformedSdp));
            using var trickled = await rfc.PatchAsync(session, link, rfc.Trickle(link), etag);
            Assert.Equal(HttpStatusCode.NoContent, trickled.StatusCode);
        },
        ["4.3.2 trickled candidates are answered 204 without a body"] = async (rfc, link) =>
        {
            var (session, etag) = await rfc.OpenAsync(link);
            foreach (var match in (string[])[etag, $"\"older\", {etag}"])
            {
                using var trickled = await rfc.PatchAsync(session, link, rfc.Trickle(link), match);
                Assert.Equal((HttpStatusCode.NoContent, ""), (trickled.StatusCode, await trickled.Content.ReadAsStringAsync()));
            }
        },
        ["4.3.3 a restart with If-Match * is answered 200 with new credentials, candidates and ETag"] = async (rfc, link) =>
        {
            var (session, etag) = await rfc.OpenAsync(link);
            using var restarted = await rfc.PatchAsync(session, link, Restart("frsh"), "*");
            Assert.Equal((HttpStatusCode.OK, Fragment), (restarted.StatusCode, restarted.Content.Headers.ContentType!.ToString()));
            var answer = await restarted.Content.ReadAsStringAsync();
            Assert.Matches("a=ice-ufrag:[^\r]+\r\na=ice-pwd:[^\r]{22,}", answer);
            Assert.Contains("a=candidate:", answer, StringComparison.Ordinal);
            var next = restarted.Headers.ETag!.Tag;
            Assert.NotEqual(etag, next);
            await RefusedAsync(rfc.PatchAsync(session, link, rfc.Trickle(link), etag), HttpStatusCode.PreconditionFailed, nameof(SessionEndReason.StaleEtag));
            using var again = await rfc.PatchAsync(session, link, Restart("frsr"), next);
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        },
        ["4.4.1 the answer bundles, multiplexes and takes the DTLS server's part"] = async (rfc, link) =>
        {
            using var opened = await rfc.PostAsync(link);
            var answer = await opened.Content.ReadAsStringAsync();
            Assert.Contains("a=group:BUNDLE", answer, StringComparison.Ordinal);
            Assert.Equal(Regex.Count(answer, "^m=", RegexOptions.Multiline), Regex.Count(answer, "a=rtcp-mux\r"));
            Assert.DoesNotContain("a=setup:active", answer, StringComparison.Ordinal);
        },
        ["4.4.1 an offer in the wrong direction is answered 422"] = async (rfc, link) =>
            await RefusedAsync(rfc.SendAsync(HttpMethod.Post, link.Url, link.Bearer, Offer(rfc.IsPublisher(link) ? Unsent : Sent), Sdp), HttpStatusCode.UnprocessableEntity, nameof(SessionEndReason.WrongDirection)),
        ["4.4.2 more tracks than there can be are answered 422"] = async (rfc, link) =>
        {
            if (!rfc.IsPublisher(link)) return;
            var offer = Offer(Sent);
            var audio = AudioSection().Match(offer).Value;
            string[] mids = ["0", "1", "a", "b"];
            var many = offer.Replace("a=group:BUNDLE 0 1", $"a=group:BUNDLE {string.Join(' ', mids)}", StringComparison.Ordinal)
                + string.Concat(mids[2..].Select(mid => audio.Replace("a=mid:0", $"a=mid:{mid}", StringComparison.Ordinal)));
            await RefusedAsync(rfc.SendAsync(HttpMethod.Post, link.Url, link.Bearer, many, Sdp), HttpStatusCode.UnprocessableEntity, nameof(SessionEndReason.TooManyTracks));
        },
        ["4.6 the answer names STUN and TURN servers as links with credentials"] = async (rfc, link) =>
        {
            using var opened = await rfc.PostAsync(link);
            var turn = Assert.Single(opened.Headers.GetValues("Link"));
            Assert.Matches("^<turn:turn\\.example\\.org:3478\\?transport=udp>; rel=\"ice-server\"; username=\"[0-9]+:p[0-9a-f]+\"; credential=\"[A-Za-z0-9+/]{27}=\"; credential-type=\"password\"$", turn);
        },
        ["4.7 without the key, or with another, the answer is 401 with WWW-Authenticate"] = async (rfc, link) =>
        {
            var (session, etag) = await rfc.OpenAsync(link);
            foreach (var bearer in (string?[])[null, "nonsense"])
            {
                foreach (var request in (Task<HttpResponseMessage>[])[
                    rfc.SendAsync(HttpMethod.Post, link.Url, bearer, rfc.OfferFor(link), Sdp),
                    rfc.SendAsync(HttpMethod.Patch, session, bearer, rfc.Trickle(link), Fragment, etag),
                    rfc.SendAsync(HttpMethod.Delete, session, bearer)])
                {
                    using var answer = await request;
                    Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.Single().Scheme));
                }
            }
        },
        ["RFC 9110 12.5.1 who accepts no description is answered 406"] = async (rfc, link) =>
        {
            await RefusedAsync(rfc.SendAsync(HttpMethod.Post, link.Url, link.Bearer, rfc.OfferFor(link), Sdp, accept: "application/json"), HttpStatusCode.NotAcceptable, nameof(SessionEndReason.NotAcceptable));
            using var any = await rfc.SendAsync(HttpMethod.Post, link.Url, link.Bearer, rfc.OfferFor(link), Sdp, accept: "application/json, application/*;q=0.5");
            Assert.Equal(HttpStatusCode.Created, any.StatusCode);
        },
    };

    private TestMeeting _meeting = null!;

    public static TheoryData<string, bool> Rows()
    {
        var rows = new TheoryData<string, bool>();
        foreach (var clause in Clauses.Keys)
        {
            rows.Add(clause, true);
            rows.Add(clause, false);
        }
        return rows;
    }

    public async Task InitializeAsync() => _meeting = await TestMeeting.CreateAsync(installation.Http);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Holds(string clause, bool publishes) => Clauses[clause](this, publishes ? _meeting.Publish : _meeting.Play);

    [Fact]
    public void Every_clause_stands_on_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Checkout.Folder, "docs/interop.md"));
        Assert.Empty(Clauses.Keys.Where(clause => !page.Contains($"| {clause} |", StringComparison.Ordinal)));
    }

    [GeneratedRegex("m=audio.*?(?=m=|$)", RegexOptions.Singleline)]
    private static partial Regex AudioSection();

    private static string Offer(string name) => File.ReadAllText(Path.Combine(Checkout.Folder, "tests/data/sdp", name));

    private static string Restart(string ufrag) => $"a=ice-ufrag:{ufrag}\r\na=ice-pwd:another-password-of-22ch\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";

    private static async Task RefusedAsync(Task<HttpResponseMessage> request, HttpStatusCode status, string reason)
    {
        using var answer = await request;
        await RefusedAsync(answer, status, reason);
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string reason)
    {
        var problem = await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem);
        Assert.Equal((status, reason), (answer.StatusCode, problem!.Reason));
    }

    private bool IsPublisher(StreamLink link) => link == _meeting.Publish;

    private string OfferFor(StreamLink link) => Offer(IsPublisher(link) ? Sent : Unsent);

    private string Trickle(StreamLink link) =>
        $"a=ice-ufrag:{OfferFor(link).Split("a=ice-ufrag:")[1].Split('\r')[0]}\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 UDP 2130706431 192.0.2.9 5000 typ host\r\n";

    private async Task<(Uri Session, string Etag)> OpenAsync(StreamLink link)
    {
        using var opened = await PostAsync(link);
        return (new Uri(link.Url, opened.EnsureSuccessStatusCode().Headers.Location!), opened.Headers.ETag!.Tag);
    }

    private async Task<string[]> NotAllowedAsync(HttpMethod method, Uri url, string bearer)
    {
        using var answer = await SendAsync(method, url, bearer);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        return [.. answer.Content.Headers.Allow.Order(StringComparer.Ordinal)];
    }

    private Task<HttpResponseMessage> PostAsync(StreamLink link) => SendAsync(HttpMethod.Post, link.Url, link.Bearer, OfferFor(link), Sdp);

    private Task<HttpResponseMessage> PatchAsync(Uri session, StreamLink link, string fragment, string? ifMatch) => SendAsync(HttpMethod.Patch, session, link.Bearer, fragment, Fragment, ifMatch);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, string? bearer, string? body = null, string? type = null, string? ifMatch = null, string? accept = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue(type!));
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        }
        return await installation.Http.SendAsync(request);
    }
}
