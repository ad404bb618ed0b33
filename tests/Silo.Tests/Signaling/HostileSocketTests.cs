using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Contracts.Tickets;
using Conference.Hosting.Tickets;
using Conference.Silo.Signaling;
using Conference.Silo.Tests.Support;
using Conference.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Tests.Signaling;

/// <summary>Rubbish, floods, stalls and forged tickets end by name, and nobody else in the meeting notices.</summary>
public sealed class HostileSocketTests
{
    [Fact]
    public async Task A_socket_that_says_nothing_is_closed()
    {
        await using var silo = await SiloFixture.StartAsync(o => o with { Signaling = new SignalOptions { HelloTimeout = TimeSpan.FromMilliseconds(200) } });
        await using var client = await SignalClient.OpenAsync(silo);
        Assert.Equal(GoAwayReason.HelloTimeout, await client.GoneAsync());
        await AssertCountedAsync(silo, GoAwayReason.HelloTimeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"nothing\"}")]
    [InlineData("{\"type\":\"ping\"}")]
    [InlineData("{\"type\":\"hello\"}")]
    [InlineData("{\"type\":\"chat.send\",\"id\":\"x\",\"text\":\"hi\"}")]
    public async Task The_first_message_is_a_hello_or_the_last(string first)
    {
        await using var silo = await SiloFixture.StartAsync();
        await using var client = await SignalClient.OpenAsync(silo);
        await client.SendTextAsync(first);
        Assert.Equal(GoAwayReason.Malformed, await client.GoneAsync());
        await AssertCountedAsync(silo, GoAwayReason.Malformed);
    }

    [Fact]
    public async Task Forged_used_expired_and_foreign_tickets_open_nothing()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var ann = await meeting.EnterAsync("Ann");
        var signer = meeting.Silo.Services.GetRequiredService<TicketSigner>();
        using var stranger = TicketSigner.CreateEphemeral(TimeProvider.System);
        using var past = TicketSigner.Open(TicketFile(meeting.Silo), Support.HeldTime.FromNow(TimeSpan.FromMinutes(-10)));
        var claims = new SignalTicketClaims(ann.Join.MeetingId, ann.Id, "t1");

