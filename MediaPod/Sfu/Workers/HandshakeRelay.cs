using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Carries what a handshake's thread says into the worker's mailbox, which keeps the order: keys are installed before the last flight leaves.</summary>
internal sealed class HandshakeRelay(MediaWorker worker, MediaSession session) : IDtlsSink
{
    public void OnDatagrams(IReadOnlyList<byte[]> datagrams) => worker.Post(w => Send(w, datagrams));

    public void OnEstablished(SrtpKeys keys, IReadOnlyList<byte[]> lastFlight) => worker.Post(w =>
    {
        if (IsOpen(w)) w.Sessions.Connected(session, keys);
        Send(w, lastFlight);
    });

    public void OnFailed(DtlsFailure failure, string detail) => worker.Post(w =>
    {
        w.Tally.HandshakeFailed(failure);
        session.Transport.Dtls = DtlsState.Closed;
        session.Transport.DtlsFailure = failure;
        if (IsOpen(w)) w.Sessions.Close(session, SessionEnd.DtlsFailed);
    });

    public void OnClosed() => worker.Post(w =>
    {
        session.Transport.Dtls = DtlsState.Closed;
        if (IsOpen(w)) w.Sessions.Close(session, SessionEnd.Deleted);
    });

    private bool IsOpen(MediaWorker w) => w.Sessions.Find(session.SessionId) == session;

    // Also for a session that is closed: its goodbye still leaves.
    private void Send(MediaWorker w, IReadOnlyList<byte[]> datagrams)
    {
        foreach (var datagram in datagrams)
        {
            if (session.Transport.Path is { } path) session.Transport.Send(datagram, path);
            else w.Tally.Drop(DropReason.NoPath);
        }
    }
}
