using System.Diagnostics;
using System.Net;
using System.Text;
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
        using var site = Serve(own, new Dictionary<string, (string Type, string Text)>
        {
            ["/"] = ("text/html", $$"""
                <!doctype html><title>Our own page</title><script type="importmap">{"imports":{"@conference/client":"/client.js"} }</script><main></main>
                <script type="module">import { embed } from '/embed.js'; window.meeting = await embed(document.querySelector('main'), 'http://localhost:{{house.Standalone.Port}}', '{{meeting.Code}}', 'Eve');</script>
                """),
            ["/embed.js"] = ("text/javascript", await CompiledExampleAsync()),
            ["/client.js"] = ("text/javascript", await File.ReadAllTextAsync(Path.Combine(Checkout.Folder, "Gateway/wwwroot/sdk/conference-client.js"))),
        });
        await eve.Page.GotoAsync(own + "/");

        await Eventually.True(async () => (await ann.VideosAsync()).Any(v => v is { Visible: true, Source: "Camera" } && v.Picture?.Number == Eve.Number), () => eve.DescribeAsync());
        await Eventually.True(() => ann.HearsAsync(Eve), () => ann.DescribeAsync());
        await Eventually.True(async () => (await eve.VideosAsync()).Any(v => v.Visible && v.Picture?.Number == Ann.Number), () => eve.DescribeAsync());
        await Eventually.True(() => eve.HearsAsync(Ann), () => eve.DescribeAsync());
        // What programs say to each other comes back through the meeting, once and as it was.
        await eve.Page.EvaluateAsync("() => { window.told = []; meeting.events.on('data', (data) => told.push(data)); return meeting.sendData('board.draw', JSON.stringify([1, 'ä'])); }");
        await Eventually.True(() => eve.Page.EvaluateAsync<bool>("told.length === 1 && told[0].topic === 'board.draw' && told[0].data === JSON.stringify([1, 'ä'])"), () => eve.Page.EvaluateAsync<string>("JSON.stringify(told)"));
        await eve.Page.EvaluateAsync("meeting.leave()");
        await eve.Page.GetByText("The meeting is over: Left").WaitForAsync();
    }

    private static HttpListener Serve(string origin, Dictionary<string, (string Type, string Text)> files)
    {
        var listener = new HttpListener();
        listener.Prefixes.Add(origin + "/");
        listener.Start();
        _ = AnswerAsync(listener, files);
        return listener;
    }

    private static async Task AnswerAsync(HttpListener listener, Dictionary<string, (string Type, string Text)> files)
    {
        try
        {
            while (true)
            {
                var asked = await listener.GetContextAsync();
                var (type, text) = files.GetValueOrDefault(asked.Request.Url!.AbsolutePath, ("text/plain", ""));
                (asked.Response.ContentType, asked.Response.StatusCode) = (type, text.Length > 0 ? 200 : 404);
                asked.Response.Close(Encoding.UTF8.GetBytes(text), willBlock: false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
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
