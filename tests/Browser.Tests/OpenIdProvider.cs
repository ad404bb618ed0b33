using System.Diagnostics;
using System.Text;
using Conference.Support;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>A provider that is not ours (npm's oidc-provider, which is certified by the OpenID Foundation), in a process of its own on this machine.</summary>
internal sealed class OpenIdProvider : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private OpenIdProvider(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Its name, at which it listens.</summary>
    public static string IssuerAt(int port) => $"http://127.0.0.1:{port}";

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="port">TCP.</param>
    /// <param name="home">The page that people come from.</param>
    /// <param name="secret">What the installation there shows.</param>
    public static async Task<OpenIdProvider> StartAsync(int port, Uri home, string secret)
    {
        var folder = Path.Combine(Checkout.Folder, "tests/Browser.Tests/provider");
        await NodePackages.InstallAsync(folder);
        var start = new ProcessStartInfo("node", ["provider.mjs", $"{port}", home.AbsoluteUri, secret]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var provider = new OpenIdProvider(Process.Start(start)!);
        await Eventually.True(() => Task.FromResult(provider.Output.Contains("listening", StringComparison.Ordinal)), () => Task.FromResult($"the provider does not start:\n{provider.Output}"));
        return provider;
    }

    /// <summary>What somebody does on its pages: says who they are, and agrees.</summary>
    public static async Task ApproveAsync(IPage page, string account)
    {
        await page.Locator("input[name=login]").FillAsync(account);
        await page.Locator("input[name=password]").FillAsync("any");
        await page.Locator("button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
