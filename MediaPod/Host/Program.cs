using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Hosting.Tracing;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;

// Settings come from --name=value arguments or CONFERENCE_NAME variables; docs/running.md lists them.
var settings = new ConfigurationBuilder().AddEnvironmentVariables("CONFERENCE_").AddCommandLine(args).Build();
try
{
    var options = new MediaPodOptions
    {
        Service = new ServiceOptions
        {
            Name = "mediapod",
            Listen = IPEndPoint.Parse(settings["listen"] ?? "[::]:8081"),
            LogFormat = Enum.Parse<LogFormat>(settings["log_format"] ?? nameof(LogFormat.Text), ignoreCase: true),
        },
        PodId = PodId.Parse(settings["pod_id"] ?? "pod-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))),
        Region = settings["region"] ?? "local",
        Role = Enum.Parse<PodRole>(settings["role"] ?? nameof(PodRole.Media), ignoreCase: true),
        Silos = [.. Required("silos").Split(',').Select(url => new Uri(url))],
        Secret = new SharedSecret(Required("secret")),
        HttpUrl = settings["http_url"] is { } url ? new Uri(url) : null,
        Capacity = new PodCapacity(settings.GetValue("capacity_participants", 500), settings.GetValue("capacity_mbps", 1000)),
        Media = new MediaServerOptions
        {
            Workers = settings.GetValue("workers", Environment.ProcessorCount),
            FirstPort = settings.GetValue("media_port", 40000),
            AdvertisedAddresses = settings["public_address"] is { } list ? [.. list.Split(',').Select(IPAddress.Parse)] : ImmutableArray<IPAddress>.Empty,
        },
    };
    using var tracing = ServiceTracing.Start("mediapod", Environment.GetEnvironmentVariable);
    await using var app = MediaPodApp.Build(options);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is MediaStartException or FormatException or ArgumentException or IOException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync($"conference media pod: {e.Message}");
    return 2;
}

string Required(string name) => settings[name] ?? throw new FormatException($"the setting '{name}' is missing");
