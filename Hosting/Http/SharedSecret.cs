using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Conference.Hosting.Http;

/// <summary>The secret that services of one installation show each other on internal endpoints, as <c>Authorization: Bearer</c>. Compared in constant time; never printed.</summary>
public sealed class SharedSecret
{
    /// <summary>The shortest secret that is accepted, in characters.</summary>
    public const int MinLength = 16;

    private readonly byte[] _hash;

    /// <summary>Wraps a secret; throws <see cref="ArgumentException"/> when it is shorter than <see cref="MinLength"/>.</summary>
    public SharedSecret(string value)
    {
        if (value.Length < MinLength) throw new ArgumentException($"a shared secret needs at least {MinLength} characters", nameof(value));
        Value = value;
        _hash = Hash(value);
    }

    /// <summary>The secret itself, to send.</summary>
    public string Value { get; }

    /// <summary>A new random secret of 256 bits.</summary>
    public static SharedSecret Random() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Whether <paramref name="presented"/> is the secret.</summary>
    public bool Matches(string? presented) => presented is { Length: <= 1024 } && CryptographicOperations.FixedTimeEquals(_hash, Hash(presented));

    /// <summary>Whether the request's <c>Authorization</c> header carries the secret.</summary>
    public bool Authorizes(HttpRequest request) => Matches(BearerToken.Of(request));

    /// <summary>What the request has to carry in <c>Authorization</c>.</summary>
    public string AuthorizationHeader => $"Bearer {Value}";

    /// <inheritdoc/>
    public override string ToString() => "[shared secret]";

    // Hashes have one length, so that the comparison tells nothing about the secret's.
    private static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}

/// <summary>Reads and requires bearer credentials.</summary>
public static class BearerToken
{
    /// <summary>The credential of <c>Authorization: Bearer</c>; null when there is none.</summary>
    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        const string scheme = "Bearer ";
        return header.Count == 1 && header[0] is { } value && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? value[scheme.Length..].Trim() : null;
    }

    /// <summary>Refuses requests to these endpoints that do not carry <paramref name="secret"/>, with 401 and <see cref="RequestRefusal.Unauthorized"/>.</summary>
    public static TBuilder RequireSecret<TBuilder>(this TBuilder endpoints, SharedSecret secret) where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (context, next) => secret.Authorizes(context.HttpContext.Request)
            ? await next(context).ConfigureAwait(false)
            : Problem.Result(StatusCodes.Status401Unauthorized, RequestRefusal.Unauthorized, "The credential is missing or wrong."));
}
