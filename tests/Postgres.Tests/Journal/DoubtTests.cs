using System.Text;
using Conference.Silo.Journal;
using Conference.Support;

namespace Conference.Silo.Tests.Journal;

/// <summary>docs/journal.md J15: the connection is lost while a commit is under way.</summary>
public sealed class DoubtTests
{
    [Fact]
    public async Task ACommitWhoseAnswerIsLostIsFoundDoneAndNotDoneAgain()
    {
        await using var fixture = new JournalFixture();
        await using var relay = new TcpRelay(Databases.Server.Port);
        await using var journal = OpenThrough(fixture, relay);
        await journal.Events.AppendAsync(fixture.Chat("m", 1, "a"));

        relay.LoseAnswerTo(Encoding.ASCII.GetBytes("c-lost"));
        var both = await Task.WhenAll(journal.Events.AppendAsync(fixture.Chat("m", 2, "lost")).AsTask(), journal.Events.AppendAsync(fixture.Chat("m", 3, "after")).AsTask());

        Assert.Equal([new AppendResult.Committed(2), new AppendResult.Committed(3)], both);
        Assert.Equal(1, relay.Cuts);
        Assert.Equal(["c-a", "c-lost", "c-after"], (await journal.Events.ReadAsync("m", 0, 10)).Select(e => e.CommandId));
    }

    [Fact]
    public async Task ACommitThatNeverArrivedIsDoneOnce()
    {
        await using var fixture = new JournalFixture();
        await using var relay = new TcpRelay(Databases.Server.Port);
        await using var journal = OpenThrough(fixture, relay);
        await journal.Events.AppendAsync(fixture.Chat("m", 1, "a"));

        relay.LoseRequest(Encoding.ASCII.GetBytes("c-lost"));
        Assert.Equal(new AppendResult.Committed(2), await journal.Events.AppendAsync(fixture.Chat("m", 2, "lost")));

        Assert.Equal(1, relay.Cuts);
        Assert.Equal(["c-a", "c-lost"], (await journal.Events.ReadAsync("m", 0, 10)).Select(e => e.CommandId));
    }

    [Fact]
    public async Task ARecordWhoseAnswerIsLostIsWrittenOnce()
    {
        await using var fixture = new JournalFixture();
        await using var relay = new TcpRelay(Databases.Server.Port);
        await using var journal = OpenThrough(fixture, relay);

        relay.LoseAnswerTo(Encoding.ASCII.GetBytes("the value"));
        var stored = Assert.IsType<StoreResult.Stored>(await journal.Records.PutAsync("b", "k", Encoding.ASCII.GetBytes("the value"), 0));

        Assert.Equal(1, relay.Cuts);
        Assert.Equal(stored.Version, (await journal.Records.GetAsync("b", "k"))!.Version);
    }

    [Fact]
    public async Task ASiloThatIsTakenOverMeanwhileStillAnswersTruthfullyForItsLastBatch()
    {
        await using var fixture = new JournalFixture();
        await using var relay = new TcpRelay(Databases.Server.Port);
        await using var journal = OpenThrough(fixture, relay);
        await journal.Events.AppendAsync(fixture.Chat("m", 1, "a"));
        // The batch fences its own writer as it is stored: who comes back finds both done.
        fixture.Intrude(
            """
            CREATE FUNCTION fence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE writers SET fenced = true; RETURN NEW; END $$;
            CREATE TRIGGER fence AFTER INSERT ON events FOR EACH ROW WHEN (new.command = 'c-last') EXECUTE FUNCTION fence()
            """);

        relay.LoseAnswerTo(Encoding.ASCII.GetBytes("c-last"));
        Assert.Equal(new AppendResult.Committed(2), await journal.Events.AppendAsync(fixture.Chat("m", 2, "last")));
        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Fenced), await journal.Events.AppendAsync(fixture.Chat("m", 3, "more")));
    }

    private static JournalStore OpenThrough(JournalFixture fixture, TcpRelay relay) => Databases.Open(fixture.Options with
    {
        ConnectionString = fixture.Options.ConnectionString.Replace($"Port={Databases.Server.Port}", $"Port={relay.Port}", StringComparison.Ordinal),
    });
}
