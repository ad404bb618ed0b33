using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>Where a <see cref="DtlsSession"/> is.</summary>
public enum DtlsSessionState
{
    /// <summary>Not done yet.</summary>
    Handshaking,

    /// <summary>Keys are there.</summary>
    Established,

    /// <summary>Ended by close_notify, by either side, or by a fatal alert after the handshake.</summary>
    Closed,

    /// <summary>The handshake failed; see <see cref="DtlsSession.Failure"/>.</summary>
    Failed,
}

/// <summary>How a <see cref="DtlsSession"/> behaves.</summary>
public sealed record DtlsSessionOptions
{
    /// <summary>IP packets are at most this long, headers included: 256 to 1,500 bytes. WebRTC's usual 1,200 fits every path in practice.</summary>
    public int Mtu { get; init; } = 1200;

    /// <summary>Wait before the first retransmission; doubles each time up to 2 s. (OpenSSL's own second makes every loss a second of silence.)</summary>
    public TimeSpan FirstRetransmission { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>
/// One DTLS 1.2 association (RFC 6347) that agrees SRTP keys (RFC 5764), without threads and sockets: datagrams go in, datagrams come out.
/// Every call on one and the same thread. Retransmission is by OpenSSL's clock (the system's).
/// </summary>
public sealed unsafe class DtlsSession : IDisposable
{
    private const uint MaxTimeoutMicroseconds = 2_000_000;

    private readonly DatagramBio _bio;
    private readonly DtlsRole _role;
    private readonly ImmutableArray<CertificateFingerprint> _expected;
    private void* _ssl;

    /// <summary>Begins nothing yet: a client's first flight comes from <see cref="Start"/>.</summary>
    /// <param name="context">Outlives the session.</param>
    /// <param name="role">Our part.</param>
    /// <param name="expected">Fingerprints one of which the other side's certificate must have.</param>
    /// <param name="options">Null: the defaults.</param>
    public DtlsSession(DtlsContext context, DtlsRole role, ImmutableArray<CertificateFingerprint> expected, DtlsSessionOptions? options = null)
    {
        options ??= new DtlsSessionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, 256, nameof(options));
        _role = role;
        _expected = expected;
        _bio = new DatagramBio(options.Mtu, (int)(options.FirstRetransmission.Ticks / TimeSpan.TicksPerMicrosecond));
        _ssl = LibSsl.New(context.Handle);
        LibSsl.SetBio(_ssl, _bio.Handle, _bio.Handle); // the same both ways: one reference is taken
        LibSsl.Control(_ssl, LibSsl.ControlSetLinkMtu, options.Mtu, null);
        LibSsl.SetTimerCallback(_ssl, &NextTimeout);
        if (role == DtlsRole.Server) LibSsl.SetAcceptState(_ssl);
        else LibSsl.SetConnectState(_ssl);
    }

    /// <summary>Where it is.</summary>
    public DtlsSessionState State { get; private set; }

    /// <summary>Why it failed.</summary>
    public DtlsFailure Failure { get; private set; }

    /// <summary>OpenSSL's words about the failure; empty without. Holds no secrets.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>The keys, once established.</summary>
    public SrtpKeys? Keys { get; private set; }

    /// <summary>Begins the handshake as the client; nothing as the server.</summary>
    public void Start()
    {
        if (_role == DtlsRole.Client && State == DtlsSessionState.Handshaking) Handshake();
    }

    /// <summary>Takes one datagram. Garbage is ignored, as DTLS wants it (RFC 6347 section 4.1.2.7).</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        if (State is DtlsSessionState.Closed or DtlsSessionState.Failed || datagram.IsEmpty) return;
        fixed (byte* data = datagram)
        {
            _bio.Offer(data, datagram.Length);
            if (State == DtlsSessionState.Handshaking) Handshake();
            if (State == DtlsSessionState.Established) ReadRecords();
            _bio.Withdraw();
        }
    }

    /// <summary>Time until <see cref="HandleTimeout"/> is due; null when nothing waits.</summary>
    public TimeSpan? TimeToRetransmission()
    {
        if (_ssl == null) return null;
        var remaining = stackalloc long[2]; // struct timeval
        return LibSsl.Control(_ssl, LibSsl.ControlGetTimeout, 0, remaining) == 1
            ? TimeSpan.FromTicks(remaining[0] * TimeSpan.TicksPerSecond + remaining[1] * TimeSpan.TicksPerMicrosecond)
            : null;
    }

    /// <summary>Retransmits the last flight if that is due.</summary>
    public void HandleTimeout()
    {
        if (State is not (DtlsSessionState.Handshaking or DtlsSessionState.Established)) return;
        LibSsl.ClearErrors();
        if (LibSsl.Control(_ssl, LibSsl.ControlHandleTimeout, 0, null) < 0) Fail(DtlsFailure.HandshakeTimeout);
    }

