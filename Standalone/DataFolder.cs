namespace Conference.Standalone;

/// <summary>The folder that holds everything, owned by this process while it is open.</summary>
public sealed class DataFolder : IDisposable
{
    internal const string AdminTokenName = "admin-token";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream owned)
    {
        Path = path;
        _lock = owned;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The journal.</summary>
    public string Journal => File("conference.db");

    /// <summary>The keys that tickets are signed with.</summary>
    public string TicketKeys => File("ticket-keys.pem");

    /// <summary>What opens the admin page.</summary>
    public string AdminToken => File(AdminTokenName);

    /// <summary>The generated certificate.</summary>
    public string Certificate => File("certificate.pem");

    /// <summary>Makes the folder where it is missing (mode 0700) and takes it. Throws <see cref="StartFailure"/>.</summary>
    public static DataFolder Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            RequireWritable(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailure(StartRefusal.DataFolderUnwritable, $"the data folder {path} cannot be written: {e.Message}", e);
        }
        try
        {
            // The system releases the lock when the process ends, however it ends.
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new StartFailure(StartRefusal.DataFolderInUse, $"another Conference runs on the data folder {path}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private string File(string name) => System.IO.Path.Combine(Path, name);

    private static void RequireWritable(string path)
    {
        var probe = System.IO.Path.Combine(path, $".probe-{Environment.ProcessId}");
        System.IO.File.WriteAllText(probe, "");
        System.IO.File.Delete(probe);
    }
}
