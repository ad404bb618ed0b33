using System.Reflection;
using System.Text.RegularExpressions;

namespace Conference.Layout.Tests;

/// <summary>Docs name types in backticks; a name that no longer exists fails here, so prose cannot outlive the code.</summary>
public sealed partial class DocRules
{
    private static readonly string[] Assemblies =
    [
        "Conference.Contracts", "Conference.Hosting", "Conference.Wire", "Conference.Sfu", "Conference.MediaPod", "Conference.Grains", "Conference.Embedded",
        "Conference.Silo", "Conference.Gateway", "Conference.Standalone", "Conference.Operator",
    ];

    /// <summary>Words in Pascal case that are not types of ours: products, standards, types and members of the platform.</summary>
    private static readonly HashSet<string> Foreign = Repository.Read("tests/Layout.Tests/foreign-words.txt")
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => !l.StartsWith('#')).ToHashSet(StringComparer.Ordinal);

    [Fact]
    public void Type_names_in_docs_exist()
    {
        var known = KnownNames();
        var unknown = Repository.Files(".md")
            .SelectMany(doc => Names(Repository.Read(doc)).Select(name => (doc, name)))
            .Where(x => !known.Contains(x.name) && !Foreign.Contains(x.name))
            .Distinct();
        Assert.Empty(unknown);
    }

    [Fact]
    public void Links_between_docs_lead_somewhere()
    {
        var broken = Repository.Files(".md").SelectMany(doc => RelativeLink().Matches(Repository.Read(doc))
            .Select(m => (doc, target: m.Groups[1].Value))
            .Where(x => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(x.doc)!, x.target))));
        Assert.Empty(broken);
    }

    [Fact]
    public void Cases_that_code_cites_stand_on_the_page()
    {
        var cited = Repository.Files(".cs", ".ts").SelectMany(file => CaseCitation().Matches(Repository.Read(file))
            .Select(m => (file, page: m.Groups[1].Value, number: m.Groups[2].Value)));
        var missing = cited.Where(c => !File.Exists(Path.Combine(Repository.Root, c.page)) || !Regex.IsMatch(Repository.Read(c.page), $@"\b{c.number}\b"));
        Assert.Empty(missing);
    }

    /// <summary>Every type and member name of ours, and the type names of the client's TypeScript.</summary>
    private static HashSet<string> KnownNames()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in Assemblies.SelectMany(name => Assembly.Load(name).GetTypes()))
        {
            names.Add(type.Name.Split('`')[0]);
            names.UnionWith(type.GetMembers(all).Select(m => m.Name));
        }
        foreach (var file in Repository.Files(".ts")) names.UnionWith(Declaration().Matches(Repository.Read(file)).Select(m => m.Groups[1].Value));
        foreach (var file in Repository.Files(".cs").Where(f => f.StartsWith("tests/", StringComparison.Ordinal)))
            names.UnionWith(Declaration().Matches(Repository.Read(file)).Select(m => m.Groups[1].Value));
        names.UnionWith(Repository.Files(".csproj").Select(p => Path.GetFileNameWithoutExtension(p)));
        return names;
    }

    private static IEnumerable<string> Names(string markdown) =>
        InlineCode().Matches(FencedBlock().Replace(markdown, "")).SelectMany(m => PascalName().Matches(m.Groups[1].Value)).Select(m => m.Value);

    [GeneratedRegex(@"```[\s\S]*?```")]
    private static partial Regex FencedBlock();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex InlineCode();

    /// <summary>Two humps at least: `MeetingMachine`, not `POST` or `Bearer`; not a part of a path or an option.</summary>
    [GeneratedRegex(@"(?<![\w/\-.:$])[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+(?![\w/\-])")]
    private static partial Regex PascalName();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)#\s]+)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"(docs/[\w-]+\.md)[,:]? (?:case )?([A-Z]{1,2}\d+)\b")]
    private static partial Regex CaseCitation();

    [GeneratedRegex(@"\b(?:class|interface|enum|record|struct|type|function|const)\s+([A-Z]\w+)")]
    private static partial Regex Declaration();
}
