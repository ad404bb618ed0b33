using Conference.MediaPod.Sfu.Crypto;

namespace Conference.Sfu.Tests.Crypto;

/// <summary>The published test vectors: RFC 3711 appendix B, RFC 7714 sections 16 and 17.</summary>
public sealed unsafe class SrtpVectorTests
{
    private const string GcmKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string GcmSalt = "517569642070726f2071756f";
    private const string RtpHeader = "8040f17b8041f8d35501a0b2";
    private const string RtpPayload = "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private const string RtcpPacket = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private const uint RtcpIndex = 0x5d4;

    /// <summary>RFC 3711 B.3; the RTCP keys by the same function with labels 3 to 5.</summary>
    [Fact]
    public void Session_keys_are_derived_as_in_RFC_3711_B3()
    {
        var master = new SrtpMasterKey(SrtpProfile.Aes128CmHmacSha1Tag80, Hex("E1F97A0D3E018BE0D64FA32C06DE4139"), Hex("0EC675AD498AFEEBB6960B3AABE6"));
        var rtp = SrtpSessionKeys.ForRtp(master);
        Assert.Equal(Hex("C61E7A93744F39EE10734AFE3FF7A087"), rtp.CipherKey.ToArray());
        Assert.Equal(Hex("30CBBC08863D8C85D49DB34A9AE1"), rtp.Salt.ToArray());
        Assert.Equal(Hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"), rtp.AuthenticationKey.ToArray());
        var rtcp = SrtpSessionKeys.ForRtcp(master);
        Assert.Equal(Hex("4c1aa45a81f73d61c800bbb00fbb1eaa"), rtcp.CipherKey.ToArray());
        Assert.Equal(Hex("9581c7ad87b3e530bf3e4454a8b3"), rtcp.Salt.ToArray());
        Assert.Equal(Hex("8d54534feb49ae8e7993a6bd0b844fc323a93dfd"), rtcp.AuthenticationKey.ToArray());
    }

    /// <summary>RFC 3711 B.2: SSRC and index 0, so the payload of zeros comes out as the key stream.</summary>
    [Fact]
    public void Key_stream_is_that_of_RFC_3711_B2()
    {
        var keys = new SrtpSessionKeys(SrtpProfile.Aes128CmHmacSha1Tag80, Hex("2B7E151628AED2A6ABF7158809CF4F3C"), Hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), new byte[20]);
        using var sender = new SrtpSender(keys);
        var packet = new byte[12 + 48 + 10];
        packet[0] = 0x80;
        var zeros = new byte[48];
        fixed (byte* p = packet, z = zeros) Assert.Equal(SrtpResult.Ok, sender.Protect(p, 12, z, 48, 0, out _));
        Assert.Equal(Hex("E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0"), packet[12..60]);
    }

    [Theory]
    [InlineData(SrtpProfile.AeadAes128Gcm, "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce")]
    [InlineData(SrtpProfile.AeadAes256Gcm, "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13")]
    public void Gcm_protects_RTP_as_in_RFC_7714_section_16(SrtpProfile profile, string ciphertext)
    {
        using var sender = new SrtpSender(GcmKeys(profile));
        using var receiver = new SrtpReceiver(GcmKeys(profile));
        var payload = Hex(RtpPayload);
        var packet = new byte[12 + payload.Length + 16];
        Hex(RtpHeader).CopyTo(packet, 0);
        fixed (byte* p = packet, s = payload)
        {
            Assert.Equal(SrtpResult.Ok, sender.Protect(p, 12, s, payload.Length, 0xf17b, out var length));
            Assert.Equal(Hex(RtpHeader + ciphertext), packet[..length]);
            Assert.Equal(SrtpResult.Ok, receiver.Unprotect(p, length, p, out var plain, out var index));
            Assert.Equal(Hex(RtpHeader + RtpPayload), packet[..plain]);
            Assert.Equal(0xf17bUL, index);
        }
    }

    [Theory]
    [InlineData(SrtpProfile.AeadAes128Gcm, "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4")]
    [InlineData(SrtpProfile.AeadAes256Gcm, "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4")]
    public void Gcm_protects_RTCP_as_in_RFC_7714_section_17(SrtpProfile profile, string ciphertext)
    {
        using var sender = new SrtcpSender(GcmKeys(profile), RtcpIndex);
        using var receiver = new SrtcpReceiver(GcmKeys(profile));
        var clear = Hex(RtcpPacket);
        var packet = new byte[clear.Length + sender.Overhead];
        clear.CopyTo(packet, 0);
        fixed (byte* p = packet)
        {
            Assert.Equal(SrtpResult.Ok, sender.Protect(p, clear.Length, out var length));
            Assert.Equal(Hex("81c8000d4d617273" + ciphertext), packet[..length]);
            Assert.Equal(SrtpResult.Ok, receiver.Unprotect(p, length, out var plain));
            Assert.Equal(clear, packet[..plain]);
        }
    }

    private static SrtpSessionKeys GcmKeys(SrtpProfile profile) => new(profile, Hex(GcmKey)[..profile.KeyLength()], Hex(GcmSalt), []);

    private static byte[] Hex(string hex) => Convert.FromHexString(hex);
}
