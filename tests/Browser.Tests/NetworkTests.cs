using Conference.Contracts.Api;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>A browser in a network that is not as one would wish: no UDP, another address in the middle, IPv6 alone.</summary>
public sealed class NetworkTests
{
    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [NamespaceFact]
    public async Task Where_no_udp_passes_sound_and_picture_go_over_tcp()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await network.DropUdpAsync();
        await using var house = await OpenAsync();
        var (ann, bob) = await MeetAsync(house, network);
        await SeeAndHearAsync(ann, bob);
        await UsesAsync(ann, path => path is { Protocol: "tcp", Type: not "relay" });
        await UsesAsync(bob, path => path is { Protocol: "udp" });
    }

    [NamespaceFact]
    public async Task When_udp_stops_in_the_middle_it_goes_on_over_tcp()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var house = await OpenAsync();
        var (ann, bob) = await MeetAsync(house, network);
        await SeeAndHearAsync(ann, bob);
        await UsesAsync(ann, path => path is { Protocol: "udp" });
        var id = await ann.YouAsync();

        await network.DropUdpAsync();
        await UsesAsync(ann, path => path is { Protocol: "tcp" });
        await SeeAndHearAsync(ann, bob);
        Assert.Equal(id, await ann.YouAsync());
        Assert.Equal(2, (await bob.TilesAsync()).Length);
    }

    [NamespaceFact]
    public async Task A_nat_that_gives_another_port_is_followed_without_a_new_offer()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await network.TranslateAsync();
        await using var house = await OpenAsync();
        var (ann, bob) = await MeetAsync(house, network);
        await SeeAndHearAsync(ann, bob);
        var offers = await ann.ProbeAsync<int>("offers()");

        for (var i = 0; i < 3; i++)
        {
            var before = await TranslatedAsync(network, but: []);
            await network.RebindAsync();
            await TranslatedAsync(network, but: before);
            await SeeAndHearAsync(ann, bob);
        }
        Assert.Equal(offers, await ann.ProbeAsync<int>("offers()"));
        Assert.Equal("connected", await ann.AttributeAsync("meeting", "data-media"));
    }

    [NamespaceFact]
    public async Task From_one_network_to_another_the_same_participant_goes_on()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var house = await OpenAsync();
        var (ann, bob) = await MeetAsync(house, network);
        await SeeAndHearAsync(ann, bob);
        var id = await ann.YouAsync();

        await network.MoveAsync();
        await SeeAndHearAsync(ann, bob);
        Assert.Equal(id, await ann.YouAsync());
        Assert.Equal(2, (await bob.TilesAsync()).Length);
    }

    [NamespaceFact]
    public async Task A_browser_with_ipv6_alone_sees_and_hears()
    {
        await using var network = await NetworkNamespace.CreateWithIPv6AloneAsync();
        await using var house = await MeetingHouse.OpenAsync("--public-address", "127.0.0.1", "--public-address", NetworkNamespace.Host6);
        var (ann, bob) = await MeetAsync(house, network, $"[{NetworkNamespace.Host6}]");
        await SeeAndHearAsync(ann, bob);
        await UsesAsync(ann, path => path is { Protocol: "udp", RemoteAddress: NetworkNamespace.Host6 });
    }

    private static Task<MeetingHouse> OpenAsync() =>
        MeetingHouse.OpenAsync("--bind", "0.0.0.0", "--public-address", NetworkNamespace.Host, "--public-address", "127.0.0.1");

    // Bob on this machine, Ann inside.
    private static async Task<(Person Ann, Person Bob)> MeetAsync(MeetingHouse house, NetworkNamespace network, string host = NetworkNamespace.Host)
    {
        var meeting = await house.CreateMeetingAsync();
        var bob = Assert.Single(await house.GatherAsync(meeting, Bob));
        return (await JoinAsync(house, network, meeting, host), bob);
    }

    private static async Task<Person> JoinAsync(MeetingHouse house, NetworkNamespace network, CreateMeetingResponse meeting, string host)
    {
        var origin = $"http://{host}:{house.Standalone.Port}";
        var ann = await house.InviteAsync(Ann with { Namespace = network.Name, TrustedOrigin = origin });
        await ann.JoinAsync($"{origin}/j/{meeting.Code}");
        return ann;
    }

    /// <summary>Waits until an answered flow has a port that is none of those.</summary>
    private static async Task<int[]> TranslatedAsync(NetworkNamespace network, int[] but)
    {
        int[] ports = [];
        await Eventually.True(async () => (ports = await network.TranslatedPortsAsync()).Except(but).Any(), () => Task.FromResult($"ports {string.Join(' ', ports)}, before {string.Join(' ', but)}"));
        return ports;
    }

    private static async Task SeeAndHearAsync(Person ann, Person bob)
    {
        await ann.SeesAsync(bob);
        await bob.SeesAsync(ann);
        await ann.HearsAsync(bob);
        await bob.HearsAsync(ann);
    }

    private static async Task UsesAsync(Person person, Func<SelectedPath, bool> wanted)
    {
        SelectedPath? path = null;
        await Eventually.True(async () => (path = await SelectedPath.OfAsync(person)) is { } found && wanted(found), async () => $"{path}\n{await person.DescribeAsync()}");
    }
}
