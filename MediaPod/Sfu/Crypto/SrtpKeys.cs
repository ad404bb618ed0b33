namespace Conference.MediaPod.Sfu.Crypto;

/// <summary>One direction's master key and salt. A class that prints nothing: keys must not reach a log.</summary>
public sealed class SrtpMasterKey
{
    /// <summary>Takes copies. Lengths must be the profile's (<see cref="SrtpProfiles"/>).</summary>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public SrtpMasterKey(SrtpProfile profile, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        if (key.Length != profile.KeyLength()) throw new ArgumentException($"{profile} takes a key of {profile.KeyLength()} bytes", nameof(key));
        if (salt.Length != profile.SaltLength()) throw new ArgumentException($"{profile} takes a salt of {profile.SaltLength()} bytes", nameof(salt));
        Profile = profile;
        Key = key.ToArray();
        Salt = salt.ToArray();
    }

    /// <summary>The profile that the key is for.</summary>
    public SrtpProfile Profile { get; }

    internal byte[] Key { get; }

    internal byte[] Salt { get; }
}

/// <summary>The keys of a transport, as a handshake gave them.</summary>
/// <param name="send">What we protect with.</param>
/// <param name="receive">What the other side protects with.</param>
public sealed class SrtpKeys(SrtpMasterKey send, SrtpMasterKey receive)
{
    /// <summary>The profile, the same in both directions.</summary>
    public SrtpProfile Profile => Send.Profile;

    /// <summary>What we protect with.</summary>
    public SrtpMasterKey Send { get; } = send;

    /// <summary>What the other side protects with.</summary>
    public SrtpMasterKey Receive { get; } = receive;

    /// <summary>
    /// Splits the block that the handshake exports (RFC 5764 section 4.2): client key, server key, client salt, server salt.
    /// </summary>
    /// <param name="profile">The agreed profile.</param>
    /// <param name="exported">2 x (key + salt) bytes.</param>
    /// <param name="weAreClient">Which half is ours.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public static SrtpKeys FromExporter(SrtpProfile profile, ReadOnlySpan<byte> exported, bool weAreClient)
    {
        var (key, salt) = (profile.KeyLength(), profile.SaltLength());
        if (exported.Length != 2 * (key + salt)) throw new ArgumentException($"{profile} exports {2 * (key + salt)} bytes", nameof(exported));
        var client = new SrtpMasterKey(profile, exported[..key], exported.Slice(2 * key, salt));
        var server = new SrtpMasterKey(profile, exported.Slice(key, key), exported.Slice(2 * key + salt, salt));
        return weAreClient ? new(client, server) : new(server, client);
    }
}
