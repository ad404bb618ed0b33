namespace Conference.Silo.Journal.Sqlite;

/// <summary>
/// docs/journal.md J13: the right to be the one journal on a database: an advisory lock of the operating system on a file beside it, which ends with the
/// process, however that ends. The file itself stays.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    /// <summary>What .NET reports, on every system, when another holder has the file.</summary>
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>What Linux's <c>flock</c> answers (EWOULDBLOCK), as .NET passes it on.</summary>
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private DatabaseLock(FileStream file) => _file = file;

    /// <summary>Null when somebody else has it.</summary>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock file cannot be made.</exception>
    public static DatabaseLock? TryTake(string databasePath)
    {
        try
        {
            return new DatabaseLock(new FileStream(databasePath + ".lock", PrivateFile.Options(FileMode.OpenOrCreate)));
        }
        catch (IOException error) when (error.HResult is SharingViolation or WouldBlock)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
