using System.CommandLine;
using Conference.Load;
using Conference.MediaPod.Sfu.Native;

// Told to end (SIGTERM, Ctrl-C), everybody leaves, and what came until then is the report.
// Exit codes: 0 everything came, 1 something did not (told in one line each), 2 it could not begin.
return await LoadCommand.Create(async (options, cancellation) =>
{
    try
    {
        FileDescriptorLimit.Raise(65_536);
        var run = new LoadRun(options, TimeProvider.System, new Random(), line =>
        {
            if (!options.JsonOnly) Console.WriteLine(line);
        });
        var report = await run.RunAsync(cancellation);
        foreach (var missing in report.Missing) await Console.Error.WriteLineAsync($"load: {missing}");
        Console.WriteLine(report);
        return report.Ok ? 0 : 1;
    }
    catch (Exception e) when (e is LoadException or NativeException or OperationCanceledException)
    {
        await Console.Error.WriteLineAsync($"load: {e.Message}");
        return 2;
    }
}, Environment.GetEnvironmentVariable).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(15) });
