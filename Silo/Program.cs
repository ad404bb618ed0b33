using Conference.Hosting.Tickets;
using Conference.Hosting.Tracing;
using Conference.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

var settings = new SiloSettings(Environment.GetEnvironmentVariable);
try
{
    switch (args)
    {
        case []:
            break;
        case ["migrate"]:
            return await MigrateCommand.RunAsync(settings, Console.Out, Console.Error);
        default:
            await Console.Error.WriteLineAsync("usage: silo [migrate]   (settings are environment variables)");
            return 2;
    }
    var options = SiloConfiguration.Read(settings);
    Directory.CreateDirectory(settings.Text("DATA", "/var/lib/conference"));
    using var tracing = ServiceTracing.Start("silo", Environment.GetEnvironmentVariable);
    await using var app = SiloApp.Build(options);
    var fenced = app.Services.GetRequiredService<FencedSilo>();
    await app.RunAsync();
    return fenced.HasLost ? 1 : 0;
}
catch (SiloStartException e)
{
    await Console.Error.WriteLineAsync($"silo: {e.Reason}: {e.Message}");
    return 1;
}
catch (Exception e) when (e is SettingException or TracingSettingException or TicketKeyException or ArgumentException or UriFormatException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"silo: {e.Message}");
    return 1;
}
