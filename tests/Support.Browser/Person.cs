using System.Text.Json;
using Microsoft.Playwright;

namespace Conference.Support.Browser;

/// <summary>What somebody brings to a meeting.</summary>
/// <param name="Number">The code painted into their picture, 1 to 255.</param>
/// <param name="Name">Their name.</param>
public sealed record PersonSpec(byte Number, string Name)
{
    /// <summary>Their voice's fundamental; 130 Hz apart, so that neither a neighbour nor a harmonic is taken for it.</summary>
    public int Hertz => 500 + 130 * Number;

    /// <summary>False: the machine has neither camera nor microphone.</summary>
    public bool HasDevices { get; init; } = true;

    /// <summary>False: the browser blocks sound until a click, as it does for real people.</summary>
    public bool MayAutoplay { get; init; } = true;

    /// <summary>False: the person denies camera and microphone.</summary>
    public bool GrantsDevices { get; init; } = true;

    /// <summary>False: the camera is found and opened, and fails at its first frame.</summary>
    public bool CameraGivesFrames { get; init; } = true;

    /// <summary>The network namespace to run the browser in; null: this machine's own network.</summary>
    public string? Namespace { get; init; }

    /// <summary>Its browser uses no way for media but a TURN server's.</summary>
    public bool RelayOnly { get; init; }

    /// <summary>Its browser takes certificates that nobody signed, of TURN servers too.</summary>
    public bool TrustsAnyCertificate { get; init; }

    /// <summary>The title of the tab that the person chooses when asked what to share; null: the browser's fake screen is taken without a question.</summary>
    public string? SharesTab { get; init; }

    /// <summary>A plain http origin that this browser is told to trust with camera and microphone; null: none.</summary>
    public string? TrustedOrigin { get; init; }
}

/// <summary>One person: a browser of their own, because what a fake camera shows is set per process.</summary>
public sealed class Person : IPerson, IAsyncDisposable
{
    private readonly IBrowser _browser;

    private Person(PersonSpec spec, IBrowser browser, IPage page)
    {
        Spec = spec;
        _browser = browser;
        Page = page;
    }

    public PersonSpec Spec { get; }

    public IPage Page { get; private set; }

    public string Address => Page.Url;

    public List<string> Errors { get; } = [];

    public static async Task<Person> OpenAsync(IPlaywright playwright, PersonSpec spec, string folder)
    {
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Executable(spec.Namespace, folder),
            Headless = true,
            Args = [.. Chromium.Arguments(spec, folder)],
            IgnoreDefaultArgs = ["--mute-audio"],
        });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 720 }, IgnoreHTTPSErrors = true });
        if (spec is { HasDevices: true, GrantsDevices: true }) await context.GrantPermissionsAsync(["camera", "microphone"]);
        var person = new Person(spec, browser, await context.NewPageAsync());
        await person.WatchAsync();
        return person;
    }

    /// <summary>
    /// Closes the tab and opens it again as a browser restores it (the same address, the same session storage, nobody has touched it yet), and waits until an element is
    /// shown. The page tells that by itself: to ask it from outside would count as a gesture of its user.
    /// </summary>
    public async Task RestoreTabUntilAsync(string testId)
    {
        var (context, url) = (Page.Context, Page.Url);
        var storage = await Page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage })");
        await Page.CloseAsync();
        Page = await context.NewPageAsync();
        await WatchAsync();
        await Page.AddInitScriptAsync($$"""
            for (const [key, value] of Object.entries({{storage}})) sessionStorage.getItem(key) ?? sessionStorage.setItem(key, value);
            const shown = (root) => [...root.querySelectorAll('*')].some((e) => e.dataset?.testid === '{{testId}}' || (e.shadowRoot && shown(e.shadowRoot)));
            const looking = setInterval(() => { if (shown(document)) { clearInterval(looking); console.debug('shown {{testId}}'); } }, 50);
            """);
        await Page.RunAndWaitForConsoleMessageAsync(() => Page.GotoAsync(url), new PageRunAndWaitForConsoleMessageOptions { Predicate = message => message.Text == $"shown {testId}" });
    }

    private async Task WatchAsync()
    {
        Page.SetDefaultTimeout(20_000);
        Page.Console += (_, message) =>
        {
            if (message.Type == "error") lock (Errors) Errors.Add(message.Text);
        };
        Page.PageError += (_, error) =>
        {
            lock (Errors) Errors.Add(error);
        };
        if (Spec.RelayOnly) await Page.AddInitScriptAsync("window.probeConfiguration = { iceTransportPolicy: 'relay' };");
        await Page.AddInitScriptAsync(PageProbe.Script);
    }

    public async Task<T> ProbeAsync<T>(string call) =>
        JsonSerializer.Deserialize<T>(await Page.EvaluateAsync<string>($"async () => JSON.stringify(await probe.{call})"), JsonSerializerOptions.Web)!;

    public async Task<string?> AttributeAsync(string testId, string name)
    {
        var element = Page.GetByTestId(testId);
        return await element.CountAsync() == 0 ? null : await element.First.GetAttributeAsync(name);
    }

    public async ValueTask DisposeAsync() => await _browser.CloseAsync();
}
