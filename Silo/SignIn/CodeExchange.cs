using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Conference.Contracts.Api;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Conference.Silo.SignIn;

/// <summary>What silo and provider say to each other without the browser: the code becomes tokens, the access token becomes what the provider knows of the person.</summary>
internal sealed partial class CodeExchange(OidcProvider provider, SignInOptions options, ILogger<CodeExchange> log)
{
    /// <summary>Turns a code into tokens, once.</summary>
    public async Task<(ProviderTokens? Tokens, SignInRefusal? Refusal)> RedeemAsync(OpenIdConnectConfiguration facts, string code, string redirectUri, string? verifier, CancellationToken cancellation)
    {
        if (code.Length == 0 || verifier is null) return (null, SignInRefusal.CodeRefused);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier, ["client_id"] = options.ClientId,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, facts.TokenEndpoint);
        Authenticate(request, form, facts);
        request.Content = new FormUrlEncodedContent(form);
        var (status, answer) = await SendAsync(request, cancellation);
        if (status is null || answer is null) return (null, SignInRefusal.ProviderUnavailable);
        if (status != 200)
        {
            LogRefused(log, status.Value, Word(answer.Value, "error"));
            return (null, status >= 500 ? SignInRefusal.ProviderUnavailable : SignInRefusal.CodeRefused);
        }
        return (new ProviderTokens(Text(answer.Value, "id_token"), Text(answer.Value, "access_token")), null);
    }

    /// <summary>What the provider knows of the person; null: nothing that can be read.</summary>
    public async Task<JsonElement?> AskAsync(string endpoint, string accessToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var (status, answer) = await SendAsync(request, cancellation);
        return status == 200 ? answer : null;
    }

    // In the header unless the provider knows nothing but the form (OpenID Connect Core 1.0, section 9).
    private void Authenticate(HttpRequestMessage request, Dictionary<string, string> form, OpenIdConnectConfiguration facts)
    {
        if (options.ClientSecret is not { } secret) return;
        var ways = facts.TokenEndpointAuthMethodsSupported;
        if (ways.Contains("client_secret_post") && !ways.Contains("client_secret_basic"))
        {
            form["client_secret"] = secret;
            return;
        }
        var pair = $"{FormEncoded(options.ClientId)}:{FormEncoded(secret)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    // RFC 6749, section 2.3.1.
    private static string FormEncoded(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private async Task<(int? Status, JsonElement? Answer)> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await provider.Http.SendAsync(request, cancellation);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            return ((int)response.StatusCode, json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            LogAway(log, e, request.RequestUri);
            return (null, null);
        }
    }

    private static string? Text(JsonElement answer, string name) => answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // A name for the log, and nothing else that a provider may write there.
    private static string Word(JsonElement answer, string name) => Text(answer, name) is { Length: <= 40 } word && word.All(c => char.IsAsciiLetterLower(c) || c == '_') ? word : "no name";

    [LoggerMessage(3092, LogLevel.Warning, "The provider refused a code with {Status}: {Error}")]
    private static partial void LogRefused(ILogger log, int status, string error);

    [LoggerMessage(3093, LogLevel.Warning, "The provider does not answer at {Address}")]
    private static partial void LogAway(ILogger log, Exception exception, Uri? address);
}

/// <summary>What a code was turned into.</summary>
/// <param name="IdToken">Who the person is; null: the provider did not say.</param>
/// <param name="AccessToken">To ask the provider more; null: none.</param>
internal sealed record ProviderTokens(string? IdToken, string? AccessToken)
{
    public override string ToString() => nameof(ProviderTokens);
}