        Assert.Equal(GoAwayReason.InvalidTicket, await RefusedAsync(meeting.Silo, "rubbish"));
        Assert.Equal(GoAwayReason.InvalidTicket, await RefusedAsync(meeting.Silo, stranger.Sign(claims)));
        Assert.Equal(GoAwayReason.InvalidTicket, await RefusedAsync(meeting.Silo, past.Sign(claims)));
        Assert.Equal(GoAwayReason.InvalidTicket, await RefusedAsync(meeting.Silo, ann.Join.Media!.MediaTicket));
        Assert.Equal(GoAwayReason.InvalidTicket, await RefusedAsync(meeting.Silo, ann.Join.SignalTicket));
        Assert.Equal(GoAwayReason.NotInMeeting, await RefusedAsync(meeting.Silo, signer.Sign(claims with { ParticipantId = ParticipantId.Parse("stranger") })));
        Assert.Equal(GoAwayReason.NotInMeeting, await RefusedAsync(meeting.Silo, signer.Sign(claims with { MeetingId = MeetingId.Parse("elsewhere") })));
        await AssertCountedAsync(meeting.Silo, GoAwayReason.InvalidTicket);
        await AssertCountedAsync(meeting.Silo, GoAwayReason.NotInMeeting);
        foreach (var refusal in Enum.GetNames<TicketRefusal>())
            Assert.Matches($"conference_silo_refusals_total\\{{reason=\"SignalTicket{refusal}\"\\}} [1-9]", await meeting.Silo.Http.GetStringAsync("/metrics"));
        await ann.SayAsync("not disturbed");
    }

    [Fact]
    public async Task Rubbish_is_answered_a_few_times()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        await ann.Client.SendTextAsync("{\"type\":\"chat.send\",\"id\":\"!\",\"text\":\"x\"}");
        Assert.Equal(new Refused(CommandRefusal.Malformed), await ann.Client.NextAsync<Refused>());
        for (var i = 0; i < 5; i++) await ann.Client.SendTextAsync("rubbish");
        Assert.Equal(GoAwayReason.Malformed, await ann.Client.GoneAsync());
        await bob.SayAsync("not disturbed");
    }

    [Fact]
    public async Task A_message_above_16_KiB_and_a_binary_one_end_the_socket()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        await ann.Client.SendTextAsync(new string('x', 16 * 1024 + 1));
        Assert.Equal(GoAwayReason.TooLarge, await ann.Client.GoneAsync());
        await AssertCountedAsync(meeting.Silo, GoAwayReason.TooLarge);
        await bob.Client.SendBinaryAsync([1, 2, 3]);
        Assert.Equal(GoAwayReason.Malformed, await bob.Client.GoneAsync());
    }

    [Fact]
    public async Task A_flood_is_answered_limited_and_then_closed()
    {
        await using var meeting = await OpenMeeting.StartAsync(null, o => o with { Signaling = new SignalOptions { Burst = 10, PerSecond = 0.001, ToleratedAboveRate = 20 } });
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        for (var i = 0; i < 60; i++)
        {
            try
            {
                await ann.Client.SendAsync(new HandRaise(CommandId.Parse($"f{i}"), i % 2 == 0));
            }
            catch (WebSocketException)
            {
                break; // closed already
            }
        }
        var refused = await ann.Client.NextAsync<Refused>();
        Assert.Equal((CommandRefusal.RateLimited, CommandId.Parse("f10")), (refused.Reason, refused.Id!.Value));
        Assert.Equal(GoAwayReason.Flooding, await ann.Client.GoneAsync());
        await AssertCountedAsync(meeting.Silo, GoAwayReason.Flooding);
        await bob.SayAsync("not disturbed");
    }

    [Fact]
    public async Task Reactions_above_their_rate_are_dropped()
    {
        await using var meeting = await OpenMeeting.StartAsync();
        var (ann, bob) = (await meeting.EnterAsync("Ann"), await meeting.EnterAsync("Bob"));
        for (var i = 0; i < 40; i++) await ann.Client.SendAsync(new ReactionSend("🎉"));
        await ann.SayAsync("end");
        await bob.Client.NextEventAsync<ChatSent>();
        Assert.InRange(bob.Client.Seen.OfType<ReactionShown>().Count(), 10, 15);
    }

    [Fact]
    public async Task A_socket_that_does_not_read_is_dropped_and_the_others_go_on()
    {
        await using var meeting = await OpenMeeting.StartAsync(null, o => o with { Signaling = new SignalOptions { QueueLength = 300, Burst = 100_000, PerSecond = 100_000 } });
        var bob = await meeting.EnterAsync("Bob");
        var join = await meeting.Silo.JoinAsync(meeting.Meeting.Code, "Slow");
        await using var slow = await SignalClient.OpenAsync(meeting.Silo, read: false);
        await slow.SendAsync(new Hello(join.SignalTicket));
        await bob.Client.NextEventAsync<ParticipantConnected>(e => e.ParticipantId == join.ParticipantId);
        var dropped = bob.Client.NextEventAsync<ParticipantDisconnected>(e => e.ParticipantId == join.ParticipantId);
        var text = new string('x', 4000);
        // Enough for every buffer between the silo and somebody who never reads.
        var talking = await meeting.EnterAsync("Talking");
        for (var i = 0; i < 10_000 && !dropped.IsCompleted; i++)
        {
            await talking.Client.SendAsync(new ChatSend(talking.Client.NewCommand(), text));
            if (i % 50 == 0) await talking.SayAsync("in step");
        }
        await dropped;
        await AssertCountedAsync(meeting.Silo, GoAwayReason.TooSlow);
    }

    private static Task AssertCountedAsync(SiloFixture silo, GoAwayReason reason) => Eventually.True(
        async () => Regex.IsMatch(await silo.Http.GetStringAsync("/metrics"), $"conference_silo_signal_closed_total\\{{reason=\"{reason}\"\\}} [1-9]"), $"{reason} is not counted");

    private static string TicketFile(SiloFixture silo) => silo.Services.GetRequiredService<SiloOptions>().TicketKeyFile;

    private static async Task<GoAwayReason> RefusedAsync(SiloFixture silo, string ticket)
    {
        await using var client = await SignalClient.OpenAsync(silo);
        await client.SendAsync(new Hello(ticket));
        return await client.GoneAsync();
    }
}
