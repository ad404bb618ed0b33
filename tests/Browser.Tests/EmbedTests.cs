using System.Diagnostics;
using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>The SDK's example of twenty lines, as it stands in the package, in a page of another origin.</summary>
public sealed class EmbedTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Eve = new(2, "Eve");

    [Fact]
    public async Task A_page_of_ones_own_embeds_a_meeting_and_is_seen_and_heard()
    {
        var own = $"http://localhost:{FreePorts.Tcp()}";
        await using var house = await MeetingHouse.OpenAsync("--allow-origin", own);
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        var eve = await house.InviteAsync(Eve);
        var files = new Dictionary<string, (string Type, string Text)>
        {
            ["/"] = ("text/html", $$"""
                <!doctype html><title>Our own page</title><script type="importmap">{"imports":{"@conference/client":"/client.js"} }</script><main></main>
                <script type="module">import { embed } from '/embed.js'; window.meeting = await embed(document.querySelector('main'), 'http://localhost:{{house.Standalone.Port}}', '{{meeting.Code}}', 'Eve');</script>
                """),
            ["/embed.js"] = ("text/javascript", await CompiledExampleAsync()),
            ["/client.js"] = ("text/javascript", await File.ReadAllTextAsync(Path.Combine(Checkout.Folder, "Gateway/wwwroot/sdk/conference-client.js"))),
        };
        await eve.Page.RouteAsync($"{own}/**", route => files.TryGetValue(new Uri(route.Request.Url).AbsolutePath, out var file)
            ? route.FulfillAsync(new() { ContentType = file.Type, Body = file.Text }) : route.FulfillAsync(new() { Status = 404 }));
        await eve.Page.GotoAsync(own + "/");

        await Eventually.True(async () => (await ann.VideosAsync()).Any(v => v is { Visible: true, Source: "Camera" } && v.Picture?.Number == Eve.Number), () => eve.DescribeAsync());
        await Eventually.True(() => ann.HearsAsync(Eve), () => ann.DescribeAsync());
        await Eventually.True(async () => (await eve.VideosAsync()).Any(v => v.Visible && v.Picture?.Number == Ann.Number), () => eve.DescribeAsync());
        await Eventually.True(() => eve.HearsAsync(Ann), () => eve.DescribeAsync());
        await eve.Page.EvaluateAsync("meeting.leave()");
        await eve.Page.GetByText("The meeting is over: Left").WaitForAsync();
    }

    /// <summary>The example without its types, by the page's own compiler.</summary>
    private static async Task<string> CompiledExampleAsync()
    {
        using var folder = new TemporaryFolder();
        var client = Path.Combine(Checkout.Folder, "Gateway/Client");
        using var compiler = Process.Start(new ProcessStartInfo(Path.Combine(client, "node_modules/.bin/tsc"),
            ["--ignoreConfig", "--noCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--outDir", folder.Path, "sdk/examples/embed.ts"]) { WorkingDirectory = client, RedirectStandardOutput = true })!;
        var said = await compiler.StandardOutput.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        var made = Directory.GetFiles(folder.Path, "embed.js", SearchOption.AllDirectories);
        return made is [var file] ? await File.ReadAllTextAsync(file) : throw new InvalidOperationException($"{compiler.ExitCode} {said}");
    }
}
