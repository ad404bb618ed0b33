using System.Formats.Tar;
using System.Text;

namespace Conference.Cluster.Tests.Support;

/// <summary>Archives of images.</summary>
internal static class ImageArchive
{
    /// <summary>Copies an archive so that its image has another tag: another image to Kubernetes, the same bytes.</summary>
    public static async Task RetagAsync(string from, string to, string oldTag, string newTag)
    {
        await using var source = File.OpenRead(from);
        await using var reader = new TarReader(source);
        await using var target = File.Create(to);
        await using var writer = new TarWriter(target, TarEntryFormat.Pax);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            var copy = new PaxTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = entry.DataStream };
            if (entry.Name == "manifest.json")
            {
                using var text = new StreamReader(entry.DataStream!);
                copy.DataStream = new MemoryStream(Encoding.UTF8.GetBytes((await text.ReadToEndAsync()).Replace($":{oldTag}\"", $":{newTag}\"", StringComparison.Ordinal)));
            }
            await writer.WriteEntryAsync(copy);
        }
    }
}
