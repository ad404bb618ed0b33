using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// libcrypto of OpenSSL 3. The per-packet calls skip the garbage collector's transition: each takes well under a microsecond for a packet.
/// </summary>
internal static unsafe class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    public const int ControlGetTag = 0x10;
    public const int ControlSetTag = 0x11;

    /// <summary>sizeof(SHA_CTX): five words of state, a 64-bit count, a block of 64 bytes and its fill.</summary>
    public const int Sha1StateBytes = 96;

    [DllImport(Library, EntryPoint = "EVP_CIPHER_fetch")]
    public static extern void* CipherFetch(void* context, byte* name, byte* properties);

    [DllImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static extern void* CipherContextNew();

    [DllImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static extern void CipherContextFree(void* context);

    [DllImport(Library, EntryPoint = "EVP_CipherInit_ex"), SuppressGCTransition]
    public static extern int CipherInit(void* context, void* cipher, void* engine, byte* key, byte* iv, int encrypt);

    /// <summary>Additional data when <paramref name="output"/> is null, the end when both are. Negative on failure; 0 is success at the end.</summary>
    [DllImport(Library, EntryPoint = "EVP_Cipher"), SuppressGCTransition]
    public static extern int Cipher(void* context, byte* output, byte* input, uint length);

    [DllImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl"), SuppressGCTransition]
    public static extern int CipherControl(void* context, int type, int argument, void* pointer);

    [DllImport(Library, EntryPoint = "SHA1_Init"), SuppressGCTransition]
    public static extern int Sha1Init(byte* state);

    [DllImport(Library, EntryPoint = "SHA1_Update"), SuppressGCTransition]
    public static extern int Sha1Update(byte* state, byte* data, nuint length);

    [DllImport(Library, EntryPoint = "SHA1_Final"), SuppressGCTransition]
    public static extern int Sha1Final(byte* digest, byte* state);
}
