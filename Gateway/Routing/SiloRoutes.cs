using Conference.Hosting.Http;
using Conference.Hosting.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace Conference.Gateway.Routing;

/// <summary>The paths that belong to the silos, and nothing else of them: <c>/internal</c> and <c>/pods</c> are never reachable from outside.</summary>
internal static class SiloRoutes
{
    private const string Silos = "silos";

    public static void Add(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<ServingConnection>();
        services.AddReverseProxy()
            .LoadFromMemory([Route("api", "/api/{**rest}"), Route("openapi", "/openapi/{**rest}"), Route("signal", "/signal")], [Cluster(options)])
            .AddTransforms(transforms =>
            {
                transforms.AddRequestHeaderRemove("Forwarded");
                transforms.AddRequestHeader(ServiceHeaders.Region, options.Region, append: false);
            });
        services.Replace(ServiceDescriptor.Singleton<IForwarderHttpClientFactory>(provider =>
            new SiloClientFactory(options.Silos, provider.GetRequiredService<ServicePolicies>(), provider.GetRequiredService<ServingConnection>())));
    }

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapReverseProxy(proxy =>
    {
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
        proxy.Use(async (context, next) =>
        {
            await next(context).ConfigureAwait(false);
            if (context.GetForwarderErrorFeature()?.Error is ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.UpgradeRequestDestination or ForwarderError.NoAvailableDestinations)
                await context.RequestServices.GetRequiredService<Refusals>()
                    .RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, GatewayRefusal.SiloUnreachable, "The service is not available now; try again.").ConfigureAwait(false);
        });
    });

    private static RouteConfig Route(string id, string path) => new() { RouteId = id, ClusterId = Silos, Match = new RouteMatch { Path = path } };

    private static ClusterConfig Cluster(GatewayOptions options) => new()
    {
        ClusterId = Silos,
        LoadBalancingPolicy = "PowerOfTwoChoices",
        HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(60) },
        HealthCheck = new HealthCheckConfig
        {
            // With every silo failing its check all are tried: a wrong check must not be worse than none.
            AvailableDestinationsPolicy = "HealthyOrPanic",
            Active = new ActiveHealthCheckConfig { Enabled = options.Silos.Count > 1, Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(2), Path = "/readyz" },
            Passive = new PassiveHealthCheckConfig { Enabled = options.Silos.Count > 1, Policy = "TransportFailureRate", ReactivationPeriod = TimeSpan.FromSeconds(5) },
        },
        Destinations = options.Silos.Select((silo, index) => (silo, index)).ToDictionary(x => $"silo-{x.index}", x => new DestinationConfig { Address = x.silo.AbsoluteUri }),
    };

    private sealed class SiloClientFactory(IReadOnlyList<Uri> silos, ServicePolicies policies, ServingConnection serving) : ForwarderHttpClientFactory
    {
        protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
        {
            base.ConfigureHandler(context, handler);
            handler.ConnectTimeout = SiloClient.ConnectWithin;
            handler.ConnectCallback = serving.ConnectAsync;
        }

        protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
            new SiloRetryHandler(silos, policies, base.WrapHandler(context, handler));
    }
}
