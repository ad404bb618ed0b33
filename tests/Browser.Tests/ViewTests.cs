using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>How each person sees the others, and how the keyboard speaks for them.</summary>
public sealed class ViewTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob"), Cho = new(3, "Cho") { HasDevices = false };

    [Fact]
    public async Task Views_are_chosen_the_strip_is_resized_and_the_space_bar_talks()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var people = await house.GatherAsync(meeting, Ann, Bob, Cho);
        var (ann, bob, cho) = (people[0], people[1], people[2]);
        await ann.SeesAsync(bob);

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
    }

    private static async Task ChooseAsync(Person person, string view)
    {
        await person.ById("view-button").ClickAsync();
        await person.ById(view).ClickAsync();
    }

    private static async Task<double> WidthAsync(Person person) =>
        (await person.ById("tile").EvaluateAllAsync<double[]>("tiles => tiles.map(t => t.getBoundingClientRect().width)")).DefaultIfEmpty(0).Max();
}
