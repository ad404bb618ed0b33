using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Conference.Silo.Meetings;

/// <summary>Makes and compares what only its holder may know. Everything that is kept is a hash; every comparison takes the same time whatever differs.</summary>
public static class Secrets
{
    private const int PasscodeRounds = 1000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const int MaxSecretLength = 256;

    /// <summary>256 random bits, base64url.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256 (base64url) of a random secret. Random secrets need no salt.</summary>
    public static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether a secret has this hash.</summary>
    public static bool Matches(string? secret, string? hash) =>
        secret is { Length: > 0 and <= MaxSecretLength } && hash is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));

    /// <summary>Salted hash of a passcode (PBKDF2 with SHA-256): passcodes are short, so the attempts are limited as well.</summary>
    public static string HashPasscode(string passcode)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return $"{Base64Url.EncodeToString(salt)}.{Base64Url.EncodeToString(Derive(passcode, salt))}";
    }

    /// <summary>Whether a passcode has this salted hash.</summary>
    public static bool MatchesPasscode(string? passcode, string hash)
    {
        var dot = hash.IndexOf('.');
        if (passcode is not { Length: > 0 and <= MaxSecretLength } || dot < 0) return false;
        return CryptographicOperations.FixedTimeEquals(Derive(passcode, Base64Url.DecodeFromChars(hash.AsSpan(0, dot))), Base64Url.DecodeFromChars(hash.AsSpan(dot + 1)));
    }

    private static byte[] Derive(string passcode, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(passcode, salt, PasscodeRounds, HashAlgorithmName.SHA256, HashBytes);
}
