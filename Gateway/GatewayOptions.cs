using System.Net;
using System.Security.Cryptography.X509Certificates;
using Conference.Gateway.Limits;
using Conference.Hosting;
using Conference.Hosting.Http;

namespace Conference.Gateway;

/// <summary>How a Gateway runs.</summary>
public sealed record GatewayOptions
{
    /// <summary>This machine.</summary>
    public static readonly IReadOnlyList<IPNetwork> Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>What every service has. <see cref="ServiceOptions.Listen"/> stays null: <see cref="Listen"/> says it.</summary>
    public ServiceOptions Service { get; init; } = new() { Name = "gateway" };

    /// <summary>Where to listen: HTTPS when there is a <see cref="Certificate"/>, else HTTP.</summary>
    public required IReadOnlyList<IPEndPoint> Listen { get; init; }

    /// <summary>Where to listen for plain HTTP beside HTTPS, only to redirect to the first port of <see cref="Listen"/>.</summary>
    public IReadOnlyList<IPEndPoint> RedirectFrom { get; init; } = [];

    /// <summary>Where to answer health and metrics in plain HTTP to whoever reaches it, and nothing else: a port that only the cluster reaches. Null: nowhere.</summary>
    public IPEndPoint? InternalListen { get; init; }

    /// <summary>The certificate with its key; null: plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether browsers may be told to insist on HTTPS (HSTS): not with a certificate that nobody signed.</summary>
    public bool StrictTransportSecurity { get; init; }

    /// <summary>The silos, at least one.</summary>
    public required IReadOnlyList<Uri> Silos { get; init; }

    /// <summary>What the Gateway shows silos on internal endpoints.</summary>
    public required SharedSecret Secret { get; init; }

    /// <summary>The region of this Gateway: where its clients go unless they measured another as nearer.</summary>
    public string Region { get; init; } = "local";

    /// <summary>Networks of the proxies in front, whose <c>X-Forwarded-*</c> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Other origins (<c>https://host[:port]</c>) whose pages may use the API and open WebSockets.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Networks that may read <c>/metrics</c>, when they ask directly and not through a proxy.</summary>
    public IReadOnlyList<IPNetwork> MetricsNetworks { get; init; } = Loopback;

    /// <summary>Rates and bounds.</summary>
    public GatewayLimits Limits { get; init; } = new();

    /// <summary>The folder of the built web client; null: <c>wwwroot</c> beside the program.</summary>
    public string? WebRoot { get; init; }
}
