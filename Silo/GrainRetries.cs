using Conference.Hosting.Policies;
using Polly;

namespace Conference.Silo;

/// <summary>Calls of grains that may be made again: where grains are on several silos, one of them may just have ended.</summary>
internal sealed class GrainRetries(ServicePolicies policies)
{
    private readonly ResiliencePipeline _policy = policies.SiloToGrain(static e => e is OrleansMessageRejectionException);

    /// <summary>Makes a call that does no harm when it is done twice.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> call) => await _policy.ExecuteAsync(async _ => await call().ConfigureAwait(false)).ConfigureAwait(false);

    /// <inheritdoc cref="CallAsync{T}"/>
    public async Task CallAsync(Func<Task> call) => await _policy.ExecuteAsync(async _ => await call().ConfigureAwait(false)).ConfigureAwait(false);
}
