using Conference.Hosting.Policies;

namespace Conference.Gateway.Routing;

/// <summary>
/// Sends a request to a silo, and again to the next one when that cannot have changed anything: reads after any failure, everything else only when
/// no connection came about.
/// </summary>
internal sealed class SiloRetryHandler(IReadOnlyList<Uri> silos, ServicePolicies policies, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var policy = IsRead(request) ? policies.GatewayToSilo : policies.GatewayToSiloUnsent;
        var tries = 0;
        return await policy.ExecuteAsync(async token =>
        {
            if (tries++ > 0) request.RequestUri = AtNextSilo(request.RequestUri!);
            return await base.SendAsync(request, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsRead(HttpRequestMessage request) =>
        request.Content is null && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Method == HttpMethod.Options);

    private Uri AtNextSilo(Uri uri)
    {
        var current = silos.ToList().FindIndex(silo => silo.Authority == uri.Authority);
        return new Uri(silos[(current + 1) % silos.Count], uri.PathAndQuery);
    }
}
