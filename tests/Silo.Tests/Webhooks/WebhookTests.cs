using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Hosting;
using Conference.Silo.Tests.Support;
using Conference.Silo.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Tests.Webhooks;

/// <summary>W1 to W7 of docs/webhooks.md with a whole silo and a real receiver.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Events_come_signed_and_in_order_whatever_the_receiver_and_the_silo_do()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var silo = await SiloFixture.StartAsync(o => o with { PrivateWebhooks = true });
        await using var pod = await TestPod.ConnectAsync(silo);
        var (key, hook, meeting) = await MakeAsync(silo, receiver);

        receiver.Failures = 1;
        var ann = await silo.JoinAsync(meeting.Code, "Ann");
        await Bound.UntilAsync(() => receiver.Types.Count == 2, "the start and Ann");
        Assert.Equal(3, receiver.Attempts);

        receiver.Failures = int.MaxValue;
        var bob = await silo.JoinAsync(meeting.Code, "Bob");
        await Bound.UntilAsync(() => receiver.Attempts > 3, "an attempt to tell of Bob");
        await silo.RestartAsync();
        receiver.Failures = 0;
        using var ended = await silo.SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}", bearer: key);
        await Bound.UntilAsync(() => receiver.Types.Contains(WebhookEventType.MeetingEnded), "the end");

        Assert.Equal([WebhookEventType.MeetingStarted, WebhookEventType.ParticipantJoined, WebhookEventType.ParticipantJoined, WebhookEventType.MeetingEnded], receiver.Types);
        Assert.Equal([ann.ParticipantId, bob.ParticipantId], receiver.Events.Where(e => e.Type == WebhookEventType.ParticipantJoined).Select(e => e.ParticipantId!.Value));
        Assert.Equal(MeetingEndReason.EndedByApi, receiver.Events[^1].EndReason);
        Assert.All(receiver.Bodies, b => Assert.True(IsSigned(hook.Secret, b.Signature, b.Body)));
        Assert.All(receiver.Bodies, b => Assert.False(IsSigned("another", b.Signature, b.Body)));
    }

    [Fact]
    public async Task What_cannot_be_delivered_is_a_dead_letter_that_can_be_sent_again()
    {
        await using var receiver = await Receiver.StartAsync();
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { PrivateWebhooks = true, Service = o.Service with { Time = time } });
        await using var pod = await TestPod.ConnectAsync(silo);
        var (key, _, meeting) = await MakeAsync(silo, receiver);
        receiver.Failures = int.MaxValue;
        await silo.JoinAsync(meeting.Code, "Ann");
        await Bound.UntilAsync(() => receiver.Attempts > 0, "an attempt");
        time.Advance(TimeSpan.FromMinutes(16));

        var letters = default(DeadLetterList);
        await Bound.UntilAsync(async () => (letters = await LettersAsync(silo, key)).Letters.Length == 2, "two dead letters");
        Assert.Equal([WebhookEventType.MeetingStarted, WebhookEventType.ParticipantJoined], letters!.Letters.Select(l => l.Event.Type));
        Assert.All(letters.Letters, l => Assert.Equal("Status500", l.Failure));
        using var refused = await silo.SendAsync(HttpMethod.Post, $"/api/tenants/acme/dead-letters/{letters.Letters[1].Id}/resend", bearer: key);
        Assert.Equal((502, "NotDelivered"), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);
        receiver.Failures = 0;
        using var resent = await silo.SendAsync(HttpMethod.Post, $"/api/tenants/acme/dead-letters/{letters.Letters[1].Id}/resend", bearer: key);
        Assert.Equal(HttpStatusCode.NoContent, resent.StatusCode);
        Assert.Equal(WebhookEventType.ParticipantJoined, Assert.Single(receiver.Types));
        Assert.Single((await LettersAsync(silo, key)).Letters);
        using var unknown = await silo.SendAsync(HttpMethod.Post, $"/api/tenants/acme/dead-letters/{letters.Letters[1].Id}/resend", bearer: key);
        Assert.Equal("UnknownDeadLetter", (await SiloFixture.ProblemAsync(unknown)).Reason);
    }

    [Fact]
    public async Task A_name_that_leads_into_this_network_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        var (time, isPrivate) = (HeldTime.FromNow(), true);
        await using var silo = await SiloFixture.StartAsync(o => o with { PrivateWebhooks = isPrivate, Service = o.Service with { Time = time } });
        var (key, _, meeting) = await MakeAsync(silo, receiver);
        isPrivate = false;
        await silo.RestartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        await silo.JoinAsync(meeting.Code, "Ann");
        time.Advance(TimeSpan.FromMinutes(16));
        await Bound.UntilAsync(async () => (await LettersAsync(silo, key)).Letters.Length == 2, "two dead letters");
        Assert.All((await LettersAsync(silo, key)).Letters, l => Assert.Equal("PrivateAddress", l.Failure));
        Assert.Equal(0, receiver.Attempts);
    }

    [Fact]
    public async Task H14_a_name_that_was_allowed_and_leads_to_this_machine_is_not_connected_to()
    {
        await using var receiver = await Receiver.StartAsync();
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { Service = o.Service with { Time = time } });
        await using var pod = await TestPod.ConnectAsync(silo);
        // This machine's own name, which looks like any other and is the loopback's or the local network's.
        var (key, _, meeting) = await MakeAsync(silo, receiver, $"https://{Dns.GetHostName()}:{new Uri(receiver.Url).Port}/hook");
        await silo.JoinAsync(meeting.Code, "Ann");
        time.Advance(TimeSpan.FromMinutes(16));
        await Bound.UntilAsync(async () => (await LettersAsync(silo, key)).Letters.Length == 2, "two dead letters");
        Assert.All((await LettersAsync(silo, key)).Letters, l => Assert.Equal("PrivateAddress", l.Failure));
    }

    [Fact]
    public async Task H14_a_redirect_is_not_followed_and_is_a_failure_like_any_other()
    {
        await using var receiver = await Receiver.StartAsync();
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { PrivateWebhooks = true, Service = o.Service with { Time = time } });
        await using var pod = await TestPod.ConnectAsync(silo);
        var (key, _, meeting) = await MakeAsync(silo, receiver, receiver.AwayUrl);
        await silo.JoinAsync(meeting.Code, "Ann");
        await Bound.UntilAsync(() => receiver.SentAway > 0, "an attempt");
        time.Advance(TimeSpan.FromMinutes(16));
        await Bound.UntilAsync(async () => (await LettersAsync(silo, key)).Letters.Length == 2, "two dead letters");
        Assert.All((await LettersAsync(silo, key)).Letters, l => Assert.Equal("Status307", l.Failure));
        Assert.Equal(0, receiver.Attempts);
    }

    [Theory]
    [InlineData("http://hooks.example.org/")]
    [InlineData("https://localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://user:secret@hooks.example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("hooks.example.org")]
    public async Task Addresses_that_are_nobodys_business_are_refused(string url)
    {
        await using var silo = await SiloFixture.StartAsync();
        using var made = await silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse("acme")), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        using var refused = await silo.PostAsync("/api/tenants/acme/webhooks", new CreateWebhookRequest(url), ContractsJson.Default.CreateWebhookRequest, silo.OperatorSecret.Value);
        Assert.Equal("InvalidUrl", (await SiloFixture.ProblemAsync(refused)).Reason);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    public void Public_is_what_the_internet_routes(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    private static bool IsSigned(string secret, string signature, byte[] body)
    {
        var parts = signature.Split(',').Select(p => p.Split('=')[1]).ToArray();
        byte[] signed = [.. Encoding.ASCII.GetBytes(parts[0] + "."), .. body];
        return parts[1] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    private static async Task<(string Key, CreateWebhookResponse Hook, CreateMeetingResponse Meeting)> MakeAsync(SiloFixture silo, Receiver receiver, string? url = null)
    {
        using var made = await silo.PostAsync("/api/tenants", new CreateTenantRequest(TenantId.Parse("acme")), ContractsJson.Default.CreateTenantRequest, silo.OperatorSecret.Value);
        var key = (await made.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantResponse))!.Key;
        using var hooked = await silo.PostAsync("/api/tenants/acme/webhooks", new CreateWebhookRequest(url ?? receiver.Url), ContractsJson.Default.CreateWebhookRequest, key);
        using var created = await silo.PostAsync("/api/meetings", new CreateMeetingRequest("T"), ContractsJson.Default.CreateMeetingRequest, key);
        return (key, (await hooked.Content.ReadFromJsonAsync(ContractsJson.Default.CreateWebhookResponse))!, (await created.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!);
    }

    private static async Task<DeadLetterList> LettersAsync(SiloFixture silo, string key)
    {
        using var response = await silo.SendAsync(HttpMethod.Get, "/api/tenants/acme/dead-letters", bearer: key);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.DeadLetterList))!;
    }

    /// <summary>A tenant's server.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Signature, byte[] Body)> _taken = new();
        private WebApplication _app = null!;
        private int _attempts;
        private int _sentAway;

        public string Url { get; private set; } = "";

        /// <summary>Sends everybody on to <see cref="Url"/>.</summary>
        public string AwayUrl => Url.Replace("/hook", "/away");

        public int SentAway => Volatile.Read(ref _sentAway);

        /// <summary>So many more attempts are answered with 500.</summary>
        public int Failures { get; set; }

        public int Attempts => Volatile.Read(ref _attempts);

        public IReadOnlyList<(string Signature, byte[] Body)> Bodies => [.. _taken];

        // What came again with the same id is the same event.
        public IReadOnlyList<WebhookEvent> Events => [.. _taken.Select(b => JsonSerializer.Deserialize(b.Body, ContractsJson.Default.WebhookEvent)!).DistinctBy(e => e.Id)];

        public IReadOnlyList<WebhookEventType> Types => [.. Events.Select(e => e.Type)];

        public static async Task<Receiver> StartAsync()
        {
            var receiver = new Receiver();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            receiver._app = builder.Build();
            receiver._app.Urls.Add("http://127.0.0.1:0");
            receiver._app.MapPost("/hook", (Delegate)receiver.TakeAsync);
            receiver._app.MapPost("/away", () =>
            {
                Interlocked.Increment(ref receiver._sentAway);
                return Results.Redirect("/hook", permanent: false, preserveMethod: true);
            });
            await receiver._app.StartAsync();
            receiver.Url = new Uri(receiver._app.BoundUri(), "/hook").ToString();
            return receiver;
        }

        public async ValueTask DisposeAsync() => await _app.DisposeAsync();

        private async Task<IResult> TakeAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Interlocked.Increment(ref _attempts);
            if (Failures > 0)
            {
                Failures--;
                return Results.StatusCode(500);
            }
            _taken.Enqueue((context.Request.Headers["Conference-Signature"].ToString(), body.ToArray()));
            return Results.NoContent();
        }
    }
}
