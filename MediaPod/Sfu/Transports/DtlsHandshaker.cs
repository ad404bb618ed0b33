using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// The handshake threads of a process. Workers hand datagrams over and go on; a handshake's public-key arithmetic never delays a packet.
/// An association stays on one thread for life.
/// </summary>
public sealed class DtlsHandshaker : IDisposable
{
    private readonly DtlsContext _context;
    private readonly DtlsThread[] _threads;
    private uint _opened;
    private bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <exception cref="NativeException">OpenSSL refuses the configuration.</exception>
    public DtlsHandshaker(DtlsCertificate certificate, DtlsOptions? options = null)
    {
        options ??= new DtlsOptions();
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Threads is >= 1 and <= 64, true, nameof(options));
        Fingerprint = certificate.Fingerprint;
        _context = new DtlsContext(certificate);
        _threads = [.. Enumerable.Range(0, options.Threads).Select(i => new DtlsThread(_context, options, $"dtls-{i}"))];
    }

    /// <summary>For answers.</summary>
    public CertificateFingerprint Fingerprint { get; }

    /// <summary>Handshakes under way on all threads.</summary>
    public int Handshakes => _threads.Sum(t => t.Handshakes);

    /// <summary>Associations open on all threads, handshakes included (a server's exists from its first datagram).</summary>
    public int Sessions => _threads.Sum(t => t.Sessions);

    /// <summary>First datagrams dropped because as many handshakes as allowed were under way; the clients sent them again.</summary>
    public long Deferred => _threads.Sum(t => t.Deferred);

    /// <summary>
    /// Opens an association. As the server it waits for the client's first datagram and costs nothing until then; as the client it begins
    /// with <see cref="DtlsTransport.Start"/>.
    /// </summary>
    /// <param name="role">Our part.</param>
    /// <param name="expected">The SDP's fingerprints.</param>
    /// <param name="sink">Told of everything that follows.</param>
    /// <param name="transport">The handle; null when refused.</param>
    /// <returns><see cref="DtlsFailure.None"/>, or <see cref="DtlsFailure.UnsupportedFingerprintHash"/> (also for no fingerprint at all).</returns>
    public DtlsFailure TryOpen(DtlsRole role, ImmutableArray<CertificateFingerprint> expected, IDtlsSink sink, out DtlsTransport? transport)
    {
        transport = null;
        if (!expected.Any(f => DtlsFingerprints.IsSupported(f.Algorithm))) return DtlsFailure.UnsupportedFingerprintHash;
        var thread = _threads[Interlocked.Increment(ref _opened) % (uint)_threads.Length];
        transport = new DtlsTransport(thread, role, expected, sink);
        return DtlsFailure.None;
    }

    /// <summary>Ends every association (<see cref="DtlsFailure.Stopped"/> or closed) and the threads.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var thread in _threads) thread.Stop();
        _context.Dispose();
    }
}
