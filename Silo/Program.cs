using System.Net;
using Conference.Hosting.Tracing;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Logs;
using Conference.Hosting.Tickets;
using Conference.Silo;
using Conference.Silo.Journal;
using Conference.Silo.Pods;

var settings = new SiloSettings(Environment.GetEnvironmentVariable);
try
{
    var data = settings.Text("DATA", "/var/lib/conference");
    Directory.CreateDirectory(data);
    using var tracing = ServiceTracing.Start("silo", Environment.GetEnvironmentVariable);
    await using var app = SiloApp.Build(new SiloOptions
    {
        Service = new ServiceOptions
        {
            Name = "silo",
            Listen = new IPEndPoint(IPAddress.Any, settings.Number("PORT", 8090)),
            LogFormat = LogFormat.Json,
            ShutdownTimeout = TimeSpan.FromSeconds(20),
        },
        Journal = new SqliteJournalOptions { Path = Path.Combine(data, "conference.db") },
        TicketKeyFile = Path.Combine(data, "ticket-keys.pem"),
        Secret = new SharedSecret(settings.Required("SECRET")),
        OperatorSecret = settings.Optional("OPERATOR_SECRET") is { } secret ? new SharedSecret(secret) : null,
        OpenCreation = settings.Flag("OPEN_CREATION"),
        TrustedProxies = settings.Networks("TRUSTED_PROXIES"),
        PublicUrl = settings.Optional("PUBLIC_URL") is { } url ? new Uri(url) : null,
        Pods = new PodOptions { Region = settings.Text("REGION", "local") },
    });
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is SettingException or SiloStartException or TicketKeyException or ArgumentException or UriFormatException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"silo: {e.Message}");
    return 1;
}
