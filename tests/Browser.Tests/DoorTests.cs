using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>The way into a meeting that is not open to everybody, and what its hosts and co-hosts do at the door.</summary>
public sealed class DoorTests
{
    private const string Passcode = "open-sesame";
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false }, Bob = new(2, "Bob"), Cho = new(4, "Cho") { HasDevices = false };

    [Fact]
    public async Task Who_knows_the_passcode_waits_is_let_in_or_not_and_a_co_host_locks_the_door()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob, cho) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob), await house.InviteAsync(Cho));
        // Cho has a phone.
        await cho.Page.SetViewportSizeAsync(390, 844);
        await cho.Page.AddInitScriptAsync("const lock = WakeLock.prototype.request; WakeLock.prototype.request = function (kind) { window.keptAwake = kind; return lock.call(this, kind); };");
        var link = await CreateAsync(house, ann);

        await AskAsync(bob, link, "open-simsim");
        await bob.ById("problem").WaitForAsync();
        Assert.Equal("WrongPasscode", await bob.AttributeAsync("problem", "data-reason"));
        await bob.ById("passcode-input").FillAsync(Passcode);
        await bob.ById("join-button").ClickAsync();
        await bob.ById("lobby").WaitForAsync();
        await AskAsync(cho, link, Passcode);
        await cho.ById("lobby").WaitForAsync();
        await cho.ById("lobby").GetByText("Interview").WaitForAsync();
        await LookAsync(cho, "lobby");

        // Nobody in the lobby is a tile; hosts see who waits, and let in one, or send away who is left.
        await ann.ById("participants-button").ClickAsync();
        await Eventually.True(async () => await ann.ById("lobby-row").CountAsync() == 2 && (await ann.TilesAsync()).Length == 1, () => ann.DescribeAsync());
        await LookAsync(ann, "who waits");
        await ann.ById("lobby-row").Filter(new LocatorFilterOptions { HasText = "Bob" }).GetByTestId("admit").ClickAsync();
        await IsInAsync(bob);
        // What was said of who waits is taken back.
        await Eventually.True(async () => !(await ann.ById("toast").AllInnerTextsAsync()).Any(toast => toast.Contains("Bob", StringComparison.Ordinal)), () => ann.DescribeAsync());
        // Everybody comes in muted here.
        Assert.Equal("false", await bob.AttributeAsync("mute-button", "aria-pressed"));
        await ann.ById("deny-all").ClickAsync();
        await cho.ById("over").WaitForAsync();
        Assert.Equal("Denied", await cho.AttributeAsync("over", "data-reason"));
        await AskAsync(cho, link, Passcode);
        await cho.ById("lobby").WaitForAsync();
        await ann.ById("admit-all").ClickAsync();
        await IsInAsync(cho);
        await OnAPhoneAsync(cho);

        await bob.ById("reactions-button").ClickAsync();
        await bob.ById("reaction").First.ClickAsync();
        await ann.ById("floating-reaction").GetByText("Bob").WaitForAsync();

        await bob.ById("share-button").ClickAsync();
        var screen = $"{await bob.YouAsync()} Screen";
        await Eventually.True(async () => (await ann.TilesAsync()).Contains(screen), () => ann.DescribeAsync());
        await MenuAsync(ann, bob, "host-stop-share");
        await Eventually.True(async () => !(await ann.TilesAsync()).Contains(screen) && await bob.ById("sharing-banner").CountAsync() == 0, () => bob.DescribeAsync());

        await MenuAsync(ann, bob, "host-make-cohost");
        await bob.ById("more-button").ClickAsync();
        await bob.ById("lock-button").ClickAsync();
        await cho.ById("leave-button").ClickAsync();
        await cho.ById("over").WaitForAsync();
        await AskAsync(cho, link, Passcode);
        await cho.ById("problem").WaitForAsync();
        Assert.Equal("Locked", await cho.AttributeAsync("problem", "data-reason"));

        await ann.ById("leave-button").ClickAsync();
        await ann.ById("end-button").ClickAsync();
        await bob.ById("over").WaitForAsync();
        Assert.Equal("Ended", await bob.AttributeAsync("over", "data-reason"));
    }

    // The screen stays awake, and whichever way it is held, all controls are on it and large enough for a thumb.
    private static async Task OnAPhoneAsync(Person person)
    {
        Assert.Equal("screen", await person.Page.EvaluateAsync<string>("window.keptAwake"));
        foreach (var (width, height) in ((int, int)[])[(844, 390), (390, 844)])
        {
            await person.Page.SetViewportSizeAsync(width, height);
            foreach (var control in (string[])["mute-button", "camera-button", "chat-button-compact", "more-button", "leave-button"])
            {
                var box = (await person.ById(control).BoundingBoxAsync())!;
                Assert.True(box is { X: >= 0, Y: >= 0, Width: >= 44, Height: >= 44 } && box.X + box.Width <= width && box.Y + box.Height <= height, $"{control} at {box.X} {box.Y} {box.Width} {box.Height} of {width} {height}");
            }
            Assert.True(await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        }
    }

    private static async Task LookAsync(Person person, string view)
    {
        var violations = await Axe.ViolationsAsync(person.Page, view);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    private static async Task<string> CreateAsync(MeetingHouse house, Person host)
    {
        await host.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        await host.Page.GetByText("Options").ClickAsync();
        await host.ById("title-input").FillAsync("Interview");
        await host.ById("new-passcode-input").FillAsync(Passcode);
        await host.ById("lobby-input").CheckAsync();
        await host.ById("mute-on-entry-input").CheckAsync();
        await host.ById("new-meeting-button").ClickAsync();
        var link = await host.ById("join-link").InnerTextAsync();
        await host.ById("enter-button").ClickAsync();
        await host.ById("name-input").FillAsync(host.Spec.Name);
        await host.ById("join-button").ClickAsync();
        await IsInAsync(host);
        return link;
    }

    private static async Task AskAsync(Person person, string link, string passcode)
    {
        await person.Page.GotoAsync(link);
        await person.ById("name-input").FillAsync(person.Spec.Name);
        await person.ById("passcode-input").FillAsync(passcode);
        await person.ById("join-button").ClickAsync();
    }

    private static Task<TimeSpan> IsInAsync(Person person) =>
        Eventually.True(async () => await person.AttributeAsync("meeting", "data-phase") == "joined", () => person.DescribeAsync());

    private static async Task MenuAsync(Person host, Person other, string item)
    {
        var row = host.Page.Locator($"[data-testid=participant-row][data-participant='{await other.YouAsync()}']");
        await row.GetByTestId("participant-menu").ClickAsync();
        await row.GetByTestId(item).ClickAsync();
    }
}
