using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Conference.Contracts.Api;
using Conference.Silo.SignIn;
using Microsoft.IdentityModel.Tokens;

namespace Conference.Silo.Tests.SignIn;

/// <summary>Identity tokens as a hostile provider, or somebody between, would make them.</summary>
public sealed class IdTokenTests : IDisposable
{
    private const string Issuer = "https://login.example.org";
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _weak = RSA.Create(1024);

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
        _weak.Dispose();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_provider_is_proven(string algorithm)
    {
        var (token, refusal) = await CheckAsync(Token(algorithm, Claims()));
        Assert.Null(refusal);
        Assert.Equal("ann-1", token!.Subject);
    }

    public static TheoryData<string, string?, SignInRefusal> WrongClaims() => new()
    {
        { "iss", "\"https://login.example.org.evil.example\"", SignInRefusal.TokenIssuer }, { "iss", "\"https://login.example.org/\"", SignInRefusal.TokenIssuer }, { "iss", null, SignInRefusal.TokenIssuer },
        { "aud", "\"another\"", SignInRefusal.TokenAudience }, { "aud", null, SignInRefusal.TokenAudience }, { "aud", "[\"conference\",\"another\"]", SignInRefusal.TokenAudience },
        { "azp", "\"another\"", SignInRefusal.TokenAudience },
        { "exp", $"{Now.AddMinutes(-1).ToUnixTimeSeconds()}", SignInRefusal.TokenExpired }, { "exp", null, SignInRefusal.TokenExpired },
        { "iat", $"{Now.AddMinutes(2).ToUnixTimeSeconds()}", SignInRefusal.TokenExpired }, { "iat", null, SignInRefusal.TokenExpired },
        { "nbf", $"{Now.AddMinutes(2).ToUnixTimeSeconds()}", SignInRefusal.TokenExpired },
        { "nonce", "\"another\"", SignInRefusal.TokenNonce }, { "nonce", null, SignInRefusal.TokenNonce }, { "nonce", "\"\"", SignInRefusal.TokenNonce },
        { "sub", "\"\"", SignInRefusal.TokenMalformed }, { "sub", null, SignInRefusal.TokenMalformed },
    };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task What_is_wrong_has_a_name(string claim, string? json, SignInRefusal reason)
    {
        var claims = Claims();
        claims.Remove(claim);
        if (json is not null) claims[claim] = JsonNode.Parse(json);
        Assert.Equal(reason, (await CheckAsync(Token("RS256", claims))).Refusal);
    }

    [Fact]
    public async Task Several_may_hear_it_where_it_says_for_whom_it_was_made()
    {
        var claims = Claims();
        (claims["aud"], claims["azp"]) = (new JsonArray("conference", "another"), "conference");
        Assert.Null((await CheckAsync(Token("RS256", claims))).Refusal);
    }

    [Fact]
    public async Task Nothing_but_a_signature_with_a_private_key_of_the_provider_is_one()
    {
        var (header, claims) = (new JsonObject { ["alg"] = "none", ["kid"] = "rs" }, Claims());
        Assert.Equal(SignInRefusal.TokenAlgorithm, (await CheckAsync($"{Encoded(header)}.{Encoded(claims)}.")).Refusal);
        // The public key, which everybody knows, as the secret of a symmetric signature.
        header["alg"] = "HS256";
        var text = $"{Encoded(header)}.{Encoded(claims)}";
        foreach (var known in (byte[][])[Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), _rsa.ExportSubjectPublicKeyInfo(), _rsa.ExportParameters(false).Modulus!])
            Assert.Equal(SignInRefusal.TokenAlgorithm, (await CheckAsync($"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(known, Encoding.ASCII.GetBytes(text)))}")).Refusal);
        // Somebody else's key under the provider's name; the provider's key under another one; a key that is too short.
        using var other = RSA.Create(2048);
        Assert.Equal(SignInRefusal.TokenSignature, (await CheckAsync(Signed("RS256", "rs", Claims(), other))).Refusal);
        Assert.Equal(SignInRefusal.TokenKeyUnknown, (await CheckAsync(Signed("RS256", "xx", Claims(), _rsa))).Refusal);
        Assert.Equal(SignInRefusal.TokenKeyUnknown, (await CheckAsync(Signed("RS256", "weak", Claims(), _weak))).Refusal);
        // A key of another kind than the algorithm.
        Assert.Equal(SignInRefusal.TokenSignature, (await CheckAsync(Signed("RS256", "es", Claims(), _rsa))).Refusal);
        var whole = Token("RS256", Claims());
        var changed = Claims();
        changed["sub"] = "bob-2";
        Assert.Equal(SignInRefusal.TokenSignature, (await CheckAsync($"{whole.Split('.')[0]}.{Encoded(changed)}.{whole.Split('.')[2]}")).Refusal);
        Assert.Equal(SignInRefusal.TokenSignature, (await CheckAsync(whole[..(whole.LastIndexOf('.') + 1)])).Refusal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    public async Task What_is_no_token_is_none(string? text) => Assert.Equal(SignInRefusal.TokenMalformed, (await CheckAsync(text)).Refusal);

    [Fact]
    public async Task A_token_without_end_is_not_read() => Assert.Equal(SignInRefusal.TokenMalformed, (await CheckAsync(Token("RS256", Claims()) + new string('A', 20_000))).Refusal);

    private Task<(Microsoft.IdentityModel.JsonWebTokens.JsonWebToken? Token, SignInRefusal? Refusal)> CheckAsync(string? text) => IdTokens.CheckAsync(text, new IdTokenExpectation(
        Issuer, "conference", "the-nonce", Now,
        [new RsaSecurityKey(_rsa.ExportParameters(false)) { KeyId = "rs" }, new ECDsaSecurityKey(_curve) { KeyId = "es" }, new RsaSecurityKey(_weak.ExportParameters(false)) { KeyId = "weak" }]));

    private static JsonObject Claims() => new()
    {
        ["iss"] = Issuer, ["sub"] = "ann-1", ["aud"] = "conference", ["iat"] = Now.ToUnixTimeSeconds(), ["exp"] = Now.AddMinutes(5).ToUnixTimeSeconds(), ["nonce"] = "the-nonce",
    };

    private string Token(string algorithm, JsonObject claims)
    {
        if (algorithm != "ES256") return Signed(algorithm, "rs", claims, _rsa);
        var text = $"{Encoded(new JsonObject { ["alg"] = algorithm, ["kid"] = "es" })}.{Encoded(claims)}";
        return $"{text}.{Base64Url.EncodeToString(_curve.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Signed(string algorithm, string kid, JsonObject claims, RSA key)
    {
        var text = $"{Encoded(new JsonObject { ["alg"] = algorithm, ["kid"] = kid })}.{Encoded(claims)}";
        var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, padding))}";
    }

    private static string Encoded(JsonObject json) => ScriptedProvider.Encoded(json);
}
