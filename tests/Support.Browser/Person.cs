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

    /// <summary>The network namespace to run the browser in; null: this machine's own network.</summary>
    public string? Namespace { get; init; }

    /// <summary>A plain http origin that this browser is told to trust with camera and microphone; null: none.</summary>
    public string? TrustedOrigin { get; init; }
}

/// <summary>One person: a browser of their own, because what a fake camera shows is set per process.</summary>
public sealed class Person : IAsyncDisposable
{
    private readonly IBrowser _browser;

    private Person(PersonSpec spec, IBrowser browser, IPage page)
    {
        Spec = spec;
        _browser = browser;
        Page = page;
    }

    public PersonSpec Spec { get; }

    public IPage Page { get; }

    /// <summary>What the page wrote to the console as errors, and exceptions it did not catch.</summary>
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
        person.Page.SetDefaultTimeout(20_000);
        person.Page.Console += (_, message) =>
        {
            if (message.Type == "error") lock (person.Errors) person.Errors.Add(message.Text);
        };
        person.Page.PageError += (_, error) =>
        {
            lock (person.Errors) person.Errors.Add(error);
        };
        await person.Page.AddInitScriptAsync(PageProbe.Script);
        return person;
    }

    public Task<ShownVideo[]> VideosAsync() => ProbeAsync<ShownVideo[]>("videos()");

    public Task<HeardTone[]> TonesAsync() => ProbeAsync<HeardTone[]>("tones()");

    /// <summary>Calls the probe; see <see cref="PageProbe"/>.</summary>
    public async Task<T> ProbeAsync<T>(string call) =>
        JsonSerializer.Deserialize<T>(await Page.EvaluateAsync<string>($"async () => JSON.stringify(await probe.{call})"), JsonSerializerOptions.Web)!;

    /// <summary>Whether <paramref name="other"/>'s voice is what some element plays at this moment.</summary>
    public async Task<bool> HearsAsync(PersonSpec other)
    {
        var tones = await TonesAsync();
        return tones.Any(tone => Math.Abs(tone.Hertz - other.Hertz) < 25);
    }

    public async ValueTask DisposeAsync() => await _browser.CloseAsync();
}
