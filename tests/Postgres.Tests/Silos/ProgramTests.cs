using Conference.Contracts.Signaling;
using Conference.Silo.Journal;
using Conference.Silo.Tests.Journal;
using Conference.Silo.Tests.Support;
using Conference.Support;

namespace Conference.Silo.Tests.Silos;

/// <summary>The silo program on PostgreSQL, as a process.</summary>
public sealed class ProgramTests
{
    [Journal.Fact]
    public async Task MigrateBringsTheDatabaseToThisProgramsVersionAndSaysSo()
    {
        var database = Databases.Create(Databases.Server, migrated: false);

        var (code, said) = await SiloProcess.RunAsync(["migrate"], ("DATABASE", Url(database)));
        Assert.Equal(0, code);
        Assert.Contains("applied 1: journal", said);
        (code, said) = await SiloProcess.RunAsync(["migrate"], ("DATABASE", database));
        Assert.Equal((0, $"the database has schema version {PostgresMigrations.OfThisProgram.Version}"), (code, said));
        Databases.Drop(Databases.Server, database);
    }

    [Journal.Fact]
    public async Task ASiloOnADatabaseThatIsNotMigratedEndsWithTheReason()
    {
        var database = Databases.Create(Databases.Server, migrated: false);
        using var folder = new TemporaryFolder();

        var (code, said) = await SiloProcess.RunAsync([], ("DATABASE", database), ("DATA", folder.Path), ("SECRET", new string('s', 16)));
        Assert.Equal(1, code);
        Assert.Contains("SchemaOlder", said);
        Databases.Drop(Databases.Server, database);
    }

    [Journal.Fact]
    public async Task AnAddressThatIsNoneIsNotPrinted()
    {
        var (code, said) = await SiloProcess.RunAsync(["migrate"], ("DATABASE", "postgres:swordfish@db"));
        Assert.Equal(1, code);
        Assert.DoesNotContain("swordfish", said);
    }

    [Journal.Fact]
    public async Task ASecondSiloOnOneDatabaseEndsWithTheReason()
    {
        var database = Databases.Create(Databases.Server);
        using var folder = new TemporaryFolder();
        await using var first = await SiloProcess.StartAsync(folder.Path, database);

        var (code, said) = await SiloProcess.RunAsync([], ("DATABASE", database), ("DATA", folder.Path), ("SECRET", new string('s', 16)), ("PORT", $"{FreePorts.Tcp()}"));
        Assert.Equal(1, code);
        Assert.Contains("JournalInUse", said);
        Assert.StartsWith("200", await first.ReadinessAsync());
    }

    [Journal.Fact]
    public async Task ASiloThatIsTakenOverFromEnds()
    {
        var database = Databases.Create(Databases.Server);
        using var folder = new TemporaryFolder();
        await using var silo = await SiloProcess.StartAsync(folder.Path, database);
        Databases.Execute(database, "UPDATE writers SET fenced = true");

        Assert.Equal(1, await silo.EndAsync());
        Assert.Contains("Another silo has taken the database over", silo.Said);
    }

    [Journal.Fact]
    public async Task ATerminatedSiloSendsItsSocketsAwayAndEndsAndTheNextOneGoesOn()
    {
        var database = Databases.Create(Databases.Server);
        using var folder = new TemporaryFolder();
        var silo = await SiloProcess.StartAsync(folder.Path, database);
        await using var pod = await TestPod.ConnectAsync(silo);
        var meeting = await silo.CreateAsync();
        var join = await silo.JoinAsync(meeting.Code, "Ann");
        var (client, _) = await SignalClient.HelloAsync(silo, join.SignalTicket);
        await client.AckAsync(new ChatSend(client.NewCommand(), "hello"));

        var gone = client.GoneAsync();
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.Equal(GoAwayReason.Restarting, await gone);
        await client.DisposeAsync();
        await silo.DisposeAsync();

        await using var next = await SiloProcess.StartAsync(folder.Path, database);
        var again = await next.JoinAsync(meeting.Code, "Ann", join);
        Assert.Equal(join.ParticipantId, again.ParticipantId);
    }

    [Journal.Fact]
    public async Task AShortOutageOfTheDatabaseLeavesTheSiloAliveAndReady()
    {
        using var server = PostgresServer.Start();
        using var folder = new TemporaryFolder();
        await using var silo = await SiloProcess.StartAsync(folder.Path, Databases.Create(server));

        server.StopImmediately();
        await Eventually.True(async () => (await silo.ReadinessAsync())!.Contains("Degraded"), silo.ReadinessAsync!);
        Assert.StartsWith("200", await silo.ReadinessAsync());
        Assert.True(await silo.IsAliveAsync());
        server.Begin();
        await Eventually.True(async () => (await silo.ReadinessAsync())!.Contains("\"Healthy\""), silo.ReadinessAsync!);
    }

    private static string Url(string database)
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(database);
        return $"postgres://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}?sslmode=disable";
    }
}
