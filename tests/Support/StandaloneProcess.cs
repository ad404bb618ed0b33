using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.Support;

/// <summary>The product as people start it: one process with its own data folder and ports.</summary>
public sealed class StandaloneProcess : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string[] _extra;
    private readonly IReadOnlyDictionary<string, string> _variables;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private StandaloneProcess(string folder, string[] extra, IReadOnlyDictionary<string, string>? variables)
    {
        _folder = folder;
        _extra = extra;
        _variables = variables ?? new Dictionary<string, string>();
        Port = FreePorts.Tcp();
        MediaPort = FreePorts.Media();
    }

    public int Port { get; }

    public int MediaPort { get; }

    /// <summary>Where the page is, seen from this machine.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>Everything it has printed.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    public static Task<StandaloneProcess> StartAsync(string folder, params string[] extra) => StartAsync(folder, variables: null, extra);

    /// <summary>Starts it with environment variables beside the options.</summary>
    public static async Task<StandaloneProcess> StartAsync(string folder, IReadOnlyDictionary<string, string>? variables, params string[] extra)
    {
        var standalone = new StandaloneProcess(folder, extra, variables);
        await standalone.StartAsync();
        return standalone;
    }

    /// <summary>Starts it (again) on the same data folder and ports, and waits until it serves requests.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "--port", $"{Port}", "--media-port", $"{MediaPort}", "--data", Path.Combine(_folder, "data") }.Concat(_extra)) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _variables) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var http = new HttpClient();
        await Eventually.True(async () =>
        {
            if (_process.HasExited) throw new InvalidOperationException($"standalone ended with {_process.ExitCode}:\n{Output}");
            try
            {
                return (await http.GetAsync(new Uri(Url, "readyz"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, () => Task.FromResult($"standalone is not ready:\n{Output}"));
    }

    /// <summary>Ends it as a power failure would: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }

    private static string Program => Path.Combine(Checkout.Folder, "artifacts/embedded/bin/Standalone/release/Conference.Standalone");
}
