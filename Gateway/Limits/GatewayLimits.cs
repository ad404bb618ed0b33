using System.Net;

namespace Conference.Gateway.Limits;

/// <summary>
/// What one client address may do. The figures let a classroom of 100 people behind one address open the page, join and rejoin at once;
/// they are listed in docs/limits.md. An IPv6 address counts as its /64.
/// </summary>
public sealed record GatewayLimits
{
    /// <summary>The page's files: 100 browsers with 25 files each, twice.</summary>
    public Rate Page { get; init; } = new(5000, 500);

    /// <summary>Looking a meeting up and joining it: 100 people three times.</summary>
    public Rate Join { get; init; } = new(300, 10);

    /// <summary>Creating meetings.</summary>
    public Rate Create { get; init; } = new(60, 1);

    /// <summary>Every other API request.</summary>
    public Rate Api { get; init; } = new(600, 50);

    /// <summary>Opening WebSockets: signaling and one media channel for 100 people, three times.</summary>
    public Rate Socket { get; init; } = new(600, 20);

    /// <summary>Opening, changing and closing media sessions.</summary>
    public Rate Media { get; init; } = new(1000, 50);

    /// <summary>Stable stream links (WHIP, WHEP), which ask a silo about a key each time.</summary>
    public Rate Stream { get; init; } = new(60, 2);

    /// <summary>Requests and WebSockets at one time, together.</summary>
    public int Concurrent { get; init; } = 2000;

    /// <summary>Networks without these limits: load tests, a monitoring host.</summary>
    public IReadOnlyList<IPNetwork> Unlimited { get; init; } = [];

    /// <summary>The rate for a class of requests.</summary>
    public Rate Of(RequestClass requestClass) => requestClass switch
    {
        RequestClass.Join => Join,
        RequestClass.Create => Create,
        RequestClass.Socket => Socket,
        RequestClass.Media => Media,
        RequestClass.Stream => Stream,
        RequestClass.Api => Api,
        _ => Page,
    };
}

/// <summary>A token bucket.</summary>
/// <param name="Burst">Requests at once.</param>
/// <param name="PerSecond">Requests per second in the long run.</param>
public readonly record struct Rate(int Burst, int PerSecond);
