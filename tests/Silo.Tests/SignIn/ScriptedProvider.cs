using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Tests.SignIn;

/// <summary>
/// An OpenID provider on this machine that does what a test wants, also what no provider does. Codes are good once, for their client, address and code verifier; tokens are made by
/// hand, byte by byte.
/// </summary>
public sealed class ScriptedProvider : IAsyncDisposable
{
    public const string ClientId = "conference";
    public const string ClientSecret = "a secret: with/colons+and spaces";

    private readonly ConcurrentDictionary<string, (string Challenge, string RedirectUri, string Nonce)> _codes = new();
    private WebApplication _app = null!;
    // Making one takes longer than all the rest, so all providers begin with the same.
    private static readonly RSA First = RSA.Create(2048);

    private RSA _rsa = First;
    private string _kid = "first";

    /// <summary>The provider's own name, once it listens.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>What its description says instead of its name.</summary>
    public string? ClaimedIssuer { get; set; }

    /// <summary>Changes the claims of the next tokens.</summary>
    public Action<JsonObject> Claims { get; set; } = _ => { };

    /// <summary>Signs the next tokens otherwise: of header and payload, as they will stand in the token, makes the whole.</summary>
    public Func<JsonObject, JsonObject, string>? Token { get; set; }

    /// <summary>What it says when it is asked about the person.</summary>
    public JsonObject UserInfo { get; set; } = new() { ["sub"] = "ann-1", ["email"] = "ann@example.org", ["email_verified"] = true };

    /// <summary>How often its keys were read.</summary>
    public int KeyReads { get; private set; }

    public RSA Key => _rsa;

    public string KeyId => _kid;

    public static async Task<ScriptedProvider> StartAsync()
    {
        var provider = new ScriptedProvider();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = provider._app = builder.Build();
        app.UseRouting();
        app.MapGet("/.well-known/openid-configuration", provider.Describe);
        app.MapGet("/jwks", provider.Keys);
        app.MapPost("/token", (Delegate)provider.RedeemAsync);
        app.MapGet("/me", (HttpContext context) => context.Request.Headers.Authorization == "Bearer access" ? Json(provider.UserInfo) : Results.StatusCode(401));
        await app.StartAsync();
        provider.Issuer = app.Urls.First();
        return provider;
    }

    /// <summary>What happens when somebody signs in there: the address that the browser is sent back to.</summary>
    public string Approve(Uri authorize, string? redirectUri = null)
    {
        Assert.Equal(Issuer + "/authorize", authorize.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(authorize.Query);
        Assert.Equal(("code", ClientId, "S256"), (query["response_type"].ToString(), query["client_id"].ToString(), query["code_challenge_method"].ToString()));
        Assert.Contains("openid", query["scope"].ToString().Split(' '));
        Assert.True(query["nonce"].ToString().Length >= 43 && query["state"].ToString().Length > 0);
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (query["code_challenge"]!, redirectUri ?? query["redirect_uri"]!, query["nonce"]!);
        return QueryHelpers.AddQueryString(query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"], ["iss"] = Issuer });
    }

    /// <summary>From now on it signs with another key, and its keys are only that one.</summary>
    public void Rotate()
    {
        _rsa = RSA.Create(2048);
        _kid = "second";
    }

    public static string Encoded(JsonNode json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public string Signed(JsonObject header, JsonObject payload, RSA? key = null)
    {
        var text = $"{Encoded(header)}.{Encoded(payload)}";
        return $"{text}.{Base64Url.EncodeToString((key ?? _rsa).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (_rsa != First) _rsa.Dispose();
    }

    private IResult Describe() => Json(new JsonObject
    {
        ["issuer"] = ClaimedIssuer ?? Issuer, ["authorization_endpoint"] = Issuer + "/authorize", ["token_endpoint"] = Issuer + "/token", ["jwks_uri"] = Issuer + "/jwks",
        ["userinfo_endpoint"] = Issuer + "/me", ["end_session_endpoint"] = Issuer + "/end", ["authorization_response_iss_parameter_supported"] = true,
        ["response_types_supported"] = new JsonArray("code"), ["subject_types_supported"] = new JsonArray("public"), ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    });

    private IResult Keys()
    {
        KeyReads++;
        var key = _rsa.ExportParameters(false);
        return Json(new JsonObject { ["keys"] = new JsonArray(new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["kid"] = _kid, ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
        }) });
    }

    private async Task<IResult> RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var basic = AuthenticationHeaderValue.Parse(context.Request.Headers.Authorization.ToString());
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(basic.Parameter!)).Split(':');
        if (pair is not [ClientId, var secret] || WebUtility.UrlDecode(secret) != ClientSecret) return Json(new JsonObject { ["error"] = "invalid_client" }, 401);
        // Good once, whatever comes of it.
        if (!_codes.TryRemove(form["code"].ToString(), out var known)) return Json(new JsonObject { ["error"] = "invalid_grant" }, 400);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (challenge != known.Challenge || form["redirect_uri"] != known.RedirectUri) return Json(new JsonObject { ["error"] = "invalid_grant" }, 400);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["sub"] = "ann-1", ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 300, ["nonce"] = known.Nonce, ["name"] = "Ann Example" };
        Claims(claims);
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = _kid, ["typ"] = "JWT" };
        return Json(new JsonObject { ["access_token"] = "access", ["token_type"] = "Bearer", ["id_token"] = Token?.Invoke(header, claims) ?? Signed(header, claims) });
    }

    private static IResult Json(JsonNode json, int status = 200) => Results.Text(json.ToJsonString(), "application/json", statusCode: status);
}
