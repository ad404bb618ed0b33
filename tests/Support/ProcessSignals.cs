using System.Diagnostics;

namespace Conference.Support;

/// <summary>Sends signals to processes that a test started.</summary>
public static class ProcessSignals
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task TerminateAsync(Process process) => SendAsync(process, "TERM");

    /// <summary>
    /// Ctrl-C. A shell that runs something in the background has it ignore interrupts, its children inherit that, and none of them can undo it; where the tests were
    /// started so, the program is told to end instead.
    /// </summary>
    public static Task InterruptAsync(Process process) => SendAsync(process, IgnoresInterrupts(process) ? "TERM" : "INT");

    private static async Task SendAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Patience);
        if (kill.ExitCode != 0) throw new InvalidOperationException($"process {process.Id} could not be sent {signal}");
    }

    private static bool IgnoresInterrupts(Process process)
    {
        const ulong interrupt = 1UL << (2 - 1); // SIGINT is 2
        var ignored = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (Convert.ToUInt64(ignored, 16) & interrupt) != 0;
    }
}
