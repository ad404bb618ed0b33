using System.Diagnostics;
using System.Text.Json;
using Conference.Contracts.Api;
using Conference.Support;
using Conference.Support.Browser;
using Microsoft.Playwright;

namespace Conference.Browser.Tests;

/// <summary>What hosts do, as everybody sees it, and that it does not depend on anybody's client.</summary>
public sealed class HostControlTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    /// <summary>A page that goes on sending whatever it is told.</summary>
    private const string Ignore = """
        () => {
          RTCPeerConnection.prototype.close = () => {};
          RTCRtpSender.prototype.replaceTrack = async () => {};
          RTCRtpSender.prototype.setParameters = async () => {};
          MediaStreamTrack.prototype.stop = () => {};
          Object.defineProperty(MediaStreamTrack.prototype, 'enabled', { get: () => true, set: () => {} });
          Object.defineProperty(RTCRtpTransceiver.prototype, 'direction', { get: () => 'sendrecv', set: () => {} });
        }
        """;

    [Fact]
    public async Task A_client_that_ignores_hosts_is_neither_heard_nor_seen()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob, _) = await GatherAsync(house);
        await ann.HearsAsync(bob);
        await ann.SeesAsync(bob);
        await bob.Page.EvaluateAsync(Ignore);

        await ObeyedAsync(ann, bob, "host-mute", "mute-button", "audio");
        await ObeyedAsync(ann, bob, "host-stop-camera", "camera-button", "video");

        // The pod ends the session of somebody who was removed, so that nothing of theirs is even looked at.
        await MenuAsync(ann, bob, "host-remove");
        await bob.ById("over").WaitForAsync();
        await Eventually.True(async () => (await bob.ProbeAsync<string[]>("connections()")).All(state => state is "disconnected" or "failed" or "closed"), () => bob.DescribeAsync(), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Hosts_decide_who_speaks_who_is_large_and_who_stays_out()
    {
        await using var house = await MeetingHouse.OpenAsync();
        var (ann, bob, meeting) = await GatherAsync(house);
        await ann.HearsAsync(bob);

        await bob.ById("hand-button").ClickAsync();
        await ann.ById("participants-button").ClickAsync();
        await ann.ById("lower-all").ClickAsync();
        await Eventually.True(async () => await bob.AttributeAsync("hand-button", "aria-pressed") == "false", () => bob.DescribeAsync());

        await MenuAsync(ann, bob, "host-spotlight");
        foreach (var person in new[] { ann, bob })
            await Eventually.True(async () => await person.AttributeAsync("stage", "data-layout") == "speaker" && await LargestAsync(person) == await bob.YouAsync(), () => person.DescribeAsync());
        await MenuAsync(ann, bob, "host-unspotlight");
        await Eventually.True(async () => await bob.AttributeAsync("stage", "data-layout") == "grid", () => bob.DescribeAsync());

        await ann.ById("people-mute-all").ClickAsync();
        await ann.ById("may-unmute").UncheckAsync();
        await ann.ById("mute-all-confirm").ClickAsync();
        await Eventually.True(async () => await bob.AttributeAsync("mute-button", "aria-pressed") == "false", () => bob.DescribeAsync());
        await bob.ById("mute-button").ClickAsync();
        await bob.Page.GetByText("Only hosts unmute people here").WaitForAsync();
        await Eventually.True(async () => await bob.AttributeAsync("mute-button", "aria-pressed") == "false", () => bob.DescribeAsync());
        await MenuAsync(ann, bob, "host-ask-unmute");
        await bob.ById("toast-action").Last.ClickAsync();
        await ann.HearsAsync(bob);

        await bob.ById("participants-button").ClickAsync();
        await bob.ById("rename-button").WaitForAsync();
        await ann.ById("more-button").ClickAsync();
        await ann.ById("host-controls-button").ClickAsync();
        await ann.ById("setting-renameForAll").UncheckAsync();
        await bob.ById("rename-button").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        await ann.ById("dialog-close").ClickAsync();

        // Whoever was removed stays out, with another name in another tab of the same browser as well.
        await MenuAsync(ann, bob, "host-remove");
        await bob.ById("over").WaitForAsync();
        Assert.Equal("Removed", await bob.AttributeAsync("over", "data-reason"));
        await bob.Page.EvaluateAsync("() => sessionStorage.clear()");
        await bob.Page.GotoAsync(house.LinkOf(meeting));
        await bob.ById("name-input").FillAsync("Robert");
        await bob.ById("join-button").ClickAsync();
        await bob.ById("problem").WaitForAsync();
        Assert.Equal("Removed", await bob.AttributeAsync("problem", "data-reason"));
    }

    /// <summary>A host stops a source, and it is still, although it is sent on. A machine that is busy with browsers may be late once; what the product can do shows in the best of three.</summary>
    private static async Task ObeyedAsync(Person host, Person sender, string item, string button, string kind)
    {
        var took = new List<TimeSpan>();
        while (took.Count < 3 && (took.Count == 0 || took.Min() >= Within))
        {
            if (took.Count > 0)
            {
                await sender.ById(button).ClickAsync();
                var before = await host.PacketsReceivedAsync(kind);
                await Eventually.True(async () => await host.PacketsReceivedAsync(kind) > before, () => host.DescribeAsync());
            }
            await MenuAsync(host, sender, item);
            took.Add(await SilentAfterAsync(host, sender, kind));
        }
        Assert.True(took.Min() < Within, $"nothing came any more after {string.Join(", ", took)}");
    }

    private static async Task<(Person Ann, Person Bob, CreateMeetingResponse Meeting)> GatherAsync(MeetingHouse house)
    {
        var meeting = await house.CreateMeetingAsync();
        var (ann, bob) = (await house.InviteAsync(Ann), await house.InviteAsync(Bob));
        await ann.JoinAsync($"{house.LinkOf(meeting)}#host={meeting.HostKey}");
        await bob.JoinAsync(house.LinkOf(meeting));
        return (ann, bob, meeting);
    }

    private static async Task MenuAsync(Person host, Person other, string item)
    {
        if (!await host.ById("people-panel").IsVisibleAsync()) await host.ById("participants-button").ClickAsync();
        var row = host.Page.Locator($"[data-testid=participant-row][data-participant='{await other.YouAsync()}']");
        await row.GetByTestId("participant-menu").ClickAsync();
        await row.GetByTestId(item).ClickAsync();
    }

    /// <summary>After how long half a second began in which nothing of a kind arrived any more, although it was sent.</summary>
    private static async Task<TimeSpan> SilentAfterAsync(Person listener, Person sender, string kind)
    {
        var clock = Stopwatch.StartNew();
        var silentFrom = TimeSpan.Zero;
        await Eventually.True(async () =>
        {
            silentFrom = clock.Elapsed;
            var (received, sent) = (await listener.PacketsReceivedAsync(kind), await SentAsync(sender, kind));
            await Task.Delay(500);
            return await listener.PacketsReceivedAsync(kind) == received && await SentAsync(sender, kind) > sent;
        }, () => listener.DescribeAsync());
        return silentFrom;
    }

    private static async Task<long> SentAsync(Person person, string kind) =>
        (await person.ProbeAsync<JsonElement[]>("stats('outbound-rtp')")).Where(s => s.GetProperty("kind").GetString() == kind).Sum(s => s.GetProperty("packetsSent").GetInt64());

    private static async Task<string> LargestAsync(Person person) =>
        await person.ById("tile").EvaluateAllAsync<string>("tiles => tiles.map(t => [t.getBoundingClientRect().width, t.dataset.participant]).sort((a, b) => b[0] - a[0])[0][1]");
}