    /// <summary>What is to be sent now, in order: one element, one datagram. Each is given once.</summary>
    public IReadOnlyList<byte[]> TakeDatagrams() => _bio.TakeWritten();

    /// <summary>Sends close_notify, if there is an association, and ends.</summary>
    public void Close()
    {
        if (State == DtlsSessionState.Established)
        {
            LibSsl.ClearErrors();
            LibSsl.Shutdown(_ssl);
        }
        if (State != DtlsSessionState.Failed) State = DtlsSessionState.Closed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ssl == null) return;
        LibSsl.Free(_ssl); // and with it the BIO
        _ssl = null;
        _bio.Dispose();
        if (State is DtlsSessionState.Handshaking or DtlsSessionState.Established) State = DtlsSessionState.Closed;
    }

    private void Handshake()
    {
        LibSsl.ClearErrors();
        var result = LibSsl.DoHandshake(_ssl);
        if (result == 1)
        {
            Complete();
            return;
        }
        if (LibSsl.GetError(_ssl, result) is not (LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite)) Fail(Classify(LibSsl.PeekError()));
    }

    private void Complete()
    {
        if (!PeerCertificateMatches(out var shown))
        {
            _bio.TakeWritten(); // the last flight must not leave: the client would believe that all is well
            Fail(shown ? DtlsFailure.FingerprintMismatch : DtlsFailure.NoPeerCertificate);
            return;
        }
        var profile = LibSsl.GetSelectedSrtpProfile(_ssl);
        if (profile == null || !SrtpProfiles.IsSupported(profile->Id))
        {
            _bio.TakeWritten();
            Fail(DtlsFailure.NoSrtpProfile);
            return;
        }
        Keys = ExportKeys((SrtpProfile)profile->Id);
        if (Keys is null) Fail(DtlsFailure.Internal);
        else State = DtlsSessionState.Established;
    }

    private bool PeerCertificateMatches(out bool shown)
    {
        var certificate = LibSsl.GetPeerCertificate(_ssl);
        shown = certificate != null;
        if (!shown) return false;
        var der = new byte[LibSsl.EncodeCertificate(certificate, null)];
        fixed (byte* start = der)
        {
            var output = start; // advanced by the call
            LibSsl.EncodeCertificate(certificate, &output);
        }
        LibSsl.FreeCertificate(certificate);
        return DtlsFingerprints.Match(der, _expected);
    }

    /// <summary>RFC 5764 section 4.2.</summary>
    private SrtpKeys? ExportKeys(SrtpProfile profile)
    {
        Span<byte> block = stackalloc byte[2 * (profile.KeyLength() + profile.SaltLength())];
        var label = "EXTRACTOR-dtls_srtp"u8;
        fixed (byte* output = block, text = label)
        {
            if (LibSsl.ExportKeyingMaterial(_ssl, output, (nuint)block.Length, text, (nuint)label.Length, null, 0, 0) != 1) return null;
        }
        var keys = SrtpKeys.FromExporter(profile, block, weAreClient: _role == DtlsRole.Client);
        block.Clear();
        return keys;
    }

    /// <summary>Application data (there is none in WebRTC without data channels) is dropped; what matters are alerts and repeated last flights.</summary>
    private void ReadRecords()
    {
        var scratch = stackalloc byte[2048];
        LibSsl.ClearErrors();
        int result;
        do result = LibSsl.Read(_ssl, scratch, 2048);
        while (result > 0);
        switch (LibSsl.GetError(_ssl, result))
        {
            case LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite:
                return;
            case LibSsl.ErrorZeroReturn:
                LibSsl.Shutdown(_ssl); // answers with our close_notify
                State = DtlsSessionState.Closed;
                return;
            default:
                Detail = LibSsl.LastError();
                State = DtlsSessionState.Closed;
                return;
        }
    }

    private void Fail(DtlsFailure failure)
    {
        Failure = failure;
        Detail = LibSsl.LastError();
        State = DtlsSessionState.Failed;
    }

    private static DtlsFailure Classify(uint error)
    {
        var (library, reason) = ((error >> 23) & 0xFF, error & 0x7FFFFF);
        if (library != LibSsl.LibraryOfSsl) return DtlsFailure.Protocol;
        return reason switch
        {
            LibSsl.ReasonNoPeerCertificate => DtlsFailure.NoPeerCertificate,
            LibSsl.ReasonReadTimeoutExpired => DtlsFailure.HandshakeTimeout,
            >= LibSsl.ReasonsOfAlerts and < LibSsl.ReasonsOfAlerts + 256 => DtlsFailure.RejectedByPeer,
            _ => DtlsFailure.Protocol,
        };
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NextTimeout(void* ssl, uint microseconds) => microseconds == 0
        ? (uint)DatagramBio.Of(LibSsl.GetReadBio(ssl)).FirstTimeoutMicroseconds
        : Math.Min(microseconds * 2, MaxTimeoutMicroseconds);
}
