using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.Gateway.Tls;

/// <summary>Reads a certificate that its owner made: PEM (chain and key in one file, or the key in a second one) or PKCS #12.</summary>
public static class CertificateFile
{
    /// <summary>Reads the certificate with its private key. Throws <see cref="TlsException"/>.</summary>
    /// <param name="path">The <c>.pem</c>, <c>.crt</c>, <c>.pfx</c> or <c>.p12</c> file.</param>
    /// <param name="keyPath">The key's file, where it is another; PEM only.</param>
    /// <param name="password">Of the PKCS #12 file; null: none.</param>
    public static X509Certificate2 Read(string path, string? keyPath = null, string? password = null)
    {
        try
        {
            if (!IsPem(path)) return X509CertificateLoader.LoadPkcs12FromFile(path, password);
            using var pem = X509Certificate2.CreateFromPemFile(path, keyPath);
            return WithUsableKey(pem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new TlsException($"{path}: not a certificate with its key ({e.Message.ReplaceLineEndings(" ")})", e);
        }
    }

    // A key from PEM is ephemeral on some platforms, which TLS refuses there; through PKCS #12 it is usable everywhere.
    internal static X509Certificate2 WithUsableKey(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);

    private static bool IsPem(string path)
    {
        using var reader = new StreamReader(path);
        Span<char> start = stackalloc char[4096];
        var read = reader.ReadBlock(start);
        return start[..read].Contains("-----BEGIN ", StringComparison.Ordinal);
    }
}
