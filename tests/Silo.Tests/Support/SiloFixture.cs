using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Pods;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Tests.Support;

/// <summary>A whole silo on a free port of this machine, with a real journal in a folder of its own.</summary>
public sealed class SiloFixture : ISiloUnderTest, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("silo-");
    private readonly Func<SiloOptions, SiloOptions> _change;
    private WebApplication _app = null!;
    private int _port;

    private SiloFixture(Func<SiloOptions, SiloOptions>? change) => _change = change ?? (o => o);

    public SharedSecret Secret { get; } = SharedSecret.Random();

    public SharedSecret OperatorSecret { get; } = SharedSecret.Random();

    public HttpClient Http { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public static async Task<SiloFixture> StartAsync(Func<SiloOptions, SiloOptions>? change = null)
    {
        var fixture = new SiloFixture(change);
        await fixture.OpenAsync();
        return fixture;
    }

    public Uri Socket(string path) => new UriBuilder(Url) { Scheme = "ws", Path = path }.Uri;

    /// <summary>Stops the silo and starts another one on the same folder and port, as after a crash: nothing is said to anybody.</summary>
    public async Task RestartAsync(bool gracefully = false)
    {
        if (gracefully) await _app.StopAsync();
        await CloseAsync();
        await OpenAsync();
    }

    public async Task<CreateMeetingResponse> CreateAsync(CreateMeetingRequest? request = null)
    {
        using var response = await PostAsync("/api/meetings", request ?? new CreateMeetingRequest("Test"), ContractsJson.Default.CreateMeetingRequest);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, string? bearer = null) => SendAsync(HttpMethod.Post, path, JsonContent.Create(body, type), bearer);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? bearer = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (bearer is not null) request.Headers.Authorization = new("Bearer", bearer);
        return await Http.SendAsync(request);
    }

    public async Task<JoinResponse> JoinAsync(string code, string name = "Ann", string? hostKey = null, string? passcode = null) =>
        await JoinAsync(code, new JoinRequest(name, passcode, hostKey));

    public async Task<JoinResponse> JoinAsync(string code, JoinRequest request)
    {
        using var response = await PostAsync($"/api/join/{code}", request, ContractsJson.Default.JoinRequest);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!;
    }

    /// <summary>The refusal of a request, which has to be one.</summary>
    public static async Task<ApiProblem> ProblemAsync(HttpResponseMessage response)
    {
        Assert.False(response.IsSuccessStatusCode, "the request was not refused");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = (await response.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem))!;
        Assert.Equal((int)response.StatusCode, problem.Status);
        Assert.Equal($"urn:conference:problem:{problem.Reason}", problem.Type);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync()
    {
        _app = SiloApp.Build(_change(new SiloOptions
        {
            Service = new ServiceOptions { Name = "silo", Listen = new IPEndPoint(IPAddress.Loopback, _port), LogLevel = LogLevel.Warning, OwnsProcess = false, ShutdownTimeout = TimeSpan.FromSeconds(2) },
            Journal = new SqliteJournalOptions { Path = Path.Combine(_folder.FullName, "conference.db") },
            TicketKeyFile = Path.Combine(_folder.FullName, "ticket-keys.pem"),
            Secret = Secret,
            OperatorSecret = OperatorSecret,
            Meetings = new MeetingOptions { SweepPeriod = TimeSpan.FromMilliseconds(100) },
            Pods = new PodOptions { ReturnGrace = TimeSpan.FromMilliseconds(500), StartGrace = TimeSpan.FromMilliseconds(500) },
        }));
        await _app.StartAsync();
        Url = _app.BoundUri();
        _port = Url.Port;
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(30) };
    }

    private async Task CloseAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
