using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Signaling;
using Conference.Silo.Signaling;
using Conference.Silo.Tests.Support;
using Conference.Support;

namespace Conference.Silo.Tests.Signaling;

/// <summary>Credentials for TURN servers: what they say, who gets them, and that a real coturn takes them, as long as they are good.</summary>
public sealed class TurnTests
{
    private static readonly ImmutableArray<string> Urls = ["turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:443?transport=tcp"];

    [Fact]
    public void They_say_until_when_and_for_whom()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var server = new TurnServers(Urls, "north", TimeSpan.FromHours(1)).For("p1", now);
        Assert.Equal("1700003600:p1", server.Username);
        // printf 1700003600:p1 | openssl dgst -sha1 -hmac north -binary | base64
        Assert.Equal("4EEMVinF9VQKZF50YH25G6+f6lw=", server.Credential);
        Assert.Equal(Urls, server.Urls);
        Assert.DoesNotContain("north", new TurnServers(Urls, "north").ToString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("turn:turn.example.org", true)]
    [InlineData("turns:[2001:db8::1]:443?transport=tcp", true)]
    [InlineData("stun:turn.example.org", false)]
    [InlineData("turn:", false)]
    [InlineData("turn://turn.example.org", false)]
    [InlineData("turn:a b", false)]
    [InlineData("turn:a\">; rel=x", false)]
    [InlineData("https://turn.example.org", false)]
    public void A_url_is_one_of_a_turn_server(string url, bool isUrl)
    {
        Assert.Equal(isUrl, TurnServers.IsUrl(url));
        if (isUrl) _ = new TurnServers([url], "secret");
        else Assert.Throws<ArgumentException>(() => new TurnServers([url], "secret"));
    }

    [Fact]
    public async Task Who_joins_gets_them_and_every_renewal_brings_later_ones()
    {
        var time = HeldTime.FromNow();
        var secret = "a secret of the installation";
        await using var silo = await SiloFixture.StartAsync(o => o with { Service = o.Service with { Time = time }, Turn = new TurnServers(Urls, secret), IceServers = [new IceServer(["stun:stun.example.org"])] });
        await using var pod = await TestPod.ConnectAsync(silo);
        var meeting = await silo.CreateAsync();
        var joined = await silo.JoinAsync(meeting.Code);
        AssertGood(joined.Media!.IceServers, joined.ParticipantId, time.GetUtcNow(), secret);
        Assert.Equal("stun:stun.example.org", joined.Media.IceServers[0].Urls.Single());

        var (ann, welcome) = await SignalClient.HelloAsync(silo, joined.SignalTicket);
        await using var socket = ann;
        AssertGood(welcome.Media!.IceServers, joined.ParticipantId, time.GetUtcNow(), secret);
        time.Advance(TimeSpan.FromSeconds(30));
        await ann.SendAsync(new RenewMediaTicket());
        var renewed = await ann.NextAsync<MediaTicketRenewed>();
        AssertGood(renewed.IceServers!.Value, joined.ParticipantId, time.GetUtcNow(), secret);
        Assert.NotEqual(joined.Media.IceServers[^1].Username, renewed.IceServers.Value[^1].Username);
    }

    [Fact]
    public async Task A_stream_gets_its_own()
    {
        var time = HeldTime.FromNow();
        await using var silo = await SiloFixture.StartAsync(o => o with { Service = o.Service with { Time = time }, Turn = new TurnServers(Urls, "s") });
        await using var pod = await TestPod.ConnectAsync(silo);
        var meeting = await silo.CreateAsync(new CreateMeetingRequest("T", Settings: new() { OpenPlay = true }));
        using var response = await silo.PostAsync("/internal/streams", new StreamRequest(meeting.Code, StreamKind.Play), ContractsJson.Default.StreamRequest, silo.Secret.AuthorizationHeader.Split(' ')[1]);
        var grant = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ContractsJson.Default.StreamGrant))!;
        var server = Assert.Single(grant.IceServers!.Value);
        Assert.StartsWith($"{(time.GetUtcNow() + TurnServers.DefaultLifetime).ToUnixTimeSeconds()}:p", server.Username, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_turn_servers_nobody_is_told_of_any()
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var pod = await TestPod.ConnectAsync(silo);
        var joined = await silo.JoinAsync((await silo.CreateAsync()).Code);
        Assert.Empty(joined.Media!.IceServers);
        var (ann, _) = await SignalClient.HelloAsync(silo, joined.SignalTicket);
        await using var socket = ann;
        await ann.SendAsync(new RenewMediaTicket());
        Assert.Null((await ann.NextAsync<MediaTicketRenewed>()).IceServers);
    }

    [CoturnFact]
    public async Task A_real_coturn_takes_good_ones_and_no_others()
    {
        using var folder = new TemporaryFolder();
        await using var coturn = await CoturnServer.StartAsync(folder.Path, IPAddress.Loopback, FreePorts.Tcp(), FreePorts.Tcp());
        var now = TimeProvider.System.GetUtcNow();
        var turn = new TurnServers([coturn.UrlOf("udp")], coturn.Secret, TimeSpan.FromMinutes(5));
        var good = turn.For("p1", now);
        Assert.True(await AllocatesAsync(coturn, good), coturn.Output);
        Assert.False(await AllocatesAsync(coturn, turn.For("p1", now - TimeSpan.FromMinutes(6))), "credentials that are over were taken");
        Assert.False(await AllocatesAsync(coturn, good with { Username = "9" + good.Username }), "another time was taken");
        Assert.False(await AllocatesAsync(coturn, new TurnServers([coturn.UrlOf("udp")], "another secret").For("p1", now)), "another secret was taken");
        Assert.DoesNotContain(good.Credential!, coturn.Output, StringComparison.Ordinal);
    }

    private static void AssertGood(ImmutableArray<IceServer> servers, ParticipantId who, DateTimeOffset now, string secret)
    {
        var server = servers[^1];
        Assert.Equal(Urls.AsEnumerable(), server.Urls.AsEnumerable());
        Assert.Equal($"{(now + TurnServers.DefaultLifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}:{who}", server.Username);
        Assert.Equal(Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(server.Username!))), server.Credential);
    }

    /// <summary>coturn's own client gets a relay and sends a packet through it and back.</summary>
    private static async Task<bool> AllocatesAsync(CoturnServer coturn, IceServer server)
    {
        string[] arguments = ["-y", "-n", "1", "-m", "1", "-c", "-u", server.Username!, "-w", server.Credential!, "-p", $"{coturn.Port}", $"{coturn.Address}"];
        using var client = Process.Start(new ProcessStartInfo("/usr/bin/turnutils_uclient", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = client.StandardOutput.ReadToEndAsync();
        var errors = client.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await client.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            client.Kill();
            return false;
        }
        return client.ExitCode == 0 && !(await output + await errors).Contains("error 401", StringComparison.Ordinal);
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CoturnFactAttribute : FactAttribute
    {
        public CoturnFactAttribute() => Skip = CoturnServer.Obstacle;
    }
}
