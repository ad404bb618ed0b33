using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Support.Browser;
using Conference.Support;

namespace Conference.Browser.Tests;

/// <summary>What goes wrong before and in a meeting, as a person meets it.</summary>
public sealed class TroubleTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [Fact]
    public async Task Without_camera_and_microphone_one_joins_and_sees_and_hears()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        var bob = Assert.Single(await house.GatherAsync(meeting, Bob with { HasDevices = false }));
        await bob.SeesAsync(ann);
        await bob.HearsAsync(ann);
        Assert.Equal(2, (await ann.TilesAsync()).Length);
        await bob.ChatAsync("no camera here");
        await Eventually.True(async () => (await ann.MessagesAsync()).SequenceEqual(["no camera here"]), () => ann.DescribeAsync());
    }

    [Fact]
    public async Task A_wrong_code_an_ended_and_a_full_meeting_say_so()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var ann = await house.InviteAsync(Ann with { HasDevices = false });
        await ann.Page.GotoAsync($"http://localhost:{house.Standalone.Port}/j/babab-babab-babab-babab");
        await ann.ById("problem").WaitForAsync();
        Assert.Equal("UnknownCode", await ann.ById("problem").GetAttributeAsync("data-reason"));

        var meeting = await house.CreateMeetingAsync();
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", meeting.HostKey);
        (await http.DeleteAsync($"api/meetings/{meeting.Id}")).EnsureSuccessStatusCode();
        await ann.Page.GotoAsync(house.LinkOf(meeting));
        await ann.ById("problem").WaitForAsync();
        Assert.Equal("Ended", await ann.ById("problem").GetAttributeAsync("data-reason"));

        // Its one place is taken.
        http.DefaultRequestHeaders.Authorization = null;
        using var made = await http.PostAsJsonAsync("api/meetings", new CreateMeetingRequest("Small", Settings: new MeetingSettings(MaxParticipants: 1)), ContractsJson.Default.CreateMeetingRequest);
        var small = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!;
        (await http.PostAsJsonAsync($"api/join/{small.Code}", new JoinRequest("Bob"), ContractsJson.Default.JoinRequest)).EnsureSuccessStatusCode();
        await ann.Page.GotoAsync(house.LinkOf(small));
        await ann.ById("name-input").FillAsync("Ann");
        await ann.ById("join-button").ClickAsync();
        await ann.ById("problem").WaitForAsync();
        Assert.Equal("Full", await ann.ById("problem").GetAttributeAsync("data-reason"));
    }

    [Fact]
    public async Task Where_the_browser_blocks_sound_a_click_brings_it()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        var bob = await house.InviteAsync(Bob with { MayAutoplay = false, HasDevices = false });
        await bob.JoinAsync(house.LinkOf(meeting));
        await bob.SeesAsync(ann);
        // A tab that the browser restores resumes without any gesture: the one way into a meeting on which it blocks sound.
        await bob.RestoreTabUntilAsync("hear-button");
        await bob.ById("hear-button").ClickAsync();
        await bob.HearsAsync(ann);
        await Eventually.True(async () => await bob.ById("hear-button").CountAsync() == 0, () => bob.DescribeAsync());
    }
}
