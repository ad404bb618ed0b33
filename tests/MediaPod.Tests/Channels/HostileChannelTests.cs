using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Media;
using Conference.Hosting.Http;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Tests.Support;
using Conference.Support;

namespace Conference.MediaPod.Tests.Channels;

/// <summary>Silence, rubbish, floods, stalls and foreign tickets end a channel by name; the session and everybody else's channel go on.</summary>
public sealed class HostileChannelTests : IAsyncLifetime
{
    private readonly StuckNetwork _network = new();
    private PodRig _pod = null!;
    private OpenSession _ann = null!;
    private ChannelClient _bob = null!;

    public async Task InitializeAsync()
    {
        // Nobody connects here, and sessions are to outlive every wait.
        _pod = await PodRig.StartAsync(o => o with { Service = _network.Behind(o.Service), Media = o.Media with { Limits = new MediaLimits { ConnectMilliseconds = 10_000_000 } } });
        _ann = await _pod.OpenAsync("ann");
        _bob = await ChannelClient.OpenAsync(_pod, await _pod.OpenAsync("bob"));
    }

    public async Task DisposeAsync()
    {
        await _bob.SendAsync(new ChannelPing());
        await _bob.NextAsync<ChannelPong>();
        Assert.Equal(2, await _pod.SessionsAsync());
        Assert.Equal(0, await _pod.CountAsync("http_requests_refused_total", nameof(RequestRefusal.InternalError)));
        using (await ChannelClient.OpenAsync(_pod, _ann))
        {
        }
        _bob.Dispose();
        await _pod.DisposeAsync();
    }

    [Fact]
    public async Task No_hello()
    {
        using var channel = await ChannelClient.DialAsync(_pod, _ann);
        var closed = channel.ClosedAsync();
        await _pod.PassUntilAsync(() => Task.FromResult(closed.IsCompleted), "it stays open");
        Assert.Equal(SessionEndReason.HelloTimeout, await closed);
        await AssertCountedAsync(SessionEndReason.HelloTimeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rubbish")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"hello"}""")]
    [InlineData("""{"type":"hello","mediaTicket":null}""")]
    [InlineData("""{"type":"demand","items":[]}""")]
    public async Task The_first_message_is_a_hello_or_the_last(string first)
    {
        using var channel = await ChannelClient.DialAsync(_pod, _ann);
        await channel.SendAsync(first);
        Assert.Equal(SessionEndReason.Malformed, await channel.ClosedAsync());
        await AssertCountedAsync(SessionEndReason.Malformed);
    }

    [Fact]
    public async Task Tickets_that_are_forged_expired_or_somebody_elses()
    {
        var old = _pod.Silo.Sign(ScriptedSilo.Claims("ann") with { MayPublish = [] });
        _pod.Time.Advance(TicketSigner.MediaLifetime + TimeSpan.FromSeconds(6));
        using var stranger = TicketSigner.CreateEphemeral(_pod.Time);
        string[] tickets =
        [
            "", "rubbish", new string('x', 5000), stranger.Sign(ScriptedSilo.Claims("ann")), old, _pod.Silo.Ticket("bob"), _pod.Silo.Ticket("nobody"),
            _pod.Silo.Sign(ScriptedSilo.Claims("ann") with { MeetingId = MeetingId.Parse("elsewhere") }),
            _pod.Silo.Sign(ScriptedSilo.Claims("ann") with { PodId = PodId.Parse("pod-2") }),
        ];
        foreach (var ticket in tickets)
        {
            using var channel = await ChannelClient.DialAsync(_pod, _ann);
            await channel.SendAsync(new ChannelHello(ticket));
            Assert.Equal(SessionEndReason.InvalidTicket, await channel.ClosedAsync());
            Assert.DoesNotContain(channel.Seen, message => message is not ChannelClosed);
        }
        Assert.Equal(tickets.Length, await _pod.CountAsync("media_channels_closed_total", nameof(SessionEndReason.InvalidTicket)));
    }

    [Fact]
    public async Task A_flood()
    {
        using var channel = await ChannelClient.OpenAsync(_pod, _ann);
        for (var i = 0; i < 200; i++) await channel.SendAsync(new ChannelPing());
        Assert.Equal(SessionEndReason.Flooding, await channel.ClosedAsync());
        await AssertCountedAsync(SessionEndReason.Flooding);
    }

