using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>A meeting that is planned, waited for, handed over and met again.</summary>
public sealed class ScheduleTests
{
    private static readonly PersonSpec Ann = new(1, "Ann") { HasDevices = false }, Bob = new(2, "Bob") { HasDevices = false };

    [Fact]
    public async Task A_planned_meeting_waits_for_its_host_who_hands_over_and_it_is_met_again()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob));
        await ann.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/");
        await ann.Page.GetByText("Options").ClickAsync();
        await ann.ById("title-input").FillAsync("Planning");
        await ann.ById("start-input").FillAsync("2035-06-01T09:30");
        await ann.ById("minutes-input").SelectOptionAsync("30");
        await ann.ById("wait-input").CheckAsync();
        await ann.ById("recurring-input").CheckAsync();
        await ann.ById("new-meeting-button").ClickAsync();
        Assert.Contains("09:30", await ann.ById("schedule").InnerTextAsync());
        var download = await ann.Page.RunAndWaitForDownloadAsync(() => ann.ById("calendar-link").ClickAsync());
        Assert.Contains("SUMMARY:Planning", await File.ReadAllTextAsync(await download.PathAsync()));
        var link = await ann.ById("join-link").InnerTextAsync();

        // Bob comes first and waits; he is in by himself as soon as Ann is.
        await bob.Page.GotoAsync(link);
        await bob.ById("schedule").WaitForAsync();
        await bob.ById("name-input").FillAsync("Bob");
        await bob.ById("join-button").ClickAsync();
        await bob.ById("problem").WaitForAsync();
        Assert.Equal("NotStarted", await bob.AttributeAsync("problem", "data-reason"));
        await ann.ById("enter-button").ClickAsync();
        await ann.ById("name-input").FillAsync("Ann");
        await ann.ById("join-button").ClickAsync();
        await ann.ById("meeting").WaitForAsync();
        await bob.ById("meeting").WaitForAsync();

        await ann.ById("leave-button").ClickAsync();
        await ann.ById("leave-confirm").ClickAsync();
        await ann.ById("handover-confirm").ClickAsync();
        await ann.ById("over").WaitForAsync();
        await bob.ById("participants-button").ClickAsync();
        await bob.Page.GetByText("You · Host").WaitForAsync();

        await bob.ById("leave-button").ClickAsync();
        await bob.ById("end-button").ClickAsync();
        await bob.ById("over").WaitForAsync();
        // The host link makes Ann host of the same meeting again.
        await ann.Page.GotoAsync(link);
        await ann.ById("name-input").FillAsync("Ann");
        await ann.ById("join-button").ClickAsync();
        await ann.ById("meeting").WaitForAsync();
    }
}
