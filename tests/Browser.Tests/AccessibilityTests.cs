using Conference.Contracts.Api;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>Every page, panel and dialog by the rules of WCAG 2.2 AA that a program can check (axe), light and dark; and what no program checks: where the keyboard goes.</summary>
public sealed class AccessibilityTests
{
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false }, Bob = new(2, "Bob") { HasDevices = false };

    private readonly List<string> _violations = [];
    private readonly HashSet<string> _asked = [];

    [Fact]
    public async Task Every_view_panel_and_dialog_passes_axe_in_light_and_dark()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var ann = await house.InviteAsync(Ann);
        ann.Page.Request += (_, request) => Ask(request.Url);
        ann.Page.WebSocket += (_, socket) => Ask(socket.Url);
        await ann.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        await ann.Page.GetByText("Options").ClickAsync();
        await LookAsync(ann, "start");
        await ann.ById("language-select").SelectOptionAsync("de");
        await Assertions.Expect(ann.ById("new-meeting-button")).ToHaveTextAsync("Neue Besprechung");
        Assert.Equal("de", await ann.Page.EvaluateAsync<string>("document.documentElement.lang"));
        await LookAsync(ann, "start in German");
        await ann.ById("language-select").SelectOptionAsync("en");

        var meeting = await house.CreateMeetingAsync();
        await ann.Page.GotoAsync($"{house.LinkOf(meeting)}#host={Uri.EscapeDataString(meeting.HostKey)}");
        await ann.ById("name-input").FillAsync("Ann");
        await ann.ById("connection-test-button").ClickAsync();
        await ann.ById("connection-verdict").WaitForAsync();
        // How good it is depends on what else this machine does; that it was measured, on the direct way, does not.
        Assert.Contains(await ann.AttributeAsync("connection-verdict", "data-verdict"), (string[])["good", "fair", "poor"]);
        var verdict = await ann.ById("connection-verdict").InnerTextAsync();
        Assert.Contains("Direct (UDP)", verdict, StringComparison.Ordinal);
        await LookAsync(ann, "join");
        await ann.ById("join-button").ClickAsync();
        await ann.ById("meeting").WaitForAsync();
        var bob = await house.InviteAsync(Bob);
        await bob.JoinAsync(house.LinkOf(meeting));
        await ann.ChatAsync("Good morning: https://example.org/");
        await bob.ChatAsync("Good morning");
        await ann.ById("chat-message").Nth(1).WaitForAsync();
        await LookAsync(ann, "chat");
        await PanelsAsync(ann, bob);
        await DialogsAsync(ann);
        await bob.ById("leave-button").ClickAsync();
        await bob.ById("over").WaitForAsync();
        await LookAsync(bob, "over");
        Assert.True(_violations.Count == 0, string.Join('\n', _violations));
        // Of all that the page has shown by now nothing came from anywhere else.
        lock (_asked) Assert.Equal([$"http://localhost:{house.Standalone.Port}", $"ws://localhost:{house.Standalone.Port}"], _asked.Order(StringComparer.Ordinal));
    }

    private void Ask(string url)
    {
        var from = new Uri(url);
        if (from.Scheme is "blob" or "data") return;
        lock (_asked) _asked.Add(from.GetLeftPart(UriPartial.Authority));
    }

    private async Task PanelsAsync(Person ann, Person bob)
    {
        await ann.ById("participants-button").ClickAsync();
        await ann.ById("participant-menu").Nth(1).ClickAsync();
        await ann.ById("host-remove").WaitForAsync();
        await LookAsync(ann, "people");
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.ById("polls-button").ClickAsync();
        await ann.ById("new-poll").ClickAsync();
        await LookAsync(ann, "new poll");
        await ann.ById("poll-question").FillAsync("Which day?");
        await ann.ById("poll-answer").Nth(0).FillAsync("Monday");
        await ann.ById("poll-answer").Nth(1).FillAsync("Tuesday");
        await ann.ById("poll-start").ClickAsync();
        await ann.ById("poll-option").First.CheckAsync();
        await LookAsync(ann, "polls");
        await bob.ById("polls-button").ClickAsync();
        await bob.ById("tab-questions").ClickAsync();
        await bob.ById("question-input").FillAsync("Why?");
        await bob.ById("question-ask").ClickAsync();
        await ann.ById("tab-questions").ClickAsync();
        await ann.ById("question").WaitForAsync();
        await LookAsync(ann, "questions");
        // The panel closes, and the keyboard is where it was opened.
        await ann.Page.Keyboard.PressAsync("Escape");
        Assert.Equal("polls-button", await FocusAsync(ann));
        await ann.ById("view-button").ClickAsync();
        await LookAsync(ann, "view menu");
        await ann.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal("view-speaker", await FocusAsync(ann));
        await ann.Page.Keyboard.PressAsync("Escape");
        Assert.Equal("view-button", await FocusAsync(ann));
        await LookAsync(ann, "stage");
    }

    private async Task DialogsAsync(Person ann)
    {
        foreach (var (item, dialog) in new[] { ("devices-button", "settings-dialog"), ("shortcuts-button", "shortcuts-dialog"), ("mute-all-button", "mute-all-dialog"), ("rooms-button", "breakout-dialog"), ("host-controls-button", "host-dialog") })
        {
            await ann.ById("more-button").ClickAsync();
            await ann.ById(item).ClickAsync();
            await ann.ById(dialog).WaitForAsync(new() { State = WaitForSelectorState.Attached });
            if (dialog == "host-dialog") await ann.ById("host-schedule").Locator("summary").ClickAsync();
            await LookAsync(ann, dialog);
            await ann.Page.Keyboard.PressAsync("Escape");
            await ann.ById(dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
            Assert.Equal("more-button", await FocusAsync(ann));
        }
    }

    private async Task LookAsync(Person person, string view) => _violations.AddRange(await Axe.ViolationsAsync(person.Page, view));

    private static Task<string?> FocusAsync(Person person) =>
        person.Page.EvaluateAsync<string?>("() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at?.dataset?.testid ?? at?.tagName; }");
}
