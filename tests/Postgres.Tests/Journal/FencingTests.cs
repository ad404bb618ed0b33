using Conference.Silo.Journal;
using Conference.Support;

namespace Conference.Silo.Tests.Journal;

/// <summary>A silo that lost its lock, whether it knows or not.</summary>
public sealed class FencingTests
{
    private const string EndWriters = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name ~ '^conference-[0-9a-f]{32}$' AND datname = current_database()";

    [Fact]
    public async Task ASiloWhoseConnectionIsLostTakesItsLockAgainAndWritesOn()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        fixture.Intrude(EndWriters);

        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
        Assert.Equal(JournalOpenRefusal.JournalInUse, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
        Assert.False(fixture.Journal.Fenced.IsCompleted);
    }

    [Fact]
    public async Task ASiloThatWasTakenOverFromNeverWritesAgain()
    {
        await using var fixture = new JournalFixture();
        await using var relay = new TcpRelay(Databases.Server.Port);
        await using var old = Databases.Open(fixture.Options with { ConnectionString = Through(fixture, relay) });
        Assert.Equal(new AppendResult.Committed(1), await old.Events.AppendAsync(fixture.Chat("m", 1, "a")));

        // The server drops the session that holds the lock, and another silo is there before the old one notices.
        fixture.Intrude(EndWriters);
        await using var successor = Databases.Open(fixture.Options with { LockPatience = TimeSpan.FromSeconds(10) });
        Assert.Equal(new AppendResult.Committed(2), await successor.Events.AppendAsync(fixture.Chat("m", 2, "b")));

        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Fenced), await old.Events.AppendAsync(fixture.Chat("m", 3, "c")));
        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Fenced), await old.Events.AppendAsync(fixture.Chat("n", 1, "d")));
        Assert.Equal(new StoreResult.Unavailable(JournalUnavailable.Fenced), await old.Records.PutAsync("b", "k", new byte[1], 0));
        await old.Fenced.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(new AppendResult.Committed(3), await successor.Events.AppendAsync(fixture.Chat("m", 3, "e")));
        Assert.False(successor.Fenced.IsCompleted);
    }

    [Fact]
    public async Task ABatchOfASessionThatStillLivesIsRefusedWhenItsWriterIsFenced()
    {
        // As if the lock had been lost without the session: the row alone decides.
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        fixture.Intrude("UPDATE writers SET fenced = true");

        Assert.Equal(new AppendResult.Unavailable(JournalUnavailable.Fenced), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
        await fixture.Journal.Fenced.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Single(await fixture.Journal.Events.ReadAsync("m", 0, 10));
    }

    [Fact]
    public async Task AnIdleSiloFindsOutByItself()
    {
        await using var fixture = new JournalFixture();
        await using var idle = Databases.Open(fixture.Options with { RestAfter = TimeSpan.FromMilliseconds(100) });
        fixture.Intrude("UPDATE writers SET fenced = true");

        await idle.Fenced.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task ALateBatchOfAnEarlierConnectionIsNotStored()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        fixture.Intrude(EndWriters);
        await fixture.AppendAsync(fixture.Chat("m", 2, "b"));

        // What the first connection would have sent: its epoch is over.
        var late = Assert.Throws<Npgsql.PostgresException>(() => Databases.Execute(fixture.Options.ConnectionString, "SELECT write_batch(writer, epoch - 1, batch + 1) FROM writers"));
        Assert.Equal("CF001", late.SqlState);
    }

    private static string Through(JournalFixture fixture, TcpRelay relay) => fixture.Options.ConnectionString.Replace($"Port={Databases.Server.Port}", $"Port={relay.Port}", StringComparison.Ordinal);
}
