using System.Diagnostics;

namespace Conference.Standalone.Tests;

/// <summary>The program on a machine without OpenSSL: a private mount hides the library from that process alone.</summary>
public sealed class MissingLibraryTests
{
    [Fact]
    public async Task A_missing_library_is_one_line_that_says_what_to_install()
    {
        const string script = """
            library=$(ldconfig -p | sed -n 's/.*libssl\.so\.3 .*=> //p' | head -n 1)
            mount --bind /dev/null "$library" || exit 99
            exec dotnet "$0" --data /nowhere
            """;
        var start = new ProcessStartInfo("unshare") { RedirectStandardError = true, RedirectStandardOutput = true };
        // --map-root-user lets everybody do this in a namespace of their own, where the system allows such namespaces.
        foreach (var argument in (string[])["--mount", "--map-root-user", "sh", "-c", script, StandaloneProcess.Program]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("libssl.so.3", line);
        Assert.Contains("apt-get install libssl3", line);
        Assert.Equal((int)StartRefusal.Media, process.ExitCode);
    }
}
