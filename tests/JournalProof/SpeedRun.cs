using System.Text.Json;

namespace Conference.JournalProof;

/// <summary>A speed run in a process of its own, so that runs do not warm each other up and the disk under it can be made slow.</summary>
/// <param name="Target">What the commands go through: see <see cref="CommandTargets"/>.</param>
/// <param name="Meetings">How many meetings.</param>
/// <param name="Senders">Senders in each, each with one command in flight.</param>
/// <param name="BatchLimit">Commands in one commit at most.</param>
/// <param name="SyncDelay">What every sync of the disk takes longer; not for a server's disk.</param>
/// <param name="Server">A PostgreSQL server, on which each run has a fresh database; null: the journal is a file.</param>
public sealed record SpeedRun(string Target, int Meetings, int Senders, int BatchLimit = 4_096, TimeSpan SyncDelay = default, string? Server = null)
{
    /// <summary>Measures in a fresh database under <paramref name="folder"/>.</summary>
    public async Task<SpeedFigures> MeasureAsync(string folder, TimeSpan time)
    {
        // Some targets keep more than the journal, beside its folder.
        var run = Path.Combine(folder, $"speed-{Guid.NewGuid():N}");
        var data = Path.Combine(run, "data");
        Directory.CreateDirectory(data);
        string[] args =
        [
            "speed", "--target", Target, "--data", data, "--meetings", $"{Meetings}", "--senders", $"{Senders}", "--batch", $"{BatchLimit}",
            "--measure-ms", $"{(int)time.TotalMilliseconds}",
        ];
        var database = Server is null ? null : await ProofDatabases.CreateAsync(Server);
        if (database is not null) args = [.. args, "--database", database];
        using var child = new ChildProcess(args, SyncDelay == default ? null : DiskShim.Slow(SyncDelay));
        var process = child.Process;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Directory.Delete(run, recursive: true);
        if (database is not null) await ProofDatabases.DropAsync(Server!, database);
        if (process.ExitCode != 0) throw new InvalidOperationException($"The measured process failed: {await errors}");
        return JsonSerializer.Deserialize<SpeedFigures>(output.Trim().Split('\n')[^1])!;
    }
}
