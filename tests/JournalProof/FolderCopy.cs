namespace Conference.JournalProof;

/// <summary>Copies of a journal's folder, which has no folders inside.</summary>
internal static class FolderCopy
{
    /// <summary>Makes <paramref name="to"/> the same as <paramref name="from"/>, without what no disk keeps over a power cut and no copy needs.</summary>
    public static void Replace(string from, string to)
    {
        if (Directory.Exists(to)) Directory.Delete(to, recursive: true);
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(IsData)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    /// <summary>Shared memory is rebuilt by SQLite, locks end with their process.</summary>
    public static bool IsData(string file) => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".lock", StringComparison.Ordinal);
}
