using System.Security.Cryptography;
using System.Text;

namespace Conference.Hosting.Tickets;

/// <summary>Reads the ticket keys from a file of PEM blocks, making the file with one new P-256 key where there is none.</summary>
internal static class TicketKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static List<ECDsa> ReadOrCreate(string path)
    {
        try
        {
            if (!File.Exists(path)) Create(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
                throw new TicketKeyException($"{path}: everybody may read or change the ticket key; set its mode to 0600");
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TicketKeyException($"{path}: {e.Message}", e);
        }
    }

    private static void Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        // Written aside and then linked into place, so that a reader never sees half a key and the first of two writers wins.
        var aside = $"{path}.{Guid.NewGuid():N}.new";
        using (var file = new FileStream(aside, options))
        {
            file.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }

    private static List<ECDsa> Parse(string path, string text)
    {
        var keys = new List<ECDsa>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            keys.Add(ParseKey(path, rest[fields.Location]));
            rest = rest[fields.Location.End..];
        }
        return keys.Count > 0 ? keys : throw new TicketKeyException($"{path}: holds no private key in PEM");
    }

    private static ECDsa ParseKey(string path, ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            key.ExportParameters(includePrivateParameters: true);
            if (key.KeySize == 256) return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new TicketKeyException($"{path}: not an EC private key in PEM", e);
        }
        key.Dispose();
        throw new TicketKeyException($"{path}: the key must be on the curve P-256");
    }
}
