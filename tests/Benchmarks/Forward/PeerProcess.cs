using System.Diagnostics;

namespace Conference.Benchmarks.Forward;

/// <summary>The process with the publisher's and the receivers' sockets.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    private PeerProcess(Process process, int[] ports)
    {
        _process = process;
        ReceiverPorts = ports[1..];
    }

    public int[] ReceiverPorts { get; }

    public static PeerProcess Start()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(PeerProcess).Assembly.Location, "forward", "peer"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var ports = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer process ended");
        return new PeerProcess(process, [.. ports.Split(' ').Select(int.Parse)]);
    }

    public Task CheckAsync(params int[] ports) => AskAsync($"check {string.Join(',', ports)}");

    public Task RunAsync(int port, bool master, int bursts) => AskAsync($"run {port} {(master ? "master" : "session")} {bursts}");

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(5_000);
        _process.Dispose();
    }

    private async Task AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        _ = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the peer process ended");
    }
}
