using System.Text.RegularExpressions;

namespace Conference.Layout.Tests;

/// <summary>Rules that every source file keeps.</summary>
public sealed partial class FileRules
{
    private const int MaxLines = 500;

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        Assert.Empty(Repository.Files(".cs", ".ts", ".css").Select(p => (p, lines: Repository.Read(p).Split('\n').Length - 1)).Where(f => f.lines > MaxLines));

    [Fact]
    public void No_source_file_has_regions() =>
        Assert.Empty(Repository.Files(".cs").Where(p => RegionDirective().IsMatch(Repository.Read(p))));

    [Fact]
    public void The_actor_runtime_is_chosen_by_files_never_by_directives() =>
        Assert.Empty(Repository.Files(".cs").Where(p => IfDirective().IsMatch(Repository.Read(p))));

    [Fact]
    public void Only_tests_may_suppress_a_warning_in_code() =>
        Assert.Empty(Repository.Files(".cs").Where(p => !p.StartsWith("tests/", StringComparison.Ordinal) && PragmaDirective().IsMatch(Repository.Read(p))));

    [Fact]
    public void Namespaces_are_file_scoped() =>
        Assert.Empty(Repository.Files(".cs").Where(p => BlockNamespace().IsMatch(Repository.Read(p))));

    [GeneratedRegex(@"^\s*#region", RegexOptions.Multiline)]
    private static partial Regex RegionDirective();

    [GeneratedRegex(@"^\s*#if", RegexOptions.Multiline)]
    private static partial Regex IfDirective();

    [GeneratedRegex(@"^\s*#pragma warning disable", RegexOptions.Multiline)]
    private static partial Regex PragmaDirective();

    [GeneratedRegex(@"^namespace [\w.]+\s*(\r?\n)?\{", RegexOptions.Multiline)]
    private static partial Regex BlockNamespace();
}
