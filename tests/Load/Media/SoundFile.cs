using System.Collections.Immutable;

namespace Conference.Load.Media;

/// <summary>Opus packets of 20 ms from an Ogg file (RFC 3533, RFC 7845).</summary>
/// <param name="Packets">In their order, without the two headers.</param>
public sealed record SoundFile(ImmutableArray<ImmutableArray<byte>> Packets)
{
    private const int PageHeader = 27;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is no Opus in Ogg.</exception>
    public static SoundFile Parse(ReadOnlySpan<byte> ogg)
    {
        var packets = new List<byte[]>();
        var open = new List<byte>();
        while (ogg.Length >= PageHeader)
        {
            if (!ogg.StartsWith("OggS"u8)) throw new FormatException("this is no Ogg file");
            var segments = ogg[26];
            if (ogg.Length < PageHeader + segments) throw new FormatException("a page of the Ogg file is cut");
            var lengths = ogg.Slice(PageHeader, segments);
            var body = ogg[(PageHeader + segments)..];
            foreach (var length in lengths)
            {
                if (length > body.Length) throw new FormatException("a page of the Ogg file is cut");
                open.AddRange(body[..length]);
                body = body[length..];
                if (length == 255) continue; // it goes on
                packets.Add([.. open]);
                open.Clear();
            }
            ogg = body;
        }
        if (packets.Count < 3 || !packets[0].AsSpan().StartsWith("OpusHead"u8)) throw new FormatException("this is no Opus in Ogg");
        return new([.. packets.Skip(2).Select(p => p.ToImmutableArray())]);
    }
}
