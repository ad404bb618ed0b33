using System.Text.Json;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Contracts.Tests;

/// <summary>What is not this protocol is a <see cref="JsonException"/> (or null), never a half-filled record.</summary>
public sealed class HostileJson
{
    [Theory]
    [InlineData("""{"type":"chat.send","text":"no id"}""")]
    [InlineData("""{"type":"chat.send","id":null,"text":"x"}""")]
    [InlineData("""{"type":"chat.send","id":"","text":"x"}""")]
    [InlineData("""{"type":"chat.send","id":"a/b","text":"x"}""")]
    [InlineData("""{"type":"chat.send","id":"a","text":null}""")]
    [InlineData("""{"type":"chat.send","id":"a","text":5}""")]
    [InlineData("""{"type":"chat.send","id":"a","text":"x","to":[null]}""")]
    [InlineData("""{"type":"media.setMuted","id":"a","source":"Trumpet","muted":true}""")]
    [InlineData("""{"type":"media.setMuted","id":"a","source":0.5,"muted":true}""")]
    [InlineData("""{"type":"media.setMuted","id":"a","source":99,"muted":true}""")]
    [InlineData("""{"type":"nothing.known","id":"a"}""")]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""[]""")]
    [InlineData("""{"type":"hello"}""")]
    [InlineData("""{"type":"hello","signalTicket":{"a":1}}""")]
    [InlineData("")]
    [InlineData("{")]
    public void A_broken_client_message_is_refused(string json) =>
        Assert.ThrowsAny<Exception>(() => Read(json)).IsDocumented();

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Throws<JsonException>(() => Read("""{"type":"ping","x":""" + new string('[', 100_000) + new string(']', 100_000) + "}"));

    [Fact]
    public void The_type_tag_may_stand_anywhere() =>
        Assert.Equal(new HandRaise(CommandId.Parse("a"), true), Read("""{"id":"a","raised":true,"type":"hand.raise"}"""));

    [Fact]
    public void Unknown_members_are_ignored_so_that_versions_can_differ() =>
        Assert.Equal(new Ping(), Read("""{"type":"ping","later":[1,2]}"""));

    [Fact]
    public void Settings_that_are_left_out_have_their_defaults() =>
        Assert.Equal(new CreateMeetingRequest(Settings: new MeetingSettings { Lobby = true }),
            JsonSerializer.Deserialize("""{"settings":{"lobby":true}}""", ContractsJson.Default.CreateMeetingRequest));

    private static ClientMessage? Read(string json) => JsonSerializer.Deserialize(json, ContractsJson.Default.ClientMessage);
}

file static class Expected
{
    /// <summary>The two exceptions System.Text.Json documents for bad input.</summary>
    public static void IsDocumented(this Exception exception) => Assert.True(exception is JsonException or NotSupportedException, exception.ToString());
}
