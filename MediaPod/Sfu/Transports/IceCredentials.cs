using System.Security.Cryptography;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>Makes ICE credentials (RFC 8445 section 5.3).</summary>
public static class IceCredentials
{
    private const int UfragBytes = 12;
    private const int PasswordBytes = 24;

    /// <summary>
    /// A user fragment of 16 characters (96 bits: unique enough to be the key by which a transport is found, and not to be guessed)
    /// and a password of 32 characters (192 bits).
    /// </summary>
    public static IceParameters Generate() => new(Text(UfragBytes), Text(PasswordBytes));

    // Base64 without padding is exactly the alphabet of ice-char: letters, digits, "+" and "/".
    private static string Text(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));
}