    [Fact]
    public async Task A_message_that_is_too_large_and_a_binary_one()
    {
        using var large = await ChannelClient.OpenAsync(_pod, _ann);
        await large.SendAsync("{\"type\":\"ping\",\"x\":\"" + new string('x', 10_000_000) + "\"}");
        Assert.Equal(SessionEndReason.TooLarge, await large.ClosedAsync());
        await AssertCountedAsync(SessionEndReason.TooLarge);
        using var binary = await ChannelClient.OpenAsync(_pod, _ann);
        await binary.SendAsync("x", WebSocketMessageType.Binary);
        Assert.Equal(SessionEndReason.Malformed, await binary.ClosedAsync());
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("null")]
    [InlineData("""{"type":"hello","mediaTicket":"again"}""")]
    [InlineData("""{"type":"ticket","mediaTicket":"rubbish"}""")]
    [InlineData("""{"type":"demand","items":[null]}""")]
    [InlineData("""{"type":"demand","items":[{"source":"Microphone","maxHeight":360,"priority":0}]}""")]
    [InlineData("""{"type":"demand","items":[{"source":"Camera","maxHeight":0,"priority":0}]}""")]
    [InlineData("""{"type":"demand","items":[{"source":"Camera","maxHeight":2147483647,"priority":0}]}""")]
    [InlineData("""{"type":"demand","items":[{"source":"Camera","maxHeight":360,"priority":-1}]}""")]
    [InlineData("""{"type":"demand","items":[{"participantId":"../../etc","source":"Camera","maxHeight":360,"priority":0}]}""")]
    public async Task Rubbish_is_passed_over_three_times(string text)
    {
        using var channel = await ChannelClient.OpenAsync(_pod, _ann);
        for (var i = 0; i < 3; i++) await channel.SendAsync(text);
        await channel.SendAsync(new ChannelPing());
        await channel.NextAsync<ChannelPong>();
        await channel.SendAsync(text);
        Assert.Equal(SessionEndReason.Malformed, await channel.ClosedAsync());
        await AssertCountedAsync(SessionEndReason.Malformed);
    }

    [Fact]
    public async Task More_demands_than_anybody_needs()
    {
        using var channel = await ChannelClient.OpenAsync(_pod, _ann);
        var many = new ChannelDemand([.. Enumerable.Repeat(new DemandItem(MediaSource.Camera, 360, 0), 65)]);
        for (var i = 0; i < 4; i++) await channel.SendAsync(many);
        Assert.Equal(SessionEndReason.Malformed, await channel.ClosedAsync());
    }

    [Fact]
    public async Task A_client_that_does_not_read()
    {
        using var channel = await ChannelClient.OpenAsync(_pod, _ann);
        _network.Stick();
        await channel.SendAsync(new ChannelPing());
        await _network.Reached.WaitAsync(Eventually.Bound);
        _pod.Time.Advance(TimeSpan.FromSeconds(10));
        await AssertCountedAsync(SessionEndReason.TooSlow);
    }

    [Fact]
    public async Task A_second_channel_takes_the_place_of_the_first()
    {
        using var first = await ChannelClient.OpenAsync(_pod, _ann);
        using var second = await ChannelClient.OpenAsync(_pod, _ann, _pod.Silo.Ticket("ann"));
        Assert.Null(await first.ClosedAsync()); // for the client nothing is over
        Assert.Equal(nameof(SessionEndReason.Replaced), first.CloseText);
        await AssertCountedAsync(SessionEndReason.Replaced);
        await second.SendAsync(new ChannelPing());
        await second.NextAsync<ChannelPong>();
    }

    [Fact]
    public async Task A_client_that_closes_is_answered()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(_pod.Silo.Pod, _ann.Location + "/channel")) { Scheme = "ws" }.Uri, CancellationToken.None);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ChannelHello(_ann.Ticket), ContractsJson.Default.ChannelClientMessage), WebSocketMessageType.Text, true, CancellationToken.None);
        using var bound = new CancellationTokenSource(Eventually.Bound);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", bound.Token);
        Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure), (socket.State, socket.CloseStatus));
    }

    [Fact]
    public async Task What_is_no_websocket()
    {
        using var response = await _pod.SendAsync(HttpMethod.Get, _ann.Location + "/channel", _ann.Ticket);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(1, await _pod.CountAsync("media_requests_refused_total", nameof(RequestRefusal.Malformed)));
    }

    private Task AssertCountedAsync(SessionEndReason reason) => _pod.CountedAsync("media_channels_closed_total", reason.ToString());
}
