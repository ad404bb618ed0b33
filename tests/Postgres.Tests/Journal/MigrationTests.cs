using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

public sealed class MigrationTests
{
    private static readonly IReadOnlyList<Migration> Ours = PostgresMigrations.OfThisProgram.Steps;

    [Fact]
    public void StepsAreAppliedOnceAndWrittenDown()
    {
        var database = Databases.Create(Databases.Server, migrated: false);

        var first = Assert.IsType<MigrationOutcome.Migrated>(Databases.TryMigrate(database));
        Assert.Equal(Ours, first.Steps);
        var second = Assert.IsType<MigrationOutcome.Migrated>(Databases.TryMigrate(database));
        Assert.Equal((0, Ours.Count), (second.Steps.Count, second.Version));
        Assert.Equal((long)Ours.Count, Databases.Execute(database, "SELECT count(*) FROM schema_migrations"));
        Databases.Drop(Databases.Server, database);
    }

    [Fact]
    public async Task ProgramsThatMigrateAtOnceDoEachStepOnce()
    {
        var database = Databases.Create(Databases.Server, migrated: false);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Databases.TryMigrate(database))));

        Assert.Equal(Ours.Count, outcomes.Sum(outcome => Assert.IsType<MigrationOutcome.Migrated>(outcome).Steps.Count));
        Databases.Drop(Databases.Server, database);
    }

    [Fact]
    public void AStepThatFailsLeavesNothingBehindAndTheOnesBeforeItDone()
    {
        var database = Databases.Create(Databases.Server, migrated: false);
        var broken = With(new Migration(Ours.Count + 1, "broken", 1, "CREATE TABLE half (x int); SELECT 1 / 0"));

        Assert.IsType<MigrationOutcome.Refused>(Databases.TryMigrate(database, broken));
        Assert.Equal(false, Databases.Execute(database, "SELECT to_regclass('half') IS NOT NULL"));
        Assert.Equal((long)Ours.Count, Databases.Execute(database, "SELECT count(*) FROM schema_migrations"));
        var repaired = Databases.TryMigrate(database, With(new Migration(Ours.Count + 1, "repaired", 1, "CREATE TABLE whole (x int)")));
        Assert.Single(Assert.IsType<MigrationOutcome.Migrated>(repaired).Steps);
        Databases.Drop(Databases.Server, database);
    }

    [Fact]
    public async Task ASiloStaysOutOfADatabaseThatIsOlderThanItNeeds()
    {
        await using var fixture = new JournalFixture();
        fixture.Intrude($"DELETE FROM schema_migrations WHERE version = {Ours.Count}");

        Assert.Equal(JournalOpenRefusal.SchemaOlder, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
    }

    [Fact]
    public async Task ASiloGoesOnBesideANewerStepThatWorksWithIt()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));
        Databases.Migrate(fixture.Options.ConnectionString, With(new Migration(Ours.Count + 1, "more", Ours.Count, "ALTER TABLE meetings ADD COLUMN colour text")));

        Assert.Equal(new AppendResult.Committed(2), await fixture.AppendAsync(fixture.Chat("m", 2, "b")));
        await fixture.ReopenAsync();
        Assert.Equal(new AppendResult.Committed(3), await fixture.AppendAsync(fixture.Chat("m", 3, "c")));
        // And an older migrate job has nothing to say about it.
        Assert.Equal(Ours.Count + 1, Assert.IsType<MigrationOutcome.Migrated>(Databases.TryMigrate(fixture.Options.ConnectionString)).Version);
    }

    [Fact]
    public async Task ASiloStaysOutOfADatabaseThatNeedsANewerProgram()
    {
        await using var fixture = new JournalFixture();
        Databases.Migrate(fixture.Options.ConnectionString, With(new Migration(Ours.Count + 1, "new", Ours.Count + 1, "ALTER TABLE meetings RENAME TO gatherings")));

        Assert.Equal(JournalOpenRefusal.SchemaNewer, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
        Assert.Equal(JournalOpenRefusal.SchemaNewer, Assert.IsType<MigrationOutcome.Refused>(Databases.TryMigrate(fixture.Options.ConnectionString)).Reason);
    }

    [Fact]
    public async Task ADatabaseMadeByOtherScriptsIsRefused()
    {
        await using var fixture = new JournalFixture();
        fixture.Intrude("UPDATE schema_migrations SET checksum = 'another' WHERE version = 1");

        Assert.Equal(JournalOpenRefusal.SchemaForeign, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
        Assert.Equal(JournalOpenRefusal.SchemaForeign, Assert.IsType<MigrationOutcome.Refused>(Databases.TryMigrate(fixture.Options.ConnectionString)).Reason);
    }

    private static PostgresMigrations With(Migration more) => new([.. Ours, more]);
}
