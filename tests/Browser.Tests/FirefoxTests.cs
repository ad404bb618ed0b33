using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>Another browser engine in the same meeting: its WebRTC shares little with Chromium's.</summary>
public sealed class FirefoxTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Fay = new(4, "Fay");

    // Of the some 100 that its camera goes through; one would be a frozen picture.
    private const int Colours = 6;

    [FirefoxFact]
    public async Task Firefox_and_Chromium_see_and_hear_each_other()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        await using var fay = await FirefoxPerson.OpenAsync(Fay);
        Assert.StartsWith("firefox/", await fay.VersionAsync(), StringComparison.Ordinal);
        await fay.JoinAsync(house.LinkOf(meeting));

        await fay.SeesAsync(ann);
        await fay.HearsAsync(ann);
        await ann.SeesColoursAsync(fay, Colours);
        await ann.HearsAsync(fay);
        Assert.Equal(1, await fay.ProbeAsync<int>("offers()"));

        await fay.ClickAsync("mute-button");
        await Eventually.True(async () => !await ann.HearsAsync(Fay), () => ann.DescribeAsync());
        await ann.SeesColoursAsync(fay, Colours);

        // Whatever either browser sent by then, the pod could read.
        using var http = new HttpClient { BaseAddress = house.Standalone.Url };
        var dropped = (await http.GetStringAsync("metrics")).Split('\n').Where(line => line.StartsWith("media_drops_total", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(dropped);
        Assert.Empty(dropped.Where(line => line.Contains("Malformed", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal)));
    }
}
