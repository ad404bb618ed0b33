using System.Net;
using Conference.Support.Browser;

namespace Conference.Browser.Tests;

/// <summary>A browser whose media reaches nothing but a TURN server, a real coturn, by each of its three ways.</summary>
public sealed class TurnTests
{
    private const int Port = 3478, TlsPort = 443;

    private static readonly PersonSpec Ann = new(1, "Ann"), Bob = new(2, "Bob");

    [CoturnTheory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task Sound_and_picture_go_through_a_relay(string transport)
    {
        using var folder = new TemporaryFolder();
        await using var network = await NetworkNamespace.CreateAsync();
        await using var coturn = await CoturnServer.StartAsync(folder.Path, IPAddress.Parse(NetworkNamespace.Host), Port, TlsPort);
        var variables = new Dictionary<string, string> { ["CONFERENCE_TURN_SECRET"] = coturn.Secret };
        await using var house = await MeetingHouse.OpenAsync(
            variables, "--bind", "0.0.0.0", "--public-address", NetworkNamespace.Host, "--public-address", "127.0.0.1", "--turn", coturn.UrlOf(transport));
        if (transport != "udp") await network.DropUdpAsync();
        var meeting = await house.CreateMeetingAsync();
        var bob = Assert.Single(await house.GatherAsync(meeting, Bob));
        var origin = $"http://{NetworkNamespace.Host}:{house.Standalone.Port}";
        var ann = await house.InviteAsync(Ann with { Namespace = network.Name, TrustedOrigin = origin, RelayOnly = true, TrustsAnyCertificate = true });
        await ann.JoinAsync($"{origin}/j/{meeting.Code}");

        await ann.SeesAsync(bob);
        await bob.SeesAsync(ann);
        await ann.HearsAsync(bob);
        await bob.HearsAsync(ann);
        var path = await SelectedPath.OfAsync(ann);
        Assert.True(path is { Type: "relay" } && path.RelayProtocol == transport, $"{path}");
        // Whose relay it is stands in coturn's log; what opened it stands in no log of ours.
        Assert.Contains($":{await ann.YouAsync()}>", coturn.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(coturn.Secret, house.Standalone.Output, StringComparison.Ordinal);
    }

    [CoturnFact]
    public async Task Who_can_reach_nothing_but_a_web_server_s_port_takes_the_relay_by_itself()
    {
        using var folder = new TemporaryFolder();
        await using var network = await NetworkNamespace.CreateAsync();
        await using var coturn = await CoturnServer.StartAsync(folder.Path, IPAddress.Parse(NetworkNamespace.Host), Port, TlsPort);
        var variables = new Dictionary<string, string> { ["CONFERENCE_TURN_SECRET"] = coturn.Secret };
        string[] turn = [.. ((string[])["udp", "tcp", "tls"]).SelectMany(t => (string[])["--turn", coturn.UrlOf(t)])];
        await using var house = await MeetingHouse.OpenAsync(variables, ["--bind", "0.0.0.0", "--public-address", NetworkNamespace.Host, "--public-address", "127.0.0.1", .. turn]);
        await network.AllowOnlyTcpAsync(TlsPort, house.Standalone.Port);
        var meeting = await house.CreateMeetingAsync();
        var bob = Assert.Single(await house.GatherAsync(meeting, Bob));
        var origin = $"http://{NetworkNamespace.Host}:{house.Standalone.Port}";
        var ann = await house.InviteAsync(Ann with { Namespace = network.Name, TrustedOrigin = origin, TrustsAnyCertificate = true });
        await ann.JoinAsync($"{origin}/j/{meeting.Code}");
        await ann.SeesAsync(bob);
        await bob.SeesAsync(ann);
        await ann.HearsAsync(bob);
        var path = await SelectedPath.OfAsync(ann);
        Assert.True(path is { Type: "relay", RelayProtocol: "tls" }, $"{path}");
    }

    private static string? Obstacle => NetworkNamespace.Obstacle ?? CoturnServer.Obstacle;

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CoturnFactAttribute : FactAttribute
    {
        public CoturnFactAttribute() => Skip = Obstacle;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CoturnTheoryAttribute : TheoryAttribute
    {
        public CoturnTheoryAttribute() => Skip = Obstacle;
    }
}
