using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Conference.Contracts.Api;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Standalone.Tests.Hostile;

/// <summary>Tenants against each other, through the Gateway (docs/security.md, H12 to H14): keys, join tokens and webhooks that are somebody else's, or nobody's.</summary>
public sealed class HostileTenantTests(HostileHouse house) : IClassFixture<HostileHouse>
{
    private static int s_tenants;

    /// <summary>What a tenant may ask of itself.</summary>
    private static readonly (string Method, string Path, string? Body)[] Own =
    [
        ("GET", "", null), ("PUT", "/retention", "{\"days\":1}"), ("POST", "/keys", "{}"), ("DELETE", "/keys/{key}", null), ("POST", "/keys/{key}/rotate", "{}"),
        ("POST", "/token-keys", "{\"algorithm\":\"HS256\"}"), ("DELETE", "/token-keys/{token}", null), ("POST", "/webhooks", "{\"url\":\"https://hooks.example.org/\"}"),
        ("DELETE", "/webhooks/x", null), ("GET", "/dead-letters", null), ("POST", "/dead-letters/x/resend", null),
    ];

    [Fact]
    public async Task H12_Another_tenants_key_opens_nothing_of_a_tenant()
    {
        var (acme, other) = (await MakeAsync(), await MakeAsync());
        foreach (var bearer in (string[])[other.Key, $"{acme.Id}.{acme.KeyId}.{other.Key.Split('.')[2]}"])
        {
            foreach (var (method, path, body) in Own)
                Assert.Equal("Unauthorized", await RefuseAsync(method, $"/api/tenants/{acme.Id}{path.Replace("{key}", acme.KeyId).Replace("{token}", acme.TokenKeyId)}", body, bearer));
        }
        // Nor does one's own key do what only the operator does, to oneself or others.
        foreach (var (method, path, body) in ((string, string, string?)[])[
            ("PUT", $"/api/tenants/{other.Id}/quotas", "{}"), ("GET", "/api/tenants", null), ("POST", "/api/tenants", "{\"id\":\"mine\"}"), ("GET", "/api/admin/overview", null),
            ("DELETE", $"/api/admin/meetings/{acme.Meeting.Id}", null), ("GET", $"/api/admin/meetings/{acme.Meeting.Id}", null)])
            Assert.Equal("Unauthorized", await RefuseAsync(method, path, body, other.Key));
        Assert.Single((await house.AskAsync(HttpMethod.Get, $"/api/tenants/{acme.Id}", acme.Key))["keys"]!.AsArray());
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H12_Another_tenants_meetings_are_not_there()
    {
        var (acme, other) = (await MakeAsync(), await MakeAsync());
        foreach (var (method, path, body) in ((string, string, string?)[])[
            ("GET", "", null), ("PATCH", "", "{\"title\":\"Mine\"}"), ("DELETE", "", null), ("GET", "/events", null), ("GET", "/chat", null), ("DELETE", "/data", null),
            ("POST", "/captions", "{\"text\":\"x\"}"), ("POST", "/stream-keys", "{\"name\":\"x\"}"), ("DELETE", "/stream-keys/x", null)])
        {
            foreach (var bearer in (string[])[other.Key, other.Meeting.HostKey])
            {
                var reason = await RefuseAsync(method, $"/api/meetings/{acme.Meeting.Id}{path}", body, bearer);
                // As for one that is not there at all.
                Assert.Equal("UnknownMeeting", reason);
                Assert.Equal(reason, await RefuseAsync(method, $"/api/meetings/{Guid.NewGuid():N}{path}", body, bearer));
            }
        }
        Assert.Equal("Theirs", (string?)(await house.AskAsync(HttpMethod.Get, $"/api/meetings/{acme.Meeting.Id}", acme.Key))["title"]);
    }

    [Fact]
    public async Task H12_A_key_that_was_replaced_opens_nothing_once_its_overlap_is_over_or_it_is_revoked()
    {
        var acme = await MakeAsync();
        var fresh = await house.AskAsync(HttpMethod.Post, $"/api/tenants/{acme.Id}/keys/{acme.KeyId}/rotate", acme.Key, "{\"overlapMinutes\":10}");
        var key = house.Keep((string)fresh["key"]!);
        // Both open while they overlap; the old one cannot make itself last longer.
        await house.AskAsync(HttpMethod.Get, $"/api/tenants/{acme.Id}", acme.Key);
        Assert.Equal("OutOfRange", await RefuseAsync("POST", $"/api/tenants/{acme.Id}/keys/{fresh["id"]}/rotate", "{\"overlapMinutes\":10081}", acme.Key));
        Assert.Equal("OutOfRange", await RefuseAsync("POST", $"/api/tenants/{acme.Id}/keys/{fresh["id"]}/rotate", "{\"overlapMinutes\":-1}", acme.Key));
        await house.AskAsync(HttpMethod.Delete, $"/api/tenants/{acme.Id}/keys/{acme.KeyId}", key);
        foreach (var (method, path, body) in Own.Take(4))
            Assert.Equal("Unauthorized", await RefuseAsync(method, $"/api/tenants/{acme.Id}{path.Replace("{key}", (string?)fresh["id"])}", body, acme.Key));
        Assert.Equal("TenantKeyRequired", await RefuseAsync("POST", "/api/meetings", "{\"title\":\"x\"}", acme.Key));
        Assert.Equal("UnknownKey", await RefuseAsync("POST", $"/api/tenants/{acme.Id}/keys/{acme.KeyId}/rotate", "{}", key));
    }

    [Theory]
    [InlineData("POST", "/keys")]
    [InlineData("POST", "/token-keys")]
    [InlineData("POST", "/webhooks")]
    [InlineData("PUT", "/retention")]
    [InlineData("PUT", "/quotas")]
    public async Task H12_Bodies_that_are_no_request_are_refused(string method, string path)
    {
        var acme = await MakeAsync();
        foreach (var (body, type) in ((string, string)[])[
            ("null", "application/json"), ("[]", "application/json"), ("{\"days\":\"x\",\"algorithm\":7,\"url\":[],\"name\":{},\"meetings\":\"many\"}", "application/json"), ("{", "application/json"),
            (new string('[', 30_000), "application/json"), ("{\"name\":\"" + new string('x', 200_000) + "\"}", "application/json"), ("{\"days\":1e999,\"meetings\":1e999,\"algorithm\":\"none\",\"url\":null,\"name\":7}", "application/json"),
            ("{}", "text/plain"), ("{\"days\":-1,\"meetings\":0,\"algorithm\":\"RS256\",\"url\":\"\",\"name\":\"\\u202e\"}", "application/json")])
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, new HttpMethod(method), $"/api/tenants/{acme.Id}{path}", body, type, HostileHouse.AdminToken));
        foreach (var id in (string[])["..%2f", "a%20b", new string('a', 65), "a.b", "%F0%9F%8E%89"])
            Assert.NotEmpty(await HostileRequests.ReasonAsync(house.Http, new HttpMethod(method), $"/api/tenants/{id}{path}", "{}", bearer: HostileHouse.AdminToken));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H13_Join_tokens_that_are_forged_foreign_late_or_used_open_nothing()
    {
        var (acme, other) = (await MakeAsync(), await MakeAsync());
        var good = acme.Claims();
        foreach (var (reason, token) in ((string, string)[])[
            ("TokenInvalid", Unsigned(good)), ("TokenInvalid", Unsigned(good) + Base64UrlEncoder.Encode("x")), ("TokenInvalid", Sign(acme.TokenSecret, good, "HS512")),
            ("TokenInvalid", Sign(acme.TokenSecret, good, kid: "nobodys")), ("TokenInvalid", Sign(acme.TokenSecret, good, kid: other.TokenKeyId)), ("TokenInvalid", Sign(other.TokenSecret, good, kid: acme.TokenKeyId)),
            ("TokenInvalid", Sign(acme.Key, good)), ("TokenInvalid", Sign(acme.TokenSecret, good)[..^2] + "AA"), ("TokenInvalid", Sign(acme.TokenSecret, good + " ").Replace(".", "..")),
            ("TokenInvalid", Sign(acme.TokenSecret, acme.Claims(expires: null))), ("TokenInvalid", Sign(acme.TokenSecret, acme.Claims(role: "emperor"))), ("TokenInvalid", Sign(acme.TokenSecret, "[]")), ("TokenInvalid", new string('e', 9000)),
            ("TokenForeign", Sign(other.TokenSecret, other.Claims())), ("TokenForeign", Sign(other.TokenSecret, other.Claims(code: acme.Meeting.Code))), ("TokenForeign", Sign(acme.TokenSecret, acme.Claims(code: other.Meeting.Code))),
            ("TokenForeign", Sign(acme.TokenSecret, acme.Claims(code: "*"))), ("TokenExpired", Sign(acme.TokenSecret, acme.Claims(expires: -60))), ("TokenExpired", Sign(acme.TokenSecret, acme.Claims(from: 600)))])
            Assert.Equal((reason, token), (await JoinAsync(acme.Meeting.Code, house.Keep(token)), token));
        var once = house.Keep(Sign(acme.TokenSecret, acme.Claims(id: "7")));
        Assert.Equal("", await JoinAsync(acme.Meeting.Code, once));
        Assert.Equal("TokenUsed", await JoinAsync(acme.Meeting.Code, once));
        // A key that was taken away signs nothing more.
        await house.AskAsync(HttpMethod.Delete, $"/api/tenants/{acme.Id}/token-keys/{acme.TokenKeyId}", acme.Key);
        Assert.Equal("TokenInvalid", await JoinAsync(acme.Meeting.Code, Sign(acme.TokenSecret, acme.Claims(id: "8"))));
        await house.AssertUndisturbedAsync();
    }

