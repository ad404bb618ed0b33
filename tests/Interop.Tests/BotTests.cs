using System.Diagnostics;
using System.Text;
using Conference.Interop.Tests.Support;

namespace Conference.Interop.Tests;

/// <summary>The SDK without a browser: its packed form and its own example, in Node over libwebrtc, really in a meeting.</summary>
[Collection(InstallationTests.Name)]
public sealed class BotTests(Installation installation) : IDisposable
{
    private const int Hertz = 880;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [StackFact(Stack.Wrtc)]
    public async Task The_example_bot_joins_is_heard_and_leaves()
    {
        await PrepareAsync();
        var meeting = await TestMeeting.CreateAsync(installation.Http);
        await using var listener = await ForeignClient.PlayAsync(Stack.Wrtc, meeting.Play);
        var output = new StringBuilder();
        using var bot = Start("node", "bot.mjs", installation.Http.BaseAddress!.ToString(), meeting.Code, $"{Hertz}");
        bot.OutputDataReceived += (_, e) => Keep(output, e.Data);
        bot.ErrorDataReceived += (_, e) => Keep(output, e.Data);
        bot.BeginOutputReadLine();
        bot.BeginErrorReadLine();
        try
        {
            await Eventually.True(() => Task.FromResult(listener.Hears(Hertz)), () => Task.FromResult($"the bot is not heard: {Read(output)}\n{listener}"));
            await ProcessSignals.TerminateAsync(bot);
            await bot.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(0, bot.ExitCode);
            Assert.Contains("connected", Read(output));
            Assert.Contains("over: Left", Read(output));
        }
        finally
        {
            if (!bot.HasExited) bot.Kill();
        }
    }

    // The package as a stranger gets it; what the example needs besides is there already.
    private async Task PrepareAsync()
    {
        await Installed.PrepareAsync(Stack.Wrtc);
        var modules = Path.Combine(_folder.Path, "node_modules");
        await RunAsync(Path.Combine(Checkout.Folder, "Gateway/Client/sdk"), "npm", "pack", "--silent", "--pack-destination", _folder.Path);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "package.json"), """{ "private": true, "type": "module" }""");
        await RunAsync(_folder.Path, "npm", "install", "--offline", "--no-audit", "--no-fund", "--silent", Directory.GetFiles(_folder.Path, "*.tgz").Single());
        foreach (var name in (string[])["@roamhq", "ws"]) Directory.CreateSymbolicLink(Path.Combine(modules, name), Path.Combine(Checkout.Folder, "tests/Interop.Tests/node/node_modules", name));
        File.Copy(Path.Combine(modules, "@conference/client/examples/bot.mjs"), Path.Combine(_folder.Path, "bot.mjs"));
    }

    private Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await error}");
    }

    private static void Keep(StringBuilder output, string? line)
    {
        if (line is null) return;
        lock (output) output.AppendLine(line);
    }

    private static string Read(StringBuilder output)
    {
        lock (output) return output.ToString();
    }
}
