using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Conference.Hosting.Http;
using Conference.Contracts.Api;
using Conference.Silo.Tests.Support;
using Conference.Support;

namespace Conference.Silo.Tests.Silos;

/// <summary>The silo program as a process of its own, which does not outlive the test.</summary>
public sealed class SiloProcess : ISiloUnderTest, IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Conference.Silo.dll");

    private readonly ConcurrentQueue<string> _said = new();
    private readonly Process _process;
    private readonly Task _reading;

    private SiloProcess(string[] args, IReadOnlyDictionary<string, string> environment, int port)
    {
        var dotnet = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(dotnet, ["exec", Program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        Url = new Uri($"http://127.0.0.1:{port}");
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(30) };
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    private static readonly SharedSecret Shared = SharedSecret.Random();

    public SharedSecret Secret => Shared;

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <summary>Everything it has written so far.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int Code, string Said)> RunAsync(string[] args, params (string Name, string Value)[] settings)
    {
        await using var silo = new SiloProcess(args, settings.ToDictionary(s => "CONFERENCE_" + s.Name, s => s.Value), 1);
        return (await silo.EndAsync(), silo.Said);
    }

    /// <summary>Starts a silo that is ready.</summary>
    public static Task<SiloProcess> StartAsync(string folder, string database, params (string Name, string Value)[] settings) => StartAsync(folder, database, "200", settings);

    /// <summary>Starts a silo that stands by for another.</summary>
    public static async Task<SiloProcess> StartStandbyAsync(string folder, string database)
    {
        var silo = await StartAsync(folder, database, "503", [("STANDBY", "true")]);
        await Bound.UntilAsync(async () => (await silo.AskAsync("/readyz/pod"))?.StartsWith("200", StringComparison.Ordinal) == true, $"the silo can take over: {silo.Said}");
        return silo;
    }

    private static async Task<SiloProcess> StartAsync(string folder, string database, string readiness, (string Name, string Value)[] settings)
    {
        var port = FreePorts.Tcp();
        var environment = new Dictionary<string, string>
        {
            ["CONFERENCE_DATA"] = folder,
            ["CONFERENCE_PORT"] = $"{port}",
            ["CONFERENCE_DATABASE"] = database,
            ["CONFERENCE_SECRET"] = Shared.Value,
            ["CONFERENCE_OPEN_CREATION"] = "1",
        };
        foreach (var (name, value) in settings) environment["CONFERENCE_" + name] = value;
        var silo = new SiloProcess([], environment, port);
        await Eventually.True(async () => silo._process.HasExited || (await silo.ReadinessAsync())?.StartsWith(readiness, StringComparison.Ordinal) == true, () => Task.FromResult(silo.Said));
        return silo._process.HasExited ? throw new InvalidOperationException($"The silo ended: {silo.Said}") : silo;
    }

    public Uri Socket(string path) => new UriBuilder(Url) { Scheme = "ws", Path = path }.Uri;

    public async Task<CreateMeetingResponse> CreateAsync()
    {
        using var response = await Http.PostAsync("/api/meetings", JsonContent.Create(new CreateMeetingRequest("Test"), ContractsJson.Default.CreateMeetingRequest));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
    }

    /// <summary>Joins, or resumes an earlier join.</summary>
    public async Task<JoinResponse> JoinAsync(string code, string name, JoinResponse? earlier = null)
    {
        var request = earlier is null ? new JoinRequest(name) : new JoinRequest(ResumeToken: earlier.ResumeToken);
        using var response = await Http.PostAsync($"/api/join/{code}", JsonContent.Create(request, ContractsJson.Default.JoinRequest));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.JoinResponse))!;
    }

    public Task<string?> ReadinessAsync() => AskAsync("/readyz");

    /// <summary>The status and the body; null: nobody is there.</summary>
    public async Task<string?> AskAsync(string path)
    {
        try
        {
            using var answer = await Http.GetAsync(path);
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<bool> IsAliveAsync()
    {
        using var answer = await Http.GetAsync("/healthz");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Waits until it is ready: asks without a pause. The answer is the time on the clock.</summary>
    public async Task<TimeSpan> BecomesReadyAsync(Stopwatch clock)
    {
        await Bound.UntilAsync(async () => (await ReadinessAsync())?.StartsWith("200", StringComparison.Ordinal) == true, $"the silo is ready: {Said}");
        return clock.Elapsed;
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>SIGTERM, as the kubelet sends it. The answer is the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])!;
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <summary>Waits until it has ended. The answer is the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        Http.Dispose();
    }

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line) _said.Enqueue(line);
    }
}
