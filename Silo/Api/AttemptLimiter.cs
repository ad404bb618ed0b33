using System.Collections.Concurrent;
using System.Net;

namespace Conference.Silo.Api;

/// <summary>
/// Limits guesses: so many wrong ones per address and meeting, and of passcodes per meeting from everywhere, within a window. Right ones cost nothing, so that a
/// classroom behind one address gets in. Keys are too long to be guessed from everywhere, so that nobody keeps hosts out by trying.
/// </summary>
public sealed class AttemptLimiter(TimeProvider time)
{
    /// <summary>The window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Wrong attempts of one address at one meeting within the window.</summary>
    public const int PerAddress = 10;

    /// <summary>Wrong attempts at one meeting within the window.</summary>
    public const int PerMeeting = 200;

    /// <summary>Wrong tenant keys and admin tokens of one address within the window.</summary>
    public const int CredentialsPerAddress = 100;

    private const int MostEntries = 100_000;
    private readonly ConcurrentDictionary<(string Meeting, IPAddress? Address), Attempts> _failed = new();

    /// <summary>How long to wait before another attempt; null: none.</summary>
    public TimeSpan? WaitFor(string meeting, IPAddress? address, GuessedSecret secret)
    {
        var wait = Wait((meeting, Network(address)), secret == GuessedSecret.Credential ? CredentialsPerAddress : PerAddress);
        if (secret == GuessedSecret.Passcode) wait = Max(wait, Wait((meeting, null), PerMeeting));
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>An attempt was wrong.</summary>
    public void Failed(string meeting, IPAddress? address, GuessedSecret secret)
    {
        if (_failed.Count > MostEntries) DropOld();
        Count((meeting, Network(address)));
        if (secret == GuessedSecret.Passcode) Count((meeting, null));
    }

    private void Count((string, IPAddress?) key)
    {
        var now = time.GetUtcNow();
        _failed.AddOrUpdate(key, _ => new(1, now), (_, old) => now - old.Since >= Window ? new(1, now) : old with { Count = old.Count + 1 });
    }

    private TimeSpan Wait((string, IPAddress?) key, int limit) =>
        _failed.TryGetValue(key, out var attempts) && attempts.Count >= limit ? Max(TimeSpan.Zero, attempts.Since + Window - time.GetUtcNow()) : TimeSpan.Zero;

    private void DropOld()
    {
        var now = time.GetUtcNow();
        foreach (var (key, attempts) in _failed)
            if (now - attempts.Since >= Window) _failed.TryRemove(key, out _);
    }

    // One household has one IPv6 network, not one address.
    private static IPAddress Network(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private readonly record struct Attempts(int Count, DateTimeOffset Since);
}

/// <summary>What is guessed.</summary>
public enum GuessedSecret
{
    /// <summary>A passcode: chosen by people, and short.</summary>
    Passcode,

    /// <summary>A host key or a stream key: 128 random bits or more.</summary>
    Key,

    /// <summary>A tenant key or the admin token: 160 random bits or more, of no meeting.</summary>
    Credential,
}
