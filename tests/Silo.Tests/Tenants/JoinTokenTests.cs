using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Tenants;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Silo.Tests.Tenants;

/// <summary>Tokens are made by hand here, byte by byte, as a hostile tenant would.</summary>
public sealed class JoinTokenTests : IDisposable
{
    private const string Secret = "a-secret-of-more-than-thirty-two-bytes-0123456789";
    private const string Code = "lusab-babad-gutih-tugad";
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly MeetingId Meeting = MeetingId.Parse("m1");
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    public void Dispose()
    {
        _curve.Dispose();
        _rsa.Dispose();
    }

    private TokenKey[] Keys =>
    [
        new("hs", TokenAlgorithm.HS256, Secret),
        new("es", TokenAlgorithm.ES256, _curve.ExportSubjectPublicKeyInfoPem()),
        new("rs", TokenAlgorithm.RS256, _rsa.ExportSubjectPublicKeyInfoPem()),
    ];

    [Theory]
    [InlineData("HS256")]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task A_token_of_the_tenant_says_who_joins_and_as_what(string algorithm)
    {
        var (grant, refusal) = await CheckAsync(Token(algorithm, Claims()));
        Assert.Null(refusal);
        Assert.Equal((Role.Host, "Ann"), (grant!.Role, grant.Name));
        Assert.NotNull(grant.IdHash);
        Assert.True(grant.Until > Now);
    }

    [Fact]
    public async Task Without_a_role_name_or_id_it_is_anybodys_token()
    {
        var (grant, _) = await CheckAsync(Token("HS256", Claims(c => { c.Remove("role"); c.Remove("name"); c.Remove("jti"); })));
        Assert.Equal((null, null, null), (grant!.Role, grant.Name, grant.IdHash));
    }

    [Fact]
    public async Task The_meeting_is_named_by_its_code_as_people_type_it_or_by_its_id()
    {
        Assert.Null((await CheckAsync(Token("HS256", Claims(c => c["code"] = "LUSABBABADGUTIHTUGAD")))).Refusal);
        Assert.Null((await CheckAsync(Token("HS256", Claims(c => { c.Remove("code"); c["meeting"] = "m1"; })))).Refusal);
        Assert.Equal(JoinRefusal.TokenForeign, (await CheckAsync(Token("HS256", Claims(c => c.Remove("code"))))).Refusal);
        Assert.Equal(JoinRefusal.TokenForeign, (await CheckAsync(Token("HS256", Claims(c => c["code"] = "babad-babad-babad-babad")))).Refusal);
        Assert.Equal(JoinRefusal.TokenForeign, (await CheckAsync(Token("HS256", Claims(c => { c.Remove("code"); c["meeting"] = "m2"; })))).Refusal);
    }

    [Fact]
    public async Task Another_tenants_token_is_foreign_whoever_signed_it() =>
        Assert.Equal(JoinRefusal.TokenForeign, (await CheckAsync(Token("HS256", Claims(c => c["iss"] = "other")))).Refusal);

