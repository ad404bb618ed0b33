using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Conference.Hosting.Policies;

/// <summary>The policies of every call that crosses a process, by name. Each takes its clock and its jitter, so that tests own both.</summary>
/// <param name="time">The clock of delays and timeouts.</param>
/// <param name="random">Jitter, 0 to 1; null: the system's.</param>
public sealed class ServicePolicies(TimeProvider time, Func<double>? random = null)
{
    /// <summary>
    /// Gateway to silo, for requests that may be repeated (GET, HEAD, OPTIONS): at most 3 further tries when the connection fails or the answer is 502, 503 or 504,
    /// 50 ms to 1 s apart, 2 s for one try, 5 s together. Never use it for a request that changes something.
    /// </summary>
    public ResiliencePipeline<HttpResponseMessage> GatewayToSilo { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(GatewayToSilo), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(5))
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = random ?? Random,
            ShouldHandle = args => ValueTask.FromResult(IsAway(args.Outcome)),
            OnRetry = args =>
            {
                args.Outcome.Result?.Dispose();
                return default;
            },
        })
        .AddTimeout(TimeSpan.FromSeconds(2))
        .Build();

    /// <summary>
    /// Gateway to silo, for requests that change something: tried again (as often as <see cref="GatewayToSilo"/>) only when no connection could be made,
    /// so that nothing has been sent.
    /// </summary>
    public ResiliencePipeline<HttpResponseMessage> GatewayToSiloUnsent { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(GatewayToSiloUnsent), TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = random ?? Random,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }),
        })
        .Build();

    /// <summary>A pod (or a Gateway's stream) dialling a silo: tries for ever, 100 ms to 1 s apart, because a silo that restarts must know its pods within 2 s.</summary>
    public ResiliencePipeline PodToSilo { get; } = new ResiliencePipelineBuilder { Name = nameof(PodToSilo), TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = random ?? Random,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is not (null or OperationCanceledException)),
        })
        .Build();

    private static bool IsAway(Outcome<HttpResponseMessage> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static double Random() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
