namespace Conference.JournalProof;

/// <summary>
/// What a disk holds after the power went: everything that was synced, and of what was written since any part, down to single sectors.
/// </summary>
internal static class PowerCut
{
    private const int Sector = 512;

    /// <summary>Rebuilds <paramref name="data"/>, as the dead process left it, into what <paramref name="durable"/> and chance make of it.</summary>
    public static void Rebuild(string data, string durable, Random chance)
    {
        // Some disks lose all that was not synced, some nearly nothing.
        var keeps = chance.Next(4) switch { 0 => 0.0, 1 => 1.0, _ => chance.NextDouble() };
        foreach (var file in Directory.GetFiles(data).Where(FolderCopy.IsData))
        {
            var synced = Path.Combine(durable, Path.GetFileName(file));
            if (File.Exists(synced)) File.WriteAllBytes(file, Mix(File.ReadAllBytes(synced), File.ReadAllBytes(file), keeps, chance));
            else if (chance.NextDouble() >= keeps) File.Delete(file);
            else File.WriteAllBytes(file, Mix([], File.ReadAllBytes(file), keeps, chance));
        }
        foreach (var file in Directory.GetFiles(data).Where(file => !FolderCopy.IsData(file))) File.Delete(file);
        FolderCopy.Replace(data, durable);
    }

    private static byte[] Mix(byte[] synced, byte[] written, double keeps, Random chance)
    {
        var longer = Math.Max(synced.Length, written.Length);
        // The length is metadata, which a file system may write before the data it speaks of: the rest then reads as zeros.
        var length = written.Length <= synced.Length ? (chance.NextDouble() < keeps ? written.Length : synced.Length)
            : synced.Length + (int)((written.Length - synced.Length) * (chance.Next(2) == 0 ? keeps : chance.NextDouble()));
        var result = new byte[longer];
        synced.CopyTo(result, 0);
        for (var at = 0; at < written.Length; at += Sector)
        {
            var part = written.AsSpan(at, Math.Min(Sector, written.Length - at));
            if (chance.NextDouble() < keeps) part.CopyTo(result.AsSpan(at));
        }
        return result[..length];
    }
}
