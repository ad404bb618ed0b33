using System.IO.Compression;
using System.Security.Cryptography;

namespace Conference.Gateway.Pages;

/// <summary>One file of the web client as it is sent: with its type, its tag and its compressed forms. Public files only, so compression tells nobody a secret.</summary>
internal sealed class PageFile
{
    // Smaller than this, a compressed file saves no packet.
    private const int MinCompressed = 1024;

    private readonly Lazy<byte[]?> _brotli;
    private readonly Lazy<byte[]?> _gzip;

    public PageFile(byte[] content, string contentType, bool immutable)
    {
        Content = content;
        ContentType = contentType;
        IsImmutable = immutable;
        Tag = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
        _brotli = new(() => Compress(stream => new BrotliStream(stream, new BrotliCompressionOptions { Quality = 9 })));
        _gzip = new(() => Compress(stream => new GZipStream(stream, CompressionLevel.Optimal)));
    }

    public byte[] Content { get; }

    public string ContentType { get; }

    /// <summary>Its name holds a hash of its content: it never changes.</summary>
    public bool IsImmutable { get; }

    public string Tag { get; }

    /// <summary>The best form for a client that accepts these encodings, with the name of its encoding (empty: as it is).</summary>
    public (byte[] Bytes, string Encoding) For(string acceptEncoding)
    {
        if (Accepts(acceptEncoding, "br") && _brotli.Value is { } brotli) return (brotli, "br");
        if (Accepts(acceptEncoding, "gzip") && _gzip.Value is { } gzip) return (gzip, "gzip");
        return (Content, "");
    }

    private static bool Accepts(string header, string encoding)
    {
        foreach (var part in header.Split(','))
        {
            var (name, quality) = part.Split(';', 2, StringSplitOptions.TrimEntries) is [var n, var q] ? (n, q) : (part.Trim(), "");
            if (name.Equals(encoding, StringComparison.OrdinalIgnoreCase)) return quality is not ("q=0" or "q=0.0" or "q=0.00" or "q=0.000");
        }
        return false;
    }

    private byte[]? Compress(Func<Stream, Stream> wrap)
    {
        if (Content.Length < MinCompressed || !IsText(ContentType)) return null;
        using var result = new MemoryStream();
        using (var compressor = wrap(result)) compressor.Write(Content);
        var compressed = result.ToArray();
        return compressed.Length < Content.Length ? compressed : null;
    }

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/manifest+json" or "application/wasm" or "image/svg+xml";
}
