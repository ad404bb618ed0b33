using Conference.Support.Browser;
using Conference.Support;

namespace Conference.Browser.Tests;

/// <summary>What is lost comes back by itself.</summary>
public sealed class RecoveryTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [Fact]
    public async Task After_kill_9_of_everything_all_browsers_come_back_and_the_chat_is_whole()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var people = await house.GatherAsync(meeting, Ann, Bob);
        await people[0].SeesAsync(people[1]);
        for (var i = 0; i < 3; i++) await people[i % 2].ChatAsync($"before {i}");
        await Eventually.True(async () => (await people[1].MessagesAsync()).Count == 3, () => people[1].DescribeAsync());
        var ids = await Task.WhenAll(people.Select(p => p.YouAsync()));

        await house.Standalone.KillAsync();
        await people[0].ChatAsync("while it is away");
        await house.Standalone.StartAsync();

        foreach (var person in people)
        {
            var others = people.Where(p => p != person).ToArray();
            await person.SeesAsync(others);
            await person.HearsAsync(others);
        }
        string[] expected = ["before 0", "before 1", "before 2", "while it is away"];
        foreach (var person in people) await Eventually.True(async () => (await person.MessagesAsync()).SequenceEqual(expected), () => person.DescribeAsync());
        Assert.Equal(ids, await Task.WhenAll(people.Select(p => p.YouAsync())));
        foreach (var person in people) Assert.Equal(2, (await person.TilesAsync()).Length);
    }

    [NamespaceFact]
    public async Task Five_seconds_without_a_network_resume_the_same_participant()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var house = await MeetingHouse.OpenAsync("--bind", "0.0.0.0", "--public-address", NetworkNamespace.Host, "--public-address", "127.0.0.1");
        var meeting = await house.CreateMeetingAsync();
        var bob = Assert.Single(await house.GatherAsync(meeting, Bob));
        var ann = await house.InviteAsync(Ann with { Namespace = network.Name, TrustedOrigin = $"http://{NetworkNamespace.Host}:{house.Standalone.Port}" });
        await ann.JoinAsync($"http://{NetworkNamespace.Host}:{house.Standalone.Port}/j/{meeting.Code}");
        await ann.SeesAsync(bob);
        await bob.SeesAsync(ann);
        var id = await ann.YouAsync();

        await network.CutAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
        await network.HealAsync();

        await bob.SeesAsync(ann);
        await ann.SeesAsync(bob);
        await ann.HearsAsync(bob);
        Assert.Equal(id, await ann.YouAsync());
        Assert.Equal(2, (await bob.TilesAsync()).Length);
        Assert.Equal("Ann", (await bob.Page.Locator($"[data-testid=tile][data-participant='{id}']").GetByTestId("tile-name").InnerTextAsync()).Trim());
        await ann.ChatAsync("back");
        await Eventually.True(async () => (await bob.MessagesAsync()).SequenceEqual(["back"]), () => bob.DescribeAsync());
    }
}
