using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Conference.Hosting.Http;

/// <summary>Takes client address, scheme and host from <c>X-Forwarded-*</c>, but only from proxies that are configured.</summary>
public static class ForwardedTrust
{
    /// <summary>Put it before everything that looks at the client's address. Without a trusted network the headers are ignored.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="trusted">The networks that proxies call from.</param>
    public static IApplicationBuilder UseForwardedFrom(this IApplicationBuilder app, IReadOnlyCollection<IPNetwork> trusted)
    {
        if (trusted.Count == 0) return app;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null, // every hop is checked against the trusted networks anyway
        };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in trusted) options.KnownIPNetworks.Add(network);
        return app.UseForwardedHeaders(options);
    }

    /// <summary>Parses <c>10.0.0.0/8</c>, <c>192.0.2.7</c> or <c>2001:db8::/32</c>; false when it is neither.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network)) return true;
        if (!IPAddress.TryParse(text, out var address)) return false;
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }
}
