using System.Security.Cryptography;
using System.Text;
using Conference.Hosting.Tickets;
using Microsoft.AspNetCore.DataProtection;

namespace Conference.Silo.SignIn;

/// <summary>
/// Data protection with secrets that come from the ticket keys, which all silos of an installation share and keep: what one has encrypted (a session's cookie, the state of a
/// sign-in) every other one reads, also after a restart. AES-256-GCM with a random nonce; a purpose has its own key. Rotated with the ticket keys: the first encrypts, all decrypt.
/// </summary>
internal sealed class KeyedProtection(TicketSigner keys) : IDataProtectionProvider
{
    public IDataProtector CreateProtector(string purpose) => new Protector(keys, "conference:data-protection", purpose);

    private sealed class Protector : IDataProtector
    {
        private const byte Version = 1;
        private const int NonceBytes = 12;
        private const int TagBytes = 16;
        private const int Overhead = 1 + NonceBytes + TagBytes;

        private readonly TicketSigner _keys;
        private readonly string _chain;
        private readonly IReadOnlyList<byte[]> _secrets;

        public Protector(TicketSigner keys, string chain, string purpose)
        {
            // With its length before it, no two chains of purposes are the same text.
            (_keys, _chain) = (keys, $"{chain}\n{Encoding.UTF8.GetByteCount(purpose)}:{purpose}");
            _secrets = keys.DeriveSecrets(_chain);
        }

        public IDataProtector CreateProtector(string purpose) => new Protector(_keys, _chain, purpose);

        public byte[] Protect(byte[] plaintext)
        {
            var output = new byte[Overhead + plaintext.Length];
            output[0] = Version;
            var nonce = output.AsSpan(1, NonceBytes);
            RandomNumberGenerator.Fill(nonce);
            using var cipher = new AesGcm(_secrets[0], TagBytes);
            cipher.Encrypt(nonce, plaintext, output.AsSpan(Overhead), output.AsSpan(1 + NonceBytes, TagBytes), output.AsSpan(0, 1));
            return output;
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length >= Overhead && protectedData[0] == Version)
            {
                var plaintext = new byte[protectedData.Length - Overhead];
                foreach (var secret in _secrets)
                    if (TryDecrypt(secret, protectedData, plaintext)) return plaintext;
            }
            // What the interface says of data that is not ours.
            throw new CryptographicException("not protected by this installation");
        }

        private static bool TryDecrypt(byte[] secret, byte[] data, byte[] plaintext)
        {
            using var cipher = new AesGcm(secret, TagBytes);
            try
            {
                cipher.Decrypt(data.AsSpan(1, NonceBytes), data.AsSpan(Overhead), data.AsSpan(1 + NonceBytes, TagBytes), plaintext, data.AsSpan(0, 1));
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }
    }
}
