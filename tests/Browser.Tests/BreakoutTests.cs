using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>Breakout rooms: sound and pictures follow, nothing is loaded or offered anew.</summary>
public sealed class BreakoutTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [Fact]
    public async Task Media_follows_into_rooms_and_back()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob));
        await ann.JoinAsync($"{house.LinkOf(meeting)}#host={meeting.HostKey}");
        await bob.JoinAsync(house.LinkOf(meeting));
        await ann.HearsAsync(bob);
        await bob.SeesAsync(ann);
        var offers = await bob.ProbeAsync<int>("offers()");

        await ann.ById("more-button").ClickAsync();
        await ann.ById("rooms-button").ClickAsync();
        await ann.ById("breakout-start").ClickAsync();
        await Eventually.True(async () => await bob.AttributeAsync("room-banner", "data-room") == "0" && (await bob.TilesAsync()).Length == 1 && (await ann.TilesAsync()).Length == 1, () => bob.DescribeAsync());
        await SilentAsync(ann);
        await SilentAsync(bob);

        // The host visits: they hear and see each other there.
        await ann.ById("breakout-join").First.ClickAsync();
        await ann.SeesAsync(bob);
        await bob.HearsAsync(ann);
        await bob.ChatAsync("among us");
        await Eventually.True(async () => (await ann.MessagesAsync()).SequenceEqual(["among us"]), () => ann.DescribeAsync());
        await ann.ById("room-back").ClickAsync();
        await SilentAsync(bob);

        await ann.ById("more-button").ClickAsync();
        await ann.ById("rooms-button").ClickAsync();
        await ann.ById("breakout-close").ClickAsync();
        await bob.ById("room-countdown").WaitForAsync();
        await ann.ById("breakout-close-now").ClickAsync();
        await ann.ById("dialog-close").ClickAsync();
        await ann.SeesAsync(bob);
        await ann.HearsAsync(bob);
        await bob.HearsAsync(ann);

        // By hand, with a word to all rooms; and where everybody chooses.
        await ann.ById("more-button").ClickAsync();
        await ann.ById("rooms-button").ClickAsync();
        await ann.ById("breakout-assignment").SelectOptionAsync("Manual");
        await ann.ById("breakout-place").SelectOptionAsync("1");
        await ann.ById("breakout-start").ClickAsync();
        await Eventually.True(async () => await bob.AttributeAsync("room-banner", "data-room") == "1", () => bob.DescribeAsync());
        await ann.ById("breakout-text").FillAsync("Ten more minutes");
        await ann.Page.Keyboard.PressAsync("Enter");
        await bob.Page.GetByText("Ten more minutes").WaitForAsync();
        await ann.ById("breakout-close-now").ClickAsync();
        await ann.ById("breakout-assignment").SelectOptionAsync("SelfChosen");
        await ann.ById("breakout-start").ClickAsync();
        await bob.ById("room-choose").ClickAsync();
        await bob.ById("breakout-join").First.ClickAsync();
        await Eventually.True(async () => await bob.AttributeAsync("room-banner", "data-room") == "0", () => bob.DescribeAsync());
        await SilentAsync(ann);
        Assert.Equal(offers, await bob.ProbeAsync<int>("offers()"));
    }

    /// <summary>From some moment on nothing of anybody arrives.</summary>
    private static Task SilentAsync(Person person) => Eventually.True(async () =>
    {
        var before = await person.PacketsReceivedAsync("audio") + await person.PacketsReceivedAsync("video");
        await Task.Delay(700);
        return await person.PacketsReceivedAsync("audio") + await person.PacketsReceivedAsync("video") == before;
    }, () => person.DescribeAsync());
}
