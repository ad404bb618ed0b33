using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>
/// Somebody with Debian's Firefox, which a small Node program drives (tests/Browser.Tests/node/firefox.mjs). Its fake camera paints one colour after the other, its fake
/// microphone hums at the person's pitch; both are Firefox's own devices, so nothing stands between them and its encoders.
/// </summary>
internal sealed class FirefoxPerson : IPerson, IAsyncDisposable
{
    private const string Program = "/usr/bin/firefox-esr";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(40);
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> _asked = new();
    private int _lastId;

    private FirefoxPerson(PersonSpec spec, Process process)
    {
        Spec = spec;
        _process = process;
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Why it cannot be used; null: it can.</summary>
    public static string? Obstacle => File.Exists(Program) ? NodePackages.Obstacle : "needs the package firefox-esr";

    public PersonSpec Spec { get; }

    public string Address { get; private set; } = "";

    public List<string> Errors { get; } = [];

    private static string Folder => Path.Combine(Checkout.Folder, "tests/Browser.Tests/node");

    public static async Task<FirefoxPerson> OpenAsync(PersonSpec spec)
    {
        await NodePackages.InstallAsync(Folder);
        var settings = new JsonObject
        {
            ["executable"] = Program,
            ["script"] = PageProbe.Script,
            ["prefs"] = new JsonObject
            {
                ["media.navigator.streams.fake"] = true,
                ["media.navigator.audio.fake_frequency"] = spec.Hertz,
                ["media.navigator.permission.disabled"] = true,
                // Without a sound card no AudioContext of Firefox ever runs; this is its own silent one.
                ["media.cubeb.force_mock_context"] = true,
                ["media.autoplay.default"] = 0,
                ["media.autoplay.blocking_policy"] = 0,
            },
        };
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "firefox.mjs"), settings.ToJsonString()])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        return new FirefoxPerson(spec, Process.Start(start)!);
    }

    /// <summary>What it calls itself, as <c>firefox/153.0</c>.</summary>
    public async Task<string> VersionAsync() => (await AskAsync("version"))!.GetValue<string>();

    /// <summary>Opens the link, types the name, clicks Join, and waits until the meeting is shown.</summary>
    public async Task JoinAsync(string link)
    {
        await AskAsync("goto", new JsonObject { ["url"] = link });
        Address = link;
        await AskAsync("fill", new JsonObject { ["testId"] = "name-input", ["text"] = Spec.Name });
        await ClickAsync("join-button");
        await AskAsync("wait", new JsonObject { ["testId"] = "meeting" });
    }

    public Task ClickAsync(string testId) => AskAsync("click", new JsonObject { ["testId"] = testId });

    public async Task<string?> AttributeAsync(string testId, string name) => (await AskAsync("attribute", new JsonObject { ["testId"] = testId, ["name"] = name }))?.GetValue<string>();

    /// <summary>The text of the first element with this test id; null where there is none.</summary>
    public async Task<string?> TextAsync(string testId) => (await AskAsync("text", new JsonObject { ["testId"] = testId }))?.GetValue<string>();

    public async Task<T> ProbeAsync<T>(string call)
    {
        var found = await AskAsync("evaluate", new JsonObject { ["expression"] = $"(async () => JSON.stringify(await probe.{call}))()" });
        return JsonSerializer.Deserialize<T>(found!.GetValue<string>(), JsonSerializerOptions.Web)!;
    }

    public Task CloseTabAsync() => AskAsync("close");

    public async ValueTask DisposeAsync()
    {
        // It closes Firefox, and then itself, when nobody speaks to it any more.
        _process.StandardInput.Close();
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private async Task<JsonNode?> AskAsync(string action, JsonObject? parameters = null)
    {
        var request = parameters ?? [];
        var id = ++_lastId;
        var answer = _asked[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        (request["id"], request["do"]) = (id, action);
        await _process.StandardInput.WriteLineAsync(request.ToJsonString());
        await _process.StandardInput.FlushAsync();
        if (await Task.WhenAny(answer.Task, Task.Delay(Bound)) != answer.Task) throw new TimeoutException($"Firefox did not answer {action}: {string.Join('\n', Noted())}");
        return await answer.Task;
    }

    private void Read(string? line)
    {
        if (line is null) return;
        if (!line.StartsWith('{'))
        {
            Note(line);
            return;
        }
        var said = JsonNode.Parse(line)!;
        if (said["said"] is { } text) Note(text.GetValue<string>());
        else if (!_asked.TryRemove(said["id"]!.GetValue<int>(), out var asked)) Note(line);
        else if (said["error"] is { } error) asked.SetException(new InvalidOperationException($"Firefox: {error.GetValue<string>()}"));
        else asked.SetResult(said["value"]?.DeepClone());
    }

    private void Note(string? text)
    {
        if (text is null) return;
        lock (Errors) Errors.Add(text);
    }

    private string[] Noted()
    {
        lock (Errors) return [.. Errors];
    }
}
