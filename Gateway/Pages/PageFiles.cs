using System.Collections.Frozen;
using Microsoft.AspNetCore.StaticFiles;

namespace Conference.Gateway.Pages;

/// <summary>The built web client, read once: a request names a file of this list or none, so no path leads anywhere else.</summary>
internal sealed class PageFiles
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private readonly FrozenDictionary<string, PageFile> _files;

    private PageFiles(FrozenDictionary<string, PageFile> files) => _files = files;

    /// <summary>The page itself; null when the client has not been built.</summary>
    public PageFile? Index => Find("/index.html");

    public PageFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Reads a folder; a missing one is empty.</summary>
    public static PageFiles Read(string folder)
    {
        if (!Directory.Exists(folder)) return new(FrozenDictionary<string, PageFile>.Empty);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (Path: "/" + Path.GetRelativePath(folder, file).Replace('\\', '/'), File: file))
            .Where(x => !x.Path.Contains("/.", StringComparison.Ordinal));
        return new(files.ToFrozenDictionary(x => x.Path, x => Load(x.Path, x.File), StringComparer.Ordinal));
    }

    // The bundler puts a hash into every name under assets/ (and nowhere else).
    private static PageFile Load(string path, string file) =>
        new(File.ReadAllBytes(file), ContentType(path), immutable: path.StartsWith("/assets/", StringComparison.Ordinal));

    private static string ContentType(string path)
    {
        if (path.EndsWith(".webmanifest", StringComparison.Ordinal)) return "application/manifest+json";
        var type = Types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        return type is "text/html" or "text/css" or "text/javascript" or "text/plain" ? type + "; charset=utf-8" : type;
    }
}
