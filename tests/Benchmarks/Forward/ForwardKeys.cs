using Conference.MediaPod.Sfu.Crypto;

namespace Conference.Benchmarks.Forward;

/// <summary>Keys that both processes of the benchmark know without a handshake: handshakes are not what it measures.</summary>
internal static class ForwardKeys
{
    public static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    public static readonly byte[] Salt = [.. Enumerable.Range(101, 12).Select(i => (byte)i)];

    /// <summary>The publisher's, as master key for the worker.</summary>
    public static SrtpMasterKey Master => new(SrtpProfile.AeadAes128Gcm, Key, Salt);

    /// <summary>The same bytes as session keys, for the C program, which derives none.</summary>
    public static SrtpSessionKeys Session => new(SrtpProfile.AeadAes128Gcm, Key, Salt, []);

    public static SrtpMasterKey Receiver(int index)
    {
        var bytes = new byte[16];
        Array.Fill(bytes, (byte)(index + 1));
        return new SrtpMasterKey(SrtpProfile.AeadAes128Gcm, bytes, bytes.AsSpan(0, 12));
    }

    public static string Ufrag(int index) => $"bench{index}";

    public static string Password(int index) => $"password-number-{index}-of-the-bench";
}
