using Conference.Support;

namespace Conference.Load.Tests;

/// <summary>The program against the product as one process, both real.</summary>
public sealed class StandaloneLoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_publishers_reach_twenty_receivers_and_each_other_and_every_packet_is_accounted_for()
    {
        await using var standalone = await StandaloneProcess.StartAsync(_folder.Path, "--unlimited", "127.0.0.0/8");
        var load = await LoadProcess.RunAsync("--url", standalone.Url.ToString(), "--publishers", "2", "--participants", "22", "--seconds", "3", "--json");
        Assert.True(load is { ExitCode: 0, Report.Ok: true }, $"{load.Errors} {load.Report}");
        var report = load.Report!;
        Assert.Equal((22, 2, 20 * 4 + 2 * 2, 20 * 4 + 2 * 2), (report.Connected, report.Publishers, report.Streams.Expected, report.Streams.Received));
        // At least 3 s of 50 sounds and 30 pictures of two packets or more.
        Assert.True(report.Packets.Sent >= 2 * 3 * (50 + 60), report.ToString());
        Assert.True(report.Packets.Expected >= 20 * 2 * 3 * (50 + 60), report.ToString());
        Assert.Equal((report.Packets.Expected, 0, 0, 0), (report.Packets.Received, report.Packets.Duplicates, report.Packets.Gaps, report.Packets.Late));
        Assert.True(report.KeyFrameRequests > 0 && report.DelayMs.P50 > 0 && report.DelayMs.P99 >= report.DelayMs.P50 && report.ReceivedMbps > 0, report.ToString());
    }

    [Fact]
    public async Task A_meeting_that_is_there_can_be_joined_and_one_that_is_not_is_said_to_be_missing()
    {
        await using var standalone = await StandaloneProcess.StartAsync(_folder.Path, "--unlimited", "127.0.0.0/8");
        var load = await LoadProcess.RunAsync("--url", standalone.Url.ToString(), "--code", "lusab-babad-gutih-tugad", "--participants", "2", "--seconds", "1");
        Assert.Equal((1, 0), (load.ExitCode, load.Report!.Connected));
        Assert.Contains("load: 2 of 2 participants could not connect: cannot take a place: 404 UnknownCode", load.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Media_that_does_not_come_through_is_told_with_the_address()
    {
        // A documentation address (RFC 5737), which nobody answers at.
        await using var standalone = await StandaloneProcess.StartAsync(_folder.Path, "--unlimited", "127.0.0.0/8", "--public-address", "192.0.2.1");
        var load = await LoadProcess.RunAsync("--url", standalone.Url.ToString(), "--participants", "2", "--seconds", "1", "--connect-within", "6");
        Assert.Equal(1, load.ExitCode);
        Assert.Contains($"2 of 2 participants could not connect: media does not connect to 192.0.2.1:{standalone.MediaPort}: no answer", load.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Told_to_end_everybody_leaves_and_what_came_until_then_is_the_report()
    {
        await using var standalone = await StandaloneProcess.StartAsync(_folder.Path, "--unlimited", "127.0.0.0/8");
        var load = await LoadProcess.RunAsync(async process =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("are connected", StringComparison.Ordinal))
            {
            }
            await ProcessSignals.TerminateAsync(process);
        }, "--url", standalone.Url.ToString(), "--participants", "3", "--seconds", "600");
        Assert.True(load is { Report.Connected: 3, Report.Seconds: < 60 }, $"{load.ExitCode} {load.Errors} {load.Report}");
    }

    [Fact]
    public async Task Without_a_gateway_it_does_not_begin()
    {
        var load = await LoadProcess.RunAsync("--url", "http://127.0.0.1:9");
        Assert.Equal((2, null), (load.ExitCode, load.Report));
        Assert.Contains("load: cannot create a meeting: ", load.Errors, StringComparison.Ordinal);
    }
}