    [Theory]
    [InlineData("http://hooks.example.org/")]
    [InlineData("https://localhost/")]
    [InlineData("https://localhost./")]
    [InlineData("https://hooks.localhost/")]
    [InlineData("https://127.0.0.1:8080/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:a9fe:a9fe]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://user:password@hooks.example.org/")]
    [InlineData("https://hooks.example.org/#x")]
    [InlineData("gopher://hooks.example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//hooks.example.org/")]
    [InlineData("https://")]
    public async Task H14_A_webhook_into_this_network_is_refused(string url)
    {
        var acme = await MakeAsync();
        var body = new JsonObject { ["url"] = url }.ToJsonString();
        Assert.Equal("InvalidUrl", await RefuseAsync("POST", $"/api/tenants/{acme.Id}/webhooks", body, acme.Key));
    }

    private Task<string> RefuseAsync(string method, string path, string? body, string bearer) => HostileRequests.ReasonAsync(house.Http, new HttpMethod(method), path, body, bearer: bearer);

    // The reason of the refusal; empty: they are in.
    private async Task<string> JoinAsync(string code, string token)
    {
        using var answer = await house.Http.PostAsync($"/api/join/{code}", new StringContent(new JsonObject { ["displayName"] = "Mallory", ["token"] = token }.ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return answer.IsSuccessStatusCode ? "" : (string)problem["reason"]!;
    }

    private async Task<Tenant> MakeAsync()
    {
        var id = $"tenant-{Interlocked.Increment(ref s_tenants)}";
        var made = await house.AskAsync(HttpMethod.Post, "/api/tenants", HostileHouse.AdminToken, $$"""{"id":"{{id}}"}""");
        var key = house.Keep((string)made["key"]!);
        var token = await house.AskAsync(HttpMethod.Post, $"/api/tenants/{id}/token-keys", key, "{\"algorithm\":\"HS256\"}");
        var meeting = await house.AskAsync(HttpMethod.Post, "/api/meetings", key, "{\"title\":\"Theirs\"}");
        return new(id, key, (string)made["keyId"]!, (string)token["id"]!, house.Keep((string)token["secret"]!), ((string)meeting["id"]!, (string)meeting["code"]!, house.Keep((string)meeting["hostKey"]!)));
    }

    private static string Unsigned(string claims) => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(claims)}.";

    private static string Sign(string secret, string claims, string algorithm = "HS256", string? kid = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (kid is not null) header["kid"] = kid;
        var data = $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims)}";
        var (key, text) = (Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(data));
        return $"{data}.{Base64UrlEncoder.Encode(algorithm == "HS256" ? HMACSHA256.HashData(key, text) : HMACSHA512.HashData(key, text))}";
    }

    private sealed record Tenant(string Id, string Key, string KeyId, string TokenKeyId, string TokenSecret, (string Id, string Code, string HostKey) Meeting)
    {
        public string Claims(string? code = null, int? expires = 300, int from = -10, string? role = null, string? id = null)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var claims = new JsonObject { ["iss"] = Id, ["code"] = code ?? Meeting.Code, ["nbf"] = now + from };
            if (expires is { } seconds) claims["exp"] = now + seconds;
            if (role is not null) claims["role"] = role;
            if (id is not null) claims["jti"] = id;
            return claims.ToJsonString();
        }
    }
}

