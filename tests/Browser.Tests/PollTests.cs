using Conference.Support;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>Polls and questions, from asking to the results.</summary>
public sealed class PollTests
{
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false }, Bob = new(2, "Bob") { HasDevices = false };

    [Fact]
    public async Task Hosts_ask_everybody_and_everybody_asks_hosts()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob));
        await ann.JoinAsync($"{house.LinkOf(meeting)}#host={meeting.HostKey}");
        await bob.JoinAsync(house.LinkOf(meeting));

        await ann.ById("polls-button").ClickAsync();
        await ann.ById("new-poll").ClickAsync();
        await ann.ById("poll-question").FillAsync("Which fruit?");
        await ann.ById("poll-add").ClickAsync();
        foreach (var (text, index) in new[] { ("Apple", 0), ("Pear", 1), ("Fig", 2) }) await ann.ById("poll-answer").Nth(index).FillAsync(text);
        await ann.ById("poll-anonymous").UncheckAsync();
        await ann.ById("poll-results").UncheckAsync();
        await ann.ById("poll-start").ClickAsync();

        await bob.ById("toast-action").ClickAsync();
        await bob.ById("poll-option").Nth(1).CheckAsync();
        await Eventually.True(async () => (await ann.ById("poll-count").AllInnerTextsAsync()).SequenceEqual(["0", "1", "0"]), () => ann.DescribeAsync());
        await ann.ById("poll").GetByText("Bob").WaitForAsync();
        await ann.ById("poll-close").ClickAsync();
        await Eventually.True(async () => await bob.AttributeAsync("poll", "data-closed") == "true", () => bob.DescribeAsync());
        Assert.Equal(0, await bob.ById("poll-count").CountAsync());
        await ann.ById("poll-share").ClickAsync();
        await Eventually.True(async () => (await bob.ById("poll-count").AllInnerTextsAsync()).SequenceEqual(["0", "1", "0"]), () => bob.DescribeAsync());

        await bob.ById("tab-questions").ClickAsync();
        await bob.ById("question-input").FillAsync("When do we finish?");
        await bob.ById("question-anonymous").CheckAsync();
        await bob.ById("question-ask").ClickAsync();
        await ann.ById("tab-questions").ClickAsync();
        await Eventually.True(async () => (await ann.ById("question").AllInnerTextsAsync()) is [var only] && only.Contains("Anonymous") && !only.Contains("Bob"), () => ann.DescribeAsync());
        await ann.ById("question-upvote").ClickAsync();
        await Eventually.True(async () => (await bob.ById("question-upvote").InnerTextAsync()).Trim() == "1", () => bob.DescribeAsync());
        await ann.ById("question-reply").ClickAsync();
        await ann.ById("question-answer-input").FillAsync("At noon");
        await ann.Page.Keyboard.PressAsync("Enter");
        await Eventually.True(async () => await bob.ById("question-answer").CountAsync() == 1 && await bob.ById("question-answer").InnerTextAsync() == "At noon", () => bob.DescribeAsync());
        await ann.ById("question-dismiss").ClickAsync();
        await Eventually.True(async () => await bob.ById("question").CountAsync() == 0, () => bob.DescribeAsync());

        // A reload finds the poll as it was, with one's own vote.
        await bob.Page.ReloadAsync();
        await bob.ById("meeting").WaitForAsync();
        await bob.ById("polls-button").ClickAsync();
        Assert.True(await bob.ById("poll-option").Nth(1).IsCheckedAsync());
    }
}
