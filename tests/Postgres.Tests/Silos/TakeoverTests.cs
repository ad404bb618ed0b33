using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Conference.Contracts.Api;
using Conference.Silo.ActorRuntimes;
using Conference.Silo.Tests.Journal;
using Conference.Silo.Tests.Support;
using Conference.Support;
using Xunit.Abstractions;

namespace Conference.Silo.Tests.Silos;

/// <summary>Two silo programs on one database, one of which stands by (docs/postgres.md, T1 to T8). Times are printed, not judged.</summary>
public sealed class TakeoverTests(ITestOutputHelper output)
{
    [Journal.Fact]
    public async Task T1_T2_WhoStandsByIsAliveNotReadyAndRefusesByName()
    {
        using var both = await Pair.StartAsync();

        Assert.True(await both.Standby.IsAliveAsync());
        var rehearsal = ActorRuntime.FormsClusters ? "" : ",\"rehearsal\":\"Healthy\"";
        Assert.Equal($$$"""503 {"status":"Unhealthy","checks":{"journal":"Healthy","standby":"Unhealthy"{{{rehearsal}}}}}""", await both.Standby.ReadinessAsync());
        Assert.Equal($$$"""200 {"status":"Healthy","checks":{"journal":"Healthy","standby":"Healthy"{{{rehearsal}}}}}""", await both.Active.ReadinessAsync());
        // Only the embedded runtime can be twice in one process.
        Assert.Equal(!ActorRuntime.FormsClusters, both.Standby.Said.Contains("Rehearsed in", StringComparison.Ordinal));
        Assert.DoesNotContain("Rehears", both.Active.Said);
        Assert.DoesNotContain("ehearsal failed", both.Standby.Said);
        using var answer = await both.Standby.Http.PostAsync("/api/meetings", JsonContent.Create(new CreateMeetingRequest("Test"), ContractsJson.Default.CreateMeetingRequest));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("Standby", (await answer.Content.ReadFromJsonAsync(ContractsJson.Default.ApiProblem))!.Reason);
        Assert.NotNull(answer.Headers.RetryAfter);
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => TestPod.ConnectAsync(both.Standby));
        Assert.Equal(1L, Databases.Execute(both.Database, "SELECT count(*) FROM writers"));
    }

    [Journal.Fact]
    public async Task T3_ATerminatedSiloLetsTheOneThatStandsByTakeOverBeforeItHasEnded()
    {
        using var both = await Pair.StartAsync();
        await using var pod = await TestPod.ConnectAsync(both.Active);
        await using var talker = await Talker.StartAsync(both.Active, both.Standby);
        await talker.HeardAsync(20);

        var clock = Stopwatch.StartNew();
        var ended = EndedAsync(both.Active.TerminateAsync(), clock);
        var ready = await both.Standby.BecomesReadyAsync(clock);
        await talker.HeardAsync(20);
        var (code, end) = await ended;
        Say($"silo terminated: the other is ready after {ready.TotalMilliseconds:0} ms, the longest wait for an answer was {talker.LongestWait.TotalMilliseconds:0} ms, the old process ended after {end.TotalMilliseconds:0} ms");
        Assert.Equal(0, code);
        await talker.EndAsync(both.Database);
        Assert.Equal(1L, Databases.Execute(both.Database, "SELECT count(*) FROM writers WHERE NOT fenced"));
    }

    [Journal.Fact]
    public async Task T4_WhoStandsByTakesOverFromASiloThatIsKilled()
    {
        using var both = await Pair.StartAsync();
        await using var pod = await TestPod.ConnectAsync(both.Active);
        await using var talker = await Talker.StartAsync(both.Active, both.Standby);
        await talker.HeardAsync(20);

        var clock = Stopwatch.StartNew();
        await both.Active.KillAsync();
        var ready = await both.Standby.BecomesReadyAsync(clock);
        await talker.HeardAsync(20);
        Say($"silo killed: the other is ready after {ready.TotalMilliseconds:0} ms, the longest wait for an answer was {talker.LongestWait.TotalMilliseconds:0} ms");
        await talker.EndAsync(both.Database);
    }

    [Journal.Fact]
    public async Task T5_ASiloThatHasLostItsLockWritesNoMoreAndEnds()
    {
        using var both = await Pair.StartAsync();
        await using var pod = await TestPod.ConnectAsync(both.Active);
        await using var talker = await Talker.StartAsync(both.Active, both.Standby);
        await talker.HeardAsync(5);

        // The session of the writer who is not fenced; both live on, and the one that lost it does not know yet.
        var clock = Stopwatch.StartNew();
        Assert.Equal(1L, Databases.Execute(both.Database, "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a JOIN writers w ON w.name = a.application_name WHERE NOT w.fenced"));
        var first = await Task.WhenAny(both.Active.EndAsync(), both.Standby.EndAsync());
        Assert.Equal(1, await first);
        var (gone, left) = both.Active.HasEnded ? (both.Active, both.Standby) : (both.Standby, both.Active);
        Assert.Contains("Another silo has taken the database over", gone.Said);
        await left.BecomesReadyAsync(clock);
        await talker.HeardAsync(20);
        Say($"lock lost: the longest wait for an answer was {talker.LongestWait.TotalMilliseconds:0} ms");
        await talker.EndAsync(both.Database);
    }

    [Journal.Fact]
    public async Task T6_WhoStandsByAndIsTerminatedEndsAtOnceAndChangesNothing()
    {
        using var both = await Pair.StartAsync();

        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await both.Standby.TerminateAsync());
        Say($"terminated while standing by: ended after {clock.ElapsedMilliseconds} ms");
        Assert.StartsWith("200", await both.Active.ReadinessAsync());
        Assert.Equal(1L, Databases.Execute(both.Database, "SELECT count(*) FROM writers WHERE NOT fenced"));
    }

    [Journal.Fact]
    public async Task T7_WhoStandsByOutlastsTheDatabase()
    {
        using var server = PostgresServer.Start();
        using var both = await Pair.StartAsync(server);

        server.StopImmediately();
        await Eventually.True(() => Task.FromResult(both.Standby.Said.Contains("The database is away")), () => Task.FromResult(both.Standby.Said));
        Assert.True(await both.Standby.IsAliveAsync());
        server.Begin();
        // Who had it comes first, and whoever is second waits, or is fenced and ends.
        await Eventually.True(
            () => Task.FromResult(Databases.Execute(both.Database, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted") is 1L), "a silo has the database again");
        await using var later = await SiloProcess.StartStandbyAsync(both.Folder, both.Database);
        foreach (var silo in both.Silos) await silo.KillAsync();
        await later.BecomesReadyAsync(Stopwatch.StartNew());
    }

    [Journal.Fact]
    public async Task T8_WhoseTurnComesOnADatabaseOfANewerVersionEndsWithTheReason()
    {
        using var both = await Pair.StartAsync();
        Databases.Execute(both.Database, "INSERT INTO schema_migrations (version, name, works_with, checksum) VALUES (9999, 'later', 9999, 'x')");

        await both.Active.KillAsync();
        Assert.Equal(1, await both.Standby.EndAsync());
        Assert.Contains("SchemaNewer", both.Standby.Said);
        Assert.Equal(1L, Databases.Execute(both.Database, "SELECT count(*) FROM writers WHERE NOT fenced"));
    }

    [Journal.Fact]
    public async Task AStandbyOnAFileIsRefused()
    {
        var (code, said) = await SiloProcess.RunAsync([], ("STANDBY", "true"), ("SECRET", new string('s', 16)));
        Assert.Equal(1, code);
        Assert.Contains("CONFERENCE_STANDBY needs CONFERENCE_DATABASE", said);
    }

    private static async Task<(int Code, TimeSpan After)> EndedAsync(Task<int> end, Stopwatch clock)
    {
        var code = await end;
        return (code, clock.Elapsed);
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        Console.WriteLine($"Takeover on PostgreSQL: {line}");
    }

    /// <summary>A silo that serves and one that stands by.</summary>
    private sealed class Pair : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly List<SiloProcess> _silos = [];

        public required string Database { get; init; }

        public string Folder => _folder.Path;

        public IReadOnlyList<SiloProcess> Silos => _silos;

        public SiloProcess Active => _silos[0];

        public SiloProcess Standby => _silos[1];

        public static async Task<Pair> StartAsync(PostgresServer? server = null)
        {
            var pair = new Pair { Database = Databases.Create(server ?? Databases.Server) };
            pair._silos.Add(await SiloProcess.StartAsync(pair.Folder, pair.Database, ("STANDBY", "true")));
            pair._silos.Add(await SiloProcess.StartStandbyAsync(pair.Folder, pair.Database));
            return pair;
        }

        public void Dispose()
        {
            foreach (var silo in _silos) silo.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _folder.Dispose();
        }
    }
}
