using System.Diagnostics;
using Conference.Silo.Journal;

namespace Conference.JournalProof;

/// <summary>
/// Starts processes that send commands to a journal, ends them in the ways processes end, and holds what is in the journal afterwards
/// against what was acknowledged. One database lives through all crashes of a series.
/// </summary>
public sealed class CrashProof : IDisposable
{
    private const int Meetings = 4;
    private const int Senders = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _target;
    private readonly string? _database;
    private readonly Random _chance;
    private readonly DirectoryInfo _folder;
    private readonly CrashLedger _ledger = new(Meetings, Senders);
    private int _kills;

    /// <summary>A series of crashes of a new database in a folder below <paramref name="folder"/>.</summary>
    /// <param name="target">What the commands go through: see <see cref="CommandTargets"/>.</param>
    /// <param name="folder">Where.</param>
    /// <param name="seed">Decides when each process is killed and what a power cut leaves.</param>
    /// <param name="database">The connection string of an empty, migrated PostgreSQL database to use instead of a file; the disk's troubles are not for it.</param>
    public CrashProof(string target, string folder, int seed, string? database = null)
    {
        (_target, _database) = (target, database);
        _chance = new Random(seed);
        _folder = Directory.CreateDirectory(Path.Combine(folder, $"crash-{Guid.NewGuid():N}"));
        Directory.CreateDirectory(Data);
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Durable => Path.Combine(_folder.FullName, "durable");

    private string FaultSwitch => Path.Combine(_folder.FullName, "fault");

    /// <summary>What all crashes so far came to.</summary>
    public CrashFigures Figures => _ledger.Figures(_kills);

    /// <summary>kill -9 at a named point of a batch chosen by chance.</summary>
    public async Task KillAtAsync(JournalPoint point)
    {
        using var trial = Start(["--kill-at", $"{point}", "--kill-batch", $"{_chance.Next(1, 60)}"], null);
        await DrainAsync(trial.Process);
        await VerifyAsync();
    }

    /// <summary>The power goes: before or after a sync chosen by chance, of the log, of the database or of a checkpoint, or right after a commit or an acknowledgement.</summary>
    public async Task CutPowerAsync()
    {
        FolderCopy.Replace(Data, Durable);
        var way = _chance.Next(4);
        int? sync = way < 2 ? _chance.Next(1, 80) : null;
        var point = way == 2 ? JournalPoint.AfterCommit : JournalPoint.AfterAcknowledgement;
        string[] options = sync is null ? ["--kill-at", $"{point}", "--kill-batch", $"{_chance.Next(1, 60)}"] : [];
        using var trial = Start([.. options, "--checkpoint-bytes", "65536"], DiskShim.PowerCut(Data, Durable, sync, afterIt: way == 1));
        await DrainAsync(trial.Process);
        PowerCut.Rebuild(Data, Durable, _chance);
        await VerifyAsync();
    }

    /// <summary>
    /// The disk is full or broken for a while, then well again, then the process is killed. Returns how many commands were refused with
    /// <paramref name="expected"/> meanwhile; commands are acknowledged again afterwards, or this does not return.
    /// </summary>
    /// <param name="fault">"full" or "broken".</param>
    /// <param name="expected">What the journal must call it.</param>
    public async Task<int> BreakDiskAsync(string fault, JournalUnavailable expected)
    {
        using var trial = Start([], DiskShim.Faulty(Data, FaultSwitch));
        var name = CommandTargets.RefusalOf(_target, expected);
        var before = _ledger.FailuresOf(name);
        await ReadUntilAsync(trial.Process, AcknowledgedMoreThan(50));
        await File.WriteAllTextAsync(FaultSwitch, fault);
        await ReadUntilAsync(trial.Process, () => _ledger.FailuresOf(name) >= before + 30);
        File.Delete(FaultSwitch);
        await ReadUntilAsync(trial.Process, AcknowledgedMoreThan(200));
        trial.Process.Kill();
        await DrainAsync(trial.Process);
        await VerifyAsync();
        return _ledger.FailuresOf(name) - before;
    }

    /// <summary>What a process says, before it ends by itself, whose journal is opened by somebody else already.</summary>
    public static async Task<string> OpenTakenAsync(string data)
    {
        using var trial = new ChildProcess(["speed", "--data", data], null);
        using var patience = new CancellationTokenSource(Patience);
        var errors = await trial.Process.StandardError.ReadToEndAsync(patience.Token);
        await trial.Process.WaitForExitAsync(patience.Token);
        return errors;
    }

    /// <summary>Removes the database.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>
    /// Processes send commands all the time while <paramref name="disturb"/> does something to the server, again and again; then the process is killed. Returns
    /// how many commands were refused meanwhile; commands are acknowledged again after each disturbance, or this does not return.
    /// </summary>
    public async Task<int> DisturbAsync(Func<Task> disturb, int times)
    {
        using var trial = Start([], null);
        var name = CommandTargets.RefusalOf(_target, JournalUnavailable.Unreachable);
        var before = _ledger.FailuresOf(name);
        for (var i = 0; i < times; i++)
        {
            await ReadUntilAsync(trial.Process, AcknowledgedMoreThan(_chance.Next(20, 200)));
            var disturbance = disturb();
            await ReadUntilAsync(trial.Process, AcknowledgedMoreThan(100));
            await disturbance;
        }
        trial.Process.Kill();
        await DrainAsync(trial.Process);
        await VerifyAsync();
        return _ledger.FailuresOf(name) - before;
    }

    /// <summary>A file is compared as a copy, so that the next process finds it as the crash left it.</summary>
    private async Task VerifyAsync()
    {
        if (_database is not null)
        {
            await _ledger.VerifyAsync(new PostgresJournalOptions { ConnectionString = _database });
            return;
        }
        var copy = Data + "-copy";
        FolderCopy.Replace(Data, copy);
        await _ledger.VerifyAsync(new SqliteJournalOptions { Path = Path.Combine(copy, "journal.db") });
        Directory.Delete(copy, recursive: true);
    }

    private Func<bool> AcknowledgedMoreThan(int more)
    {
        var goal = _ledger.Acknowledged + more;
        return () => _ledger.Acknowledged > goal;
    }

    private ChildProcess Start(string[] options, IReadOnlyDictionary<string, string>? environment)
    {
        string[] args = ["commands", "--target", _target, "--data", Data, "--meetings", $"{Meetings}", "--senders", $"{Senders}", .. options, .. _database is null ? (string[])[] : ["--database", _database]];
        var trial = new ChildProcess(args, environment);
        foreach (var next in _ledger.Next) trial.Process.StandardInput.WriteLine(next);
        trial.Process.StandardInput.Flush();
        return trial;
    }

    private async Task ReadUntilAsync(Process process, Func<bool> isEnough)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isEnough())
        {
            var line = await process.StandardOutput.ReadLineAsync(patience.Token)
                ?? throw new InvalidOperationException($"The process on trial ended by itself: {await process.StandardError.ReadToEndAsync(patience.Token)}");
            _ledger.Note(CommandLine.Parse(line));
        }
    }

    /// <summary>Reads what the process still says until it has been killed, which it must have been.</summary>
    private async Task DrainAsync(Process process)
    {
        const int killed = 128 + 9;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line) _ledger.Note(CommandLine.Parse(line));
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException("The process on trial was not killed where it should have been.");
        }
        if (process.ExitCode != killed) throw new InvalidOperationException($"The process on trial ended by itself: {await process.StandardError.ReadToEndAsync()}");
        _kills++;
    }
}
