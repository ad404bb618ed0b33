using System.Net.WebSockets;
using System.Text;

namespace Conference.Standalone.Tests.Hostile;

/// <summary>Scripts that break the protocol of signaling, through the Gateway, against the product as people start it (docs/security.md, H1 ...): refusals by name, and nobody else notices.</summary>
public sealed class HostileClientTests(HostileHouse house) : IClassFixture<HostileHouse>
{
    /// <summary>H1: what is no message, or not of its type.</summary>
    public static TheoryData<string> Broken() =>
    [
        "", "null", "42", "\"text\"", "[]", "{}", "{\"type\":null}", "{\"type\":7}", "{\"type\":{}}", "{\"type\":\"no.such\"}", "{\"type\":\"welcome\",\"you\":\"p1\",\"seq\":1}",
        "{\"type\":\"hello\",\"signalTicket\":\"x\"}", "{\"type\":\"chat.send\"}", "{\"type\":\"chat.send\",\"id\":\"a\"}", "{\"type\":\"chat.send\",\"id\":{},\"text\":\"x\"}",
        "{\"type\":\"chat.send\",\"id\":\"a b\",\"text\":\"x\"}", "{\"type\":\"chat.send\",\"id\":\"" + new string('a', 65) + "\",\"text\":\"x\"}", "{\"type\":\"chat.send\",\"id\":\"a\",\"text\":5}",
        "{\"type\":\"chat.send\",\"id\":\"a\",\"text\":\"x\",\"to\":\"everybody\"}", "{\"type\":\"chat.send\",\"id\":\"a\",\"text\":\"x\",\"to\":[1]}", "{\"type\":\"chat.send\",\"id\":\"a\",\"text\":\"\\ud800\"}",
        "{\"type\":\"chat.edit\",\"id\":\"a\",\"message\":1e999,\"text\":\"x\"}", "{\"type\":\"chat.edit\",\"id\":\"a\",\"message\":\"1\",\"text\":\"x\"}", "{\"type\":\"media.setMuted\",\"id\":\"a\",\"source\":\"Thoughts\",\"muted\":true}",
        "{\"type\":\"media.setMuted\",\"id\":\"a\",\"source\":0,\"muted\":true}", "{\"type\":\"host.setRole\",\"id\":\"a\",\"participantId\":\"p\",\"role\":\"Emperor\"}",
        "{\"type\":\"poll.vote\",\"id\":\"a\",\"poll\":1,\"choices\":[99999999999]}", "{\"type\":\"ping\"", "{\"type\":\"ping\"}{\"type\":\"ping\"}",
        "{\"type\":\"chat.send\",\"id\":\"a\",\"text\":" + new string('[', 8000), "{\"a\":" + string.Concat(Enumerable.Repeat("{\"a\":", 2000)),
    ];

