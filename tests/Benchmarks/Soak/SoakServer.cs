using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Conference.Support;

namespace Conference.Benchmarks.Soak;

/// <summary>The process of <see cref="SoakHost"/>, seen from the one that loads it.</summary>
internal sealed class SoakServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private SoakServer(int port)
    {
        Url = new Uri($"http://127.0.0.1:{port}/");
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(SoakServer).Assembly.Location, "soak", "host", Path.Combine(_folder.Path, "data"), $"{port}", $"{FreePorts.Media()}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public Uri Url { get; }

    /// <summary>Files and sockets it has open.</summary>
    public int Handles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Threads it has.</summary>
    public int Threads => Directory.GetDirectories($"/proc/{_process.Id}/task").Length;

    public static async Task<SoakServer> StartAsync()
    {
        var server = new SoakServer(FreePorts.Tcp());
        await server.LineAsync("ready");
        return server;
    }

    public async Task<SoakReading> ReadAsync()
    {
        await _process.StandardInput.WriteLineAsync("read");
        await _process.StandardInput.FlushAsync();
        return JsonSerializer.Deserialize<SoakReading>(await LineAsync("reading "))!;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    // Its log is on the same stream.
    private async Task<string> LineAsync(string prefix)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith(prefix, StringComparison.Ordinal)) return line[prefix.Length..];
        throw new InvalidOperationException($"the server ended with {_process.ExitCode}");
    }
}
