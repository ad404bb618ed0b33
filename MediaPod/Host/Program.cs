using Conference.Hosting.Tracing;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;

// Settings come from --name=value arguments or CONFERENCE_NAME variables; docs/running.md lists them.
var settings = new ConfigurationBuilder().AddEnvironmentVariables("CONFERENCE_").AddCommandLine(args).Build();
try
{
    using var tracing = ServiceTracing.Start("mediapod", Environment.GetEnvironmentVariable);
    var read = await new SettingFiles(name => settings[name], TimeProvider.System).ReadAsync(CancellationToken.None);
    await using var app = MediaPodApp.Build(new PodSettings(read).Read());
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is MediaStartException or PodSettingException or FormatException or IOException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync($"conference media pod: {e.Message}");
    return 2;
}
