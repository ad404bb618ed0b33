using System.Buffers.Binary;
using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.Support.Media;

/// <summary>
/// A client's end of one transport, without a socket: connectivity checks, the DTLS handshake by OpenSSL, SRTP and SRTCP both ways. What arrives is given by one thread, which also
/// sends; the handshake tells what it wants sent on its own thread.
/// </summary>
public sealed class PeerTransport : IDtlsSink, IDisposable
{
    private const int PrefixLength = 8;

    private readonly IceParameters _server;
    private readonly string _ownFragment;
    private readonly Action<IReadOnlyList<byte[]>> _sendHandshake;
    private readonly byte[] _transaction = RandomNumberGenerator.GetBytes(ConnectivityCheck.TransactionLength);
    private readonly TaskCompletionSource _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DtlsTransport _dtls;
    private Contexts? _contexts;
    private uint _checks;

    /// <summary>Opens the handshake; it begins with <see cref="Start"/>.</summary>
    /// <param name="handshaker">Whose certificate the offer names.</param>
    /// <param name="role">Our part.</param>
    /// <param name="ownFragment">The user fragment of the offer.</param>
    /// <param name="server">The credentials in the answer.</param>
    /// <param name="fingerprint">Of the server's certificate.</param>
    /// <param name="sendHandshake">Sends datagrams, in order; called on a handshake thread.</param>
    public PeerTransport(
        DtlsHandshaker handshaker, DtlsRole role, string ownFragment, IceParameters server, CertificateFingerprint fingerprint, Action<IReadOnlyList<byte[]>> sendHandshake)
    {
        (_server, _ownFragment, _sendHandshake) = (server, ownFragment, sendHandshake);
        var refusal = handshaker.TryOpen(role, [fingerprint], this, out var dtls);
        _dtls = dtls ?? throw new ArgumentException($"the handshake cannot be opened: {refusal}", nameof(fingerprint));
    }

    /// <summary>The other end offered and is a full ICE agent, so it nominates.</summary>
    public bool IsControlled { get; init; }

    /// <summary>Completes when keys are there; fails when none will come.</summary>
    public Task Established => _established.Task;

    /// <summary>Keys are there.</summary>
    public bool IsEstablished => Volatile.Read(ref _contexts) is not null;

    /// <summary>The server ended the association.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Writes the next connectivity check.</summary>
    /// <param name="buffer">At least <see cref="ConnectivityCheck.MaxLength"/> bytes.</param>
    /// <returns>Its length.</returns>
    public int WriteCheck(Span<byte> buffer)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_transaction.AsSpan(PrefixLength), ++_checks);
        return ConnectivityCheck.Write(buffer, _server, _ownFragment, _transaction, IsControlled);
    }

    /// <summary>Whether a STUN message is the server's answer to a check of ours.</summary>
    public bool IsAnswer(ReadOnlySpan<byte> datagram) => ConnectivityCheck.IsAnswer(datagram, _server, _transaction.AsSpan(0, PrefixLength));

    /// <summary>Begins the handshake as the client; call when a check was answered. A second call does nothing.</summary>
    public void Start() => _dtls.Start();

    /// <summary>Hands a DTLS datagram over.</summary>
    public void ReceiveHandshake(ReadOnlySpan<byte> datagram) => _dtls.Receive(datagram);

    /// <summary>Protects an RTP packet in place.</summary>
    /// <param name="packet">The packet, with room for <see cref="SrtpProfiles.MaxRtpOverhead"/> bytes behind it.</param>
    /// <param name="headerLength">Length of its header.</param>
    /// <param name="length">Its length.</param>
    /// <param name="index">Roll-over counter * 2^16 + sequence number.</param>
    /// <returns>The length of the protected packet; 0 before there are keys.</returns>
    public unsafe int Protect(Span<byte> packet, int headerLength, int length, ulong index)
    {
        if (Volatile.Read(ref _contexts) is not { } contexts) return 0;
        fixed (byte* bytes = packet)
            return contexts.Send.Protect(bytes, headerLength, bytes + headerLength, length - headerLength, index, out var protectedLength) == SrtpResult.Ok ? protectedLength : 0;
    }

    /// <summary>Protects an RTCP packet in place; behind it must be room for <see cref="SrtpProfiles.MaxRtcpOverhead"/>.</summary>
    /// <returns>The length of the protected packet; 0 before there are keys.</returns>
    public unsafe int ProtectControl(Span<byte> packet, int length)
    {
        if (Volatile.Read(ref _contexts) is not { } contexts) return 0;
        fixed (byte* bytes = packet)
            return contexts.SendControl.Protect(bytes, length, out var protectedLength) == SrtpResult.Ok ? protectedLength : 0;
    }

    /// <summary>Opens an RTP packet.</summary>
    /// <param name="datagram">As it came.</param>
    /// <param name="plain">As long as the datagram.</param>
    /// <param name="length">Length of what was written.</param>
    /// <returns>The outcome; <see cref="SrtpResult.TooShort"/> before there are keys.</returns>
    public unsafe SrtpResult Unprotect(ReadOnlySpan<byte> datagram, Span<byte> plain, out int length)
    {
        length = 0;
        if (Volatile.Read(ref _contexts) is not { } contexts) return SrtpResult.TooShort;
        fixed (byte* from = datagram, to = plain) return contexts.Receive.Unprotect(from, datagram.Length, to, out length, out _);
    }

    /// <summary>Opens an RTCP packet in place.</summary>
    /// <returns>The outcome; <see cref="SrtpResult.TooShort"/> before there are keys.</returns>
    public unsafe SrtpResult UnprotectControl(Span<byte> datagram, out int length)
    {
        length = 0;
        if (Volatile.Read(ref _contexts) is not { } contexts) return SrtpResult.TooShort;
        fixed (byte* bytes = datagram) return contexts.ReceiveControl.Unprotect(bytes, datagram.Length, out length);
    }

    /// <inheritdoc/>
    void IDtlsSink.OnDatagrams(IReadOnlyList<byte[]> datagrams) => _sendHandshake(datagrams);

    /// <inheritdoc/>
    void IDtlsSink.OnEstablished(SrtpKeys keys, IReadOnlyList<byte[]> lastFlight)
    {
        Volatile.Write(ref _contexts, new Contexts(new(keys.Send), new(keys.Receive), new(keys.Send), new(keys.Receive)));
        _sendHandshake(lastFlight);
        _established.TrySetResult();
    }

    /// <inheritdoc/>
    void IDtlsSink.OnFailed(DtlsFailure failure, string detail) => _established.TrySetException(new InvalidOperationException($"no keys: {failure} {detail}"));

    /// <inheritdoc/>
    void IDtlsSink.OnClosed()
    {
        IsClosed = true;
        _established.TrySetException(new InvalidOperationException("closed before there were keys"));
    }

    /// <summary>Ends the association. Only when nothing is sent or received any more.</summary>
    public void Dispose()
    {
        _dtls.Close();
        if (Interlocked.Exchange(ref _contexts, null) is not { } contexts) return;
        contexts.Send.Dispose();
        contexts.Receive.Dispose();
        contexts.SendControl.Dispose();
        contexts.ReceiveControl.Dispose();
    }

    private sealed record Contexts(SrtpSender Send, SrtpReceiver Receive, SrtcpSender SendControl, SrtcpReceiver ReceiveControl);
}
