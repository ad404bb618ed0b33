using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Conference.Contracts;

namespace Conference.Contracts.Tests;

/// <summary>
/// The wire format of every shared word stands in <c>golden/</c>. A change of it fails here first: if it is meant, delete the file, run the
/// tests once with <c>UPDATE_GOLDEN=1</c>, and read the difference as the client's author would.
/// </summary>
public sealed class GoldenFiles
{
    public static TheoryData<string> Roots()
    {
        var data = new TheoryData<string>();
        foreach (var root in Samples.All().Select(x => x.Root.Name).Distinct()) data.Add(root);
        return data;
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void The_wire_format_is_the_golden_file(string root)
    {
        var text = new StringBuilder();
        foreach (var (type, concrete) in Samples.All().Where(x => x.Root.Name == root))
            text.Append(Write(Samples.Make(concrete, ""), type)).Append('\n');

        var path = Path.Combine(Folder(), root + ".jsonl");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, text.ToString());
        Assert.True(File.Exists(path), $"golden/{root}.jsonl is missing");
        Assert.Equal(File.ReadAllText(path), text.ToString());
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void What_is_written_reads_back_the_same(string root)
    {
        foreach (var (type, concrete) in Samples.All().Where(x => x.Root.Name == root))
        {
            var json = Write(Samples.Make(concrete, ""), type);
            var back = JsonSerializer.Deserialize(json, type, ContractsJson.Default);
            Assert.IsType(concrete, back);
            Assert.Equal(json, Write(back!, type));
        }
    }

    [Fact]
    public void Every_concrete_message_has_a_type_tag()
    {
        foreach (var root in Samples.All().Select(x => x.Root).Where(r => r.IsAbstract).Distinct())
        {
            var tagged = Samples.Derived(root).ToHashSet();
            var all = root.Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsSubclassOf(root));
            Assert.Empty(all.Except(tagged));
        }
    }

    private static string Write(object value, Type type)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(writer, value, type, ContractsJson.Default);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Conference.sln"))) return Path.Combine(folder.FullName, "tests/Contracts.Tests/golden");
        throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
