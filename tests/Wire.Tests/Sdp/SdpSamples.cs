namespace Conference.Wire.Tests.Sdp;

/// <summary>The descriptions of real clients in <c>tests/data/sdp</c>.</summary>
internal static class SdpSamples
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public static IReadOnlyList<string> All { get; } = [.. Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "tests", "data", "sdp");
            if (Directory.Exists(candidate)) return candidate;
        }
        throw new DirectoryNotFoundException("tests/data/sdp is not above the test's folder.");
    }
}
