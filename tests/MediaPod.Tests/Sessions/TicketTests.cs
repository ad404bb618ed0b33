using System.Net;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Tests.Support;
using Conference.Support;

namespace Conference.MediaPod.Tests.Sessions;

/// <summary>Whoever cannot show a good ticket opens and changes nothing.</summary>
public sealed class TicketTests : IAsyncLifetime
{
    private PodRig _pod = null!;

    public static TheoryData<string> Paths() => ["/sessions", "/whip", "/whep"];

    public async Task InitializeAsync() => _pod = await PodRig.StartAsync();

    public async Task DisposeAsync()
    {
        // Whatever was tried, nothing is left of it, and the pod serves whom it should.
        Assert.Equal(0, await _pod.SessionsAsync());
        await _pod.OpenAsync("ann");
        await _pod.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_a_ticket_or_with_rubbish(string path)
    {
        foreach (var bearer in (string?[])[null, "", "rubbish", "a.b.c", new string('x', 5000), _pod.Silo.Ticket("ann") + "x", _pod.Silo.Ticket("ann")[..^3]])
            await AssertRefusedAsync(path, bearer, TicketRefusal.Forged);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Signed_by_a_stranger(string path)
    {
        using var stranger = TicketSigner.CreateEphemeral(_pod.Time);
        await AssertRefusedAsync(path, stranger.Sign(ScriptedSilo.Claims("ann")), TicketRefusal.Forged);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Expired(string path)
    {
        var ticket = _pod.Silo.Ticket("ann");
        _pod.Time.Advance(TicketSigner.MediaLifetime + TimeSpan.FromSeconds(5));
        await AssertRefusedAsync(path, ticket, TicketRefusal.Expired);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task For_another_pod(string path) =>
        await AssertRefusedAsync(path, _pod.Silo.Sign(ScriptedSilo.Claims("ann") with { PodId = PodId.Parse("pod-2") }), TicketRefusal.WrongAudience);

    [Fact]
    public async Task A_session_is_changed_by_its_own_participant_only()
    {
        var ann = await _pod.OpenAsync("ann");
        using var stranger = TicketSigner.CreateEphemeral(_pod.Time);
        string?[] bearers =
        [
            null, "rubbish", _pod.Silo.Ticket("bob"), stranger.Sign(ScriptedSilo.Claims("ann")),
            _pod.Silo.Sign(ScriptedSilo.Claims("ann") with { MeetingId = MeetingId.Parse("elsewhere") }),
            _pod.Silo.Sign(ScriptedSilo.Claims("ann") with { PodId = PodId.Parse("pod-2") }),
        ];
        foreach (var bearer in bearers)
        {
            foreach (var (method, body, type) in Changes())
            {
                await _pod.AssertRefusedAsync(
                    () => _pod.SendAsync(method, ann.Location, bearer, body, type, "*"), HttpStatusCode.Unauthorized, SessionEndReason.InvalidTicket, "MediaTicketWrongAudience");
            }
        }
        Assert.Equal(1, await _pod.SessionsAsync());
        await DeleteAsync(ann, ann.Ticket);
    }

    [Fact]
    public async Task Later_the_opening_ticket_and_renewed_ones_are_good_and_other_old_ones_are_not()
    {
        var ann = await _pod.OpenAsync("ann");
        _pod.Time.Advance(TimeSpan.FromSeconds(1));
        var other = _pod.Silo.Ticket("ann");
        _pod.Time.Advance(TicketSigner.MediaLifetime + TimeSpan.FromSeconds(5));
        // The session itself is long given up for want of a check; the next one is opened and deleted with a renewed ticket.
        await _pod.PassUntilAsync(async () => await _pod.SessionsAsync() == 0, "the session goes on without a check");
        var next = await _pod.OpenAsync("ann");
        await _pod.AssertRefusedAsync(() => _pod.SendAsync(HttpMethod.Delete, next.Location, other), HttpStatusCode.Unauthorized, SessionEndReason.InvalidTicket, "MediaTicketWrongAudience");
        await _pod.AssertRefusedAsync(() => _pod.SendAsync(HttpMethod.Delete, ann.Location, ann.Ticket), HttpStatusCode.NotFound, SessionEndReason.UnknownSession);
        await DeleteAsync(next, _pod.Silo.Ticket("ann"));
    }

    [Fact]
    public async Task Debug_pages_are_for_holders_of_the_secret()
    {
        var open = await _pod.OpenAsync("ann");
        foreach (var path in (string[])["/debug/workers", $"/debug/rooms/{ScriptedSilo.Meeting}"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await _pod.SendAsync(HttpMethod.Get, path, null)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await _pod.SendAsync(HttpMethod.Get, path, open.Ticket)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _pod.SendAsync(HttpMethod.Get, path, _pod.Silo.Secret.Value)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await _pod.SendAsync(HttpMethod.Get, "/debug/rooms/nowhere", _pod.Silo.Secret.Value)).StatusCode);
        await DeleteAsync(open, open.Ticket);
    }

    private static IEnumerable<(HttpMethod Method, string? Body, string Type)> Changes() =>
        [(HttpMethod.Put, Offers.Receiver(), PodRig.Sdp), (HttpMethod.Patch, "a=ice-ufrag:XyZw\r\na=ice-pwd:another-password-of-22ch\r\n", PodRig.Fragment), (HttpMethod.Delete, null, PodRig.Sdp)];

    private Task AssertRefusedAsync(string path, string? bearer, TicketRefusal refusal) => _pod.AssertRefusedAsync(
        () => _pod.SendAsync(HttpMethod.Post, PodRig.Base + path, bearer, Offers.Publisher()), HttpStatusCode.Unauthorized, SessionEndReason.InvalidTicket, $"MediaTicket{refusal}");

    private async Task DeleteAsync(OpenSession session, string bearer)
    {
        Assert.Equal(HttpStatusCode.OK, (await _pod.SendAsync(HttpMethod.Delete, session.Location, bearer)).StatusCode);
        await _pod.CountedAsync("media_sessions_ended_total", "Deleted");
    }
}
