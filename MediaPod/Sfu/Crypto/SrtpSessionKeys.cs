using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>
/// The keys that packets are really protected with, derived from a master key (RFC 3711 section 4.3, RFC 7714 section 11; key derivation rate 0).
/// RTP and RTCP have their own.
/// </summary>
public sealed class SrtpSessionKeys
{
    private const int RtpLabels = 0;
    private const int RtcpLabels = 3;

    /// <summary>Takes copies of keys derived elsewhere.</summary>
    /// <exception cref="ArgumentException">A length is not the profile's.</exception>
    public SrtpSessionKeys(SrtpProfile profile, ReadOnlySpan<byte> cipherKey, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> authenticationKey)
    {
        if (cipherKey.Length != profile.KeyLength() || salt.Length != profile.SaltLength() || authenticationKey.Length != profile.AuthenticationKeyLength())
            throw new ArgumentException($"key lengths do not fit {profile}", nameof(cipherKey));
        Profile = profile;
        CipherKey = cipherKey.ToArray();
        Salt = salt.ToArray();
        AuthenticationKey = authenticationKey.ToArray();
    }

    /// <summary>The profile that the keys are for.</summary>
    public SrtpProfile Profile { get; }

    /// <summary>Session encryption key (k_e).</summary>
    public ReadOnlyMemory<byte> CipherKey { get; }

    /// <summary>Session salt (k_s), 12 or 14 bytes.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>Session authentication key (k_a); empty for GCM.</summary>
    public ReadOnlyMemory<byte> AuthenticationKey { get; }

    /// <summary>Keys for RTP.</summary>
    public static SrtpSessionKeys ForRtp(SrtpMasterKey master) => Derive(master, RtpLabels);

    /// <summary>Keys for RTCP.</summary>
    public static SrtpSessionKeys ForRtcp(SrtpMasterKey master) => Derive(master, RtcpLabels);

    private static SrtpSessionKeys Derive(SrtpMasterKey master, int labels)
    {
        var profile = master.Profile;
        using var aes = Aes.Create();
        aes.Key = master.Key;
        return new(profile,
            Expand(aes, master.Salt, labels, profile.KeyLength()),
            Expand(aes, master.Salt, labels + 2, profile.SaltLength()),
            Expand(aes, master.Salt, labels + 1, profile.AuthenticationKeyLength()));
    }

    /// <summary>AES counter mode as a pseudo-random function: x = label * 2^48 XOR salt, counted in the last two bytes.</summary>
    private static byte[] Expand(Aes aes, byte[] masterSalt, int label, int length)
    {
        Span<byte> block = stackalloc byte[16];
        Span<byte> stream = stackalloc byte[48];
        block.Clear();
        masterSalt.CopyTo(block);
        block[7] ^= (byte)label;
        for (var i = 0; i * 16 < length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(block[14..], (ushort)i);
            aes.EncryptEcb(block, stream[(i * 16)..], PaddingMode.None);
        }
        return stream[..length].ToArray();
    }
}