    [Fact]
    public async Task Time_is_kept_with_five_seconds_of_difference()
    {
        Assert.Null((await CheckAsync(Token("HS256", Claims(c => c["exp"] = Unix(Now.AddSeconds(-4)))))).Refusal);
        Assert.Equal(JoinRefusal.TokenExpired, (await CheckAsync(Token("HS256", Claims(c => c["exp"] = Unix(Now.AddSeconds(-5)))))).Refusal);
        Assert.Equal(JoinRefusal.TokenExpired, (await CheckAsync(Token("HS256", Claims(c => c["nbf"] = Unix(Now.AddMinutes(1)))))).Refusal);
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Token("HS256", Claims(c => c.Remove("exp"))))).Refusal);
        Assert.Null((await CheckAsync(Token("HS256", Claims(c => c["exp"] = long.MaxValue)))).Refusal);
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        // The oldest trick: HS256 with the bytes of the published key.
        foreach (var key in Keys[1..])
        {
            var forged = Signed(Header("HS256", key.Id), Claims(), data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Material), data));
            Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(forged)).Refusal);
            var unnamed = Signed(Header("HS256", null), Claims(), data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Material), data));
            Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(unnamed)).Refusal);
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS512")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    public async Task Other_algorithms_are_not_spoken(string algorithm)
    {
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Signed(Header(algorithm, null), Claims(), _ => []))).Refusal);
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Signed(Header(algorithm, "hs"), Claims(), data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), data)))).Refusal);
    }

    [Fact]
    public async Task A_key_in_the_token_is_not_used()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var p = own.ExportParameters(false);
        var header = $$$"""{"alg":"ES256","typ":"JWT","jwk":{"kty":"EC","crv":"P-256","x":"{{{Base64UrlEncoder.Encode(p.Q.X)}}}","y":"{{{Base64UrlEncoder.Encode(p.Q.Y)}}}"}}""";
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Signed(header, Claims(), data => own.SignData(data, HashAlgorithmName.SHA256)))).Refusal);
    }

    [Fact]
    public async Task A_changed_token_is_invalid()
    {
        var parts = Token("ES256", Claims()).Split('.');
        var other = Token("ES256", Claims(c => c["role"] = "attendee")).Split('.');
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync($"{parts[0]}.{other[1]}.{parts[2]}")).Refusal);
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync($"{parts[0]}.{parts[1]}.")).Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9..")]
    [InlineData("..")]
    public async Task Rubbish_is_invalid(string token) => Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(token)).Refusal);

    [Fact]
    public async Task What_makes_no_sense_is_invalid()
    {
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(new string('a', 5000))).Refusal);
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Token("HS256", Claims(c => c["role"] = "god")))).Refusal);
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Token("HS256", Claims(c => c["role"] = 2)))).Refusal);
        Assert.Equal(JoinRefusal.TokenInvalid, (await CheckAsync(Token("HS256", Claims(c => c["jti"] = new string('x', 257))))).Refusal);
    }

    [Fact]
    public void Only_keys_that_are_strong_and_public_are_registered()
    {
        using var small = RSA.Create(1024);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.True(JoinTokens.IsKey(TokenAlgorithm.ES256, Keys[1].Material));
        Assert.True(JoinTokens.IsKey(TokenAlgorithm.RS256, Keys[2].Material));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.RS256, Keys[1].Material));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.ES256, Keys[2].Material));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.RS256, small.ExportSubjectPublicKeyInfoPem()));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.ES256, other.ExportSubjectPublicKeyInfoPem()));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.ES256, _curve.ExportPkcs8PrivateKeyPem()));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.ES256, "-----BEGIN PUBLIC KEY-----\nrubbish\n-----END PUBLIC KEY-----"));
        Assert.False(JoinTokens.IsKey(TokenAlgorithm.HS256, "short"));
    }

    private Task<(TokenGrant? Grant, JoinRefusal? Refusal)> CheckAsync(string token) => JoinTokens.CheckAsync(token, Meeting, Code, Acme, Keys, Now);

    private string Token(string algorithm, string claims) => algorithm switch
    {
        "HS256" => Signed(Header("HS256", "hs"), claims, data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), data)),
        "ES256" => Signed(Header("ES256", "es"), claims, data => _curve.SignData(data, HashAlgorithmName.SHA256)),
        _ => Signed(Header("RS256", "rs"), claims, data => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
    };

    private static string Claims(Action<Dictionary<string, object>>? change = null)
    {
        var claims = new Dictionary<string, object> { ["iss"] = "acme", ["code"] = Code, ["role"] = "host", ["name"] = "Ann", ["exp"] = Unix(Now.AddMinutes(5)), ["jti"] = "1" };
        change?.Invoke(claims);
        return JsonSerializer.Serialize(claims);
    }

    private static string Header(string algorithm, string? key) => key is null ? $$"""{"alg":"{{algorithm}}","typ":"JWT"}""" : $$"""{"alg":"{{algorithm}}","typ":"JWT","kid":"{{key}}"}""";

    private static string Signed(string header, string claims, Func<byte[], byte[]> sign)
    {
        var data = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(claims)}";
        return $"{data}.{Base64UrlEncoder.Encode(sign(Encoding.UTF8.GetBytes(data)))}";
    }

    private static long Unix(DateTimeOffset at) => at.ToUnixTimeSeconds();
}
