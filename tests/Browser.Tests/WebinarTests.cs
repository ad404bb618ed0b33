using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>A webinar: who watches, who speaks, and how one becomes the other.</summary>
public sealed class WebinarTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [Fact]
    public async Task Viewers_watch_are_counted_and_speak_when_a_host_lets_them()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob));
        await ann.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        await ann.Page.GetByText("Options").ClickAsync();
        await ann.ById("webinar-input").CheckAsync();
        await ann.ById("new-meeting-button").ClickAsync();
        var link = await ann.ById("join-link").InnerTextAsync();
        await ann.ById("enter-button").ClickAsync();
        await ann.ById("name-input").FillAsync("Ann");
        await ann.ById("join-button").ClickAsync();
        await ann.ById("meeting").WaitForAsync();
        await bob.JoinAsync(link);

        await bob.SeesAsync(ann);
        await bob.HearsAsync(ann);
        Assert.Equal([$"{await ann.YouAsync()} Camera"], await bob.TilesAsync());
        Assert.Equal((0, 1), (await bob.ById("mute-button").CountAsync(), await bob.ById("viewing").CountAsync()));
        await bob.ById("participants-button").ClickAsync();
        await Eventually.True(async () => (await bob.ById("viewer-count").InnerTextAsync()).Trim().Equals("1 viewer", StringComparison.OrdinalIgnoreCase), () => bob.DescribeAsync());
        Assert.Equal(0, await bob.ById("viewer-row").CountAsync());
        Assert.Single(await ann.TilesAsync());

        await bob.ById("hand-button").ClickAsync();
        await ann.ById("participants-button").ClickAsync();
        await ann.ById("let-speak").ClickAsync();
        await bob.ById("mute-button").ClickAsync();
        await bob.ById("camera-button").ClickAsync();
        await ann.HearsAsync(bob);
        await ann.SeesAsync(bob);
        var row = ann.Page.Locator($"[data-testid=participant-row][data-participant='{await bob.YouAsync()}']");
        await row.GetByTestId("participant-menu").ClickAsync();
        await row.GetByTestId("host-make-viewer").ClickAsync();
        await Eventually.True(async () => (await ann.TilesAsync()).Length == 1 && await bob.ById("viewing").CountAsync() == 1, () => ann.DescribeAsync());
        Assert.Equal([$"{await ann.YouAsync()} Camera"], await bob.TilesAsync());
    }
}
