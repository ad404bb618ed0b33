using Conference.Contracts.Api;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Conference.Silo.SignIn;

/// <summary>
/// The provider's own description and keys (OpenID Connect Discovery 1.0), kept for an hour. A key that is not among them is asked for again, at most once in ten seconds, so that a
/// provider that changed its keys is understood at once and nobody makes this silo ask without end.
/// </summary>
internal sealed partial class OidcProvider(SignInOptions options, TimeProvider time, ILogger<OidcProvider> log) : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeastBetween = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    private readonly SemaphoreSlim _one = new(1, 1);
    private Known? _known;
    private long _askedAgain;

    /// <summary>For requests to the provider: bounded in time and size, without redirects and cookies.</summary>
    public HttpClient Http => _http;

    /// <summary>What is known, asked for where that is nothing or old.</summary>
    public async Task<(OpenIdConnectConfiguration? Facts, SignInRefusal? Refusal)> ReadAsync(CancellationToken cancellation)
    {
        var known = Volatile.Read(ref _known);
        return known is not null && time.GetUtcNow() - known.At < KeptFor ? (known.Facts, null) : await AskAsync(known, cancellation);
    }

    /// <summary>What the provider says now: what was read before lacked a key.</summary>
    public async Task<(OpenIdConnectConfiguration? Facts, SignInRefusal? Refusal)> ReadAgainAsync(CancellationToken cancellation)
    {
        var known = Volatile.Read(ref _known);
        var now = time.GetUtcNow();
        if (known is not null && now.UtcTicks - Interlocked.Read(ref _askedAgain) < LeastBetween.Ticks) return (known.Facts, null);
        Interlocked.Exchange(ref _askedAgain, now.UtcTicks);
        return await AskAsync(known, cancellation);
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private async Task<(OpenIdConnectConfiguration? Facts, SignInRefusal? Refusal)> AskAsync(Known? outdated, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            // Somebody else has asked meanwhile.
            if (_known is { } known && known != outdated) return (known.Facts, null);
            var facts = await OpenIdConnectConfigurationRetriever.GetAsync($"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration", new Documents(_http), cancellation);
            if (facts.Issuer != options.Issuer)
            {
                LogOther(log, options.Issuer, facts.Issuer);
                return (null, SignInRefusal.WrongProvider);
            }
            if (!SignInOptions.IsSafe(facts.AuthorizationEndpoint) || !SignInOptions.IsSafe(facts.TokenEndpoint)) return (null, SignInRefusal.ProviderUnavailable);
            Volatile.Write(ref _known, new Known(facts, time.GetUtcNow()));
            return (facts, null);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogAway(log, e, options.Issuer);
            return (null, SignInRefusal.ProviderUnavailable);
        }
        finally
        {
            _one.Release();
        }
    }

    [LoggerMessage(3090, LogLevel.Error, "What answers at {Issuer} says that it is {Other}")]
    private static partial void LogOther(ILogger log, string issuer, string? other);

    [LoggerMessage(3091, LogLevel.Warning, "The provider {Issuer} cannot be read")]
    private static partial void LogAway(ILogger log, Exception exception, string issuer);

    private sealed record Known(OpenIdConnectConfiguration Facts, DateTimeOffset At);

    private sealed class Documents(HttpClient http) : IDocumentRetriever
    {
        public Task<string> GetDocumentAsync(string address, CancellationToken cancel) =>
            SignInOptions.IsSafe(address) ? http.GetStringAsync(new Uri(address), cancel) : throw new HttpRequestException($"{address} is neither https nor on this machine");
    }
}
