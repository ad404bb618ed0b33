using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>How each person sees the others, and how the keyboard speaks for them.</summary>
public sealed class ViewTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob"), Cho = new(3, "Cho") { HasDevices = false };

    [Fact]
    public async Task Views_are_chosen_tiles_pinned_devices_changed_and_the_space_bar_talks()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var people = await house.GatherAsync(meeting, Ann, Bob, Cho);
        var (ann, bob, cho) = (people[0], people[1], people[2]);
        await ann.SeesAsync(bob);
        // What moves to its place is measured there.
        await ann.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });

        await ChooseAsync(ann, "view-hideNonVideo");
        await Eventually.True(async () => (await ann.TilesAsync()).Length == 2, () => ann.DescribeAsync());
        Assert.DoesNotContain($"{await cho.YouAsync()} Camera", await ann.TilesAsync());
        await ann.ById("hidden-people").GetByRole(AriaRole.Button).ClickAsync();
        await Eventually.True(async () => (await ann.TilesAsync()).Length == 3, () => ann.DescribeAsync());

        await ann.Page.Keyboard.PressAsync("g");
        await Eventually.True(async () => await ann.AttributeAsync("stage", "data-layout") == "speaker", () => ann.DescribeAsync());
        var narrow = await WidthAsync(ann);
        await ann.ById("stage-edge").FocusAsync();
        for (var i = 0; i < 8; i++) await ann.Page.Keyboard.PressAsync("ArrowLeft");
        await Eventually.True(async () => await WidthAsync(ann) < narrow - 100, () => ann.DescribeAsync());
        // It is a choice for this device: the next page begins with it.
        await ann.Page.ReloadAsync();
        await Eventually.True(async () => await ann.AttributeAsync("stage", "data-layout") == "speaker" && await WidthAsync(ann) < narrow - 100, () => ann.DescribeAsync());

        await ann.ById("mute-button").ClickAsync();
        await Eventually.True(async () => await ann.AttributeAsync("mute-button", "aria-pressed") == "false", () => ann.DescribeAsync());
        await Eventually.True(async () => !await bob.HearsAsync(Ann), () => bob.DescribeAsync());
        await ann.Page.Keyboard.DownAsync(" ");
        await Eventually.True(async () => await ann.AttributeAsync("mute-button", "aria-pressed") == "true", () => ann.DescribeAsync());
        await bob.HearsAsync(ann);
        await ann.Page.Keyboard.UpAsync(" ");
        await Eventually.True(async () => await ann.AttributeAsync("mute-button", "aria-pressed") == "false", () => ann.DescribeAsync());

        var quality = ann.Page.Locator($"participant-tile[data-participant='{await bob.YouAsync()}']").GetByTestId("tile-quality");
        await quality.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Contains("Bob", await quality.GetAttributeAsync("aria-label"));
        await PinsAndWindowsAsync(ann, bob, cho);
        await DevicesAsync(ann, bob);
    }

    // What was pinned by hand is large, whoever speaks; a small window shows it above all others; the page fills the screen.
    private static async Task PinsAndWindowsAsync(Person ann, Person bob, Person cho)
    {
        foreach (var person in (Person[])[cho, bob])
        {
            var tile = ann.Page.Locator($"participant-tile[data-participant='{await person.YouAsync()}']");
            await tile.HoverAsync();
            await tile.GetByTestId("pin-button").ClickAsync();
            await Eventually.True(async () => await LargestAsync(ann) == await person.YouAsync(), () => ann.DescribeAsync());
        }
        await ChooseAsync(ann, "view-window");
        await Eventually.True(() => ann.Page.EvaluateAsync<bool>("document.pictureInPictureElement?.videoWidth > 0"), () => ann.DescribeAsync());
        await ChooseAsync(ann, "view-window");
        await Eventually.True(() => ann.Page.EvaluateAsync<bool>("document.pictureInPictureElement === null"), () => ann.DescribeAsync());
        foreach (var isFull in (bool[])[true, false])
        {
            await ChooseAsync(ann, "view-fullScreen");
            await Eventually.True(async () => await ann.Page.EvaluateAsync<bool>("document.fullscreenElement !== null") == isFull, () => ann.DescribeAsync());
        }
    }

    // What is changed, chosen or pulled out in the meeting is heard in it at once.
    private static async Task DevicesAsync(Person ann, Person bob)
    {
        await ann.ById("mute-button").ClickAsync();
        await bob.HearsAsync(ann);
        await ann.ById("more-button").ClickAsync();
        await ann.ById("devices-button").ClickAsync();
        var first = await MicrophoneAsync(ann, microphone => microphone.NoiseSuppression);
        await ann.ById("sound-noiseSuppression").UncheckAsync();
        await MicrophoneAsync(ann, microphone => !microphone.NoiseSuppression);
        await ann.ById("microphone-select").SelectOptionAsync(new SelectOptionValue { Index = 2 });
        var chosen = await MicrophoneAsync(ann, microphone => microphone.Label != first);
        await ann.ById("dialog-close").ClickAsync();
        await bob.HearsAsync(ann);

        // No fake device of Chromium can be pulled out: it goes from the list, and its track ends, as happens then.
        await ann.Page.EvaluateAsync("""
            (label) => {
              const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
              navigator.mediaDevices.enumerateDevices = async () => (await list()).filter((device) => device.label !== label);
              for (const track of probe.tracks('audio')) { track.stop(); track.dispatchEvent(new Event('ended')); }
            }
            """, chosen);
        await ann.Page.GetByText("Your microphone is gone").WaitForAsync();
        await MicrophoneAsync(ann, microphone => microphone.Label != chosen);
        await bob.HearsAsync(ann);
    }

    /// <summary>Waits until such a microphone is sent, and no other; its name.</summary>
    private static async Task<string> MicrophoneAsync(Person person, Func<SentMicrophone, bool> isSuch)
    {
        SentMicrophone[] sent = [];
        await Eventually.True(async () => (sent = await person.ProbeAsync<SentMicrophone[]>("sent('audio')")) is [var one] && isSuch(one), async () => $"{string.Join(' ', (object[])sent)} {await person.DescribeAsync()}");
        return sent[0].Label;
    }

    private static async Task<string> LargestAsync(Person person) =>
        await person.ById("tile").EvaluateAllAsync<string>("tiles => tiles.map(t => [t.getBoundingClientRect().width, t.dataset.participant]).sort((a, b) => b[0] - a[0])[0][1]");

    private static async Task ChooseAsync(Person person, string view)
    {
        await person.ById("view-button").ClickAsync();
        await person.ById(view).ClickAsync();
    }

    private static async Task<double> WidthAsync(Person person) =>
        (await person.ById("tile").EvaluateAllAsync<double[]>("tiles => tiles.map(t => t.getBoundingClientRect().width)")).DefaultIfEmpty(0).Max();
}
