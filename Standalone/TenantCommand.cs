using System.CommandLine;
using System.Net.Http.Headers;
using Conference.Contracts;
using Conference.Contracts.Tenants;

namespace Conference.Standalone;

/// <summary><c>tenant</c>: makes a tenant on the Conference that runs on this machine, and prints its first key.</summary>
internal static class TenantCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "1 to 64 of A-Z a-z 0-9 _ -" };
    private static readonly Argument<string?> Name = new("name") { Description = "name for people", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Https = new("--https") { Description = "it was started with --tls" };

    /// <summary>The command; it finds the admin token in the data folder.</summary>
    /// <param name="data">The option that names the data folder.</param>
    /// <param name="port">The option that names the port.</param>
    public static Command Create(Option<string> data, Option<int> port)
    {
        var command = new Command("tenant", "make a tenant and its first key on the Conference that runs on this machine") { Id, Name, Https, data, port };
        command.SetAction((parsed, cancellation) => RunAsync(
            new(parsed.GetValue(Id)!, parsed.GetValue(Name)), Path.Combine(Path.GetFullPath(parsed.GetValue(data)!), DataFolder.AdminTokenName),
            new UriBuilder(parsed.GetValue(Https) ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, "localhost", parsed.GetValue(port)).Uri, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Wanted wanted, string tokenFile, Uri url, CancellationToken cancellation)
    {
        try
        {
            if (!StringId.TryParse<TenantId>(wanted.Id, out var id)) return await FailAsync($"'{wanted.Id}' is no id of a tenant");
            var token = Environment.GetEnvironmentVariable("CONFERENCE_ADMIN_TOKEN") is { Length: > 0 } given ? given : AdminToken.Read(tokenFile)?.Value;
            if (token is null) return await FailAsync($"there is no admin token at {tokenFile}: start Conference first, or name its --data");
            // To this machine only, whose certificate may be one that nobody signed.
            using var handler = new HttpClientHandler { UseProxy = false, ServerCertificateCustomValidationCallback = static (_, _, _, _) => true };
            using var http = new HttpClient(handler) { BaseAddress = url };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.PostAsJsonAsync("/api/tenants", new CreateTenantRequest(id, wanted.Name), ContractsJson.Default.CreateTenantRequest, cancellation);
            if (!response.IsSuccessStatusCode)
                return await FailAsync((await response.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem, cancellation))?.Title ?? $"{(int)response.StatusCode}");
            Console.WriteLine((await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateTenantResponse, cancellation))!.Key);
            return 0;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or ArgumentException or System.Text.Json.JsonException)
        {
            return await FailAsync($"{url} does not make tenants: {e.Message}");
        }
    }

    private static async Task<int> FailAsync(string why)
    {
        await Console.Error.WriteLineAsync($"conference: {why}");
        return 1;
    }

    private sealed record Wanted(string Id, string? Name);
}
