using Conference.Silo.Journal;
using Npgsql;

namespace Conference.Silo.Tests.Journal;

public sealed class OpeningTests
{
    [Fact]
    public async Task ASecondSiloOnTheSameDatabaseIsRefusedUntilTheFirstIsGone()
    {
        await using var fixture = new JournalFixture().Open();

        var refused = Assert.IsType<JournalOpening.Refused>(fixture.TryOpen());
        Assert.Equal(JournalOpenRefusal.JournalInUse, refused.Reason);
        Assert.EndsWith("is in use by another silo.", refused.Message);
        Assert.Equal(new AppendResult.Committed(1), await fixture.AppendAsync(fixture.Chat("m", 1, "a")));

        await fixture.Journal.DisposeAsync();
        fixture.Open();
        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
    }

    [Fact]
    public async Task ASiloThatSharesAndOneThatDoesNotRefuseEachOther()
    {
        await using var fixture = new JournalFixture().With(o => o with { IsExclusive = false }).Open();
        await using var second = Databases.Open(fixture.Options);

        Assert.Equal(JournalOpenRefusal.JournalInUse, Assert.IsType<JournalOpening.Refused>(Databases.TryOpen(fixture.Options with { IsExclusive = true })).Reason);
        await second.DisposeAsync();
        await fixture.Journal.DisposeAsync();
        fixture.With(o => o with { IsExclusive = true }).Open();
        Assert.Equal(JournalOpenRefusal.JournalInUse, Assert.IsType<JournalOpening.Refused>(Databases.TryOpen(fixture.Options with { IsExclusive = false })).Reason);
    }

    [Fact]
    public async Task TwoSchemasOfOneDatabaseAreTwoJournals()
    {
        await using var fixture = new JournalFixture().Open();
        fixture.Intrude("CREATE SCHEMA other");
        var other = fixture.Options with { ConnectionString = fixture.Options.ConnectionString + ";Search Path=other" };
        Databases.Migrate(other.ConnectionString);
        await using var second = Databases.Open(other);

        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        Assert.Empty(await second.Events.ReadAsync("m", 0, 10));
    }

    [Fact]
    public void AnEmptyDatabaseIsRefusedByNameAndLeftEmpty()
    {
        var database = Databases.Create(Databases.Server, migrated: false);

        var refused = Assert.IsType<JournalOpening.Refused>(Databases.TryOpen(new PostgresJournalOptions { ConnectionString = database }));
        Assert.Equal(JournalOpenRefusal.SchemaOlder, refused.Reason);
        Assert.Contains("silo migrate", refused.Message);
        Assert.Equal(0L, Databases.Execute(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        Databases.Drop(Databases.Server, database);
    }

    [Fact]
    public void ADatabaseThatIsNotThereIsRefusedByName()
    {
        var nowhere = new PostgresJournalOptions { ConnectionString = Databases.Server.ConnectionString("nowhere") };
        Assert.Equal(JournalOpenRefusal.AccessDenied, Assert.IsType<JournalOpening.Refused>(Databases.TryOpen(nowhere)).Reason);
    }

    [Fact]
    public void AServerThatDoesNotAnswerIsRefusedByNameWithoutItsPassword()
    {
        var nobody = new PostgresJournalOptions { ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=swordfish;Database=d", OpenPatience = TimeSpan.Zero };
        var refused = Assert.IsType<JournalOpening.Refused>(Databases.TryOpen(nobody));
        Assert.Equal(JournalOpenRefusal.Unreachable, refused.Reason);
        Assert.Contains("127.0.0.1:1/d", refused.Message);
        Assert.DoesNotContain("swordfish", refused.Message);
    }

    [Fact]
    public void AConnectionStringThatIsNoneIsNotRepeated()
    {
        var refused = Assert.IsType<JournalOpening.Refused>(Databases.TryOpen(new PostgresJournalOptions { ConnectionString = "Hots=x;Password=swordfish" }));
        Assert.DoesNotContain("swordfish", refused.Message);
    }

    [Fact]
    public async Task WhatIsAcknowledgedIsSyncedWhateverTheDatabaseIsSetTo()
    {
        await using var fixture = new JournalFixture();
        var name = new NpgsqlConnectionStringBuilder(fixture.Options.ConnectionString).Database;
        fixture.Intrude($"ALTER DATABASE {name} SET synchronous_commit = off");
        fixture.Intrude("CREATE TABLE seen (setting text)");
        fixture.Intrude(
            """
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
            CREATE TRIGGER note BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION note()
            """);
        fixture.Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));

        Assert.Equal("on", Databases.Execute(fixture.Options.ConnectionString, "SELECT setting FROM seen"));
    }
}
