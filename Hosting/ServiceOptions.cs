using System.Net;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Conference.Hosting;

/// <summary>What every service is started with, beside its own options.</summary>
public sealed record ServiceOptions
{
    /// <summary>The service's name, as <c>silo</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where to listen; port 0 takes a free one (<see cref="ServiceHost.BoundUri"/> tells which). Null: <see cref="ConfigureServer"/> does it.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>What connections and requests may cost.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>More of the server: several addresses, TLS.</summary>
    public Action<KestrelServerOptions>? ConfigureServer { get; init; }

    /// <summary>How log entries look.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The least level of our own entries; frameworks log from <see cref="Microsoft.Extensions.Logging.LogLevel.Warning"/>.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>True: the service ends with the process' signals. False where several services share a process that ends them itself.</summary>
    public bool OwnsProcess { get; init; } = true;

    /// <summary>How long requests in flight may take to end when the service stops.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The folder with <c>wwwroot</c>; null: the program's.</summary>
    public string? ContentRoot { get; init; }
}
