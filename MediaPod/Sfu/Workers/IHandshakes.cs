using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Where DTLS handshakes run: on threads of their own, never on a worker. The seam for tests that bring their own keys.</summary>
public interface IHandshakes
{
    /// <summary>Opens an association for one transport; null when the offer's fingerprints are of no supported hash.</summary>
    IHandshake? TryOpen(NegotiatedSession media, IDtlsSink sink);
}

/// <summary>One transport's handshake, from the worker's side.</summary>
public interface IHandshake
{
    /// <summary>The transport has a path: as client, send the first flight.</summary>
    void Start();

    /// <summary>Hands over a datagram of the client.</summary>
    DropReason Receive(ReadOnlySpan<byte> datagram);

    /// <summary>Says goodbye and frees the association.</summary>
    void Close();
}

/// <summary>The real ones.</summary>
internal sealed class DtlsHandshakes(DtlsHandshaker handshaker) : IHandshakes
{
    public IHandshake? TryOpen(NegotiatedSession media, IDtlsSink sink) =>
        handshaker.TryOpen(media.LocalDtlsRole, media.RemoteFingerprints, sink, out var transport) == DtlsFailure.None ? new Association(transport!) : null;

    private sealed class Association(DtlsTransport transport) : IHandshake
    {
        public void Start() => transport.Start();

        public DropReason Receive(ReadOnlySpan<byte> datagram) => transport.Receive(datagram);

        public void Close() => transport.Close();
    }
}
