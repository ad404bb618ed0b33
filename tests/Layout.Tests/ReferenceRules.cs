using System.Xml.Linq;

namespace Conference.Layout.Tests;

/// <summary>Who may reference whom. Everything else is a mistake of layering.</summary>
public sealed class ReferenceRules
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Hosting"] = ["Contracts"],
        ["Wire"] = [],
        ["Sfu"] = ["Wire"],
        ["MediaPod"] = ["Sfu", "Wire", "Contracts", "Hosting"],
        ["Grains"] = ["Contracts"],
        ["Embedded"] = ["TargetHolder", "SerializerAttributes"],
        ["TargetHolder"] = [],
        ["SerializerAttributes"] = [],
        ["Silo"] = ["Grains", "Contracts", "Hosting", "Embedded"],
        ["Gateway"] = ["Contracts", "Hosting"],
        ["Operator"] = ["Contracts", "Hosting"],
        ["Standalone"] = ["Silo", "MediaPod", "Gateway", "Hosting", "Contracts"],
    };

    public static TheoryData<string> Projects()
    {
        var data = new TheoryData<string>();
        foreach (var project in Repository.Files(".csproj").Where(p => !p.StartsWith("tests/", StringComparison.Ordinal))) data.Add(project);
        return data;
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_place_allows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.ContainsKey(name), $"{project} is new: give it a line in {nameof(ReferenceRules)}");
        var references = XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(e => Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Empty(references.Except(Allowed[name]));
    }

    [Fact]
    public void Wire_uses_the_base_class_library_only()
    {
        var wire = XDocument.Parse(Repository.Read("MediaPod/Wire/Wire.csproj"));
        Assert.Empty(wire.Descendants("PackageReference").Concat(wire.Descendants("FrameworkReference")).Concat(wire.Descendants("Reference")));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Conference.sln").Replace('\\', '/');
        Assert.Empty(Repository.Files(".csproj").Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Contracts_know_no_actor_runtime() =>
        Assert.Empty(Repository.Files(".cs").Where(p => p.StartsWith("Contracts/", StringComparison.Ordinal) && Repository.Read(p).Contains("using Orleans", StringComparison.Ordinal)));
}
