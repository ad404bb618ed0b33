using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// The certificate that a process shows in every handshake: self-signed, ECDSA on P-256, with a random name (RFC 8827 section 6.5: it identifies
/// nobody; the SDP's fingerprint does). Made at start, never stored.
/// </summary>
public sealed class DtlsCertificate
{
    private const int LifetimeDays = 365;

    private DtlsCertificate(byte[] der, byte[] privateKey)
    {
        Der = der;
        PrivateKey = privateKey;
        Fingerprint = new CertificateFingerprint("sha-256", [.. SHA256.HashData(der)]);
    }

    /// <summary>For the answer's `a=fingerprint`.</summary>
    public CertificateFingerprint Fingerprint { get; }

    internal byte[] Der { get; }

    /// <summary>SEC 1.</summary>
    internal byte[] PrivateKey { get; }

    /// <summary>A new one, valid from a day ago (clocks differ) for a year.</summary>
    public static DtlsCertificate Generate(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}", key, HashAlgorithmName.SHA256);
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(LifetimeDays));
        return new DtlsCertificate(certificate.RawData, key.ExportECPrivateKey());
    }
}

/// <summary>Comparison of certificates with fingerprints from SDP (RFC 8122 section 5).</summary>
public static class DtlsFingerprints
{
    /// <summary>Hash functions that are accepted: sha-256, sha-384, sha-512.</summary>
    public static bool IsSupported(string algorithm) => algorithm is "sha-256" or "sha-384" or "sha-512";

    /// <summary>Whether the certificate has one of the fingerprints; those of unsupported hash functions are passed over.</summary>
    public static bool Match(ReadOnlySpan<byte> certificateDer, ImmutableArray<CertificateFingerprint> expected)
    {
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        foreach (var fingerprint in expected)
        {
            var length = fingerprint.Algorithm switch
            {
                "sha-256" => SHA256.HashData(certificateDer, digest),
                "sha-384" => SHA384.HashData(certificateDer, digest),
                "sha-512" => SHA512.HashData(certificateDer, digest),
                _ => 0,
            };
            if (length > 0 && fingerprint.Digest.AsSpan().SequenceEqual(digest[..length])) return true;
        }
        return false;
    }
}
