using System.Globalization;
using System.Threading.RateLimiting;
using Conference.Hosting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Gateway.Limits;

/// <summary>Sets <see cref="GatewayLimits"/> on ASP.NET Core's rate limiter: a token bucket per address and class, and a bound of what runs at one time per address.</summary>
internal static class RateLimits
{
    public static void Configure(RateLimiterOptions options, GatewayLimits limits)
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(Rates(limits), Concurrency(limits));
        options.OnRejected = async (rejected, _) =>
        {
            var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? (int)Math.Ceiling(wait.TotalSeconds) : 1;
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, seconds).ToString(CultureInfo.InvariantCulture);
            await rejected.HttpContext.RequestServices.GetRequiredService<Refusals>()
                .RefuseAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, RequestRefusal.TooManyRequests, "Too many requests from this address; wait a little.").ConfigureAwait(false);
        };
    }

    private static PartitionedRateLimiter<HttpContext> Rates(GatewayLimits limits) => PartitionedRateLimiter.Create<HttpContext, (RequestClass, string)>(context =>
    {
        var requestClass = RequestClasses.Of(context.Request.Method, context.Request.Path);
        var address = ClientAddress.Of(context);
        if (IsUnlimited(limits, address)) return RateLimitPartition.GetNoLimiter((requestClass, ""));
        return RateLimitPartition.GetTokenBucketLimiter((requestClass, ClientAddress.Partition(address)), _ => Bucket(limits.Of(requestClass)));
    });

    private static PartitionedRateLimiter<HttpContext> Concurrency(GatewayLimits limits) => PartitionedRateLimiter.Create<HttpContext, string>(context =>
    {
        var address = ClientAddress.Of(context);
        if (IsUnlimited(limits, address)) return RateLimitPartition.GetNoLimiter("");
        return RateLimitPartition.GetConcurrencyLimiter(ClientAddress.Partition(address), _ => new ConcurrencyLimiterOptions { PermitLimit = limits.Concurrent });
    });

    private static bool IsUnlimited(GatewayLimits limits, System.Net.IPAddress address) => limits.Unlimited.Any(network => network.Contains(address));

    private static TokenBucketRateLimiterOptions Bucket(Rate rate) => new()
    {
        TokenLimit = rate.Burst,
        TokensPerPeriod = rate.PerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    };
}
