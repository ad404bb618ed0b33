using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal;

/// <summary>What the journal says. Events 2100 to 2119.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(2100, LogLevel.Information, "Journal {Path} is open, schema version {Version}")]
    public static partial void Opened(ILogger logger, string path, int version);

    [LoggerMessage(2101, LogLevel.Error, "A batch of {Count} writes failed, {Reason}: {Detail}")]
    public static partial void BatchFailed(ILogger logger, int count, JournalUnavailable reason, string detail);

    [LoggerMessage(2102, LogLevel.Error, "One write failed, {Reason}, the rest of its batch goes on without it: {Detail}")]
    public static partial void WriteFailed(ILogger logger, JournalUnavailable reason, string detail);

    [LoggerMessage(2103, LogLevel.Warning, "The write-ahead log could not be copied into the database; it grows until that succeeds: {Detail}")]
    public static partial void CheckpointFailed(ILogger logger, string detail);

    [LoggerMessage(2104, LogLevel.Information, "The journal takes writes again")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(2105, LogLevel.Information, "Journal {Path} is closed")]
    public static partial void Closed(ILogger logger, string path);

    [LoggerMessage(2106, LogLevel.Critical, "The journal's writer has ended unexpectedly; every write is refused until the program is restarted")]
    public static partial void WriterDied(ILogger logger, Exception error);

    [LoggerMessage(2107, LogLevel.Error, "The database is away; {Count} writes wait for it: {Detail}")]
    public static partial void Away(ILogger logger, int count, string detail);

    [LoggerMessage(2108, LogLevel.Critical, "Another silo has taken the database over; this one writes no more")]
    public static partial void Fenced(ILogger logger);

    [LoggerMessage(2109, LogLevel.Warning, "The database server runs with fsync off: what it acknowledges does not survive a power cut")]
    public static partial void NoSync(ILogger logger);

    [LoggerMessage(2110, LogLevel.Information, "Migration {Version} ({Name}) is applied")]
    public static partial void Migrated(ILogger logger, int version, string name);

    [LoggerMessage(2111, LogLevel.Information, "The commit whose answer was lost was {Outcome}")]
    public static partial void DoubtResolved(ILogger logger, string outcome);

    [LoggerMessage(2112, LogLevel.Warning, "The database cannot be read, trying again: {Detail}")]
    public static partial void ReadRetried(ILogger logger, string detail);

    [LoggerMessage(2114, LogLevel.Information, "Another silo has the database; this one stands by")]
    public static partial void StandingBy(ILogger logger);

    [LoggerMessage(2115, LogLevel.Information, "The database was given up, this silo has taken it over after standing by for {Waited}")]
    public static partial void TookOver(ILogger logger, TimeSpan waited);

    [LoggerMessage(2113, LogLevel.Error, "{Count} writes waited for the database for {Patience} and are refused")]
    public static partial void Expired(ILogger logger, int count, TimeSpan patience);
}
