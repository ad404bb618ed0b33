using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Conference.Hosting.Http;

/// <summary>What one connection and one request may cost, before any handler sees them.</summary>
public sealed record RequestLimits
{
    /// <summary>The largest body in bytes; endpoints may lower it. 256 KiB holds every offer and command many times.</summary>
    public long MaxBodyBytes { get; init; } = 256 * 1024;

    /// <summary>The largest body of a request to the API in bytes.</summary>
    public const long MaxApiBodyBytes = 64 * 1024;

    /// <summary>The largest header in bytes, all fields together.</summary>
    public int MaxHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>How long a client may take to send the header.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The least speed of a body in bytes per second, after <see cref="BodyGrace"/>.</summary>
    public double MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>How long a body may be slower.</summary>
    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>The most connections at one time; null: no limit.</summary>
    public long? MaxConnections { get; init; }

    /// <summary>Sets the limits on a server.</summary>
    public void Apply(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = MaxBodyBytes;
        server.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        server.Limits.MaxRequestLineSize = Math.Min(8 * 1024, MaxHeaderBytes);
        server.Limits.RequestHeadersTimeout = HeaderTimeout;
        server.Limits.MinRequestBodyDataRate = new MinDataRate(MinBodyBytesPerSecond, BodyGrace);
        server.Limits.KeepAliveTimeout = IdleTimeout;
        server.Limits.MaxConcurrentConnections = MaxConnections;
        server.Limits.MaxConcurrentUpgradedConnections = MaxConnections;
    }
}
