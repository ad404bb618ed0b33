using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Conference.Support;

namespace Conference.Standalone.Tests;

/// <summary>The real program as its own process.</summary>
public sealed partial class StandaloneProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandaloneProcess(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Took(line.Data);
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) _errors.Enqueue(line.Data);
        };
    }

    /// <summary>The program where it was built, with everything beside it.</summary>
    public static string Program { get; } =
        Path.Combine(AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}Standalone.Tests{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}Standalone{Path.DirectorySeparatorChar}", StringComparison.Ordinal), "Conference.Standalone.dll");

    /// <summary>What it printed on the error stream.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>What it printed on standard output.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Starts it; it may still fail to come up.</summary>
    public static StandaloneProcess Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it with environment variables of its own; it may still fail to come up.</summary>
    public static StandaloneProcess Start(IEnumerable<(string Name, string Value)> variables, string[] arguments)
    {
        var program = new StandaloneProcess(arguments);
        foreach (var (name, value) in variables) program._process.StartInfo.Environment[name] = value;
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Waits until it prints where its page is.</summary>
    public async Task<Uri> UrlAsync()
    {
        var exited = _process.WaitForExitAsync();
        if (await Task.WhenAny(_url.Task, exited).WaitAsync(Patience) == exited) throw new InvalidOperationException("ended: " + string.Join('\n', _errors.Concat(_output)));
        return await _url.Task;
    }

    /// <summary>Waits until it has ended by itself and everything that it printed has been read.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        await ProcessSignals.InterruptAsync(_process);
        return await ExitCodeAsync();
    }

    public async Task<int> TerminateAsync()
    {
        await ProcessSignals.TerminateAsync(_process);
        return await ExitCodeAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private void Took(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        if (PrintedUrl().Match(line) is { Success: true } match) _url.TrySetResult(new Uri(match.Value));
    }

    [GeneratedRegex(@"(?<=^Conference is at )\S+")]
    private static partial Regex PrintedUrl();
}
