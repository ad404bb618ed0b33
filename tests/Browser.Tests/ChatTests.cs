using Conference.Contracts.Api;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>The chat beyond its order: to whom, changed, deleted, older, found.</summary>
public sealed class ChatTests
{
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false }, Bob = new(2, "Bob") { HasDevices = false }, Cho = new(4, "Cho") { HasDevices = false };

    [Fact]
    public async Task Messages_go_to_whom_they_are_for_and_are_changed_and_deleted_for_all()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = await house.InviteAsync(Ann);
        await ann.JoinAsync($"{house.LinkOf(meeting)}#host={meeting.HostKey}");
        var (bob, cho) = await house.GatherAsync(meeting, Bob, Cho) is [var b, var c] ? (b, c) : throw new InvalidOperationException();

        await bob.ChatAsync("Good mornig");
        await ShowAsync(ann, "Good mornig");
        await bob.ById("chat-to").SelectOptionAsync("hosts");
        await bob.ChatAsync("for the hosts");
        await bob.ById("chat-to").SelectOptionAsync(await cho.YouAsync());
        await bob.ChatAsync("for Cho, see https://example.org/notes.");
        await ShowAsync(ann, "Good mornig", "for the hosts");
        await ShowAsync(cho, "Good mornig", "for Cho, see https://example.org/notes.");
        Assert.Equal("to you privately", await cho.ById("chat-target").Last.InnerTextAsync());
        var link = cho.Page.Locator("[data-testid=chat-text] a");
        Assert.Equal(("https://example.org/notes", "_blank", "noopener noreferrer nofollow ugc"),
            (await link.GetAttributeAsync("href"), await link.GetAttributeAsync("target"), await link.GetAttributeAsync("rel")));

        await ActAsync(bob, "Good mornig", "chat-edit");
        await bob.ById("chat-edit-input").FillAsync("Good morning");
        await bob.ById("chat-edit-save").ClickAsync();
        await ShowAsync(cho, "Good morning", "for Cho, see https://example.org/notes.");
        await ActAsync(ann, "Good morning", "chat-delete");
        await ShowAsync(bob, "Message deleted", "for the hosts", "for Cho, see https://example.org/notes.");

        await ann.ById("more-button").ClickAsync();
        await ann.ById("host-controls-button").ClickAsync();
        await ann.ById("setting-chat").SelectOptionAsync("hosts");
        await Eventually.True(() => bob.ById("chat-input").IsDisabledAsync(), () => bob.DescribeAsync());
    }

    [Fact]
    public async Task Older_messages_come_while_scrolling_and_are_found()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = await house.InviteAsync(Ann);
        await ann.JoinAsync(house.LinkOf(meeting));
        await ann.ChatAsync("The very first");
        for (var i = 0; i < 240; i++)
        {
            await ann.ById("chat-input").FillAsync($"{i}");
            await ann.ById("chat-input").PressAsync("Enter");
            // No faster than a client may send (docs/limits.md).
            await Task.Delay(45);
        }
        await Eventually.True(async () => (await ann.MessagesAsync())[^1] == "239" && await ann.ById("chat-unsent").CountAsync() == 0, () => ann.DescribeAsync());

        var bob = await house.InviteAsync(Bob);
        await bob.JoinAsync(house.LinkOf(meeting));
        await Eventually.True(async () => (await bob.MessagesAsync()).Count == 200, () => bob.DescribeAsync());
        await bob.Page.Locator(".messages").EvaluateAsync("list => { list.scrollTop = 0; }");
        await Eventually.True(async () => (await bob.MessagesAsync()) is { Count: 241 } all && all[0] == "The very first", () => bob.DescribeAsync());
        // What was read stays in sight.
        Assert.True(await bob.Page.Locator(".messages").EvaluateAsync<double>("list => list.scrollTop") > 100);

        await bob.ById("chat-search-button").ClickAsync();
        await bob.ById("chat-search").FillAsync("VERY first");
        await bob.ById("chat-found").WaitForAsync();
        Assert.Equal(["The very first"], await bob.ById("chat-found").GetByTestId("chat-text").AllInnerTextsAsync());
    }

    private static Task ShowAsync(Person person, params string[] texts) =>
        Eventually.True(async () => (await person.MessagesAsync()).Select(t => t.Trim()).SequenceEqual(texts), async () => $"{string.Join(" | ", await person.MessagesAsync())} {await person.DescribeAsync()}");

    private static async Task ActAsync(Person person, string text, string action)
    {
        var message = person.ById("chat-message").Filter(new LocatorFilterOptions { HasText = text });
        await message.HoverAsync();
        await message.GetByTestId(action).ClickAsync();
    }
}
