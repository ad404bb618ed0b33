using Conference.Silo.Journal;

namespace Conference.Standalone;

/// <summary>Copies of a data folder: made while the program runs on it, put back while none does.</summary>
public static class DataBackup
{
    private const string Journal = "conference.db";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Copies a data folder, running or not, into a folder that does not exist yet: the journal as it was at one moment, checked, and everything else that a start needs. The folder is there as a whole or not at all.
    /// </summary>
    /// <param name="data">The data folder.</param>
    /// <param name="target">The folder to make; its parent exists.</param>
    public static BackupOutcome Make(string data, string target)
    {
        if (Path.Exists(target)) return new(BackupRefusal.TargetExists, $"{target} is there already");
        var partial = $"{target.TrimEnd(Path.DirectorySeparatorChar)}.partial-{Environment.ProcessId}";
        try
        {
            MakeFolder(partial);
            var copied = JournalCopy.Make(Path.Combine(data, Journal), Path.Combine(partial, Journal));
            if (copied.Problem is { } problem) return Undo(partial, BackupRefusal.NoJournal, problem);
            foreach (var file in OtherFiles(data)) CopyPrivately(file, Path.Combine(partial, Path.GetFileName(file)));
            Directory.Move(partial, target);
            return new(null, $"{target} has {copied.Meetings} meetings and {copied.Events} events");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Undo(partial, BackupRefusal.NotWritable, $"{target} cannot be written: {e.Message}");
        }
    }

    /// <summary>Makes a data folder of a backup. It must not hold a journal, and nobody may run on it. Throws <see cref="StartFailure"/> when somebody does.</summary>
    /// <param name="backup">What <see cref="Make"/> made.</param>
    /// <param name="data">The data folder, made where it is missing.</param>
    public static BackupOutcome Restore(string backup, string data)
    {
        var copied = JournalCopy.Inspect(Path.Combine(backup, Journal));
        if (copied.Problem is { } problem) return new(BackupRefusal.NoJournal, problem);
        using var folder = DataFolder.Open(data);
        if (File.Exists(folder.Journal)) return new(BackupRefusal.TargetExists, $"{data} has a journal already: name another folder, or move it away");
        try
        {
            foreach (var file in OtherFiles(backup)) CopyPrivately(file, Path.Combine(data, Path.GetFileName(file)));
            // Last, and at once: with it the folder is one that a start goes on with.
            var partial = folder.Journal + ".restored";
            CopyPrivately(folder: backup, Journal, partial);
            File.Move(partial, folder.Journal);
            return new(null, $"{data} has {copied.Meetings} meetings and {copied.Events} events");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(BackupRefusal.NotWritable, $"{data} cannot be written: {e.Message}");
        }
    }

    // Keys and certificates. The journal goes its own way, and locks belong to processes.
    private static IEnumerable<string> OtherFiles(string folder) => Directory.EnumerateFiles(folder).Where(file =>
        Path.GetFileName(file) is var name && !name.StartsWith(Journal, StringComparison.Ordinal) && name != "lock" && !name.StartsWith('.'));

    private static void CopyPrivately(string folder, string name, string to) => CopyPrivately(Path.Combine(folder, name), to);

    private static void CopyPrivately(string from, string to)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var target = new FileStream(to, options);
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static BackupOutcome Undo(string partial, BackupRefusal reason, string message)
    {
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        return new(reason, message);
    }
}

/// <summary>Why there is no backup, or it was not restored; the program ends with the number as its exit code.</summary>
public enum BackupRefusal
{
    /// <summary>There is no journal to copy, or none that this program can open: missing, damaged, or of a newer version.</summary>
    NoJournal = 20,

    /// <summary>Something is there already that would be overwritten.</summary>
    TargetExists = 21,

    /// <summary>The folder cannot be written.</summary>
    NotWritable = 22,
}

/// <summary>What became of it.</summary>
/// <param name="Refusal">Why it was not done; null: it was.</param>
/// <param name="Message">One line for people.</param>
public sealed record BackupOutcome(BackupRefusal? Refusal, string Message);
