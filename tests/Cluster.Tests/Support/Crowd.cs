using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Conference.Support;

namespace Conference.Cluster.Tests.Support;

/// <summary>People made by the load client: they join through the Gateway, send media, and check what they receive.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(Checkout.Folder, "artifacts/embedded/bin/Load/release/Conference.Load.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Crowd(Process process) => _process = process;

    /// <summary>Starts them. They stay for <paramref name="seconds"/> after all are connected, or until they are told to leave.</summary>
    public static Crowd Start(Uri gateway, int meetings, int participants, int seconds, int publishers = 1, params string[] more)
    {
        string[] arguments =
        [
            Program, "--url", gateway.ToString(), "--meetings", Text(meetings), "--participants", Text(participants), "--publishers", Text(publishers), "--kbps", "150", "--seconds", Text(seconds),
            "--json", .. more,
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var crowd = new Crowd(process);
        process.OutputDataReceived += (_, e) => crowd.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => crowd.Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return crowd;
    }

    public bool HasEnded => _process.HasExited;

    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Waits for its end and gives its report; fails where it fails.</summary>
    public async Task<JsonNode> ReportAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await _process.WaitForExitAsync(bound.Token);
        if (_process.ExitCode != 0) throw new InvalidOperationException($"the load client ended with {_process.ExitCode}:\n{Output}");
        return JsonNode.Parse(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Last(line => line.StartsWith('{')))!;
    }

    /// <summary>All leave now.</summary>
    public async Task LeaveAsync()
    {
        if (_process.HasExited) return;
        await ProcessSignals.TerminateAsync(_process);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(bound.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Append(line).Append('\n');
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
