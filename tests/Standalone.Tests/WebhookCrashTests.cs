using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Tenants;
using Conference.Support;

namespace Conference.Standalone.Tests;

/// <summary>
/// W1 to W3 of docs/webhooks.md against the product as people run it, killed with SIGKILL at the worst moments: after an event is durable and before it was sent, while the receiver has
/// it and has not said so, and while it is being tried again.
/// </summary>
public sealed class WebhookCrashTests : IDisposable
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private const int Rounds = 6;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("webhooks-");
    private readonly int _port = FreePorts.Tcp();
    private readonly int _mediaPort = FreePorts.Media();
    private readonly HttpClient _http;

    public WebhookCrashTests() => _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };

    public void Dispose()
    {
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_acknowledged_is_told_in_order_and_the_same_again_by_its_id_whatever_is_killed()
    {
        await using var receiver = new Receiver();
        var program = await StartAsync();
        var key = (await SendAsync(HttpMethod.Post, "/api/tenants", Token, new CreateTenantRequest(TenantId.Parse("acme")), ContractsJson.Default.CreateTenantRequest, ContractsJson.Default.CreateTenantResponse)).Key;
        await SendAsync(HttpMethod.Post, "/api/tenants/acme/webhooks", key, new CreateWebhookRequest(receiver.Url), ContractsJson.Default.CreateWebhookRequest, ContractsJson.Default.CreateWebhookResponse);
        var meetings = new List<CreateMeetingResponse>();
        for (var i = 0; i < 2; i++) meetings.Add(await SendAsync(HttpMethod.Post, "/api/meetings", key, new CreateMeetingRequest("T"), ContractsJson.Default.CreateMeetingRequest, ContractsJson.Default.CreateMeetingResponse));

        var joined = meetings.ToDictionary(m => m.Id, _ => new List<ParticipantId>());
        for (var round = 0; round < Rounds; round++)
        {
            receiver.Mode = (Answer)(round % 3);
            var before = receiver.Attempts;
            foreach (var meeting in meetings) joined[meeting.Id].Add(await JoinAsync(meeting, $"Person {round}"));
            // Refused: killed at once, whatever has been sent by then. Otherwise when the receiver has it in its hands.
            if (receiver.Mode != Answer.Refuse) await Eventually.True(() => Task.FromResult(receiver.Attempts > before), "an attempt");
            await program.KillAsync();
            await program.DisposeAsync();
            receiver.Mode = Answer.Take;
            program = await StartAsync();
        }
        await using var last = program;
        foreach (var meeting in meetings) await SendAsync(HttpMethod.Delete, $"/api/meetings/{meeting.Id}", key);
        await Eventually.True(() => Task.FromResult(meetings.All(m => receiver.Of(m.Id).Any(e => e.Type == WebhookEventType.MeetingEnded))), () => Task.FromResult($"the ends; came: {string.Join(' ', receiver.All.Select(e => e.Id))}"));

        foreach (var meeting in meetings)
        {
            var told = receiver.Of(meeting.Id);
            Assert.Equal(joined[meeting.Id], told.Where(e => e.Type == WebhookEventType.ParticipantJoined).Select(e => e.ParticipantId!.Value));
            Assert.Equal(told.Select(e => e.Seq).Order(), told.Select(e => e.Seq));
            Assert.Equal(told[0], Assert.Single(told, e => e.Type == WebhookEventType.MeetingStarted));
            Assert.Equal(WebhookEventType.MeetingEnded, told[^1].Type);
        }
        // What came again is the same to the letter, and never older than what came between.
        Assert.All(receiver.All.GroupBy(e => e.Id), same => Assert.Single(same.Distinct()));
        Assert.True(receiver.All.Count > receiver.All.DistinctBy(e => e.Id).Count(), "nothing came twice: the kills were too late to show anything");
    }

    private async Task<StandaloneProcess> StartAsync()
    {
        var program = StandaloneProcess.Start(
            [("CONFERENCE_ADMIN_TOKEN", Token)],
            ["--data", _data.FullName, "--port", $"{_port}", "--media-port", $"{_mediaPort}", "--workers", "1", "--private-webhooks", "--unlimited", "127.0.0.0/8"]);
        await program.UrlAsync();
        return program;
    }

    // Until the pod is known, joining is refused; that refusal has no event.
    private async Task<ParticipantId> JoinAsync(CreateMeetingResponse meeting, string name)
    {
        var id = default(ParticipantId?);
        await Eventually.True(async () =>
        {
            using var answer = await _http.PostAsJsonAsync($"/api/join/{meeting.Code}", new JoinRequest(name), ContractsJson.Default.JoinRequest);
            id = answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!.ParticipantId : null;
            return id is not null;
        }, $"{name} joins");
        return id!.Value;
    }

    private async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, string bearer, TBody body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TBody> type, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TAnswer> answer)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(answer))!;
    }

    private async Task SendAsync(HttpMethod method, string path, string bearer)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private enum Answer
    {
        /// <summary>Takes nothing: 503.</summary>
        Refuse,

        /// <summary>Keeps it, and never says so: the connection ends when the other side is dead.</summary>
        Hold,

        /// <summary>Says so.</summary>
        Take,
    }

    /// <summary>A tenant's server, which lives while the product dies.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<WebhookEvent> _taken = new();
        private readonly Task _serving;
        private int _attempts;

        public Receiver()
        {
            Url = $"http://127.0.0.1:{FreePorts.Tcp()}/hook/";
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url { get; }

        public Answer Mode { get; set; } = Answer.Take;

        public int Attempts => Volatile.Read(ref _attempts);

        /// <summary>Everything that was taken or held, as it came, with what came again.</summary>
        public IReadOnlyList<WebhookEvent> All => [.. _taken];

        public IReadOnlyList<WebhookEvent> Of(MeetingId meeting) => [.. _taken.Where(e => e.MeetingId == meeting).DistinctBy(e => e.Id)];

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true) _ = TakeAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task TakeAsync(HttpListenerContext context)
        {
            try
            {
                var mode = Mode;
                var e = (await JsonSerializer.DeserializeAsync(context.Request.InputStream, ContractsJson.Default.WebhookEvent))!;
                if (mode != Answer.Refuse) _taken.Enqueue(e);
                Interlocked.Increment(ref _attempts);
                if (mode == Answer.Hold) return;
                context.Response.StatusCode = mode == Answer.Take ? 204 : 503;
                context.Response.Close();
            }
            catch (Exception e) when (e is IOException or HttpListenerException or ObjectDisposedException or JsonException)
            {
                // It was killed in the middle of a word.
            }
        }
    }
}
