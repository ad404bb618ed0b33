using Conference.Load;
using Conference.Load.Meetings;
using Conference.MediaPod.Sfu.Native;

// Exit codes: 0 everything came, 1 something did not (told in one line each), 2 it could not begin.
return await LoadCommand.Create(async (options, cancellation) =>
{
    try
    {
        FileDescriptorLimit.Raise(65_536);
        await using var key = await TemporaryKey.MakeAsync(options, Environment.GetEnvironmentVariable("CONFERENCE_OPERATOR_SECRET"), cancellation);
        var run = new LoadRun(options with { CreateKey = key?.Value ?? options.CreateKey }, TimeProvider.System, new Random(), line =>
        {
            if (!options.JsonOnly) Console.WriteLine(line);
        });
        var report = await run.RunAsync(cancellation);
        foreach (var missing in report.Missing) await Console.Error.WriteLineAsync($"load: {missing}");
        Console.WriteLine(report);
        return report.Ok ? 0 : 1;
    }
    catch (Exception e) when (e is LoadException or NativeException)
    {
        await Console.Error.WriteLineAsync($"load: {e.Message}");
        return 2;
    }
}, Environment.GetEnvironmentVariable("CONFERENCE_CREATE_KEY")).Parse(args).InvokeAsync();
