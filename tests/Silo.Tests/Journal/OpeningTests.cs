using System.Runtime.Versioning;
using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

[SupportedOSPlatform("linux")]
public sealed class OpeningTests
{
    [Fact]
    public async Task ASecondJournalOnTheSameDatabaseIsRefusedUntilTheFirstIsClosed()
    {
        await using var fixture = new JournalFixture().Open();

        var refused = Assert.IsType<JournalOpening.Refused>(fixture.TryOpen());
        Assert.Equal(JournalOpenRefusal.JournalInUse, refused.Reason);
        Assert.Contains(fixture.DatabasePath, refused.Message);

        await fixture.Journal.DisposeAsync();
        fixture.Open();
    }

    [Fact]
    public async Task ADatabaseOfANewerProgramIsRefusedAndLeftAlone()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.Journal.DisposeAsync();
        fixture.Intrude("UPDATE schema_version SET version = 1000");

        Assert.Equal(JournalOpenRefusal.SchemaNewer, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
        fixture.Intrude("UPDATE schema_version SET version = 2");
        fixture.Open();
    }

    [Fact]
    public async Task ADatabaseOfAnOlderProgramIsUpgraded()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "kept"));
        await fixture.Journal.DisposeAsync();
        fixture.Intrude("DROP INDEX meetings_by_owner; ALTER TABLE meetings DROP COLUMN owner; UPDATE schema_version SET version = 1");

        fixture.Open();
        await fixture.AppendAsync(fixture.Chat("m", 2, "new") with { Index = new MeetingIndexUpdate("live", "code", JournalFixture.Json("m"), "ann") });
        Assert.Equal(2, (await fixture.Journal.Events.ReadAsync("m", 0, 10)).Count);
        Assert.Equal("m", Assert.Single((await fixture.Journal.Meetings.ListAsync(new MeetingQuery(Owner: "ann"))).Meetings).MeetingId);
    }

    [Fact]
    public async Task AForeignDatabaseIsRefusedAndLeftAlone()
    {
        await using var fixture = new JournalFixture();
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.DatabasePath)!);
        fixture.Intrude("CREATE TABLE recipes (name TEXT)");
        var before = await File.ReadAllBytesAsync(fixture.DatabasePath);

        Assert.Equal(JournalOpenRefusal.NotAJournal, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
        Assert.Equal(before, await File.ReadAllBytesAsync(fixture.DatabasePath));
    }

    [Fact]
    public async Task AFileThatIsNoDatabaseIsRefused()
    {
        await using var fixture = new JournalFixture();
        Directory.CreateDirectory(Path.GetDirectoryName(fixture.DatabasePath)!);
        await File.WriteAllTextAsync(fixture.DatabasePath, new string('x', 10_000));

        Assert.Equal(JournalOpenRefusal.NotAJournal, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
    }

    [Fact]
    public async Task AFolderThatCannotBeMadeIsNotWritable()
    {
        await using var fixture = new JournalFixture();
        await File.WriteAllTextAsync(Path.GetDirectoryName(fixture.DatabasePath)!, "a file where the folder should be");

        Assert.Equal(JournalOpenRefusal.NotWritable, Assert.IsType<JournalOpening.Refused>(fixture.TryOpen()).Reason);
    }

    [Fact]
    public async Task OnlyTheOwnerCanReadTheFiles()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.AppendAsync(fixture.Chat("m", 1, "a"));

        var files = Directory.GetFiles(Path.GetDirectoryName(fixture.DatabasePath)!);
        Assert.Contains(fixture.DatabasePath + "-wal", files);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task RightsThatOthersHadAreTakenAway()
    {
        await using var fixture = new JournalFixture().Open();
        await fixture.Journal.DisposeAsync();
        File.SetUnixFileMode(fixture.DatabasePath, (UnixFileMode)0b110_100_100);
        fixture.Open();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(fixture.DatabasePath));
    }
}