/// <summary>Guesses by the hundred (docs/security.md, H15), in a house of their own: whoever guesses waits, others do not.</summary>
public sealed class HostileGuessTests(HostileHouse house) : IClassFixture<HostileHouse>
{
    [Fact]
    public async Task H15_Whoever_guesses_tenant_keys_or_the_admin_token_waits_and_who_knew_them_goes_on()
    {
        var made = await house.AskAsync(HttpMethod.Post, "/api/tenants", HostileHouse.AdminToken, "{\"id\":\"acme\"}");
        var key = house.Keep((string)made["key"]!);
        await house.AskAsync(HttpMethod.Get, "/api/tenants/acme", key);
        var other = house.Keep((string)(await house.AskAsync(HttpMethod.Post, "/api/tenants/acme/keys", key, "{}"))["key"]!);
        var reasons = new List<string>();
        for (var i = 0; i < 120; i++)
        {
            var guess = house.Keep(i % 2 == 0 ? $"acme.{made["keyId"]}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}" : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));
            reasons.Add(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Get, i % 2 == 0 ? "/api/tenants/acme" : "/api/admin/overview", bearer: guess));
        }
        Assert.Equal(100, reasons.Count(r => r == "Unauthorized"));
        Assert.All(reasons.Skip(100), r => Assert.Equal("TooManyAttempts", r));
        // Not even a right one is looked at, of somebody who has not shown it before.
        Assert.Equal("TooManyAttempts", await HostileRequests.ReasonAsync(house.Http, HttpMethod.Get, "/api/tenants/acme", bearer: other));
        await house.AskAsync(HttpMethod.Get, "/api/tenants/acme", key);
        await house.AskAsync(HttpMethod.Get, "/api/admin/overview", HostileHouse.AdminToken);
        await house.AssertUndisturbedAsync();
    }
}
