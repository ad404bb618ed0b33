using System.Net;
using Conference.Hosting.Logs;

namespace Conference.Standalone;

/// <summary>What the command line asked for.</summary>
public sealed record StandaloneOptions
{
    /// <summary>The folder that holds everything: the journal, the ticket key, a generated certificate.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The TCP port of the page and the API.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The address to listen on with <see cref="Port"/>; null: all.</summary>
    public IPAddress? Bind { get; init; }

    /// <summary>The first UDP port of media; one for each worker.</summary>
    public int MediaPort { get; init; } = 40000;

    /// <summary>The first TCP port of media; 0: the numbers of the UDP ports; null: none.</summary>
    public int? MediaTcpPort { get; init; } = 0;

    /// <summary>Threads that forward media.</summary>
    public int Workers { get; init; } = DefaultWorkers(Environment.ProcessorCount);

    /// <summary>The addresses that clients are told to send media to, best first; empty: those of the interfaces.</summary>
    public IReadOnlyList<IPAddress> PublicAddresses { get; init; } = [];

    /// <summary>TURN servers (RFC 7065) that clients get time-limited credentials for; empty: none.</summary>
    public IReadOnlyList<string> TurnUrls { get; init; } = [];

    /// <summary>A file with the secret that the TURN servers share; null: <c>CONFERENCE_TURN_SECRET</c> holds it.</summary>
    public string? TurnSecretFile { get; init; }

    /// <summary>HTTPS instead of HTTP; null: no.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Anybody who reaches the page may create meetings; false: only this machine and holders of a tenant key.</summary>
    public bool OpenCreation { get; init; }

    /// <summary>Tenants' webhooks may be on this network.</summary>
    public bool PrivateWebhooks { get; init; }

    /// <summary>The OpenID provider that hosts sign in with, by the names of <c>CONFERENCE_OIDC_...</c>; what is missing here the environment says.</summary>
    public IReadOnlyDictionary<string, string> SignIn { get; init; } = new Dictionary<string, string>();

    /// <summary>Where people reach the installation, for links; null: what each request says.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Networks of proxies in front whose <c>X-Forwarded-*</c> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Other origins whose pages may use the API.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Networks without rate limits.</summary>
    public IReadOnlyList<IPNetwork> Unlimited { get; init; } = [];

    /// <summary>How log entries look.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>Says more in the log.</summary>
    public bool Verbose { get; init; }

    /// <summary>A core is left to signaling, the journal and the page.</summary>
    public static int DefaultWorkers(int cores) => Math.Max(1, cores - 1);
}

/// <summary>HTTPS.</summary>
/// <param name="CertificateFile">PEM or PKCS #12; null: generate one and keep it in the data folder.</param>
/// <param name="KeyFile">The key, where it is not in the same PEM file.</param>
/// <param name="Names">Further host names of a generated certificate.</param>
/// <param name="RedirectPort">A port of plain HTTP that redirects; null: none.</param>
public sealed record TlsSettings(string? CertificateFile, string? KeyFile, IReadOnlyList<string> Names, int? RedirectPort);
