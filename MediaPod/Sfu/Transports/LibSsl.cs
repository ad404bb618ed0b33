using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>libssl and libcrypto of OpenSSL 3, as far as DTLS needs them. Called on handshake threads only.</summary>
internal static unsafe class LibSsl
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    public const int Dtls12 = 0xFEFD;
    public const int ControlSetMinimumVersion = 123;
    public const int ControlSetMaximumVersion = 124;
    public const int ControlSetSessionCacheMode = 44;
    public const int ControlSetGroupsList = 92;
    public const int ControlGetTimeout = 73;
    public const int ControlHandleTimeout = 74;
    public const int ControlSetLinkMtu = 120;

    public const ulong OptionNoQueryMtu = 1UL << 12;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionCipherServerPreference = 1UL << 22;
    public const ulong OptionNoRenegotiation = 1UL << 30;

    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeerCertificate = 2;
    public const int EcKey = 408;

    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    /// <summary>ERR_LIB_SSL, and the reasons told apart.</summary>
    public const uint LibraryOfSsl = 20;
    public const uint ReasonNoPeerCertificate = 199;
    public const uint ReasonReadTimeoutExpired = 312;
    public const uint ReasonsOfAlerts = 1000;

    public const int BioSourceSink = 0x400;
    public const int BioRetryRead = 0x9;
    public const int BioRetryMask = 0xF;
    public const int BioControlFlush = 11;
    public const int BioControlQueryMtu = 40;
    public const int BioControlFallbackMtu = 47;
    public const int BioControlMtuOverhead = 49;

    [DllImport(Ssl, EntryPoint = "DTLS_method")]
    public static extern void* DtlsMethod();

    [DllImport(Ssl, EntryPoint = "SSL_CTX_new")]
    public static extern void* ContextNew(void* method);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_free")]
    public static extern void ContextFree(void* context);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_ctrl")]
    public static extern nint ContextControl(void* context, int command, nint argument, void* pointer);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_set_options")]
    public static extern ulong ContextSetOptions(void* context, ulong options);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_use_certificate_ASN1")]
    public static extern int ContextUseCertificate(void* context, int length, byte* der);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_use_PrivateKey_ASN1")]
    public static extern int ContextUsePrivateKey(int type, void* context, byte* der, nint length);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_check_private_key")]
    public static extern int ContextCheckPrivateKey(void* context);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_set_cipher_list")]
    public static extern int ContextSetCiphers(void* context, byte* list);

    /// <summary>0 on success, unlike the others.</summary>
    [DllImport(Ssl, EntryPoint = "SSL_CTX_set_tlsext_use_srtp")]
    public static extern int ContextUseSrtp(void* context, byte* profiles);

    [DllImport(Ssl, EntryPoint = "SSL_CTX_set_verify")]
    public static extern void ContextSetVerify(void* context, int mode, delegate* unmanaged[Cdecl]<int, void*, int> callback);

    [DllImport(Ssl, EntryPoint = "SSL_new")]
    public static extern void* New(void* context);

    [DllImport(Ssl, EntryPoint = "SSL_free")]
    public static extern void Free(void* ssl);

    [DllImport(Ssl, EntryPoint = "SSL_ctrl")]
    public static extern nint Control(void* ssl, int command, nint argument, void* pointer);

    [DllImport(Ssl, EntryPoint = "SSL_set_bio")]
    public static extern void SetBio(void* ssl, void* read, void* write);

    [DllImport(Ssl, EntryPoint = "SSL_get_rbio")]
    public static extern void* GetReadBio(void* ssl);

    [DllImport(Ssl, EntryPoint = "SSL_set_accept_state")]
    public static extern void SetAcceptState(void* ssl);

    [DllImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    public static extern void SetConnectState(void* ssl);

    [DllImport(Ssl, EntryPoint = "SSL_do_handshake")]
    public static extern int DoHandshake(void* ssl);

    [DllImport(Ssl, EntryPoint = "SSL_get_error")]
    public static extern int GetError(void* ssl, int result);

    [DllImport(Ssl, EntryPoint = "SSL_read")]
    public static extern int Read(void* ssl, byte* buffer, int length);

    [DllImport(Ssl, EntryPoint = "SSL_shutdown")]
    public static extern int Shutdown(void* ssl);

    /// <summary>{ const char* name; unsigned long id }, or null.</summary>
    [DllImport(Ssl, EntryPoint = "SSL_get_selected_srtp_profile")]
    public static extern SrtpProtectionProfile* GetSelectedSrtpProfile(void* ssl);

    [DllImport(Ssl, EntryPoint = "SSL_export_keying_material")]
    public static extern int ExportKeyingMaterial(void* ssl, byte* output, nuint length, byte* label, nuint labelLength, byte* context, nuint contextLength, int useContext);

    [DllImport(Ssl, EntryPoint = "SSL_get1_peer_certificate")]
    public static extern void* GetPeerCertificate(void* ssl);

    [DllImport(Ssl, EntryPoint = "DTLS_set_timer_cb")]
    public static extern void SetTimerCallback(void* ssl, delegate* unmanaged[Cdecl]<void*, uint, uint> callback);

    [DllImport(Crypto, EntryPoint = "i2d_X509")]
    public static extern int EncodeCertificate(void* certificate, byte** output);

    [DllImport(Crypto, EntryPoint = "X509_free")]
    public static extern void FreeCertificate(void* certificate);

    [DllImport(Crypto, EntryPoint = "BIO_get_new_index")]
    public static extern int BioNewIndex();

    [DllImport(Crypto, EntryPoint = "BIO_meth_new")]
    public static extern void* BioMethodNew(int type, byte* name);

    [DllImport(Crypto, EntryPoint = "BIO_meth_set_write")]
    public static extern int BioMethodSetWrite(void* method, delegate* unmanaged[Cdecl]<void*, byte*, int, int> callback);

    [DllImport(Crypto, EntryPoint = "BIO_meth_set_read")]
    public static extern int BioMethodSetRead(void* method, delegate* unmanaged[Cdecl]<void*, byte*, int, int> callback);

    [DllImport(Crypto, EntryPoint = "BIO_meth_set_ctrl")]
    public static extern int BioMethodSetControl(void* method, delegate* unmanaged[Cdecl]<void*, int, nint, void*, nint> callback);

    [DllImport(Crypto, EntryPoint = "BIO_meth_set_create")]
    public static extern int BioMethodSetCreate(void* method, delegate* unmanaged[Cdecl]<void*, int> callback);

    [DllImport(Crypto, EntryPoint = "BIO_new")]
    public static extern void* BioNew(void* method);

    [DllImport(Crypto, EntryPoint = "BIO_set_data")]
    public static extern void BioSetData(void* bio, void* data);

    [DllImport(Crypto, EntryPoint = "BIO_get_data")]
    public static extern void* BioGetData(void* bio);

    [DllImport(Crypto, EntryPoint = "BIO_set_init")]
    public static extern void BioSetInitialised(void* bio, int initialised);

    [DllImport(Crypto, EntryPoint = "BIO_set_flags")]
    public static extern void BioSetFlags(void* bio, int flags);

    [DllImport(Crypto, EntryPoint = "BIO_clear_flags")]
    public static extern void BioClearFlags(void* bio, int flags);

    [DllImport(Crypto, EntryPoint = "ERR_clear_error")]
    public static extern void ClearErrors();

    [DllImport(Crypto, EntryPoint = "ERR_peek_error")]
    public static extern uint PeekError();

    [DllImport(Crypto, EntryPoint = "ERR_error_string_n")]
    public static extern void DescribeError(uint error, byte* buffer, nuint length);

    /// <summary>The oldest error of this thread as text; empty without one.</summary>
    public static string LastError()
    {
        var error = PeekError();
        if (error == 0) return "";
        var buffer = stackalloc byte[256];
        DescribeError(error, buffer, 256);
        return Marshal.PtrToStringUTF8((nint)buffer) ?? "";
    }
}

/// <summary>SRTP_PROTECTION_PROFILE of libssl.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SrtpProtectionProfile
{
    public byte* Name;
    public nuint Id;
}
