using System.CommandLine;
using Conference.Hosting.Tracing;
using Conference.Standalone;

var command = StandaloneCommand.Create(async (options, cancellation) =>
{
    try
    {
        using var tracing = ServiceTracing.Start("standalone", Environment.GetEnvironmentVariable);
        await using var app = await StandaloneApp.StartAsync(options, cancellation);
        foreach (var url in app.Urls) Console.WriteLine($"Conference is at {url}");
        if (app.NewAdminToken is { } token) Console.WriteLine($"The admin page is {new Uri(app.Urls[0], "admin")}; its token, told this once: {token}");
        if (options.Tls is null && app.Urls.Count > 1) Console.WriteLine("Browsers give camera and microphone to localhost only; for other machines start with --tls.");
        await Task.WhenAny(app.Ended, Task.Delay(Timeout.InfiniteTimeSpan, cancellation));
        return cancellation.IsCancellationRequested ? 0 : 1;
    }
    catch (StartFailure failure)
    {
        await Console.Error.WriteLineAsync($"conference: {failure.Message.ReplaceLineEndings(" ")}");
        return (int)failure.Reason;
    }
    catch (TracingSettingException refused)
    {
        await Console.Error.WriteLineAsync($"conference: {refused.Message}");
        return (int)StartRefusal.InvalidVariable;
    }
    catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
    {
        return 0; // interrupted while it started
    }
});

// SIGINT and SIGTERM cancel the command; what takes longer than this is ended.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
