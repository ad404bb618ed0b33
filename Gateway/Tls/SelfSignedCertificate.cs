using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Conference.Gateway.Tls;

/// <summary>
/// A certificate that nobody signed, for trying things out: browsers ask once and remember, because it is kept. Made again when it is about to end or does not
/// name what it has to.
/// </summary>
public static class SelfSignedCertificate
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Some browsers refuse certificates that live longer.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>The kept certificate, or a new one which is kept. Throws <see cref="TlsException"/>.</summary>
    /// <param name="file">Where it is kept, with its key, mode 0600.</param>
    /// <param name="names">Host names and addresses that it is for; at least one.</param>
    /// <param name="time">The clock.</param>
    public static X509Certificate2 OpenOrCreate(string file, IReadOnlyCollection<string> names, TimeProvider time)
    {
        try
        {
            if (File.Exists(file))
            {
                var kept = CertificateFile.Read(file);
                if (IsGood(kept, names, time.GetUtcNow())) return kept;
                kept.Dispose();
            }
            return Create(file, names, time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsException($"{file}: {e.Message}", e);
        }
    }

    private static bool IsGood(X509Certificate2 certificate, IReadOnlyCollection<string> names, DateTimeOffset now) =>
        certificate.NotAfter.ToUniversalTime() > (now + RenewBefore).UtcDateTime && certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime
        && names.All(name => certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false));

    private static X509Certificate2 Create(string file, IReadOnlyCollection<string> names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Conference (self-signed)", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(AlternativeNames(names));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // server authentication
        using var certificate = request.CreateSelfSigned(now - TimeSpan.FromHours(1), now + Lifetime);
        Write(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return CertificateFile.WithUsableKey(certificate);
    }

    private static X509Extension AlternativeNames(IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }
        return builder.Build();
    }

    private static void Write(string file, string pem)
    {
        var aside = file + ".new";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(aside, options)) stream.Write(Encoding.ASCII.GetBytes(pem));
        File.Move(aside, file, overwrite: true);
    }
}