    /// <summary>H2: what only hosts may do.</summary>
    public static TheoryData<string, string> HostsOnly() => new()
    {
        { "host.mute", "\"source\":\"Microphone\"" }, { "host.mute", "\"source\":\"Microphone\",\"participantId\":\"{host}\"" }, { "host.askUnmute", "\"participantId\":\"{host}\",\"source\":\"Camera\"" },
        { "host.remove", "\"participantId\":\"{host}\"" }, { "host.admit", "" }, { "host.deny", "" }, { "host.setRole", "\"participantId\":\"{me}\",\"role\":\"Host\"" },
        { "host.setRole", "\"participantId\":\"{host}\",\"role\":\"Attendee\"" }, { "host.lowerHands", "" }, { "host.spotlight", "\"participants\":[\"{me}\"]" }, { "host.lock", "\"locked\":true" },
        { "host.settings", "\"title\":\"Mine\",\"settings\":{}" }, { "participant.rename", "\"displayName\":\"Fool\",\"participantId\":\"{host}\"" },
        { "poll.open", "\"question\":\"Who?\",\"options\":[\"a\",\"b\"]" }, { "question.answer", "\"question\":1" }, { "question.dismiss", "\"question\":1" }, { "breakouts.open", "\"rooms\":[\"One\"],\"assignment\":\"Automatic\"" },
        { "breakouts.close", "" }, { "breakouts.broadcast", "\"text\":\"listen\"" }, { "meeting.end", "" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task H1_A_broken_message_is_refused_as_malformed(string message)
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        Assert.Equal("Malformed", await mallory.BreakAsync(Encoding.UTF8.GetBytes(message)));
        Assert.Equal("ack", await mallory.DoAsync("hand.raise", "\"raised\":true"));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H1_Text_that_is_no_utf8_ends_the_socket_and_characters_that_are_split_over_frames_are_whole()
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        await mallory.SendSplitAsync("{\"type\":\"chat.send\",\"id\":\"split\",\"text\":\"Grüße 🎉 日本\"}", 1);
        var sent = await mallory.NextAsync(m => (string?)m["type"] == "event" && (string?)m["event"]!["type"] == "chat.sent" && (string?)m["event"]!["from"] is not null && (string?)m["event"]!["text"] != "still here");
        Assert.Equal("Grüße 🎉 日本", (string?)sent["event"]!["text"]);
        byte[] broken = [.. "{\"type\":\"chat.send\",\"id\":\"b\",\"text\":\""u8, 0xC3, 0x28, 0xF0, 0x9F, .. "\"}"u8];
        await mallory.SendAsync(broken);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, await mallory.ClosedAsync());
        await house.AssertUndisturbedAsync();
    }

