using System.Diagnostics;
using Conference.Support.Browser;
using Conference.Support;

namespace Conference.Browser.Tests;

/// <summary>People in a meeting: the whole product, real browsers, content that is recognised when it arrives.</summary>
public sealed class MeetingTests
{
    private static readonly TimeSpan WithinToSee = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WithinToGo = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WithinToKnow = TimeSpan.FromMilliseconds(500);

    // A place is kept for 30 s when the connection is lost, for 5 when the browser says that the page goes.
    private static readonly TimeSpan WithinToBeGone = TimeSpan.FromSeconds(15);
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob"), Cho = new(4, "Cho"), Dee = new(8, "Dee");

    [Fact]
    public async Task Everybody_sees_and_hears_everybody_and_who_comes_later_costs_the_others_nothing()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var three = await house.GatherAsync(meeting, Ann, Bob, Cho);
        foreach (var person in three)
        {
            var others = three.Where(p => p != person).ToArray();
            await person.SeesAsync(others);
            await person.HearsAsync(others);
        }

        var offersBefore = await Task.WhenAll(three.Select(p => p.ProbeAsync<int>("offers()")));
        var dee = await house.InviteAsync(Dee);
        List<TimeSpan> saw = [], gone = [];
        // A machine that is busy with four browsers may be late once; what the product can do shows in the best of three.
        while (saw.Count < 3 && (saw.Count == 0 || saw.Min() >= WithinToSee || gone.Min() >= WithinToGo))
        {
            await dee.JoinAsync(house.LinkOf(meeting));
            saw.Add(await dee.SeesAsync(three));
            foreach (var person in three) await person.SeesAsync(dee);
            await dee.HearsAsync(three);

            var deesTile = $"{await dee.YouAsync()} Camera";
            await dee.ById("leave-button").ClickAsync();
            var clock = Stopwatch.StartNew();
            foreach (var person in three)
                await Eventually.True(async () => !(await person.TilesAsync()).Contains(deesTile), () => person.DescribeAsync());
            gone.Add(clock.Elapsed);
            await dee.ById("over").WaitForAsync();
        }
        Assert.True(saw.Min() < WithinToSee, $"the latecomer saw everybody after {string.Join(", ", saw)}");
        Assert.True(gone.Min() < WithinToGo, $"the tile was gone after {string.Join(", ", gone)}");
        Assert.Equal(offersBefore, await Task.WhenAll(three.Select(p => p.ProbeAsync<int>("offers()"))));
        foreach (var person in three) Assert.Equal(3, (await person.TilesAsync()).Length);
    }

    [Fact]
    public async Task Chat_is_in_one_order_everywhere_and_who_comes_later_reads_it()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var people = await house.GatherAsync(meeting, Ann, Bob);
        for (var i = 0; i < 5; i++) await Task.WhenAll(people.Select(p => p.ChatAsync($"{p.Spec.Name} {i}")));
        await people[0].ChatAsync("<b>not markup</b> & http://example.org/");

        IReadOnlyList<string> expected = [];
        await Eventually.True(async () => (expected = await people[0].MessagesAsync()).Count == 11, () => people[0].DescribeAsync());
        await Eventually.True(async () => (await people[1].MessagesAsync()).SequenceEqual(expected), () => people[1].DescribeAsync());
        foreach (var person in people) Assert.Equal(Enumerable.Range(0, 5).Select(i => $"{person.Spec.Name} {i}"), expected.Where(m => m.StartsWith(person.Spec.Name + " ", StringComparison.Ordinal)));
        Assert.Contains("<b>not markup</b> & http://example.org/", expected);

        var cho = await house.InviteAsync(Cho);
        await cho.JoinAsync(house.LinkOf(meeting));
        await Eventually.True(async () => (await cho.MessagesAsync()).SequenceEqual(expected), () => cho.DescribeAsync());
    }

    [Fact]
    public async Task Muting_is_seen_by_all_and_nothing_is_forwarded()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = await house.GatherAsync(meeting, Ann, Bob) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
        await bob.HearsAsync(ann);

        var annsTile = bob.Page.Locator($"[data-testid=tile][data-participant='{await ann.YouAsync()}']");
        await ann.ById("mute-button").ClickAsync();
        List<TimeSpan> muting = [await Eventually.True(() => annsTile.GetByTestId("tile-muted").IsVisibleAsync(), () => bob.DescribeAsync())];

        // What was under way arrives; from then on nothing.
        await Eventually.True(async () =>
        {
            var before = await bob.PacketsReceivedAsync("audio");
            await Task.Delay(500);
            return await bob.PacketsReceivedAsync("audio") == before;
        }, () => bob.DescribeAsync());
        var muted = await bob.PacketsReceivedAsync("audio");
        await Task.Delay(1500);
        Assert.Equal(muted, await bob.PacketsReceivedAsync("audio"));
        Assert.False(await bob.HearsAsync(ann.Spec));

        await ann.ById("mute-button").ClickAsync();
        List<TimeSpan> unmuting = [await Eventually.True(async () => !await annsTile.GetByTestId("tile-muted").IsVisibleAsync(), () => bob.DescribeAsync())];
        await bob.HearsAsync(ann);

        while (muting.Count < 3 && (muting.Min() >= WithinToKnow || unmuting.Min() >= WithinToKnow))
        {
            await ann.ById("mute-button").ClickAsync();
            muting.Add(await Eventually.True(() => annsTile.GetByTestId("tile-muted").IsVisibleAsync(), () => bob.DescribeAsync()));
            await ann.ById("mute-button").ClickAsync();
            unmuting.Add(await Eventually.True(async () => !await annsTile.GetByTestId("tile-muted").IsVisibleAsync(), () => bob.DescribeAsync()));
        }
        Assert.True(muting.Min() < WithinToKnow, $"muting was seen after {string.Join(", ", muting)}");
        Assert.True(unmuting.Min() < WithinToKnow, $"unmuting was seen after {string.Join(", ", unmuting)}");
    }

    [Fact]
    public async Task Pictures_keep_their_size_when_the_meeting_goes_over_to_VP9()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = await house.GatherAsync(meeting, Ann, Bob) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
        await bob.SeesAsync(ann);
        // C3 of docs/codecs.md: half a minute after the last one came.
        await Eventually.True(async () => (await bob.VideoCodecsReceivedAsync()).Contains("video/VP9"), () => bob.DescribeAsync(), TimeSpan.FromSeconds(60));
        // What was under way in the old codec is shown by now; a camera of 180 lines sends but one encoding, the largest.
        await bob.SeesAsync(ann);
        var id = await ann.YouAsync();
        await Eventually.True(async () => (await bob.VideosAsync()).Any(v => v.Participant == id && v is { Width: 320, Height: 180 }), () => bob.DescribeAsync());
    }

    [Fact]
    public async Task A_shared_tab_is_shown_beside_the_camera_and_heard_beside_the_voice()
    {
        const int Hertz = 2200;
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = await house.GatherAsync(meeting, Ann with { SharesTab = "Film" }, Bob) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
        var film = await ann.Page.Context.NewPageAsync();
        await film.RouteAsync("http://localhost:1/", route => route.FulfillAsync(new() { ContentType = "text/html", Body = $$"""
            <title>Film</title><body style="background: rgb(30 120 220)"><script>
            const audio = new AudioContext(), tone = audio.createOscillator(); tone.frequency.value = {{Hertz}}; tone.connect(audio.destination); tone.start();</script>
            """ }));
        await film.GotoAsync("http://localhost:1/");
        await ann.Page.BringToFrontAsync();
        await ann.ById("share-button").ClickAsync();
        var id = await ann.YouAsync();
        await Eventually.True(async () => (await bob.VideosAsync()).Any(v => v.Participant == id && v is { Source: "Screen", Visible: true, Picture.Colour: [< 60, > 90 and < 150, > 190] }), () => bob.DescribeAsync());
        await Eventually.True(async () => (await bob.TonesAsync()).Any(tone => Math.Abs(tone.Hertz - Hertz) < 15), () => bob.DescribeAsync());
        await bob.SeesAsync(ann);
        await bob.HearsAsync(ann);
        await ann.ById("share-button").ClickAsync();
        await Eventually.True(async () => !(await bob.TilesAsync()).Contains($"{id} Screen") && !(await bob.TonesAsync()).Any(tone => Math.Abs(tone.Hertz - Hertz) < 15), () => bob.DescribeAsync());
    }

    [Fact]
    public async Task A_new_name_is_seen_by_all_and_kept_over_a_reload()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = await house.GatherAsync(meeting, Ann, Bob) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
        await ann.ById("participants-button").ClickAsync();
        await ann.ById("rename-button").ClickAsync();
        // The letters are the shortcuts of microphone, camera and chat, which stay as they are.
        await ann.Page.Keyboard.TypeAsync("mvc Ann-Marie");
        await ann.Page.Keyboard.PressAsync("Enter");
        var name = bob.Page.Locator($"[data-testid=tile][data-participant='{await ann.YouAsync()}']").GetByTestId("tile-name");
        await Eventually.True(async () => (await name.InnerTextAsync()).Trim() == "mvc Ann-Marie", () => bob.DescribeAsync());
        await ann.Page.ReloadAsync();
        await ann.ById("meeting").WaitForAsync();
        await bob.SeesAsync(ann);
        Assert.Equal("mvc Ann-Marie", (await name.InnerTextAsync()).Trim());

        // A name that says nothing is refused in words.
        await ann.ById("participants-button").ClickAsync();
        await ann.ById("rename-button").ClickAsync();
        await ann.ById("rename-input").FillAsync("\u200B");
        await ann.ById("rename-save").ClickAsync();
        await ann.Page.GetByText("That name cannot be used").WaitForAsync();
    }

    [Fact]
    public async Task A_tab_that_is_closed_leaves_without_the_grace_of_a_lost_connection()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = await house.GatherAsync(meeting, Ann, Bob) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
        await bob.SeesAsync(ann);
        await ann.Page.CloseAsync();
        await Eventually.True(async () => (await bob.TilesAsync()).Length == 1, () => bob.DescribeAsync(), WithinToBeGone);
    }

    [Fact]
    public async Task A_reload_resumes_the_same_participant()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = await house.GatherAsync(meeting, Ann, Bob) is [var a, var b] ? (a, b) : throw new InvalidOperationException();
        await bob.SeesAsync(ann);
        var before = await ann.YouAsync();

        await ann.Page.ReloadAsync();
        await ann.ById("meeting").WaitForAsync();
        Assert.Equal(before, await ann.YouAsync());
        await bob.SeesAsync(ann);
        await bob.HearsAsync(ann);
        await ann.SeesAsync(bob);
        Assert.Equal(2, (await bob.TilesAsync()).Length);
        Assert.Equal("Ann", (await bob.Page.Locator($"[data-testid=tile][data-participant='{before}']").GetByTestId("tile-name").InnerTextAsync()).Trim());
    }
}
