using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Conference.Support;

/// <summary>The npm packages of a folder with a lock file, installed when a test first needs them.</summary>
public static class NodePackages
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Folders = new();
    private static readonly Lazy<string?> Missing = new(() => Fails("node") ?? Fails("npm"));

    /// <summary>Why Node or npm cannot be used; null: they can.</summary>
    public static string? Obstacle => Missing.Value;

    /// <summary>Installs what <paramref name="folder"/>'s lock file says, once.</summary>
    public static Task InstallAsync(string folder) => Folders.GetOrAdd(folder, f => new Lazy<Task>(() => RunAsync(f))).Value;

    private static async Task RunAsync(string folder)
    {
        // npm writes this file when it is done, and it is as new as what was asked for.
        var done = new FileInfo(Path.Combine(folder, "node_modules/.package-lock.json"));
        if (done.Exists && done.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json"))) return;
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var bound = new CancellationTokenSource(Bound);
        var (output, error) = (npm.StandardOutput.ReadToEndAsync(bound.Token), npm.StandardError.ReadToEndAsync(bound.Token));
        await npm.WaitForExitAsync(bound.Token);
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci failed:\n{await output}{await error}");
    }

    private static string? Fails(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program} --version ends with {process.ExitCode}";
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}
