using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// A worker's handle on one association that lives on a handshake thread. Every method may be called from any thread and returns at once;
/// what comes of it is told to the <see cref="IDtlsSink"/>.
/// </summary>
public sealed class DtlsTransport
{
    /// <summary>Longest datagram that is accepted, in bytes.</summary>
    public const int MaxDatagram = 2048;

    private const int RecordHeader = 13;

    private readonly DtlsThread _thread;

    internal DtlsTransport(DtlsThread thread, DtlsRole role, ImmutableArray<CertificateFingerprint> expected, IDtlsSink sink)
    {
        _thread = thread;
        Role = role;
        Expected = expected;
        Sink = sink;
    }

    /// <summary>Our part in the handshake.</summary>
    public DtlsRole Role { get; }

    internal ImmutableArray<CertificateFingerprint> Expected { get; }

    internal IDtlsSink Sink { get; }

    /// <summary>Datagrams in the queue; under the thread's lock.</summary>
    internal int Queued { get; set; }

    /// <summary>Set under the thread's lock by whoever ends it first.</summary>
    internal bool IsEnded { get; set; }

    // The rest belongs to the handshake thread.
    internal DtlsSession? Session { get; set; }

    internal bool IsEstablished { get; set; }

    internal long StartedAt { get; set; }

    /// <summary>Client role: sends the ClientHello. Call when ICE has a path. Server role: nothing.</summary>
    public void Start()
    {
        if (Role == DtlsRole.Client) _thread.Post(this, DtlsCommand.Start);
    }

    /// <summary>Copies a datagram for the handshake thread. <see cref="DropReason.None"/> when it was taken.</summary>
    public DropReason Receive(ReadOnlySpan<byte> datagram) =>
        datagram.Length is < RecordHeader or > MaxDatagram ? DropReason.DtlsMalformed : _thread.Enqueue(this, datagram);

    /// <summary>Sends close_notify and frees the association; the sink hears <see cref="IDtlsSink.OnClosed"/>.</summary>
    public void Close() => _thread.Post(this, DtlsCommand.Close);
}
