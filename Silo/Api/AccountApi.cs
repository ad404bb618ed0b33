using System.Security.Cryptography;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Hosting.Http;
using Conference.Silo.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Conference.Silo.Api;

/// <summary><c>/api/me</c>: who is signed in, signing in and out (docs/sign-in.md).</summary>
internal sealed class AccountApi(SiloOptions options, IServiceProvider services, ApiProblems problems, PublicLinks links)
{
    private const string LeaveCookie = "conference-sign-out";
    private const string LeavePath = SignInServices.Root + "/logout";

    /// <summary>What a browser keeps of one cookie, with room for its name and attributes.</summary>
    private const int LongestCookie = 3800;

    public void Map(IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup(SignInServices.Root).WithTags("me");
        me.MapGet("", Read).WithName("getMe").Produces<AccountInfo>();
        if (options.SignIn is null)
        {
            me.Map("/{**rest}", () => problems.Refuse(SignInRefusal.NotConfigured)).ExcludeFromDescription();
            return;
        }
        me.MapGet("/login", SignIn).WithName("signIn").Produces(StatusCodes.Status302Found).Refuses(StatusCodes.Status400BadRequest);
        me.MapPost("/logout", (Delegate)SignOutAsync).WithName("signOut").Produces<SignedOut>().Refuses(StatusCodes.Status403Forbidden, StatusCodes.Status503ServiceUnavailable);
        me.MapGet("/logout", Leave).ExcludeFromDescription();
    }

    /// <summary>Whether a page of this installation sent the request. Browsers say so on everything that changes something; what says nothing is refused.</summary>
    public bool IsOwnPage(HttpContext context)
    {
        if (context.Request.Headers.Origin is not [{ Length: > 0 } origin]) return false;
        return SameOrigin.Is(origin, context.Request.Host.Value ?? "") || (options.PublicUrl is { } url && SameOrigin.Is(origin, url.Authority));
    }

    private IResult Read(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var place = options.SignIn is { } provider ? new SignInPlace(provider.Name) : null;
        var person = place is not null && Account.Of(context) is { } account ? new SignedInPerson(account.Name, account.Email) : null;
        return Results.Json(new AccountInfo(place, person), ContractsJson.Default.AccountInfo);
    }

    private IResult SignIn(HttpContext context)
    {
        var target = context.Request.Query["return"] is [{ } text] ? text : "/";
        if (!IsLocal(target)) return problems.Refuse(SignInRefusal.WrongReturn);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Challenge(new AuthenticationProperties { RedirectUri = target }, [SignInHandler.SchemeName]);
    }

    private async Task<IResult> SignOutAsync(HttpContext context)
    {
        if (!IsOwnPage(context)) return problems.Refuse(SignInRefusal.WrongOrigin);
        context.Response.Headers.CacheControl = "no-store";
        var idToken = await context.GetTokenAsync(SignInServices.SessionScheme, Account.IdToken);
        var isSignedIn = Account.Of(context) is not null;
        await context.SignOutAsync(SignInServices.SessionScheme);
        var next = isSignedIn && await FarewellAsync(context, idToken) is { } farewell ? Keep(context, farewell) : "/";
        return Results.Json(new SignedOut(next), ContractsJson.Default.SignedOut);
    }

    // OpenID Connect RP-Initiated Logout 1.0, section 2.
    private async Task<string?> FarewellAsync(HttpContext context, string? idToken)
    {
        var provider = (OidcProvider)services.GetService(typeof(OidcProvider))!;
        var (facts, _) = await provider.ReadAsync(context.RequestAborted);
        if (facts?.EndSessionEndpoint is not { Length: > 0 } endpoint || !SignInOptions.IsSafe(endpoint)) return null;
        var parameters = new Dictionary<string, string?> { ["client_id"] = options.SignIn!.ClientId, ["post_logout_redirect_uri"] = links.Of(context, "/"), ["id_token_hint"] = idToken };
        return QueryHelpers.AddQueryString(endpoint, parameters.Where(p => p.Value is not null));
    }

    // The page never sees the provider's token: the address with it waits in a cookie that scripts cannot read, for the next request.
    private string Keep(HttpContext context, string address)
    {
        var text = Protect(address);
        if (text.Length > LongestCookie) text = Protect(address[..address.IndexOf("&id_token_hint=", StringComparison.Ordinal)]);
        context.Response.Cookies.Append(LeaveCookie, text, CookieOf(context, TimeSpan.FromMinutes(1)));
        return LeavePath;
    }

    private IResult Leave(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var kept = context.Request.Cookies[LeaveCookie];
        context.Response.Cookies.Delete(LeaveCookie, CookieOf(context, null));
        return Results.Redirect(kept is not null && Unprotect(kept) is { } address ? address : "/");
    }

    private CookieOptions CookieOf(HttpContext context, TimeSpan? age) => new()
    {
        Path = LeavePath, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps || options.PublicUrl?.Scheme == Uri.UriSchemeHttps, MaxAge = age,
    };

    private IDataProtector Protector() => ((IDataProtectionProvider)services.GetService(typeof(IDataProtectionProvider))!).CreateProtector(LeaveCookie);

    private string Protect(string text) => WebEncoders.Base64UrlEncode(Protector().Protect(Encoding.UTF8.GetBytes(text)));

    private string? Unprotect(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Protector().Unprotect(WebEncoders.Base64UrlDecode(text)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    // A path, and nothing that a browser could take for another host.
    private static bool IsLocal(string target) =>
        target is ['/', ..] && target is not ['/', '/' or '\\', ..] && target.Length <= 512 && !target.Any(c => char.IsControl(c) || c == '\\');
}
