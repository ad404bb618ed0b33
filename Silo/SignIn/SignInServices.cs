using Conference.Contracts.Api;
using Conference.Hosting.Tickets;
using Conference.Silo.Api;
using Conference.Silo.Journal;
using Conference.Silo.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Conference.Silo.SignIn;

/// <summary>Puts signing in together: nothing of it is there where no provider is configured.</summary>
internal static partial class SignInServices
{
    public const string SessionScheme = "session";
    public const string SessionCookie = "conference-session";

    /// <summary>Sessions, state and everything else of it lives below this path, and no other request carries a cookie.</summary>
    public const string Root = "/api/me";

    /// <param name="services">The silo's.</param>
    /// <param name="options">The provider.</param>
    /// <param name="isHttps">People reach the installation over HTTPS only, whatever a proxy in front makes of it.</param>
    public static void AddSignIn(this IServiceCollection services, SignInOptions options, bool isHttps)
    {
        var secure = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        services.AddSingleton(options).AddSingleton<OidcProvider>().AddSingleton<CodeExchange>();
        // Before the framework adds its own, which keeps keys in the home folder of one machine.
        services.AddSingleton<IDataProtectionProvider>(s => new KeyedProtection(s.GetRequiredService<TicketSigner>()));
        services.AddSingleton<SessionStore>().AddHostedService(s => s.GetRequiredService<SessionStore>());
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = SessionScheme);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddCookie(SessionScheme, cookie => Configure(cookie, options, secure))
            .AddOAuth<OAuthOptions, SignInHandler>(SignInHandler.SchemeName, oauth => Configure(oauth, options, secure));
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>>(s => new ConfigureNamedOptions<CookieAuthenticationOptions>(SessionScheme, cookie => cookie.SessionStore = s.GetRequiredService<SessionStore>()));
    }

    /// <summary>
    /// Finds out who is signed in, and answers the provider's redirect back. Put it behind what believes proxies: the framework would put it in front of everything by itself. Cookies come
    /// below <see cref="Root"/> only, so nothing is looked up for other requests.
    /// </summary>
    public static void UseSignIn(this IApplicationBuilder app)
    {
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (e is JournalReadException or SignInFailure { Reason: SignInRefusal.Unavailable } && context.Request.Path.StartsWithSegments(Root) && !context.Response.HasStarted)
            {
                await context.RequestServices.GetRequiredService<ApiProblems>().Refuse(SignInRefusal.Unavailable).ExecuteAsync(context);
            }
        });
        app.UseAuthentication();
    }

    /// <summary>Sends somebody who tried to sign in to the start page, which says why they are not.</summary>
    public static void Refuse(HttpContext context, SignInRefusal reason)
    {
        var services = context.RequestServices;
        services.GetRequiredService<SiloMetrics>().RequestRefused(reason.ToString());
        LogRefused(services.GetRequiredService<ILogger<SignInHandler>>(), reason);
        context.Response.Redirect($"/?signin={reason}");
    }

    private static void Configure(CookieAuthenticationOptions cookie, SignInOptions options, CookieSecurePolicy secure)
    {
        cookie.Cookie.Name = SessionCookie;
        cookie.Cookie.Path = Root;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = secure;
        cookie.ExpireTimeSpan = options.SessionLifetime;
        cookie.SlidingExpiration = false;
        // An API answers; it does not lead to pages.
        cookie.Events.OnRedirectToLogin = cookie.Events.OnRedirectToAccessDenied = cookie.Events.OnRedirectToLogout = cookie.Events.OnRedirectToReturnUrl = _ => Task.CompletedTask;
    }

    private static void Configure(OAuthOptions oauth, SignInOptions options, CookieSecurePolicy secure)
    {
        oauth.SignInScheme = SessionScheme;
        oauth.ClientId = options.ClientId;
        // The exchange of codes is ours, and knows providers that want no secret.
        oauth.ClientSecret = options.ClientSecret ?? "none";
        oauth.AuthorizationEndpoint = oauth.TokenEndpoint = SignInHandler.UnknownEndpoint;
        oauth.CallbackPath = SignInHandler.CallbackPath;
        oauth.UsePkce = true;
        oauth.RemoteAuthenticationTimeout = SignInHandler.Patience;
        foreach (var scope in options.Scopes) oauth.Scope.Add(scope);
        oauth.CorrelationCookie.Name = "conference-sign-in.";
        // The provider leads back by a plain link, which Lax lets through.
        oauth.CorrelationCookie.SameSite = SameSiteMode.Lax;
        oauth.CorrelationCookie.SecurePolicy = secure;
        oauth.Events.OnRemoteFailure = failure =>
        {
            Refuse(failure.HttpContext, failure.Failure is SignInFailure known ? known.Reason : SignInRefusal.Unavailable);
            failure.HandleResponse();
            return Task.CompletedTask;
        };
    }

    [LoggerMessage(3094, LogLevel.Information, "A sign-in was refused: {Reason}")]
    private static partial void LogRefused(ILogger log, SignInRefusal reason);
}
