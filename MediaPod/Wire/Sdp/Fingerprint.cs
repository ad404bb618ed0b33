namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Hash of a certificate (RFC 8122 section 5).</summary>
/// <param name="Algorithm">Name of the hash in lower case, such as <c>sha-256</c>; unknown ones are kept, to be skipped.</param>
/// <param name="Value">The hash as pairs of upper-case hexadecimal digits between colons.</param>
public sealed record Fingerprint(string Algorithm, string Value)
{
    /// <summary>Makes a fingerprint of a hash.</summary>
    public static Fingerprint Create(string algorithm, ReadOnlySpan<byte> hash) => new(algorithm, string.Join(':', Convert.ToHexString(hash).Chunk(2).Select(pair => new string(pair))));

    /// <summary>The bytes of the hash.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Value.Replace(":", ""));

    internal static Fingerprint? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var algorithm) || !tokens.TryNext(out var hash) || !tokens.IsEmpty) return null;
        if (!SdpText.IsToken(algorithm) || hash.Length % 3 != 2 || hash.Length > 3 * 128) return null;
        for (var i = 0; i < hash.Length; i++)
        {
            if (i % 3 == 2 ? hash[i] != ':' : !char.IsAsciiHexDigit(hash[i])) return null;
        }
        var name = algorithm.ToString().ToLowerInvariant();
        var expected = name switch { "md5" => 16, "sha-1" => 20, "sha-224" => 28, "sha-256" => 32, "sha-384" => 48, "sha-512" => 64, _ => 0 };
        return expected != 0 && (hash.Length + 1) / 3 != expected ? null : new Fingerprint(name, hash.ToString().ToUpperInvariant());
    }
}
