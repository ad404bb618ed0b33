using System.Diagnostics;
using System.Text.Json;
using Conference.Load.Reports;
using Conference.Support;

namespace Conference.Load.Tests;

/// <summary>The program as an operator runs it.</summary>
/// <param name="ExitCode">0, 1 or 2.</param>
/// <param name="Report">The last line; null when there is none.</param>
/// <param name="Errors">What it said to be wrong.</param>
public sealed record LoadProcess(int ExitCode, LoadReport? Report, string Errors)
{
    public static Task<LoadProcess> RunAsync(params string[] arguments) => RunAsync(_ => Task.CompletedTask, arguments);

    /// <summary>Runs it, and does something meanwhile.</summary>
    public static async Task<LoadProcess> RunAsync(Func<Process, Task> meanwhile, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Checkout.Folder, "artifacts/embedded/bin/Load/release/Conference.Load"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        await meanwhile(process);
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(120));
        await process.WaitForExitAsync();
        var last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return new(process.ExitCode, last.StartsWith('{') ? JsonSerializer.Deserialize(last, LoadJson.Default.LoadReport) : null, await errors);
    }
}
