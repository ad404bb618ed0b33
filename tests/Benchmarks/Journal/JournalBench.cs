using System.Diagnostics;
using System.Text.Json;
using Conference.JournalProof;
using Conference.Silo.Journal;
using Conference.Support;

namespace Conference.Benchmarks.Journal;

/// <summary>
/// Durable commands per second, on the disk as it is and on a slow one, beside one commit per command in the same run; then crashes.
/// Figures that count are medians of runs that alternate with what they are compared with.
/// </summary>
internal sealed class JournalBench
{
    private const string Help = """
        usage: bench journal [--target grain|raw] [--store sqlite|postgres] [--rounds N] [--seconds N] [--kills N] [--folder DIR] [--seed N]
          --target NAME    what commands go through: meeting grains on the journal (grain), or the journal alone (raw)
          --store NAME     a file (sqlite), or a PostgreSQL server that is started for it (postgres), whose disk is neither made slow nor broken
          --rounds N       measurements of each figure, of which the median is reported (3)
          --seconds N      length of one measurement (4)
          --kills N        processes killed at each of the three named points, and power cuts (20)
          --folder DIR     where the databases are made (artifacts/bench-journal): the disk that is measured
          --seed N         decides when processes are killed (1)
        """;

    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(5);

    private readonly string _target;
    private readonly bool _isPostgres;
    private readonly int _rounds;
    private readonly TimeSpan _time;
    private readonly int _kills;
    private readonly string _folder;
    private readonly int _seed;
    private bool _isGood = true;

