using System.Net.NetworkInformation;
using System.Net.Sockets;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>Cameras and microphones that cannot be used: the page says why and what to do, and one joins all the same.</summary>
public sealed class DeviceTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [Fact]
    public async Task Who_denies_camera_and_microphone_is_told_how_to_allow_them_and_joins()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        var bob = await house.InviteAsync(Bob with { GrantsDevices = false });
        await bob.Page.GotoAsync(house.LinkOf(meeting));
        Assert.Equal(["both denied"], await ProblemsAsync(bob));
        await SaysAsync(bob, "Your camera and microphone are blocked", "Allow the camera and microphone for this page", "You can join without them");
        await JoinsAndWatchesAsync(house.LinkOf(meeting), bob, ann);
        // In the meeting too: the button answers with the reason.
        await bob.ById("camera-button").ClickAsync();
        await bob.Page.GetByText("Your camera is blocked").WaitForAsync();
    }

    [Fact]
    public async Task A_page_without_https_says_that_it_needs_it_and_one_joins_and_watches()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        // Browsers trust http on the loopback addresses; any other address of this machine is what a colleague would type.
        var link = $"http://{OutwardAddress()}:{house.Standalone.Port}/j/{meeting.Code}";
        var bob = await house.InviteAsync(Bob);
        await bob.Page.GotoAsync(link);
        Assert.Equal(["both insecure"], await ProblemsAsync(bob));
        await SaysAsync(bob, "This address is not secure", "https", "joining without works");
        await JoinsAndWatchesAsync(link, bob, ann);
        Assert.False(await bob.Page.EvaluateAsync<bool>("isSecureContext"));
    }

    [Fact]
    public async Task A_camera_that_another_program_holds_leaves_the_microphone_and_comes_back_with_a_click()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var ann = Assert.Single(await house.GatherAsync(meeting, Ann));
        var bob = await house.InviteAsync(Bob);
        // No fake device of Chromium can be held by somebody else, so this rejects as Chromium does when opening a real one fails; all else is the browser's own.
        await bob.Page.AddInitScriptAsync("""
            window.taken = true;
            const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = (wanted) => window.taken && wanted.video ? Promise.reject(new DOMException('Could not start video source', 'NotReadableError')) : open(wanted);
            """);
        await bob.Page.GotoAsync(house.LinkOf(meeting));
        Assert.Equal(["camera busy"], await ProblemsAsync(bob));
        await SaysAsync(bob, "Your camera is in use", "Close that program, then try again");
        await JoinsAndWatchesAsync(house.LinkOf(meeting), bob, ann);
        await ann.HearsAsync(bob);

        await bob.Page.EvaluateAsync("window.taken = false");
        await bob.ById("camera-button").ClickAsync();
        await ann.SeesAsync(bob);
    }

    [Fact]
    public async Task A_camera_that_stops_as_it_starts_says_so()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var meeting = await house.CreateMeetingAsync();
        var bob = await house.InviteAsync(Bob with { CameraGivesFrames = false });
        await bob.Page.GotoAsync(house.LinkOf(meeting));
        Assert.Equal(["camera ended"], await ProblemsAsync(bob));
        await SaysAsync(bob, "Your camera stopped", "choose another one");
        // Not a black picture that looks as if others could see it.
        Assert.Equal(0, await bob.ById("preview").CountAsync());
        await bob.JoinAsync(house.LinkOf(meeting));
    }

    /// <summary>The problems that the join page tells, as kind and problem, once there is one.</summary>
    private static async Task<string[]> ProblemsAsync(Person person)
    {
        string[] found = [];
        await Eventually.True(async () =>
        {
            found = await person.ById("device-problem").EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.kind + ' ' + e.dataset.problem)");
            return found.Length > 0;
        }, () => Task.FromResult($"{string.Join(", ", found)} {string.Join('\n', person.Errors)}"));
        return [.. found.Order(StringComparer.Ordinal)];
    }

    private static async Task SaysAsync(Person person, params string[] words)
    {
        var said = string.Join(' ', await person.ById("device-problem").AllInnerTextsAsync());
        foreach (var word in words) Assert.Contains(word, said, StringComparison.Ordinal);
    }

    private static async Task JoinsAndWatchesAsync(string link, Person person, Person other)
    {
        await person.JoinAsync(link);
        await person.SeesAsync(other);
        await person.HearsAsync(other);
        Assert.Equal(2, (await other.TilesAsync()).Length);
    }

    private static string OutwardAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses).First(address => address.Address.AddressFamily == AddressFamily.InterNetwork).Address.ToString();
}
