namespace Conference.Silo.Journal.Sqlite;

/// <summary>Files that only their owner may read: what is said in meetings is in them.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Options for a file of mode 0600 that nobody else may open meanwhile.</summary>
    public static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    /// <summary>Makes the file where it is missing, and takes rights away that others have on it. SQLite gives its other files the same mode.</summary>
    public static void Ensure(string path)
    {
        new FileStream(path, Options(FileMode.OpenOrCreate)).Dispose();
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly) File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Makes the folder, with mode 0700, where it is missing.</summary>
    public static void EnsureFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else if (!Directory.Exists(path)) Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }
}