    private JournalBench(Dictionary<string, string> options)
    {
        _target = options.GetValueOrDefault("--target", CommandTargets.Grain);
        _isPostgres = options.GetValueOrDefault("--store", "sqlite") == "postgres";
        _rounds = int.Parse(options.GetValueOrDefault("--rounds", "3"));
        _time = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("--seconds", "4")));
        _kills = int.Parse(options.GetValueOrDefault("--kills", "20"));
        _folder = Path.GetFullPath(options.GetValueOrDefault("--folder", "artifacts/bench-journal"));
        _seed = int.Parse(options.GetValueOrDefault("--seed", "1"));
    }

    public static async Task<int> RunAsync(string[] args)
    {
        string[] known = ["--target", "--store", "--rounds", "--seconds", "--kills", "--folder", "--seed"];
        var pairs = args.Chunk(2).ToArray();
        if (pairs.Any(pair => pair.Length != 2 || !known.Contains(pair[0])))
        {
            Console.Error.WriteLine(Help);
            return 2;
        }
        if (await DiskShim.BuildAsync() is { } problem)
        {
            Console.Error.WriteLine($"bench journal: {problem}");
            return 2;
        }
        return await new JournalBench(pairs.ToDictionary(pair => pair[0], pair => pair[1])).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        Directory.CreateDirectory(_folder);
        if (_isPostgres && PostgresServer.Missing is { } missing)
        {
            Console.Error.WriteLine($"bench journal: {missing}");
            return 2;
        }
        using var server = _isPostgres ? PostgresServer.Start() : null;
        Console.WriteLine($"target {_target}, {(_isPostgres ? "PostgreSQL" : "SQLite")}, {_rounds} rounds of {_time.TotalSeconds:0.#} s, {Environment.ProcessorCount} processors, in {_folder}");
        Console.WriteLine($"a sync of 8 KiB takes {SyncTime().TotalMicroseconds:0} us here");
        var (many, one) = await SpeedAsync(server?.ConnectionString());
        var crashes = await CrashesAsync(server?.ConnectionString());
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            commandsPerSecond = Math.Round(many.CommandsPerSecond),
            oneMeetingPerSecond = Math.Round(one.CommandsPerSecond),
            p50Ms = Math.Round(many.P50Ms, 2),
            p99Ms = Math.Round(many.P99Ms, 2),
            kills = crashes.Kills,
            lost = crashes.Lost,
            gaps = crashes.Gaps,
            doubled = crashes.Doubled,
        }));
        return _isGood ? 0 : 1;
    }

    private async Task<(SpeedFigures Many, SpeedFigures One)> SpeedAsync(string? server)
    {
        SpeedRun many = new(_target, 100, 10, Server: server), one = new(_target, 1, 100, Server: server);
        SpeedRun[] runs = [many, many with { BatchLimit = 1 }, one, .. server is null ? (SpeedRun[])[many with { SyncDelay = SlowSync }, one with { SyncDelay = SlowSync }] : []];
        var measured = runs.ToDictionary(run => run, _ => new List<SpeedFigures>());
        for (var round = 0; round < _rounds; round++)
            foreach (var run in runs) measured[run].Add(await run.MeasureAsync(_folder, _time));

        SpeedFigures Median(int run) => measured[runs[run]].OrderBy(figures => figures.CommandsPerSecond).ElementAt(_rounds / 2);
        // The goals are the file's; a server shares the processors with what it serves.
        double Goal(double goal) => server is null ? goal : 0;
        Report("100 meetings, 10 senders in each", Median(0), Goal(15_000));
        Report("  with one commit per command", Median(1), 0);
        var ratio = Median(0).CommandsPerSecond / Median(1).CommandsPerSecond;
        Console.WriteLine($"  group commit is {ratio:0.0} times as fast{Verdict(ratio >= 5, "5 times")}");
        Report("one meeting, 100 senders", Median(2), Goal(5_000));
        if (server is not null) return (Median(0), Median(2));
        Report("100 meetings, 10 senders in each, every sync 5 ms slower", Median(3), 3_000);
        Report("one meeting, 100 senders, every sync 5 ms slower", Median(4), 1_000);
        return (Median(0), Median(2));
    }

    private async Task<CrashFigures> CrashesAsync(string? server)
    {
        using var proof = new CrashProof(_target, _folder, _seed, server is null ? null : await ProofDatabases.CreateAsync(server));
        foreach (var point in Enum.GetValues<JournalPoint>()) await Series($"kill -9, {point}", () => proof.KillAtAsync(point));
        // What a file's own disk does.
        if (server is null) await Series("power cut", proof.CutPowerAsync);
        foreach (var (fault, name) in server is not null ? [] : ((string, JournalUnavailable)[])[("full", JournalUnavailable.DiskFull), ("broken", JournalUnavailable.IoError)])
        {
            var refused = await proof.BreakDiskAsync(fault, name);
            Console.WriteLine($"disk {fault} for a while: {refused} commands refused as {CommandTargets.RefusalOf(_target, name)}, commands taken again after it");
        }
        var figures = proof.Figures;
        Console.WriteLine($"{figures.Kills} processes killed, {figures.Acknowledged} commands acknowledged, {figures.Recognised} sent again and recognised: "
            + $"{figures.Lost} lost, {figures.Gaps} gaps, {figures.Doubled} doubled{Verdict(figures.IsSound, "none")}");
        return figures;

        async Task Series(string name, Func<Task> crash)
        {
            var before = proof.Figures;
            for (var i = 0; i < _kills; i++) await crash();
            var after = proof.Figures;
            Console.WriteLine($"{name}: {after.Kills - before.Kills} times, {after.Acknowledged - before.Acknowledged} commands acknowledged, "
                + $"{after.Recognised - before.Recognised} sent again and recognised; so far {after.Lost} lost, {after.Gaps} gaps, {after.Doubled} doubled");
        }
    }

    private void Report(string what, SpeedFigures figures, double goal)
        => Console.WriteLine($"{what}: {figures.CommandsPerSecond:N0} commands/s, p50 {figures.P50Ms:0.00} ms, p99 {figures.P99Ms:0.00} ms, longest {figures.MaxMs:0.0} ms"
            + (goal > 0 ? Verdict(figures.CommandsPerSecond >= goal, $"{goal:N0}/s") : ""));

    private string Verdict(bool isGood, string goal)
    {
        _isGood &= isGood;
        return isGood ? $" (goal {goal}: met)" : $" (goal {goal}: MISSED)";
    }

    private TimeSpan SyncTime()
    {
        const int times = 200;
        var path = Path.Combine(_folder, "sync-time");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        var block = new byte[8_192];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }
        return Stopwatch.GetElapsedTime(started) / times;
    }
}
