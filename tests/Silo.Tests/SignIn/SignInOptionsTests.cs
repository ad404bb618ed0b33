using Conference.Silo.SignIn;

namespace Conference.Silo.Tests.SignIn;

public sealed class SignInOptionsTests
{
    private static readonly Dictionary<string, string> Whole = new()
    {
        ["OIDC_ISSUER"] = "https://login.example.org/realms/acme", ["OIDC_CLIENT_ID"] = "conference", ["OIDC_CLIENT_SECRET"] = "s3cret", ["OIDC_SCOPES"] = "profile groups", ["OIDC_NAME"] = "Acme",
        ["OIDC_TENANT"] = "acme", ["OIDC_EMAIL_DOMAINS"] = "Example.org, @example.com", ["OIDC_CLAIM"] = "groups=a=b", ["OIDC_SESSION_HOURS"] = "8",
    };

    [Fact]
    public void Without_an_issuer_nobody_signs_in() => Assert.Equal((null, null), SignInOptions.Read(_ => null));

    [Fact]
    public void Everything_can_be_said()
    {
        var (options, problem) = SignInOptions.Read(Whole.GetValueOrDefault);
        Assert.Null(problem);
        Assert.Equal(("https://login.example.org/realms/acme", "conference", "s3cret", "Acme", TenantId.Parse("acme"), TimeSpan.FromHours(8)),
            (options!.Issuer, options.ClientId, options.ClientSecret, options.Name, options.Tenant!.Value, options.SessionLifetime));
        Assert.Equal(["openid", "profile", "groups"], options.Scopes.AsEnumerable());
        Assert.Equal(["example.org", "example.com"], options.EmailDomains.AsEnumerable());
        Assert.Equal(("groups", "a=b"), options.Claim);
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_secret_may_be_in_a_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "from a file\n");
        var (options, _) = SignInOptions.Read(name => name == "OIDC_CLIENT_SECRET_FILE" ? file : Whole.GetValueOrDefault(name));
        Assert.Equal("from a file", options!.ClientSecret);
        File.Delete(file);
        Assert.Contains("cannot be read", SignInOptions.Read(name => name == "OIDC_CLIENT_SECRET_FILE" ? file : Whole.GetValueOrDefault(name)).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OIDC_ISSUER", "http://login.example.org")]
    [InlineData("OIDC_ISSUER", "login.example.org")]
    [InlineData("OIDC_ISSUER", "https://login.example.org/?a=b")]
    [InlineData("OIDC_ISSUER", "https://user@login.example.org/")]
    [InlineData("OIDC_CLIENT_ID", "")]
    [InlineData("OIDC_TENANT", "no tenant")]
    [InlineData("OIDC_CLAIM", "groups")]
    [InlineData("OIDC_CLAIM", "=hosts")]
    [InlineData("OIDC_SESSION_HOURS", "0")]
    [InlineData("OIDC_SESSION_HOURS", "a day")]
    public void What_makes_no_sense_is_said_by_its_name(string name, string value)
    {
        var (options, problem) = SignInOptions.Read(asked => asked == name ? value : Whole.GetValueOrDefault(asked));
        Assert.Null(options);
        Assert.StartsWith($"CONFERENCE_{name}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_http_is_for_this_machine() => Assert.NotNull(SignInOptions.Read(name => name == "OIDC_ISSUER" ? "http://127.0.0.1:9000" : Whole.GetValueOrDefault(name)).Options);
}
