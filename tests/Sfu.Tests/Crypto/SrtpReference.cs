using System.Buffers.Binary;
using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Crypto;

namespace Conference.Sfu.Tests.Crypto;

/// <summary>SRTP and SRTCP a second time, slowly, from the RFCs and the base class library: what the fast code is compared with.</summary>
internal sealed class SrtpReference(SrtpProfile profile, SrtpSessionKeys keys)
{
    private bool IsGcm => profile != SrtpProfile.Aes128CmHmacSha1Tag80;

    public byte[] ProtectRtp(byte[] header, byte[] payload, ulong index)
    {
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
        if (IsGcm)
        {
            var (body, tag) = Gcm(GcmIv(ssrc, index), payload, header);
            return [.. header, .. body, .. tag];
        }
        var encrypted = Counter(ssrc, index, payload);
        var rollover = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, (uint)(index >> 16));
        byte[] packet = [.. header, .. encrypted];
        return [.. packet, .. Hmac([.. packet, .. rollover])];
    }

    public byte[] ProtectRtcp(byte[] packet, uint index)
    {
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4));
        var trailer = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(trailer, 0x80000000 | index);
        if (IsGcm)
        {
            var (body, tag) = Gcm(GcmIv(ssrc, index), packet[8..], [.. packet[..8], .. trailer]);
            return [.. packet[..8], .. body, .. tag, .. trailer];
        }
        byte[] encrypted = [.. packet[..8], .. Counter(ssrc, index, packet[8..]), .. trailer];
        return [.. encrypted, .. Hmac(encrypted)];
    }

    private (byte[] Body, byte[] Tag) Gcm(byte[] iv, byte[] clear, byte[] associated)
    {
        using var gcm = new AesGcm(keys.CipherKey.Span, 16);
        var (body, tag) = (new byte[clear.Length], new byte[16]);
        gcm.Encrypt(iv, clear, body, tag, associated);
        return (body, tag);
    }

    private byte[] GcmIv(uint ssrc, ulong index)
    {
        var iv = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(iv.AsSpan(2), ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(iv.AsSpan(6), (ushort)(index >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(iv.AsSpan(8), (uint)index);
        for (var i = 0; i < 12; i++) iv[i] ^= keys.Salt.Span[i];
        return iv;
    }

    private byte[] Counter(uint ssrc, ulong index, byte[] clear)
    {
        var iv = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(iv.AsSpan(4), ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(iv.AsSpan(8), index << 16);
        for (var i = 0; i < 14; i++) iv[i] ^= keys.Salt.Span[i];
        using var aes = Aes.Create();
        aes.Key = keys.CipherKey.ToArray();
        var result = new byte[clear.Length];
        for (var i = 0; i < clear.Length; i += 16)
        {
            BinaryPrimitives.WriteUInt16BigEndian(iv.AsSpan(14), (ushort)(i / 16));
            var stream = aes.EncryptEcb(iv, PaddingMode.None);
            for (var j = i; j < Math.Min(i + 16, clear.Length); j++) result[j] = (byte)(clear[j] ^ stream[j - i]);
        }
        return result;
    }

    private byte[] Hmac(byte[] data) => HMACSHA1.HashData(keys.AuthenticationKey.Span, data)[..10];
}
