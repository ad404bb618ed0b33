using System.Diagnostics;
using System.Security.Cryptography;

namespace Conference.JournalProof;

/// <summary>The preloaded library that makes a disk slow, full, broken or powerless: see <c>c/disk.c</c>.</summary>
public static class DiskShim
{
    private static readonly string Source = Path.Combine(AppContext.BaseDirectory, "disk.c");

    // Named by what it was made of, so that an older one is never taken for it.
    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, $"disk-{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Source)))[..16]}.so");

    /// <summary>Compiles the library if that has not been done. Null, or why it cannot be had.</summary>
    public static async Task<string?> BuildAsync()
    {
        if (File.Exists(Library)) return null;
        // Several processes may do this at once, so the library appears in one step.
        var partial = $"{Library}.{Environment.ProcessId}";
        var start = new ProcessStartInfo("gcc", ["-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", partial, Source, "-ldl", "-lpthread"]) { RedirectStandardError = true };
        try
        {
            using var compiler = Process.Start(start)!;
            var errors = await compiler.StandardError.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            if (compiler.ExitCode != 0) return errors;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return $"gcc is needed to compile {Source}: {error.Message}";
        }
        File.Move(partial, Library, overwrite: true);
        return null;
    }

    /// <summary>Environment of a process whose disk takes longer for every sync.</summary>
    public static Dictionary<string, string> Slow(TimeSpan delay) => With(("DISK_DELAY_US", $"{(long)delay.TotalMicroseconds}"));

    /// <summary>Environment of a process whose disk keeps in <paramref name="durable"/> what it has made durable of <paramref name="watched"/>.</summary>
    public static Dictionary<string, string> PowerCut(string watched, string durable, int? atSync, bool afterIt)
    {
        var environment = With(("DISK_WATCH", watched), ("DISK_DURABLE", durable));
        if (atSync is { } sync) environment["DISK_CUT_AT"] = $"{sync}";
        if (afterIt) environment["DISK_CUT_WHEN"] = "after";
        return environment;
    }

    /// <summary>Environment of a process whose disk is full or broken while <paramref name="switchFile"/> says so.</summary>
    public static Dictionary<string, string> Faulty(string watched, string switchFile) => With(("DISK_WATCH", watched), ("DISK_FAULT", switchFile));

    private static Dictionary<string, string> With(params ReadOnlySpan<(string Name, string Value)> more)
    {
        var environment = new Dictionary<string, string> { ["LD_PRELOAD"] = Library };
        foreach (var (name, value) in more) environment[name] = value;
        return environment;
    }
}
