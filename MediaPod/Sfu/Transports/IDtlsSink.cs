using Conference.MediaPod.Sfu.Crypto;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>
/// Where a handshake thread delivers. Called on that thread, in order, never after <see cref="OnFailed"/> or <see cref="OnClosed"/> (exactly one of
/// which comes, last). A worker implements it by posting into its mailbox; it must return soon and not throw.
/// </summary>
public interface IDtlsSink
{
    /// <summary>To be sent to the client now, one element a datagram, in order.</summary>
    void OnDatagrams(IReadOnlyList<byte[]> datagrams);

    /// <summary>
    /// The handshake is done. Install <paramref name="keys"/> first, then send <paramref name="lastFlight"/> (empty for the client role): once the
    /// client has it, its SRTP may arrive at once.
    /// </summary>
    void OnEstablished(SrtpKeys keys, IReadOnlyList<byte[]> lastFlight);

    /// <summary>No keys will come. <paramref name="detail"/>: for the log.</summary>
    void OnFailed(DtlsFailure failure, string detail);

    /// <summary>The association has ended after it was established, or was closed by us.</summary>
    void OnClosed();
}
