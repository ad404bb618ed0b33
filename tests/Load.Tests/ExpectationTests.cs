using System.CommandLine;
using Conference.Load.Reports;

namespace Conference.Load.Tests;

/// <summary>When a run has failed, and what the command line takes.</summary>
public sealed class ExpectationTests
{
    private static readonly LoadOptions Options = new() { Url = new Uri("http://gateway"), Participants = 22, Publishers = 2 };

    private static readonly LoadReport Good = new(
        false, [], 1, 22, 22, 2, 5, new(84, 84), new(1000, 20_000, 20_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 20, new(1, 2, 3), new(1, 2, 3), 2, 0, 0);

    [Fact]
    public void Everything_came() => Assert.Empty(Expectations.Missing(Good, Options, []));

    [Fact]
    public void What_did_not_come_is_said_in_one_sentence_each()
    {
        var bad = Good with
        {
            Connected = 20, Disconnects = 1, Streams = new(84, 80),
            Packets = Good.Packets with { Sent = 0, LossPercent = 1.25, Damaged = 3, Unauthentic = 4, KeylessStarts = 5 },
        };
        Assert.Equal(
        [
            "2 of 22 participants could not connect: cannot take a place: 409 Full",
            "1 connections ended by themselves: cannot take a place: 409 Full",
            "nothing was sent",
            "4 of 84 streams did not come",
            "1.25 % of the packets were lost, and 1 % may be",
            "3 packets are not what was sent",
            "4 packets could not be opened",
            "5 pictures began without a key frame",
        ], Expectations.Missing(bad, Options, ["cannot take a place: 409 Full"]));
    }

    [Fact]
    public void What_may_be_is_no_failure() =>
        Assert.Empty(Expectations.Missing(Good with { Disconnects = 2, Packets = Good.Packets with { LossPercent = 5 } }, Options with { AllowDisconnects = true, MaxLossPercent = 5 }, []));

    [Theory]
    [InlineData(2, true, 2)]
    [InlineData(2, false, 4)]
    [InlineData(0, false, 0)]
    [InlineData(12, false, 3 + 9)]
    [InlineData(1, true, 0)]
    public void A_participant_gets_as_many_streams_as_there_are_places(int publishers, bool publishes, int expected) =>
        Assert.Equal(expected, Expectations.StreamsOf(Options with { Publishers = publishers }, publishes));

    [Fact]
    public async Task The_command_line_says_what_to_do()
    {
        var got = await ParseAsync("--url https://meet.example.org --meetings 3 --participants 50 --publishers 4 --seconds 2.5 --kbps 1500 --code lusab --max-loss 0.5 --insecure --json");
        Assert.Equal(
            new LoadOptions
            {
                Url = new Uri("https://meet.example.org"), Meetings = 3, Participants = 50, Publishers = 4, Duration = TimeSpan.FromSeconds(2.5), Kilobits = 1500, Code = "lusab", MaxLossPercent = 0.5,
                Insecure = true, JsonOnly = true, CreateKey = "from the environment",
            }, got);
        Assert.Equal("given", (await ParseAsync("--url http://x --create-key given"))!.CreateKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--url gateway")]
    [InlineData("--url http://x --publishers 5 --participants 4")]
    [InlineData("--url http://x --seconds -1")]
    [InlineData("--url http://x --kbps 1")]
    [InlineData("--url http://x --max-loss 101")]
    [InlineData("--url http://x --fast")]
    public async Task What_cannot_be_done_is_not_begun(string arguments) => Assert.Null(await ParseAsync(arguments));

    private static async Task<LoadOptions?> ParseAsync(string arguments)
    {
        LoadOptions? got = null;
        var quiet = new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null };
        await LoadCommand.Create((options, _) =>
        {
            got = options;
            return Task.FromResult(0);
        }, name => name == "CONFERENCE_CREATE_KEY" ? "from the environment" : null).Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).InvokeAsync(quiet);
        return got;
    }
}
