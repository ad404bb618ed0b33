using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// What all associations share (SSL_CTX): DTLS 1.2 only, the certificate, ciphers with forward secrecy, the SRTP profiles in our order
/// (AEAD_AES_128_GCM, AEAD_AES_256_GCM, AES128_CM_SHA1_80). Any client certificate is let through: its fingerprint is compared afterwards.
/// </summary>
public sealed unsafe class DtlsContext : IDisposable
{
    /// <summary>The profiles that are offered and accepted unless told otherwise, in OpenSSL's names.</summary>
    public const string DefaultSrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";

    private const string Ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA";
    private const string Groups = "X25519:P-256:P-384";

    private void* _context;

    /// <summary>Loads the certificate into OpenSSL.</summary>
    /// <exception cref="NativeException">OpenSSL refuses something; its configuration may forbid DTLS 1.2 or a cipher.</exception>
    public DtlsContext(DtlsCertificate certificate, string srtpProfiles = DefaultSrtpProfiles)
    {
        LibSsl.ClearErrors();
        _context = LibSsl.ContextNew(LibSsl.DtlsMethod());
        Require(_context != null, "SSL_CTX_new");
        try
        {
            Configure(certificate, srtpProfiles);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal void* Handle => _context;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_context == null) return;
        LibSsl.ContextFree(_context);
        _context = null;
    }

    private void Configure(DtlsCertificate certificate, string srtpProfiles)
    {
        Require(LibSsl.ContextControl(_context, LibSsl.ControlSetMinimumVersion, LibSsl.Dtls12, null) == 1, "DTLS 1.2");
        Require(LibSsl.ContextControl(_context, LibSsl.ControlSetMaximumVersion, LibSsl.Dtls12, null) == 1, "DTLS 1.2");
        LibSsl.ContextSetOptions(_context,
            LibSsl.OptionNoQueryMtu | LibSsl.OptionNoTicket | LibSsl.OptionNoRenegotiation | LibSsl.OptionCipherServerPreference);
        LibSsl.ContextControl(_context, LibSsl.ControlSetSessionCacheMode, 0, null);
        fixed (byte* der = certificate.Der, key = certificate.PrivateKey)
        {
            Require(LibSsl.ContextUseCertificate(_context, certificate.Der.Length, der) == 1, "the certificate");
            Require(LibSsl.ContextUsePrivateKey(LibSsl.EcKey, _context, key, certificate.PrivateKey.Length) == 1, "the private key");
        }
        Require(LibSsl.ContextCheckPrivateKey(_context) == 1, "the private key");
        fixed (byte* ciphers = Text(Ciphers), groups = Text(Groups), profiles = Text(srtpProfiles))
        {
            Require(LibSsl.ContextSetCiphers(_context, ciphers) == 1, "the ciphers");
            Require(LibSsl.ContextControl(_context, LibSsl.ControlSetGroupsList, 0, groups) == 1, "the groups");
            Require(LibSsl.ContextUseSrtp(_context, profiles) == 0, "the SRTP profiles");
        }
        LibSsl.ContextSetVerify(_context, LibSsl.VerifyPeer | LibSsl.VerifyFailIfNoPeerCertificate, &AcceptCertificate);
    }

    private static byte[] Text(string ascii) => [.. System.Text.Encoding.ASCII.GetBytes(ascii), 0];

    private static void Require(bool condition, string what)
    {
        if (!condition) throw new NativeException($"OpenSSL refused {what}: {LibSsl.LastError()}");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int AcceptCertificate(int preverified, void* store) => 1;
}
