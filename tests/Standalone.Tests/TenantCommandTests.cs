using Conference.Support;

namespace Conference.Standalone.Tests;

/// <summary>The admin token and the command that makes a tenant with it.</summary>
public sealed class TenantCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("standalone-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task The_first_start_tells_the_admin_token_once_and_a_command_makes_a_tenant()
    {
        var port = FreePorts.Tcp();
        string[] arguments = ["--data", _data.FullName, "--port", $"{port}", "--media-port", $"{FreePorts.Media()}", "--workers", "1"];
        await using (var first = StandaloneProcess.Start(arguments))
        {
            await first.UrlAsync();
            var token = (await File.ReadAllTextAsync(Path.Combine(_data.FullName, "admin-token"))).Trim();
            await Eventually.True(() => Task.FromResult(first.Output.Any(line => line.EndsWith(token, StringComparison.Ordinal))), () => Task.FromResult("the token is not told"));

            await using var tenant = StandaloneProcess.Start("tenant", "acme", "Acme Inc.", "--data", _data.FullName, "--port", $"{port}");
            Assert.Equal(0, await tenant.ExitCodeAsync());
            Assert.StartsWith("acme.", Assert.Single(tenant.Output), StringComparison.Ordinal);
            await using var again = StandaloneProcess.Start("tenant", "acme", "--data", _data.FullName, "--port", $"{port}");
            Assert.Equal(1, await again.ExitCodeAsync());
            Assert.Contains("There is a tenant of this id", Assert.Single(again.Errors), StringComparison.Ordinal);
        }
        await using var second = StandaloneProcess.Start(arguments);
        await second.UrlAsync();
        Assert.DoesNotContain(second.Output, line => line.Contains("token", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_data.FullName, "admin-token")));
    }
}
