using System.Text;
using Conference.Silo.Journal;
using Conference.Support;

namespace Conference.Silo.Tests.Journal;

/// <summary>docs/journal.md J15: the database goes away and comes back. The times are shorter than in life, the server's absence is real.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task CommandsThatWaitAreDoneWhenTheDatabaseComesBackInTime()
    {
        using var server = PostgresServer.Start();
        await using var journal = Open(server, patience: TimeSpan.FromMinutes(2));
        await using var fixture = new JournalFixture();
        await journal.Events.AppendAsync(fixture.Chat("m", 1, "a"));

        server.StopImmediately();
        var waiting = Enumerable.Range(2, 20).Select(i => journal.Events.AppendAsync(fixture.Chat("m", i, $"t{i}")).AsTask()).ToList();
        var record = journal.Records.PutAsync("b", "k", new byte[1], 0).AsTask();
        Assert.NotEqual(record, await Task.WhenAny(record, Task.Delay(TimeSpan.FromSeconds(1))));
        server.Begin();

        Assert.Equal(Enumerable.Range(2, 20).Select(i => (AppendResult)new AppendResult.Committed(i)), await Task.WhenAll(waiting));
        Assert.IsType<StoreResult.Stored>(await record);
    }

    [Fact]
    public async Task CommandsThatWaitTooLongAreRefusedByNameAndNothingAcknowledgedIsLost()
    {
        using var server = PostgresServer.Start();
        await using var journal = Open(server, patience: TimeSpan.FromMilliseconds(500));
        await using var fixture = new JournalFixture();
        for (var i = 1; i <= 10; i++) await journal.Events.AppendAsync(fixture.Chat("m", i, $"t{i}"));

        server.StopImmediately();
        var refused = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => journal.Events.AppendAsync(fixture.Chat($"other{i}", 1, "x")).AsTask()));
        Assert.All(refused, result => Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Unreachable), result));
        await Assert.ThrowsAsync<JournalReadException>(async () => await journal.Events.ReadAsync("m", 0, 100));
        // Later ones are refused as well, one after the other, for as long as it lasts.
        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Unreachable), await journal.Events.AppendAsync(fixture.Chat("m", 11, "x")));
        server.Begin();

        await Eventually.True(async () => await journal.Events.AppendAsync(fixture.Chat("m", 11, "again")) is AppendResult.Committed, "the journal takes writes again");
        Assert.Equal(Enumerable.Range(1, 11).Select(i => (long)i), (await journal.Events.ReadAsync("m", 0, 100)).Select(e => e.Sequence));
        Assert.Empty(await journal.Events.ReadAsync("other0", 0, 100));
    }

    [Fact]
    public async Task AnOutageOfHalfAMinuteLosesNothingAcknowledgedAndKeepsNothingRefused()
    {
        using var server = PostgresServer.Start();
        await using var journal = Open(server, patience: new PostgresJournalOptions { ConnectionString = "" }.Patience);
        await using var fixture = new JournalFixture();
        using var over = new CancellationTokenSource();
        // Twenty meetings in which somebody goes on writing all the time, and sends again under a new id what was refused, as a person would.
        var chats = Enumerable.Range(0, 20).Select(i => ChatAsync($"m{i}")).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1));
        server.StopImmediately();
        await Task.Delay(TimeSpan.FromSeconds(30));
        server.Begin();
        await Eventually.True(async () => await journal.Events.AppendAsync(fixture.Chat("after", 1, "x")) is AppendResult.Committed, "the journal takes writes again");
        await Task.Delay(TimeSpan.FromSeconds(1));
        await over.CancelAsync();

        var all = await Task.WhenAll(chats);
        // Not each of them: whose commit was under way when the server went waits for word of it, however long that takes.
        Assert.Contains(all, chat => chat.Refused > 0);
        foreach (var (meeting, acknowledged, _) in all) Assert.Equal(acknowledged, (await journal.Events.ReadAsync(meeting, 0, 10_000)).Select(e => e.CommandId));

        async Task<(string Meeting, List<string> Acknowledged, int Refused)> ChatAsync(string meeting)
        {
            var acknowledged = new List<string>();
            var refused = 0;
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                var result = await journal.Events.AppendAsync(fixture.Chat(meeting, acknowledged.Count + 1, $"{i}"));
                if (result is AppendResult.Committed) acknowledged.Add($"c-{i}");
                else refused += result is AppendResult.Unavailable { Reason: JournalUnavailable.Unreachable } ? 1 : throw new InvalidOperationException(result.ToString());
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
            return (meeting, acknowledged, refused);
        }
    }

    [Fact]
    public async Task AServerThatHangsIsLeftAndFoundAgain()
    {
        using var server = PostgresServer.Start();
        await using var journal = Open(server, patience: TimeSpan.FromMinutes(2), timeout: TimeSpan.FromSeconds(1));
        await using var fixture = new JournalFixture();
        await journal.Events.AppendAsync(fixture.Chat("m", 1, "a"));

        server.Freeze();
        var waiting = Enumerable.Range(2, 5).Select(i => journal.Events.AppendAsync(fixture.Chat("m", i, $"t{i}")).AsTask()).ToList();
        await Task.Delay(TimeSpan.FromSeconds(4));
        server.Thaw();

        // The batch may have been stored by the session that was given up, or by the next; once, in either case.
        Assert.Equal(Enumerable.Range(2, 5).Select(i => (AppendResult)new AppendResult.Committed(i)), await Task.WhenAll(waiting));
        Assert.Equal(["c-a", "c-t2", "c-t3", "c-t4", "c-t5", "c-t6"], (await journal.Events.ReadAsync("m", 0, 100)).Select(e => e.CommandId));
    }

    [Fact]
    public async Task ABatchInDoubtIsNotAnsweredBeforeTheDatabaseSaysWhatBecameOfItWhileOthersAreRefusedInTime()
    {
        await using var fixture = new JournalFixture();
        await using var relay = new TcpRelay(Databases.Server.Port);
        await using var journal = Databases.Open(fixture.Options with
        {
            ConnectionString = fixture.Options.ConnectionString.Replace($"Port={Databases.Server.Port}", $"Port={relay.Port}", StringComparison.Ordinal),
            Patience = TimeSpan.FromMilliseconds(200),
        });
        await journal.Events.AppendAsync(Chat("m", 1, "a"));

        relay.IsRefusing = true;
        relay.LoseAnswerTo(Encoding.ASCII.GetBytes("c-doubt"));
        var doubt = journal.Events.AppendAsync(Chat("m", 2, "doubt")).AsTask();
        await Eventually.True(() => Task.FromResult(relay.Cuts == 1), "the answer is lost");
        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Unreachable), await journal.Events.AppendAsync(Chat("n", 1, "x")));
        Assert.False(doubt.IsCompleted);
        relay.IsRefusing = false;

        Assert.Equal(new AppendResult.Committed(2), await doubt);
        Assert.Equal(["c-a", "c-doubt"], (await journal.Events.ReadAsync("m", 0, 10)).Select(e => e.CommandId));

        JournalAppend Chat(string meeting, long expected, string text) => fixture.Chat(meeting, expected, text);
    }

    [Fact]
    public async Task AJournalThatIsClosedDuringAnOutageAnswersEverybody()
    {
        using var server = PostgresServer.Start();
        var journal = Open(server, patience: TimeSpan.FromMinutes(2));
        await using var fixture = new JournalFixture();
        await journal.Events.AppendAsync(fixture.Chat("m", 1, "a"));

        server.StopImmediately();
        var waiting = journal.Events.AppendAsync(fixture.Chat("m", 2, "b")).AsTask();
        await journal.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Unreachable), await waiting);
    }

    private static JournalStore Open(PostgresServer server, TimeSpan patience, TimeSpan? timeout = null) => Databases.Open(new PostgresJournalOptions
    {
        ConnectionString = Databases.Create(server),
        Patience = patience,
        CommandTimeout = timeout ?? TimeSpan.FromSeconds(10),
    });
}
