using System.Data.Common;
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
        .AddRetry(HttpRetry(random, 3, 50, 1_000, IsAway))
        .AddTimeout(TimeSpan.FromSeconds(2))
        .Build();

    /// <summary>
    /// Gateway to silo, for requests that change something: tried again (as often as <see cref="GatewayToSilo"/>) only when no connection could be made,
    /// so that nothing has been sent.
    /// </summary>
    public ResiliencePipeline<HttpResponseMessage> GatewayToSiloUnsent { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(GatewayToSiloUnsent), TimeProvider = time }
        .AddRetry(HttpRetry(random, 3, 50, 1_000, IsUnsent))
        .Build();

    /// <summary>A pod (or a Gateway's stream) dialling a silo: tries for ever, 100 ms to 1 s apart, because a silo that restarts must know its pods within 2 s.</summary>
    public ResiliencePipeline PodToSilo { get; } = new ResiliencePipelineBuilder { Name = nameof(PodToSilo), TimeProvider = time }
        .AddRetry(Retry(random, int.MaxValue, 100, error => error is not (null or OperationCanceledException)))
        .Build();

    /// <summary>
    /// Operator to the Kubernetes API, for requests that may be repeated (reads, server-side apply, deletion with a precondition): at most 4 further tries when the
    /// connection fails or the answer is 429, 500, 502, 503 or 504, 100 ms to 5 s apart or after the server's <c>Retry-After</c> (10 s at most), 10 s for one try, 30 s together.
    /// </summary>
    public ResiliencePipeline<HttpResponseMessage> OperatorToKubernetes { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(OperatorToKubernetes), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(30))
        .AddRetry(FarRetry(random, outcome => IsAway(outcome) || outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError))
        .AddTimeout(TimeSpan.FromSeconds(10))
        .Build();

    /// <summary>
    /// Operator to the Kubernetes API, for requests that must not happen twice (creation): tried again (as often as <see cref="OperatorToKubernetes"/>) only when no
    /// connection could be made or the server refused to look at the request (429).
    /// </summary>
    public ResiliencePipeline<HttpResponseMessage> OperatorToKubernetesUnsent { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(OperatorToKubernetesUnsent), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(30))
        .AddRetry(FarRetry(random, outcome => IsUnsent(outcome) || outcome.Result?.StatusCode is HttpStatusCode.TooManyRequests))
        .AddTimeout(TimeSpan.FromSeconds(10))
        .Build();

    /// <summary>Operator to the Kubernetes API, once, for 10 s: for requests whose caller has a plan of its own (leases, evictions).</summary>
    public ResiliencePipeline<HttpResponseMessage> OperatorToKubernetesOnce { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(OperatorToKubernetesOnce), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(10))
        .Build();

    /// <summary>Operator to silo: every request may be repeated; at most 2 further tries when no silo answers, 100 ms to 1 s apart, 2 s for one try, 5 s together.</summary>
    public ResiliencePipeline<HttpResponseMessage> OperatorToSilo { get; } = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = nameof(OperatorToSilo), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(5))
        .AddRetry(HttpRetry(random, 2, 100, 1_000, IsAway))
        .AddTimeout(TimeSpan.FromSeconds(2))
        .Build();

    /// <summary>
    /// A silo's writer dialling its database: at most 3 further tries, 100 ms to 1 s apart, after which the writer sees to those who wait and dials again. Blocks
    /// its thread. Never around a commit: whether that was done has to be found out, not tried again.
    /// </summary>
    public ResiliencePipeline SiloToDatabase { get; } = new ResiliencePipelineBuilder { Name = nameof(SiloToDatabase), TimeProvider = time }
        .AddRetry(Retry(random, 3, 100, IsLost))
        .Build();

    /// <summary>A silo reading its database: at most 4 further tries when the connection fails, 50 ms to 1 s apart, 5 s together.</summary>
    public ResiliencePipeline SiloToDatabaseReads { get; } = new ResiliencePipelineBuilder { Name = nameof(SiloToDatabaseReads), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(5))
        .AddRetry(Retry(random, 4, 50, IsLost))
        .Build();

    /// <summary>
    /// Silo to a grain that may be on another silo: at most 30 further tries when the call was rejected, because its silo is gone or going, 50 ms to 1 s apart; no
    /// further one after 10 s. Only for calls that do no harm when they are done twice: a silo that is gone may have done what it was asked to.
    /// </summary>
    /// <param name="isRejected">Whether that is what happened.</param>
    public ResiliencePipeline SiloToGrain(Func<Exception, bool> isRejected) => new ResiliencePipelineBuilder { Name = nameof(SiloToGrain), TimeProvider = time }
        .AddTimeout(TimeSpan.FromSeconds(10))
        .AddRetry(Retry(random, 30, 50, error => error is not null && isRejected(error)))
        .Build();

    /// <summary>
    /// Silo to a tenant's webhook: tries until it is taken, 1 s to 5 minutes apart, at most 12 times, and not beyond a quarter of an hour after the event: later events of the
    /// meeting wait for it. The outcome is why it was not taken, by name; null: it was.
    /// </summary>
    /// <param name="age">How old the event is.</param>
    public ResiliencePipeline<string?> SiloToWebhook(Func<TimeSpan> age) => new ResiliencePipelineBuilder<string?> { Name = nameof(SiloToWebhook), TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<string?>
        {
            MaxRetryAttempts = 12,
            Delay = TimeSpan.FromSeconds(1),
            MaxDelay = TimeSpan.FromMinutes(5),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = random ?? Random,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is not null && age() < TimeSpan.FromMinutes(15)),
        })
        .Build();

    private static RetryStrategyOptions<HttpResponseMessage> FarRetry(Func<double>? random, Func<Outcome<HttpResponseMessage>, bool> again)
    {
        var retry = HttpRetry(random, 4, 100, 5_000, again);
        retry.DelayGenerator = args => ValueTask.FromResult(args.Outcome.Result?.Headers.RetryAfter?.Delta is { } wait ? TimeSpan.FromSeconds(Math.Min(10, wait.TotalSeconds)) : (TimeSpan?)null);
        return retry;
    }

    private static RetryStrategyOptions<HttpResponseMessage> HttpRetry(
        Func<double>? random, int most, int firstMilliseconds, int longestMilliseconds, Func<Outcome<HttpResponseMessage>, bool> again) => new()
    {
        MaxRetryAttempts = most,
        Delay = TimeSpan.FromMilliseconds(firstMilliseconds),
        MaxDelay = TimeSpan.FromMilliseconds(longestMilliseconds),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = random ?? Random,
        ShouldHandle = args => ValueTask.FromResult(again(args.Outcome)),
        OnRetry = args =>
        {
            args.Outcome.Result?.Dispose();
            return default;
        },
    };

    private static RetryStrategyOptions Retry(Func<double>? random, int most, int firstMilliseconds, Func<Exception?, bool> again) => new()
    {
        MaxRetryAttempts = most,
        Delay = TimeSpan.FromMilliseconds(firstMilliseconds),
        MaxDelay = TimeSpan.FromSeconds(1),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = random ?? Random,
        ShouldHandle = args => ValueTask.FromResult(again(args.Outcome.Exception)),
    };

    private static bool IsUnsent(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    /// <summary>The connection to a database failed, or its server is ending, beginning or full; not: the server refused a statement.</summary>
    private static bool IsLost(Exception? error) => error switch
    {
        DbException { SqlState: { } state } => state is "25006" or "53300" || state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal),
        DbException or IOException or System.Net.Sockets.SocketException or TimeoutException => true,
        _ => error?.InnerException is DbException inner && IsLost(inner),
    };

    private static bool IsAway(Outcome<HttpResponseMessage> outcome) => outcome.Exception is HttpRequestException or TimeoutRejectedException
        || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static double Random() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
