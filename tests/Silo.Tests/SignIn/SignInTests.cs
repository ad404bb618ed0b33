using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Conference.Contracts.Api;
using Conference.Silo.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Tests.SignIn;

/// <summary>Signing in and out over HTTP, as docs/sign-in.md says it, and whatever goes wrong on the way.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task Whoever_signs_in_is_known_until_they_sign_out_everywhere()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        Assert.Equal(new AccountInfo(new SignInPlace("Example")), await browser.MeAsync());
        Assert.Equal("/my", await browser.SignInAsync("/api/me/login?return=%2Fmy"));
        Assert.Equal(new SignedInPerson("Ann Example", "ann@example.org"), (await browser.MeAsync()).Person);

        using var thief = house.NewBrowser();
        foreach (Cookie cookie in browser.Cookies.GetAllCookies())
        {
            Assert.True(cookie is { HttpOnly: true, Secure: false } && cookie.Path.StartsWith("/api/me", StringComparison.Ordinal), cookie.Name);
            Assert.True(cookie.Expires <= TimeProvider.System.GetLocalNow().DateTime.AddHours(12.1));
            thief.Cookies.Add(house.Silo.Url, new Cookie(cookie.Name, cookie.Value, cookie.Path));
        }
        Assert.NotNull((await thief.MeAsync()).Person);

        using var left = await browser.SendAsync(HttpMethod.Post, "/api/me/logout");
        Assert.Equal("/api/me/logout", JsonNode.Parse(await left.Content.ReadAsStringAsync())!["next"]!.GetValue<string>());
        Assert.Null((await browser.MeAsync()).Person);
        // The session is over, not only its cookie gone.
        Assert.Null((await thief.MeAsync()).Person);
        var end = new Uri(await browser.FinishAsync("/api/me/logout"));
        var query = QueryHelpers.ParseQuery(end.Query);
        Assert.Equal(($"{house.Provider.Issuer}/end", ScriptedProvider.ClientId, house.Silo.Url.AbsoluteUri), (end.GetLeftPart(UriPartial.Path), query["client_id"].ToString(), query["post_logout_redirect_uri"].ToString()));
        Assert.Equal(2, query["id_token_hint"].ToString().Count(c => c == '.'));
        Assert.Equal("/", await browser.FinishAsync("/api/me/logout"));
    }

    [Fact]
    public async Task Behind_the_Gateway_the_address_is_the_one_that_people_see()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser("meet.example.org");
        var back = new Uri(await browser.BeginAsync());
        Assert.Equal("http://meet.example.org/api/me/callback", back.GetLeftPart(UriPartial.Path));
        Assert.Equal("/", await browser.FinishAsync(back.PathAndQuery));
        using var made = await browser.SendAsync(HttpMethod.Post, "/api/me/meetings", origin: "https://meet.example.org");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, made.StatusCode);
        using var inner = await browser.SendAsync(HttpMethod.Post, "/api/me/meetings");
        Assert.Equal("WrongOrigin", (await SiloFixture.ProblemAsync(inner)).Reason);
    }

    [Fact]
    public async Task A_session_lasts_over_a_restart_and_as_long_as_the_key_that_it_was_made_with()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        await browser.SignInAsync();
        await house.Silo.RestartAsync();
        Assert.NotNull((await browser.MeAsync()).Person);
        // A new ticket key in front of the old one: what the old one encrypted is still read.
        var keys = house.Silo.Services.GetRequiredService<SiloOptions>().TicketKeyFile;
        using var added = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var before = await File.ReadAllTextAsync(keys);
        await File.WriteAllTextAsync(keys, added.ExportPkcs8PrivateKeyPem() + "\n" + before);
        await house.Silo.RestartAsync();
        Assert.NotNull((await browser.MeAsync()).Person);
        using var newer = house.NewBrowser();
        await newer.SignInAsync();
        await File.WriteAllTextAsync(keys, added.ExportPkcs8PrivateKeyPem());
        await house.Silo.RestartAsync();
        Assert.Equal((true, false), ((await newer.MeAsync()).Person is not null, (await browser.MeAsync()).Person is not null));
    }

    [Fact]
    public async Task Sessions_and_sign_ins_end_by_themselves()
    {
        var time = HeldTime.FromNow();
        await using var house = await SignInHouse.OpenAsync(time: time);
        using var slow = house.NewBrowser();
        var back = await slow.BeginAsync();
        using var browser = house.NewBrowser();
        await browser.SignInAsync();
        time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(SignInRefusal.StateInvalid, await slow.RefusedAsync(back));
        time.Advance(TimeSpan.FromHours(11));
        Assert.NotNull((await browser.MeAsync()).Person);
        // Using it did not make it longer.
        time.Advance(TimeSpan.FromMinutes(45));
        Assert.Null((await browser.MeAsync()).Person);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/a\\b")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    [InlineData("my")]
    public async Task Nobody_is_sent_to_another_host_afterwards(string target)
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        using var refused = await browser.GetAsync($"/api/me/login?return={Uri.EscapeDataString(target)}");
        Assert.Equal((400, "WrongReturn"), await SiloFixture.ProblemAsync(refused) is var p ? (p.Status, p.Reason) : default);
    }

    [Fact]
    public async Task Only_the_browser_that_began_finishes_and_only_once()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var attacker = house.NewBrowser();
        using var victim = house.NewBrowser();
        var back = await attacker.BeginAsync();
        Assert.Equal(SignInRefusal.StateInvalid, await victim.RefusedAsync(back));
        var kept = attacker.Cookies.GetAllCookies().Single();
        await attacker.FinishAsync(back);
        Assert.NotNull((await attacker.MeAsync()).Person);
        Assert.Equal("/?signin=StateInvalid", await attacker.FinishAsync(back));
        // With the cookie of the state kept too, the provider knows that the code was used.
        victim.Cookies.Add(house.Silo.Url, new Cookie(kept.Name, kept.Value, kept.Path));
        Assert.Equal(SignInRefusal.CodeRefused, await victim.RefusedAsync(back));
    }

    [Fact]
    public async Task State_code_and_sender_are_not_believed_unproven()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        async Task<SignInRefusal> WithAsync(string name, string? value)
        {
            var back = new Uri(await browser.BeginAsync());
            var query = QueryHelpers.ParseQuery(back.Query).ToDictionary(q => q.Key, q => (string?)q.Value);
            query[name] = value;
            return await browser.RefusedAsync(QueryHelpers.AddQueryString(back.GetLeftPart(UriPartial.Path), query.Where(q => q.Value is not null)));
        }
        Assert.Equal(SignInRefusal.StateInvalid, await WithAsync("state", null));
        Assert.Equal(SignInRefusal.StateInvalid, await WithAsync("state", "AQAAAAAAAA"));
        Assert.Equal(SignInRefusal.TokenIssuer, await WithAsync("iss", "https://evil.example"));
        Assert.Equal(SignInRefusal.TokenIssuer, await WithAsync("iss", null));
        Assert.Equal(SignInRefusal.CodeRefused, await WithAsync("code", null));
        Assert.Equal(SignInRefusal.CodeRefused, await WithAsync("code", "guessed"));
        Assert.Equal(SignInRefusal.Denied, await WithAsync("error", "access_denied"));
        // A code of another sign-in: its code verifier is another one.
        var other = QueryHelpers.ParseQuery(new Uri(await browser.BeginAsync()).Query)["code"];
        Assert.Equal(SignInRefusal.CodeRefused, await WithAsync("code", other));
        // Made for another address.
        Assert.Equal(SignInRefusal.CodeRefused, await browser.RefusedAsync(await browser.BeginAsync(redirectUri: "https://evil.example/callback")));
    }

    [Fact]
    public async Task A_forged_host_leads_nowhere_but_to_the_address_that_is_configured()
    {
        await using var provider = await ScriptedProvider.StartAsync();
        await using var silo = await SiloFixture.StartAsync(o => o with
        {
            PublicUrl = new Uri("https://meet.example.org"), SignIn = new() { Issuer = provider.Issuer, ClientId = ScriptedProvider.ClientId, ClientSecret = ScriptedProvider.ClientSecret },
        });
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(silo.Url, "/api/me/login")) { Headers = { Host = "evil.example" } };
        using var answer = await http.SendAsync(request);
        Assert.Equal("https://meet.example.org/api/me/callback", QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["redirect_uri"].ToString());
        Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Tokens_that_are_wrong_sign_nobody_in()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        var provider = house.Provider;
        async Task<SignInRefusal> WithAsync(Action<JsonObject> claims)
        {
            provider.Claims = claims;
            return await browser.RefusedAsync();
        }
        Assert.Equal(SignInRefusal.TokenIssuer, await WithAsync(c => c["iss"] = "https://evil.example"));
        Assert.Equal(SignInRefusal.TokenAudience, await WithAsync(c => c["aud"] = "another"));
        Assert.Equal(SignInRefusal.TokenNonce, await WithAsync(c => c["nonce"] = "another"));
        Assert.Equal(SignInRefusal.TokenExpired, await WithAsync(c => c["exp"] = 1_700_000_000));
        Assert.Equal(SignInRefusal.TokenSubject, await WithAsync(c => c["sub"] = "bob-2"));
        provider.Claims = _ => { };
        provider.Token = (header, claims) => { header["alg"] = "none"; return $"{ScriptedProvider.Encoded(header)}.{ScriptedProvider.Encoded(claims)}."; };
        Assert.Equal(SignInRefusal.TokenAlgorithm, await browser.RefusedAsync());
        provider.Token = (header, claims) =>
        {
            header["alg"] = "HS256";
            var text = $"{ScriptedProvider.Encoded(header)}.{ScriptedProvider.Encoded(claims)}";
            return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(provider.Key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(text)))}";
        };
        Assert.Equal(SignInRefusal.TokenAlgorithm, await browser.RefusedAsync());
        using var stranger = RSA.Create(2048);
        provider.Token = (header, claims) => provider.Signed(header, claims, stranger);
        Assert.Equal(SignInRefusal.TokenSignature, await browser.RefusedAsync());
        provider.Token = (_, _) => "nothing";
        Assert.Equal(SignInRefusal.TokenMalformed, await browser.RefusedAsync());
    }

    [Fact]
    public async Task New_keys_of_the_provider_are_understood_at_once_and_unknown_ones_not_asked_for_without_end()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        await browser.SignInAsync();
        house.Provider.Rotate();
        Assert.Equal("/", await browser.SignInAsync());
        Assert.Equal(2, house.Provider.KeyReads);
        house.Provider.Token = (header, claims) => { header["kid"] = "made-up"; return house.Provider.Signed(header, claims); };
        using var another = house.NewBrowser();
        for (var i = 0; i < 3; i++) Assert.Equal(SignInRefusal.TokenKeyUnknown, await another.RefusedAsync());
        Assert.Equal(2, house.Provider.KeyReads);
    }

    [Fact]
    public async Task Whoever_answers_as_another_provider_is_not_used()
    {
        await using var house = await SignInHouse.OpenAsync();
        house.Provider.ClaimedIssuer = "https://evil.example";
        using var browser = house.NewBrowser();
        Assert.Equal("/?signin=WrongProvider", await browser.FinishAsync("/api/me/login"));
        await house.Provider.DisposeAsync();
        Assert.Equal("/?signin=ProviderUnavailable", await browser.FinishAsync("/api/me/login"));
    }

    [Theory]
    [InlineData("ann@example.org", true, true)]
    [InlineData("ann@EXAMPLE.org", true, true)]
    [InlineData("ann@example.org", false, false)]
    [InlineData("ann@example.org.evil.example", true, false)]
    [InlineData("ann@evil.example", true, false)]
    [InlineData("@example.org", true, false)]
    public async Task Only_verified_addresses_of_the_domains_that_are_allowed(string email, bool verified, bool allowed)
    {
        await using var house = await SignInHouse.OpenAsync(o => o with { EmailDomains = ["example.org"] });
        using var browser = house.NewBrowser();
        (house.Provider.UserInfo["email"], house.Provider.UserInfo["email_verified"]) = (email, verified);
        Assert.Equal(allowed ? "/" : "/?signin=NotAllowed", await browser.SignInAsync());
    }

    [Fact]
    public async Task Only_people_with_the_claim_that_is_asked_for()
    {
        await using var house = await SignInHouse.OpenAsync(o => o with { Claim = ("groups", "hosts") });
        using var browser = house.NewBrowser();
        Assert.Equal(SignInRefusal.NotAllowed, await browser.RefusedAsync());
        house.Provider.Claims = claims => claims["groups"] = new JsonArray("all", "hostsandmore");
        Assert.Equal(SignInRefusal.NotAllowed, await browser.RefusedAsync());
        house.Provider.Claims = claims => claims["groups"] = new JsonArray("all", "hosts");
        Assert.Equal("/", await browser.SignInAsync());
    }

    [Fact]
    public async Task A_cookie_that_was_changed_or_made_elsewhere_is_nobody()
    {
        await using var house = await SignInHouse.OpenAsync();
        await using var elsewhere = await SignInHouse.OpenAsync();
        using var browser = house.NewBrowser();
        using var stranger = elsewhere.NewBrowser();
        await browser.SignInAsync();
        await stranger.SignInAsync();
        var session = browser.Cookies.GetAllCookies().Single(c => c.Name == "conference-session");
        var foreign = stranger.Cookies.GetAllCookies().Single(c => c.Name == "conference-session");
        foreach (var value in (string[])[session.Value[..^2] + (session.Value[^2] == 'A' ? "BB" : "AA"), session.Value[..^10], "x", foreign.Value])
        {
            using var forger = house.NewBrowser();
            forger.Cookies.Add(house.Silo.Url, new Cookie(session.Name, value, session.Path));
            Assert.Null((await forger.MeAsync()).Person);
        }
    }

    [Fact]
    public async Task Signing_in_again_leaves_nobody_in_a_session_that_was_planted()
    {
        await using var house = await SignInHouse.OpenAsync();
        using var attacker = house.NewBrowser();
        await attacker.SignInAsync();
        using var victim = house.NewBrowser();
        foreach (Cookie cookie in attacker.Cookies.GetAllCookies()) victim.Cookies.Add(house.Silo.Url, new Cookie(cookie.Name, cookie.Value, cookie.Path));
        house.Provider.Claims = claims => (claims["sub"], claims["name"]) = ("vic-3", "Vic");
        house.Provider.UserInfo["sub"] = "vic-3";
        await victim.SignInAsync();
        Assert.Equal(("Vic", "Ann Example"), ((await victim.MeAsync()).Person!.Name, (await attacker.MeAsync()).Person!.Name));
    }

    [Fact]
    public async Task Without_a_provider_nobody_signs_in()
    {
        await using var silo = await SiloFixture.StartAsync();
        Assert.Equal("{}", await silo.Http.GetStringAsync("/api/me"));
        using var login = await silo.Http.GetAsync("/api/me/login");
        Assert.Equal((404, "NotConfigured"), await SiloFixture.ProblemAsync(login) is var p ? (p.Status, p.Reason) : default);
    }
}
