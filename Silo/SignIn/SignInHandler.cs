using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Conference.Contracts.Api;
using Conference.Silo.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Conference.Silo.SignIn;

/// <summary>
/// OpenID Connect on top of ASP.NET Core's OAuth handler (docs/sign-in.md): authorization code with PKCE, state bound to the browser by a cookie, a nonce in the identity token.
/// The framework makes and checks state, cookie and code verifier; what OpenID adds is here and in <see cref="IdTokens"/>.
/// </summary>
internal sealed class SignInHandler(
    IOptionsMonitor<OAuthOptions> monitor, ILoggerFactory loggers, UrlEncoder encoder, OidcProvider provider, CodeExchange exchange, SignInOptions settings, PublicLinks links)
    : OAuthHandler<OAuthOptions>(monitor, loggers, encoder)
{
    public const string SchemeName = "oidc";
    public const string CallbackPath = "/api/me/callback";

    /// <summary>The base class wants an address when it is configured; where the provider really is its own description says.</summary>
    public const string UnknownEndpoint = "https://provider.invalid/";
    private const string NonceItem = "nonce";

    /// <summary>How long somebody may take at the provider.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public override async Task<bool> HandleRequestAsync()
    {
        if (!await ShouldHandleRequestAsync()) return false;
        // A session that this browser has already is not taken over: whoever signs in gets a key that nobody knew before.
        Request.Headers.Cookie = string.Join("; ", Request.Headers.Cookie.SelectMany(line => line?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
            .Where(cookie => !cookie.StartsWith(SignInServices.SessionCookie, StringComparison.Ordinal)));
        Response.Headers.CacheControl = "no-store";
        try
        {
            return await base.HandleRequestAsync();
        }
        catch (SignInFailure failure)
        {
            SignInServices.Refuse(Context, failure.Reason);
            return true;
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var (facts, refusal) = await provider.ReadAsync(Context.RequestAborted);
        if (facts is null)
        {
            SignInServices.Refuse(Context, refusal!.Value);
            return;
        }
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        properties.Items[NonceItem] = nonce;
        properties.IssuedUtc = TimeProvider.GetUtcNow();
        GenerateCorrelationId(properties);
        var query = new Uri(BuildChallengeUrl(properties, RedirectUri())).Query;
        var endpoint = facts.AuthorizationEndpoint;
        Response.Redirect($"{endpoint}{(endpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query.TrimStart('?')}&nonce={nonce}");
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        var query = Request.Query;
        if (!HttpMethods.IsGet(Request.Method) || Options.StateDataFormat.Unprotect(query["state"]) is not { } properties || IsOld(properties) || !ValidateCorrelationId(properties))
            return Fail(SignInRefusal.StateInvalid);
        var (facts, refusal) = await provider.ReadAsync(Context.RequestAborted);
        if (facts is null) return Fail(refusal!.Value);
        if (IsOfAnother(query["iss"], facts)) return Fail(SignInRefusal.TokenIssuer);
        if (query.ContainsKey("error")) return Fail(SignInRefusal.Denied);

        var (tokens, unchanged) = await exchange.RedeemAsync(facts, query["code"].ToString(), RedirectUri(), properties.Items[OAuthConstants.CodeVerifierKey], Context.RequestAborted);
        if (tokens is null) return Fail(unchanged!.Value);
        var (token, invalid) = await ProveAsync(tokens.IdToken, properties.Items[NonceItem] ?? "", facts);
        if (token is null) return Fail(invalid!.Value);
        var (person, unlike) = await PersonAsync(facts, token, tokens.AccessToken);
        if (person is null) return Fail(unlike!.Value);
        return person.RefusalBy(settings) is { } notAllowed ? Fail(notAllowed) : HandleRequestResult.Success(Ticket(token, person, tokens.IdToken!, properties.RedirectUri));
    }

    private static HandleRequestResult Fail(SignInRefusal reason) => HandleRequestResult.Fail(new SignInFailure(reason));

    // RFC 9207: who answers says so where the provider says that it does; another one's code is never sent to this one.
    private static bool IsOfAnother(string? issuer, OpenIdConnectConfiguration facts) =>
        string.IsNullOrEmpty(issuer) ? facts.AuthorizationResponseIssParameterSupported : issuer != facts.Issuer;

    private async Task<(JsonWebToken? Token, SignInRefusal? Refusal)> ProveAsync(string? text, string nonce, OpenIdConnectConfiguration facts)
    {
        var expected = new IdTokenExpectation(settings.Issuer, settings.ClientId, nonce, TimeProvider.GetUtcNow(), [.. facts.SigningKeys]);
        var checkedOnce = await IdTokens.CheckAsync(text, expected);
        if (checkedOnce.Refusal != SignInRefusal.TokenKeyUnknown) return checkedOnce;
        // The provider may have changed its keys.
        var (now, refusal) = await provider.ReadAgainAsync(Context.RequestAborted);
        return now is null ? (null, refusal) : await IdTokens.CheckAsync(text, expected with { Keys = [.. now.SigningKeys] });
    }

    private async Task<(ProviderPerson? Person, SignInRefusal? Refusal)> PersonAsync(OpenIdConnectConfiguration facts, JsonWebToken token, string? accessToken)
    {
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        var own = claims.RootElement.Clone();
        // Providers put little into the token where they can be asked.
        if (accessToken is null || !SignInOptions.IsSafe(facts.UserInfoEndpoint)) return (new ProviderPerson(own, null), null);
        var more = await exchange.AskAsync(facts.UserInfoEndpoint, accessToken, Context.RequestAborted);
        if (more is { } answer && !(answer.TryGetProperty("sub", out var sub) && sub.ValueKind == JsonValueKind.String && sub.GetString() == token.Subject)) return (null, SignInRefusal.TokenSubject);
        return (new ProviderPerson(own, more), null);
    }

    private AuthenticationTicket Ticket(JsonWebToken token, ProviderPerson person, string idToken, string? returnTo)
    {
        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaims([new(Account.IssuerClaim, settings.Issuer), new(Account.SubjectClaim, token.Subject), new(Account.NameClaim, person.Name)]);
        if (person.Email is { } email) identity.AddClaim(new(Account.EmailClaim, email));
        var properties = new AuthenticationProperties { IsPersistent = true, RedirectUri = returnTo };
        // Kept in the store, not in the cookie: the provider wants to see it again at the end.
        properties.StoreTokens([new AuthenticationToken { Name = Account.IdToken, Value = idToken }]);
        return new AuthenticationTicket(new ClaimsPrincipal(identity), properties, SchemeName);
    }

    private bool IsOld(AuthenticationProperties properties) => properties.IssuedUtc is not { } at || TimeProvider.GetUtcNow() - at > Patience;

    private string RedirectUri() => links.Of(Context, CallbackPath);
}
