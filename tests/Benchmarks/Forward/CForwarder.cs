using System.ComponentModel;
using System.Diagnostics;

namespace Conference.Benchmarks.Forward;

/// <summary>The same loop in C (c/forward.c), compiled on the spot.</summary>
internal sealed class CForwarder
{
    private CForwarder(string program) => Program = program;

    /// <summary>Where it is.</summary>
    public string Program { get; }

    /// <summary>Null where there is no C compiler or libcrypto.</summary>
    public static async Task<CForwarder?> TryBuildAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "c", "forward.c");
        var program = Path.Combine(AppContext.BaseDirectory, "forward-c");
        try
        {
            using var compiler = Process.Start("cc", ["-O2", "-o", program, source, "-l:libcrypto.so.3"]);
            await compiler.WaitForExitAsync();
            return compiler.ExitCode == 0 ? new CForwarder(program) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>One run: CPU nanoseconds per forwarded packet.</summary>
    public async Task<double> MeasureAsync(PeerProcess peer, int bursts)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, [
            "0", $"{bursts * ForwardPeer.Burst}", Convert.ToHexStringLower(ForwardKeys.Key), Convert.ToHexStringLower(ForwardKeys.Salt),
            .. peer.ReceiverPorts.Select(p => $"{p}")])
        {
            RedirectStandardOutput = true,
        })!;
        var port = Parse(await process.StandardOutput.ReadLineAsync(), "port ");
        await peer.RunAsync((int)port, master: false, bursts);
        var result = Parse(await process.StandardOutput.ReadLineAsync(), "ns ");
        await process.WaitForExitAsync();
        return result;
    }

    private static double Parse(string? line, string prefix) =>
        line is not null && line.StartsWith(prefix, StringComparison.Ordinal) ? double.Parse(line[prefix.Length..]) : throw new InvalidOperationException($"the C program said: {line}");
}
