namespace Conference.Layout.Tests;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static readonly string[] Generated = ["artifacts", "node_modules", "wwwroot", ".git", "dist", "obj", "bin", "TestResults"];

    /// <summary>Source files by extension, as paths relative to the root, generated ones left out.</summary>
    public static IEnumerable<string> Files(params string[] extensions) =>
        Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => extensions.Contains(Path.GetExtension(path)))
            .Where(path => !path.Split('/').Any(part => Generated.Contains(part)))
            .Order(StringComparer.Ordinal);

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Conference.sln"))) return folder.FullName;
        throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
