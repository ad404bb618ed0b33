using System.Collections.Immutable;
using Conference.Contracts;

namespace Conference.Silo.SignIn;

/// <summary>The OpenID provider that hosts sign in with (docs/sign-in.md).</summary>
public sealed record SignInOptions
{
    /// <summary>The provider's issuer, exactly as its tokens say it: <c>https://login.example.org</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>This installation's name at the provider.</summary>
    public required string ClientId { get; init; }

    /// <summary>This installation's secret at the provider; null: it has none, and PKCE alone proves who asks.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What people know the provider as; null: nothing.</summary>
    public string? Name { get; init; }

    /// <summary>What is asked for. <c>openid</c> always is.</summary>
    public ImmutableArray<string> Scopes { get; init; } = ["openid", "profile", "email"];

    /// <summary>The tenant of the meetings that people make who are signed in; null: that of meetings without a tenant key.</summary>
    public TenantId? Tenant { get; init; }

    /// <summary>Only people with a verified address of these domains, in lower case; empty: everybody whom the provider knows.</summary>
    public ImmutableArray<string> EmailDomains { get; init; } = [];

    /// <summary>Only people whose token has this claim with this value, alone or in a list; null: everybody.</summary>
    public (string Name, string Value)? Claim { get; init; }

    /// <summary>How long somebody stays signed in.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Reads the settings <c>OIDC_...</c> (docs/sign-in.md). Null and null: no issuer is set.</summary>
    /// <param name="read">A setting by its name, without the prefix <c>CONFERENCE_</c>; null where it is not set.</param>
    public static (SignInOptions? Options, string? Problem) Read(Func<string, string?> read)
    {
        if (Setting(read, "ISSUER") is not { } issuer) return (null, null);
        if (!IsIssuer(issuer)) return (null, "CONFERENCE_OIDC_ISSUER is no https URL without query and fragment (http only for this machine)");
        if (Setting(read, "CLIENT_ID") is not { } clientId) return (null, "CONFERENCE_OIDC_CLIENT_ID is not set");
        var (secret, unreadable) = Secret(read);
        if (unreadable is not null) return (null, unreadable);
        if (Setting(read, "SESSION_HOURS") is { } text && (!int.TryParse(text, out var hours) || hours is < 1 or > 24 * 30)) return (null, "CONFERENCE_OIDC_SESSION_HOURS is no number from 1 to 720");
        TenantId? tenant = null;
        if (Setting(read, "TENANT") is { } name)
        {
            if (!StringId.TryParse<TenantId>(name, out var id)) return (null, "CONFERENCE_OIDC_TENANT is no tenant's id");
            tenant = id;
        }
        var claim = Setting(read, "CLAIM")?.Split('=', 2);
        if (claim is not (null or [{ Length: > 0 }, { Length: > 0 }])) return (null, "CONFERENCE_OIDC_CLAIM is not name=value");
        return (new SignInOptions
        {
            Issuer = issuer,
            ClientId = clientId,
            ClientSecret = secret,
            Name = Setting(read, "NAME"),
            Scopes = Setting(read, "SCOPES") is { } scopes ? ["openid", .. Words(scopes).Where(scope => scope != "openid")] : ["openid", "profile", "email"],
            Tenant = tenant,
            EmailDomains = [.. Words(Setting(read, "EMAIL_DOMAINS") ?? "").Select(domain => domain.TrimStart('@').ToLowerInvariant())],
            Claim = claim is null ? null : (claim[0], claim[1]),
            SessionLifetime = TimeSpan.FromHours(Setting(read, "SESSION_HOURS") is { } number ? int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : 12),
        }, null);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(SignInOptions)} {Issuer}";

    /// <summary>Whether addresses of the provider may be plain HTTP: on this machine alone.</summary>
    internal static bool IsSafe(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    private static bool IsIssuer(string text) => IsSafe(text) && new Uri(text) is { Query: "", Fragment: "", UserInfo: "" };

    private static (string? Secret, string? Problem) Secret(Func<string, string?> read)
    {
        if (Setting(read, "CLIENT_SECRET_FILE") is not { } file) return (Setting(read, "CLIENT_SECRET"), null);
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? (secret, null) : (null, $"{file}: holds no client secret");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"the client secret cannot be read: {e.Message}");
        }
    }

    private static string? Setting(Func<string, string?> read, string name) => read("OIDC_" + name)?.Trim() is { Length: > 0 } value ? value : null;

    private static string[] Words(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}
