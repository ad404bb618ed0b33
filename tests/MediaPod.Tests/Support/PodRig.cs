using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Media;
using Conference.MediaPod.Host;
using Conference.Support;

namespace Conference.MediaPod.Tests.Support;

/// <summary>A whole pod on loopback (Kestrel, UDP worker, control channel) whose clock belongs to the test, and HTTP clients of it. Ann, Bob and Eve are in its plan.</summary>
internal sealed partial class PodRig : IAsyncDisposable
{
    public const string Sdp = "application/sdp";
    public const string Fragment = "application/trickle-ice-sdpfrag";

    private PodRig(ManualTime time, ScriptedSilo silo)
    {
        Time = time;
        Silo = silo;
        Http = new HttpClient { BaseAddress = silo.Pod };
    }

    public ManualTime Time { get; }
    public ScriptedSilo Silo { get; }
    public HttpClient Http { get; }

    public static string Base => $"/media/{ScriptedSilo.PodId}";

    /// <summary>A pod whose silo has not told a plan yet.</summary>
    public static async Task<PodRig> StartWithoutPlanAsync()
    {
        var time = new ManualTime();
        return new PodRig(time, await ScriptedSilo.StartAsync(time, options => options, plan: null));
    }

    public static async Task<PodRig> StartAsync(Func<MediaPodOptions, MediaPodOptions>? change = null)
    {
        var time = new ManualTime();
        return new PodRig(time, await ScriptedSilo.StartAsync(time, change ?? (options => options), "ann", "bob", "eve"));
    }

    /// <summary>A request with a bearer.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? bearer, string? body = null, string type = Sdp, string? ifMatch = null)
    {
        var content = body is null ? null : new StringContent(body);
        if (content is not null) content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return SendAsync(method, path, bearer, content, ifMatch);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? bearer, HttpContent? content, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (bearer is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        // A body that will not be read is not sent.
        request.Headers.ExpectContinue = content?.Headers.ContentLength > 1_000_000;
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await Http.SendAsync(request);
    }

    /// <summary>Opens a session that nobody will connect.</summary>
    public async Task<OpenSession> OpenAsync(string participant, string? offer = null, string path = "/sessions", string? ticket = null)
    {
        ticket ??= Silo.Ticket(participant);
        using var response = await SendAsync(HttpMethod.Post, Base + path, ticket, offer ?? Offers.Receiver());
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, $"{response.StatusCode}: {answer}");
        return new OpenSession(response.Headers.Location!.OriginalString, response.Headers.ETag!.Tag, ticket, answer);
    }

    /// <summary>It was refused so, and says so in a problem document; the refusal is counted once.</summary>
    public async Task AssertRefusedAsync(Func<Task<HttpResponseMessage>> request, HttpStatusCode status, SessionEndReason reason, string? counted = null)
    {
        var name = counted ?? reason.ToString();
        var before = await CountAsync("media_requests_refused_total", name);
        using var response = await request();
        var problem = await response.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem);
        Assert.Equal((status, reason.ToString()), (response.StatusCode, problem!.Reason));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(before + 1, await CountAsync("media_requests_refused_total", name));
    }

    /// <summary>Open sessions.</summary>
    public async Task<int> SessionsAsync() => (int)await CountAsync("media_sessions");

    /// <summary>A counter as <c>/metrics</c> tells it, over all workers; 0 when it is not there.</summary>
    public async Task<double> CountAsync(string family, string? reason = null)
    {
        var text = await Http.GetStringAsync("/metrics");
        return Series().Matches(text).Where(m => m.Groups[1].Value == family && (reason is null || m.Groups[2].Value.Contains($"reason=\"{reason}\"", StringComparison.Ordinal)))
            .Sum(m => double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until a counter has reached a value.</summary>
    public Task CountedAsync(string family, string? reason, double least = 1) => Eventually.True(
        async () => await CountAsync(family, reason) >= least, async () => $"{family} {reason} is {await CountAsync(family, reason)}, not {least}");

    /// <summary>Lets the clock run in steps until something has happened.</summary>
    public Task PassUntilAsync(Func<Task<bool>> happened, string what) => Eventually.True(
        async () =>
        {
            if (await happened()) return true;
            Time.Advance(TimeSpan.FromSeconds(1));
            return false;
        },
        what);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Silo.DisposeAsync();
    }

    [GeneratedRegex(@"^([a-z_]+)(\{[^}]*\})? ([0-9.e+-]+)$", RegexOptions.Multiline)]
    private static partial Regex Series();
}

/// <summary>What a client holds of its session.</summary>
internal sealed record OpenSession(string Location, string Etag, string Ticket, string Answer);
