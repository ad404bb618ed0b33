using System.Net;
using Conference.Gateway;
using Conference.Gateway.Limits;
using Conference.Gateway.Tls;
using Conference.Hosting.Tracing;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;

// Settings come from --name=value arguments or CONFERENCE_NAME variables; docs/running.md lists them.
var settings = new ConfigurationBuilder().AddEnvironmentVariables("CONFERENCE_").AddCommandLine(args).Build();
try
{
    var certificate = settings["tls_certificate"] is { } file ? CertificateFile.Read(file, settings["tls_key"], settings["tls_password"]) : null;
    var options = new GatewayOptions
    {
        Service = new ServiceOptions
        {
            Name = "gateway",
            LogFormat = Enum.Parse<LogFormat>(settings["log_format"] ?? nameof(LogFormat.Text), ignoreCase: true),
        },
        Listen = [IPEndPoint.Parse(settings["listen"] ?? "[::]:8080")],
        InternalListen = settings["internal_listen"] is { } listen ? IPEndPoint.Parse(listen) : null,
        RedirectFrom = [.. List("redirect_from").Select(IPEndPoint.Parse)],
        Certificate = certificate,
        StrictTransportSecurity = certificate is not null,
        Silos = [.. Required("silos").Split(',').Select(url => new Uri(url))],
        Secret = new SharedSecret(Required("secret")),
        Region = settings["region"] ?? "local",
        TrustedProxies = [.. Networks("trusted_proxies")],
        AllowedOrigins = List("allowed_origins"),
        MetricsNetworks = settings["metrics_networks"] is null ? GatewayOptions.Loopback : [.. Networks("metrics_networks")],
        Limits = new GatewayLimits { Unlimited = [.. Networks("unlimited")] },
    };
    using var tracing = ServiceTracing.Start("gateway", Environment.GetEnvironmentVariable);
    await using var app = GatewayApp.Build(options);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is TlsException or FormatException or ArgumentException or IOException)
{
    await Console.Error.WriteLineAsync($"conference gateway: {e.Message}");
    return 2;
}

string Required(string name) => settings[name] ?? throw new FormatException($"the setting '{name}' is missing");

string[] List(string name) => settings[name]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

IEnumerable<IPNetwork> Networks(string name) =>
    List(name).Select(text => ForwardedTrust.TryParse(text, out var network) ? network : throw new FormatException($"'{text}' in '{name}' is no network"));