    [Theory]
    [MemberData(nameof(HostsOnly))]
    public async Task H2_What_hosts_do_is_refused_to_attendees(string type, string members)
    {
        var (join, socket) = await house.EnterAsync();
        await using var mallory = socket;
        members = members.Replace("{host}", house.Host.ParticipantId.Value).Replace("{me}", join.ParticipantId.Value);
        Assert.Equal("NotAllowed", await mallory.DoAsync(type, members));
        // Nor does it help to say who one is.
        Assert.Equal("NotAllowed", await mallory.DoAsync(type, $"\"actor\":\"{house.Host.ParticipantId}\"{(members.Length > 0 ? "," : "")}{members}"));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H3_Others_names_on_ones_own_words_change_nothing()
    {
        var (join, socket) = await house.EnterAsync();
        await using var mallory = socket;
        await mallory.SendAsync($$"""{"type":"chat.send","id":"forged","from":"{{house.Host.ParticipantId}}","actor":"{{house.Host.ParticipantId}}","displayName":"Host","seq":1,"text":"I am the host"}""");
        var sent = await mallory.NextAsync(m => (string?)m["type"] == "event" && (string?)m["event"]!["text"] == "I am the host");
        Assert.Equal((join.ParticipantId.Value, "Mallory"), ((string?)sent["event"]!["from"], (string?)sent["event"]!["displayName"]));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H3_Others_messages_cannot_be_changed_and_who_is_not_there_cannot_be_reached()
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        await house.HostDoesAsync("chat.send", "\"text\":\"mine\"");
        var message = (long)(await mallory.NextAsync(m => (string?)m["type"] == "event" && (string?)m["event"]!["text"] == "mine"))["seq"]!;
        Assert.Equal("NotAllowed", await mallory.DoAsync("chat.edit", $"\"message\":{message},\"text\":\"changed\""));
        Assert.Equal("NotAllowed", await mallory.DoAsync("chat.delete", $"\"message\":{message}"));
        foreach (var unknown in (long[])[-1, 0, 1, long.MaxValue]) Assert.Equal("UnknownMessage", await mallory.DoAsync("chat.delete", $"\"message\":{unknown}"));
        Assert.Equal("UnknownParticipant", await mallory.DoAsync("chat.send", "\"text\":\"x\",\"to\":[\"nobody\"]"));
        Assert.Equal("UnknownPoll", await mallory.DoAsync("poll.vote", "\"poll\":1,\"choices\":[0]"));
        Assert.Equal("UnknownQuestion", await mallory.DoAsync("question.upvote", "\"question\":9,\"up\":true"));
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H4_A_command_that_is_replayed_is_done_once()
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        for (var i = 0; i < 5; i++) Assert.Equal("ack", await mallory.DoAsync("chat.send", "\"text\":\"once\"", id: "again"));
        Assert.Equal("ack", await mallory.DoAsync("chat.send", "\"text\":\"last\""));
        var texts = new List<string?>();
        await using var reader = (await house.EnterAsync("Reader")).Socket;
        await reader.DoAsync("hand.raise", "\"raised\":true");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/meetings/{house.Meeting.Id}/chat?after=0");
        request.Headers.Authorization = new("Bearer", house.Meeting.HostKey);
        var history = await (await house.Http.SendAsync(request)).Content.ReadAsStringAsync();
        Assert.Equal(1, history.Split("\"once\"").Length - 1);
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H5_Whoever_was_removed_is_heard_by_nobody_and_comes_back_by_no_way()
    {
        var (join, socket) = await house.EnterAsync("Removed");
        await using var mallory = socket;
        await house.HostDoesAsync("host.remove", $"\"participantId\":\"{join.ParticipantId}\"");
        Assert.Equal("NotInMeeting", await mallory.GoneAsync());
        try
        {
            await mallory.SendAsync("{\"type\":\"chat.send\",\"id\":\"late\",\"text\":\"still talking\"}");
        }
        catch (WebSocketException)
        {
            // It is closed already.
        }
        await using var again = await HostileSocket.OpenAsync(house.Url);
        await again.SendAsync($"{{\"type\":\"hello\",\"signalTicket\":\"{join.SignalTicket}\"}}");
        Assert.Contains(await again.GoneAsync(), (string[])["InvalidTicket", "NotInMeeting"]);
        Assert.Equal("Removed", await HostileRequests.ReasonAsync(house.Http, HttpMethod.Post, $"/api/join/{house.Meeting.Code}", $$"""{"resumeToken":"{{join.ResumeToken}}"}"""));
        Assert.Contains(await HostileRequests.ReasonAsync(house.Http, HttpMethod.Post, join.Media!.Url, HostileRequests.Offer, "application/sdp", join.Media.MediaTicket), (string[])["Removed", "NotInPlan", "TicketRefused"]);
        Assert.DoesNotContain((await house.InfoAsync()).Participants, p => p.Id == join.ParticipantId);
        await house.AssertUndisturbedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    public async Task H6_What_is_too_large_ends_the_socket_in_one_frame_or_many(int frames)
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        var large = new string('x', 16 * 1024 + 1);
        try
        {
            await mallory.SendSplitAsync(large, large.Length / frames);
        }
        catch (WebSocketException)
        {
            // It was closed before the end.
        }
        Assert.Equal("TooLarge", await mallory.GoneAsync());
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H6_Bytes_that_are_no_text_end_the_socket()
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        await mallory.SendAsync([0, 1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal("Malformed", await mallory.GoneAsync());
        await house.AssertUndisturbedAsync();
    }

    [Theory]
    [InlineData("{\"type\":\"ping\"}")]
    [InlineData("{\"type\":\"chat.send\",\"id\":\"flood\",\"text\":\"flood\"}")]
    [InlineData("{\"type\":\"media.renew\"}")]
    public async Task H7_A_flood_is_refused_and_then_ended(string message)
    {
        await using var mallory = (await house.EnterAsync()).Socket;
        try
        {
            for (var i = 0; i < 2000; i++) await mallory.SendAsync(message);
        }
        catch (WebSocketException)
        {
            // It was closed meanwhile.
        }
        Assert.Equal("Flooding", await mallory.GoneAsync());
        await house.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task H8_Sockets_of_other_sites_are_not_opened()
    {
        foreach (var origin in (string[])["https://evil.example", "null", "http://127.0.0.1.evil.example", $"http://127.0.0.1:{house.Url.Port + 1}", "file://"])
        {
            await using var socket = await HostileSocket.OpenAsync(house.Url, origin);
            Assert.Equal(403, socket.Status);
        }
        await using var own = await HostileSocket.OpenAsync(house.Url, house.Url.GetLeftPart(UriPartial.Authority));
        Assert.Equal(101, own.Status);
    }
}
